/*
 * A foreign call that ends in a fault: C writes to NULL, its handler jumps out, over the boundary and the host frames between, to
 * C below them. The hook always has the same answer: a profiler that still believes the boundary which the jump has left
 * asks it for host code.
 */
#include <setjmp.h>
#include <signal.h>

#include "framecheck.h"

static volatile uint64_t salt_in = 26;
static volatile uint64_t salt_out;
static int *volatile nowhere;
static volatile sig_atomic_t is_expected;
static sigjmp_buf before;

FC_LABEL_OF(in_cpuHog);
FC_LABEL_OF(in_cpuHog2);

static FC_FN void cpuHog(void)
{
	uint64_t value = salt_in;

	FC_LABEL(in_cpuHog, value);
	FC_SPIN(value);
	salt_out = value;
	is_expected = 1;
	*nowhere = 1;
}

/* Never runs. */
static FC_FN void cpuHog2(void)
{
	uint64_t value = salt_in;

	FC_LABEL(in_cpuHog2, value);
	FC_SPIN(value);
	salt_out = value + 2;
}

static void on_fault(int number)
{
	if (!is_expected) {
		/* Another one: it comes again, and ends the process. */
		signal(number, SIG_DFL);
		return;
	}
	is_expected = 0;
	siglongjmp(before, 1);
}

/* Installs the handler. Returns 0, or -1. */
int foreign_fault_prepare(void)
{
	struct sigaction action = {.sa_handler = on_fault};

	return sigaction(SIGSEGV, &action, NULL);
}

static FC_FN int faultCatch(void (*enter)(void))
{
	if (sigsetjmp(before, 1))
		return 1;
	enter();
	FC_KEEP();
	return 0;
}

static void traceback(struct foreign_traceback_arg *arg)
{
	const uintptr_t frames[] = {in_cpuHog, in_cpuHog2};

	fc_answer(arg, frames, 2);
}

/* Calls `enter`. Returns 1 where it ended in the fault, 0 where it came back. */
int (*const foreign_fault_catch)(void (*enter)(void)) = faultCatch;
void (*const foreign_fault_run)(void) = cpuHog;
const foreign_traceback_fn foreign_fault_traceback = traceback;
