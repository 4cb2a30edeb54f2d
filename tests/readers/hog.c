/* main > level1 > level2 > cpuHog for so many milliseconds of CPU time as the argument says. */
#include <stdlib.h>
#include <time.h>

#define FN __attribute__((noinline, noipa))

volatile unsigned sink;

static long cpu_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static FN void cpuHog(void)
{
	for (unsigned i = 0; i < 50000000; i++)
		sink += i;
}

static FN void level2(void) { cpuHog(); sink++; }

FN void level1(void) { level2(); sink++; }

#ifdef LIBRARY
FN void run(long limit_ms)
{
	long end_ms = cpu_ms() + limit_ms;
	while (cpu_ms() < end_ms)
		level1();
	sink++;
}
#else
int main(int argc, char **argv)
{
	long end_ms = cpu_ms() + (argc > 1 ? atol(argv[1]) : 1000);
	while (cpu_ms() < end_ms)
		level1();
	return 0;
}
#endif
