//@ case: profile.valid
//@ says: The profile is well-formed beyond what decodes: types, period, mappings, and sums that are the CPU time.
//@ origin: pprof CheckValid, pprof-rs
//@ needs: threads
//@ hz: 250
// Two threads: 500 signals find that half of the time is missing or half as much again is there.
//@ cpu: 1s
//@ lint
//@ total: truth
//@ kills: no-mapping, period-wrong
#include <pthread.h>

#include "framecheck.h"

static FC_FN void cpuHog(void) { FC_WORK(); }

static FC_FN void *worker(void *data)
{
	fc_thread_begin("worker");
	FC_RUN(cpuHog) cpuHog();
	fc_thread_end();
	return data;
}

void run(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, worker, NULL)) {
		fc_self("thread", 0, "pthread_create failed");
		return;
	}
	FC_RUN(cpuHog) cpuHog();
	pthread_join(thread, NULL);
}
