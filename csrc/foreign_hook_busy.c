/*
 * A hook that keeps its buffer in use for milliseconds. Asked for the current stack outside a signal, it burns CPU
 * before it answers, so that SIGPROF comes meanwhile and finds the buffer busy; it must not be asked again then.
 */
#include "framecheck.h"

/* 16 turns of cpuHog's work: 2 to 3 ms. */
#define BURN_ROUNDS 16

static volatile uint64_t salt_in = 5;
static volatile uint64_t salt_out;
static volatile int burning;
static volatile int silent;
static volatile uintptr_t reentered;

FC_LABEL_OF(in_cpuHog);
FC_LABEL_OF(in_cpuHog2);
FC_LABEL_OF(in_hookReentered);

static FC_FN void cpuHog(void)
{
	uint64_t value = salt_in;

	FC_LABEL(in_cpuHog, value);
	FC_SPIN(value);
	salt_out = value + 5;
}

static FC_FN void cpuHog2(void)
{
	uint64_t value = salt_in;

	FC_LABEL(in_cpuHog2, value);
	FC_SPIN(value);
	salt_out = value + 6;
}

/* Never runs: the name under which a hook that was called twice at once appears in the profile. */
static FC_FN void hookReentered(void)
{
	uint64_t value = salt_in;

	FC_LABEL(in_hookReentered, value);
	FC_SPIN(value);
	salt_out = value + 7;
}

/* Where the time goes while the buffer is in use. */
static FC_FN void hookHog(void)
{
	uint64_t value = salt_in;

	FC_SPIN(value);
	salt_out = value + 8;
}

static void burn(void)
{
	burning = 1;
	for (int round = 0; round < BURN_ROUNDS; round++)
		hookHog();
	burning = 0;
}

static void traceback(struct foreign_traceback_arg *arg)
{
	const uintptr_t frames[] = {in_cpuHog, in_cpuHog2};
	const uintptr_t twice[] = {in_hookReentered};

	if (arg->sig_context == 0) {
		burn();
		fc_answer(arg, frames, 2);
	} else if (burning) {
		reentered++;
		fc_answer(arg, twice, 1);
	} else {
		fc_answer(arg, frames, silent ? 0 : 2);
	}
}

void (*const foreign_hook_busy_run)(void) = cpuHog;
const foreign_traceback_fn foreign_hook_busy_traceback = traceback;

/*
 * In the busy phase signals get no frames even where the buffer is free, as it is for some microseconds
 * before and after the burning: so a foreign frame on a sample of that phase is always an error.
 */
void foreign_hook_busy_silent(int on)
{
	silent = on;
}

/* How often the hook was asked while it was still answering. */
uintptr_t foreign_hook_busy_reentered(void)
{
	return reentered;
}

/* What the hook answers, for comparison with what arrived; 0 behind the last. */
uintptr_t foreign_hook_busy_frame(uintptr_t index)
{
	return index == 0 ? in_cpuHog : index == 1 ? in_cpuHog2 : 0;
}
