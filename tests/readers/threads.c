/* Two threads, each in the library's run > level1 > level2 > cpuHog; the main thread in burn, which is inlined into outer. */
#define _GNU_SOURCE
#include <pthread.h>
#include <time.h>

void run(long limit_ms);
/* With a timer a thread, gperftools sees the threads that say so. */
__attribute__((weak)) int ProfilerRegisterThread(void);
volatile unsigned burnt;

static inline __attribute__((always_inline)) void burn(void)
{
	for (unsigned i = 0; i < 50000000; i++)
		burnt += i;
}

static long cpu_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static __attribute__((noinline, noipa)) void outer(void)
{
	burn();
	burnt++;
}

static void *worker(void *name)
{
	pthread_setname_np(pthread_self(), name);
	if (ProfilerRegisterThread)
		ProfilerRegisterThread();
	run(300);
	burnt++;
	return 0;
}

int main(void)
{
	pthread_t first, second;
	pthread_create(&first, 0, worker, "worker one");
	pthread_create(&second, 0, worker, "worker-2");
	while (cpu_ms() < 300)
		outer();
	pthread_join(first, 0);
	pthread_join(second, 0);
	return 0;
}
