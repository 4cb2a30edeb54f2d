/*
 * The C half of a program that is inside and outside C in turn. The hook always has the same answer, whatever
 * the thread is doing: a profiler that asks it, or uses what it said before, on a sample outside puts cpuHog
 * where it never was.
 */
#include "framecheck.h"

static volatile uint64_t salt_in = 3;
static volatile uint64_t salt_out;

FC_LABEL_OF(in_cpuHog);
FC_LABEL_OF(in_cpuHog2);

static FC_FN void cpuHog(void)
{
	uint64_t value = salt_in;

	FC_LABEL(in_cpuHog, value);
	FC_SPIN(value);
	salt_out = value + 3;
}

static FC_FN void cpuHog2(void)
{
	uint64_t value = salt_in;

	FC_LABEL(in_cpuHog2, value);
	FC_SPIN(value);
	salt_out = value + 4;
}

static void traceback(struct foreign_traceback_arg *arg)
{
	const uintptr_t frames[] = {in_cpuHog, in_cpuHog2};

	fc_answer(arg, frames, 2);
}

void (*const foreign_hook_once_run)(void) = cpuHog;
const foreign_traceback_fn foreign_hook_once_traceback = traceback;
