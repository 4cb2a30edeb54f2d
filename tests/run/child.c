/* The child of the tests: it crashes or hangs in the way that its last argument names. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

static void __attribute__((noipa)) writes_to(uintptr_t address)
{
	*(volatile int *)address = 1;
}

static void *writer(void *arg)
{
	prctl(PR_SET_NAME, "the writer");
	writes_to(0x18);
	return arg;
}

static void *spins(void *arg)
{
	prctl(PR_SET_NAME, "spinner");
	for (volatile int i = 0;; i = 0)
		;
	return arg;
}

static void starts_and_waits(void *(*function)(void *))
{
	pthread_t thread;
	if (pthread_create(&thread, NULL, function, NULL) != 0)
		exit(2);
	pthread_join(thread, NULL);
}

static void beyond_the_end(void)
{
	FILE *file = tmpfile();
	if (file == NULL)
		exit(2);
	char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(file), 0);
	if (page == MAP_FAILED)
		exit(2);
	writes_to((uintptr_t)page + 0x20);
}

int main(int argc, char **argv)
{
	const char *how = argv[argc - 1];
	fprintf(stderr, "this is what it says\n");
	if (!strcmp(how, "null"))
		writes_to(0x18);
	else if (!strcmp(how, "thread"))
		starts_and_waits(writer);
	else if (!strcmp(how, "noncanonical"))
		writes_to((uintptr_t)0x8000 << 48);
	else if (!strcmp(how, "bus"))
		beyond_the_end();
	else if (!strcmp(how, "abort"))
		abort();
	else if (!strcmp(how, "hang")) {
		if (fork() == 0)
			for (;;)
				pause();
		starts_and_waits(spins);
	}
	return 127;
}
