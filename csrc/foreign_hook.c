/*
 * A hog, and a hook that always gives the same answer: cpuHog called by cpuHog2, although nothing ever calls
 * cpuHog2. What the profile shows is then what came through the hook, not what native unwinding found.
 * Two frames, not one: with one, a profiler that drops a host frame for each foreign one looks right.
 */
#include "framecheck.h"

static volatile uint64_t salt_in = 1;
static volatile uint64_t salt_out;

FC_LABEL_OF(in_cpuHog);
FC_LABEL_OF(in_cpuHog2);

static FC_FN void cpuHog(void)
{
	uint64_t value = salt_in;

	FC_LABEL(in_cpuHog, value);
	FC_SPIN(value);
	salt_out = value;
}

static FC_FN void cpuHog2(void)
{
	uint64_t value = salt_in;

	FC_LABEL(in_cpuHog2, value);
	FC_SPIN(value);
	salt_out = value + 2;
}

static void traceback(struct foreign_traceback_arg *arg)
{
	const uintptr_t frames[] = {in_cpuHog, in_cpuHog2};

	fc_answer(arg, frames, 2);
}

/* Pointers, for the functions are local to this file: their names recur in other programs. */
void (*const foreign_hook_run)(void) = cpuHog;
const foreign_traceback_fn foreign_hook_traceback = traceback;
