/*
 * foreign_hook's hook as it was written in 2016, when the argument had no sig_context: to such a hook, the place of that is
 * where the buffer is. It stores its answer over the first two words of the interrupted ucontext, uc_flags and uc_link, of which the
 * kernel needs neither; a third word would be the address of the signal stack.
 */
#include "framecheck.h"

struct old_traceback_arg {
	uintptr_t context;
	uintptr_t *buf;
	uintptr_t max;
};

extern const foreign_traceback_fn foreign_hook_traceback;

static void traceback(struct foreign_traceback_arg *today)
{
	const struct old_traceback_arg *arg = (const struct old_traceback_arg *)today;
	uintptr_t frames[2];
	struct foreign_traceback_arg answer = {.buf = frames, .max = 2};

	foreign_hook_traceback(&answer);
	arg->buf[0] = frames[0];
	arg->buf[1] = 0;
}

const foreign_traceback_fn old_layout_traceback = traceback;
