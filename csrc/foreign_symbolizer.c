/*
 * A hog whose functions have names of their own in the executable, and a symbolizer that gives them others, two for the
 * hog: one inlined into the other. What the profile shows came from the symbolizer.
 */
#include "framecheck.h"

static volatile uint64_t salt_in = 17;
static volatile uint64_t salt_out;

FC_LABEL_OF(in_symHog);
FC_LABEL_OF(in_symCaller);

static FC_FN void symHog(void)
{
	uint64_t value = salt_in;

	FC_LABEL(in_symHog, value);
	FC_SPIN(value);
	salt_out = value + 17;
}

/* Never runs. */
static FC_FN void symCaller(void)
{
	uint64_t value = salt_in;

	FC_LABEL(in_symCaller, value);
	FC_SPIN(value);
	salt_out = value + 18;
}

static void traceback(struct foreign_traceback_arg *arg)
{
	const uintptr_t frames[] = {in_symHog, in_symCaller};

	fc_answer(arg, frames, 2);
}

/* How often it was called before, as `data` must say. Only the one who makes the profile calls. */
static uintptr_t calls;

static void symbolizer(struct foreign_symbolizer_arg *arg)
{
	int is_first = arg->func == NULL;
	int is_kept = arg->data == calls;

	arg->data = ++calls;
	if (arg->pc == 0) {
		calls = 0;
		return;
	}
	arg->file = "symbolized.c";
	arg->more = 0;
	if (arg->pc == in_symHog) {
		arg->func = is_first ? "inlinedHog" : "outlinedHog";
		arg->lineno = is_first ? 11 : 12;
		arg->entry = (uintptr_t)symHog;
		arg->more = (uintptr_t)is_first;
	} else if (arg->pc == in_symCaller) {
		arg->func = "symbolizedCaller";
		arg->lineno = 13;
		arg->entry = (uintptr_t)symCaller;
	}
	if (!is_kept)
		arg->func = "dataLost";
}

void (*const foreign_symbolizer_run)(void) = symHog;
const foreign_traceback_fn foreign_symbolizer_traceback = traceback;
const foreign_symbolizer_fn foreign_symbolizer_symbolizer = symbolizer;
