//@ case: foreign.constructor_thread
//@ says: A thread that a constructor has made may raise SIGPROF while there is a profiler and when there is none any more.
//@ origin: golang/go#9456, golang/go#19320
//@ needs: native-c, sigprof-in-process
// A deadline for hangs: thirty times the second of CPU time.
//@ finishes: 30s
// What the thread raises is a sample too for a port that accepts it, and belongs to no CPU time: the phase is not named after
// the leaf, so that no count of it is implied. Of 100 signals 44 are needed.
//@ every cpuHog: main > ... > run > cpuHog
//@ self: raised
//@ kills: default-after-stop
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "framecheck.h"

/* Signals raised after the stop. The first one that nobody takes ends the process. */
#define AFTER 1000

static sem_t may_begin;
static volatile int is_over;
static volatile unsigned during, after;
static pthread_t thread;
static int failed;

/* Before a profiler starts nobody takes a SIGPROF: it waits for run(). Then a signal each millisecond. */
static void *raiser(void *data)
{
	const struct timespec millisecond = {.tv_nsec = 1000000};

	while (sem_wait(&may_begin))
		;
	for (; !is_over; during++) {
		raise(SIGPROF);
		nanosleep(&millisecond, NULL);
	}
	for (; after < AFTER; after++)
		raise(SIGPROF);
	return data;
}

static __attribute__((constructor)) void begin(void)
{
	sem_init(&may_begin, 0, 0);
	failed = pthread_create(&thread, NULL, raiser, NULL);
}

/* The profile has ended when the library is closed, or the process exits. */
static __attribute__((destructor)) void end(void)
{
	char says[100];

	if (failed)
		return;
	is_over = 1;
	sem_post(&may_begin);
	pthread_join(thread, NULL);
	snprintf(says, sizeof says, "%u times while there was a profiler, %u times afterwards", during, after);
	fc_self("raised", during > 0 && after == AFTER, says);
}

static FC_FN void cpuHog(void) { FC_WORK(); }

void run(void)
{
	if (failed) {
		fc_self("raised", 0, "pthread_create failed");
		return;
	}
	sem_post(&may_begin);
	FC_RUN(work) cpuHog();
}
