/* A profiler: backtrace(3) at each SIGPROF, written as gperftools writes it. -DSKIP=3 is one that misses the leaf. */
#include <dlfcn.h>
#include <execinfo.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#ifndef SKIP
#define SKIP 2 /* This handler, and what the kernel returns through. */
#endif
static unsigned long words[1 << 20] = {0, 3, 0}, used = 5;
static void sample(int signal)
{
	void *frames[64];
	int count = backtrace(frames, 64) - SKIP;
	if (count < 1 || used + count + 5 > sizeof words / sizeof *words)
		return;
	words[used++] = 1, words[used++] = count;
	memcpy(words + used, frames + SKIP, count * sizeof *frames), used += count;
}
int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "describe"))
		return puts("{\"protocol\": 1, \"name\": \"toy\", \"version\": \"1\", \"url\": \"\","
			    " \"capabilities\": [\"native-c\"], \"format\": \"gperftools\"}") < 0;
	if (argc != 3 || strcmp(argv[1], "run-so"))
		return 127;
	long us = words[3] = 1000000 / atol(getenv("FRAMECHECK_HZ"));
	void *so = dlopen(argv[2], RTLD_NOW), (*run)(void) = so ? dlsym(so, "run") : NULL;
	char name[4096], line[4096];
	FILE *out = (snprintf(name, sizeof name, "%s/profile", getenv("TMPDIR")), fopen(name, "w"));
	if (!run || !out || !backtrace((void **)line, 1) || signal(SIGPROF, sample) == SIG_ERR) return 2;
	setitimer(ITIMER_PROF, &(struct itimerval){{0, us}, {0, us}}, NULL), run();
	setitimer(ITIMER_PROF, &(struct itimerval){0}, NULL), words[used + 1] = 1, used += 3;
	fwrite(words, sizeof *words, used, out);
	for (FILE *maps = fopen("/proc/self/maps", "r"); maps && fgets(line, sizeof line, maps);)
		fputs(line, out);
	return fclose(out) || dlclose(so) || puts(name) < 0 ? 2 : 0;
}
