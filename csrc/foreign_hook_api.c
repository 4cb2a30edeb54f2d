/*
 * Registering a hook as C does it, and what it says to each attempt. The hook that is meant counts its calls; the other one,
 * which must never be taken, answers a function that nobody calls.
 */
#include <signal.h>

#include "framecheck.h"

/* SIGPROFs that the program sends itself when nothing is profiled any more. */
#define STRAYS 100

static volatile uint64_t salt_in = 22;
static volatile uint64_t salt_out;
static volatile uintptr_t calls;

#define FUNCTION(name)                                                                                             \
	FC_LABEL_OF(in_##name);                                                                                    \
	static FC_FN void name(void)                                                                               \
	{                                                                                                          \
		uint64_t value = salt_in;                                                                          \
                                                                                                                   \
		FC_LABEL(in_##name, value);                                                                        \
		FC_SPIN(value);                                                                                    \
		salt_out = value;                                                                                  \
	}

FUNCTION(earlyHog)
FUNCTION(cpuHog)
/* These never run. */
FUNCTION(cpuHog2)
FUNCTION(otherHook)

static void traceback(struct foreign_traceback_arg *arg)
{
	const uintptr_t frames[] = {in_cpuHog, in_cpuHog2};

	__atomic_fetch_add(&calls, 1, __ATOMIC_RELAXED);
	fc_answer(arg, frames, 2);
}

static void other_traceback(struct foreign_traceback_arg *arg)
{
	const uintptr_t frames[] = {in_otherHook};

	fc_answer(arg, frames, 1);
}

/* Registers the hook, or the other one. Returns what the profiler says. */
int foreign_hook_api_register(int version, int is_other)
{
	return framecheck_set_traceback(version, is_other ? other_traceback : traceback, NULL, NULL);
}

/* How often the hook was called. */
uintptr_t foreign_hook_api_calls(void)
{
	return calls;
}

/* Sends SIGPROFs to this thread, unless that would end the process: whether it may is another case's matter. */
void foreign_hook_api_strays(void)
{
	struct sigaction now;

	if (sigaction(SIGPROF, NULL, &now) || (!(now.sa_flags & SA_SIGINFO) && now.sa_handler == SIG_DFL))
		return;
	for (int i = 0; i < STRAYS; i++)
		raise(SIGPROF);
}

void (*const foreign_hook_api_early)(void) = earlyHog;
void (*const foreign_hook_api_run)(void) = cpuHog;
