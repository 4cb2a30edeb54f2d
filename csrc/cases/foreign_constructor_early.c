//@ case: foreign.constructor_early
//@ says: Where the profiler is part of the runtime, a SIGPROF that a constructor's thread raises before main ends nothing.
//@ origin: golang/go#9456
// Any other profiler is not there yet: SIGPROF then ends the process, as it would without one.
//@ needs: runtime
// A deadline for hangs: thirty times the second of CPU time.
//@ finishes: 30s
//@ self: raised
#include <pthread.h>
#include <signal.h>
#include <stdio.h>

#include "framecheck.h"

static unsigned raised;

static void *raiser(void *data)
{
	for (; raised < 1000; raised++)
		raise(SIGPROF);
	return data;
}

static __attribute__((constructor)) void begin(void)
{
	pthread_t thread;

	if (!pthread_create(&thread, NULL, raiser, NULL))
		pthread_join(thread, NULL);
}

static FC_FN void cpuHog(void) { FC_WORK(); }

void run(void)
{
	char says[100];

	snprintf(says, sizeof says, "%u times before the start", raised);
	fc_self("raised", raised == 1000, says);
	FC_RUN(cpuHog) cpuHog();
}
