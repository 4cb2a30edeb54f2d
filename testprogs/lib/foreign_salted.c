/*
 * foreign_hook's C in a library of its own, which is compiled for the run with other names for cpuHog and cpuHog2. What it
 * exports has the same name always; how the leaf is called this time, it says itself.
 */
#include "framecheck.h"

static volatile uint64_t salt_in = 27;
static volatile uint64_t salt_out;

FC_LABEL_OF(in_leaf);
FC_LABEL_OF(in_caller);

static FC_FN void cpuHog(void)
{
	uint64_t value = salt_in;

	FC_LABEL(in_leaf, value);
	FC_SPIN(value);
	salt_out = value;
}

/* Never runs. */
static FC_FN void cpuHog2(void)
{
	uint64_t value = salt_in;

	FC_LABEL(in_caller, value);
	FC_SPIN(value);
	salt_out = value + 2;
}

static void traceback(struct foreign_traceback_arg *arg)
{
	const uintptr_t frames[] = {in_leaf, in_caller};

	fc_answer(arg, frames, 2);
}

void (*const foreign_salted_run)(void) = cpuHog;
const foreign_traceback_fn foreign_salted_traceback = traceback;
const char foreign_salted_leaf[] = FC_TEXT(cpuHog);
