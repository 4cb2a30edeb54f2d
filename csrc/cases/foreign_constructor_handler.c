//@ case: foreign.constructor_handler
//@ says: A SIGPROF handler that a constructor has installed is back exactly when the profile has ended.
//@ origin: golang/go#9456, pprof-rs#288
//@ needs: native-c, sigprof-in-process
// A deadline for hangs: thirty times the second of CPU time.
//@ finishes: 30s
// What the thread raises is a sample too for a port that accepts it, and belongs to no CPU time: the phase is not named after
// the leaf, so that no count of it is implied. Of 100 signals 44 are needed.
//@ every cpuHog: main > ... > run > cpuHog
//@ self: taken
//@ self: restored
//@ kills: forget-restore
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "framecheck.h"

/* Signals that are raised after the stop. */
#define AFTER 1000

static volatile sig_atomic_t taken;
static volatile int is_over;
static volatile unsigned before, after;
static pthread_t thread;
static int failed;

static void take(int number)
{
	(void)number;
	taken++;
}

/* From before the start on, for here somebody takes them: a signal each millisecond. */
static void *raiser(void *data)
{
	const struct timespec millisecond = {.tv_nsec = 1000000};

	for (; !is_over; before++) {
		raise(SIGPROF);
		nanosleep(&millisecond, NULL);
	}
	taken = 0;
	for (; after < AFTER; after++)
		raise(SIGPROF);
	return data;
}

static __attribute__((constructor)) void begin(void)
{
	struct sigaction action = {.sa_handler = take, .sa_flags = SA_RESTART | SA_NODEFER};

	sigaddset(&action.sa_mask, SIGUSR2);
	failed = sigaction(SIGPROF, &action, NULL) || pthread_create(&thread, NULL, raiser, NULL);
}

/* The profile has ended when the library is closed, or the process exits. */
static __attribute__((destructor)) void end(void)
{
	/* What the kernel adds to the flags is its own affair. */
	const int flags = SA_RESTART | SA_NODEFER | SA_SIGINFO | SA_ONSTACK | (int)SA_RESETHAND;
	struct sigaction now;
	char says[100];

	if (failed)
		return;
	is_over = 1;
	pthread_join(thread, NULL);
	snprintf(says, sizeof says, "%d of %u signals after the stop", (int)taken, after);
	fc_self("taken", taken >= AFTER, says);
	sigaction(SIGPROF, NULL, &now);
	int same = now.sa_handler == take && (now.sa_flags & flags) == (SA_RESTART | SA_NODEFER) &&
	           sigismember(&now.sa_mask, SIGUSR2) == 1 && sigismember(&now.sa_mask, SIGUSR1) == 0;
	snprintf(says, sizeof says, "%s handler, flags %#x", now.sa_handler == take ? "the" : "another", now.sa_flags);
	fc_self("restored", same, says);
}

static FC_FN void cpuHog(void) { FC_WORK(); }

void run(void)
{
	if (failed)
		fc_self("taken", 0, "the set-up failed");
	FC_RUN(work) cpuHog();
}
