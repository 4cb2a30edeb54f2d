/*
 * A hog that sends itself signals which are no ticks, in the foreign call: SIGUSR1, for which the program has a handler of its
 * own, and SIGPROF, which a timer or the kernel has not sent. Two for each 0.1 to 0.2 ms of work: a profiler that takes
 * them for ticks shows a hundred times the CPU time that there was.
 */
#include <signal.h>

#include "framecheck.h"

static volatile uint64_t salt_in = 21;
static volatile uint64_t salt_out;
static volatile uintptr_t sent;
static volatile uintptr_t delivered;

FC_LABEL_OF(in_cpuHog);
FC_LABEL_OF(in_cpuHog2);

static FC_FN void cpuHog(void)
{
	uint64_t value = salt_in;

	FC_LABEL(in_cpuHog, value);
	FC_SPIN(value);
	salt_out = value;
	raise(SIGUSR1);
	sent = sent + 1;
	raise(SIGPROF);
}

/* Never runs. */
static FC_FN void cpuHog2(void)
{
	uint64_t value = salt_in;

	FC_LABEL(in_cpuHog2, value);
	FC_SPIN(value);
	salt_out = value + 2;
}

static void on_user_signal(int signal)
{
	(void)signal;
	delivered = delivered + 1;
}

static void traceback(struct foreign_traceback_arg *arg)
{
	const uintptr_t frames[] = {in_cpuHog, in_cpuHog2};

	fc_answer(arg, frames, 2);
}

/* Installs the handler of SIGUSR1. Returns 0, or -1. */
int foreign_hook_other_signal_prepare(void)
{
	struct sigaction action = {.sa_handler = on_user_signal, .sa_flags = SA_RESTART};

	return sigaction(SIGUSR1, &action, NULL);
}

/* How often SIGUSR1 was sent, and how often the handler was called. */
uintptr_t foreign_hook_other_signal_sent(void)
{
	return sent;
}

uintptr_t foreign_hook_other_signal_delivered(void)
{
	return delivered;
}

void (*const foreign_hook_other_signal_run)(void) = cpuHog;
const foreign_traceback_fn foreign_hook_other_signal_traceback = traceback;
