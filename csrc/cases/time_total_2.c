//@ case: time.total_2
//@ says: Each of 2 busy threads is sampled for the CPU time that it uses.
//@ level: must
//@ origin: golang/go#35057
//@ needs: native-c, threads
// Each thread uses that.
//@ hz: 250
//@ cpu: 800ms
//@ stack: worker > cpuHog
//@ every cpuHog: worker > cpuHog
//@ total: truth
//@ kills: main-thread-only, count-twice, period-wrong
#include <pthread.h>

#include "framecheck.h"

#define THREADS 2

static FC_FN void cpuHog(void) { FC_WORK(); }

static FC_FN void *worker(void *name)
{
	fc_thread_begin(name);
	FC_RUN(cpuHog) cpuHog();
	fc_thread_end();
	return NULL;
}

void run(void)
{
	static char names[THREADS][8];
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++) {
		names[i][0] = (char)('1' + i);
		if (pthread_create(&threads[i], NULL, worker, names[i]))
			fc_self("threads", 0, "pthread_create failed");
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}
