/*
 * The foreign traceback hook: how a program tells a profiler which C frames are on the stack.
 *
 * The argument structs are laid out as the Go runtime lays out those of runtime.SetCgoTraceback,
 * so that one hook written in C serves both runtimes. Every member is as wide as a pointer.
 */
#ifndef FOREIGN_TRACEBACK_H
#define FOREIGN_TRACEBACK_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The traceback function fills `buf` with at most `max` program counters, the innermost frame first, and puts
 * a 0 behind the last one unless the buffer is full.
 *
 * - The counters are those of the call sites: nobody subtracts one from them afterwards. A function that
 *   walks return addresses reports each of them less one; the innermost frame it reports as it is.
 * - `context` is 0 for the stack of the calling thread as it is now, or a value that the context function
 *   recorded earlier, perhaps on another thread.
 * - `sig_context` is the `ucontext_t *` of the interrupted code where the call comes from a signal handler, else 0.
 *   The function then runs on a stack of the profiler's own: the interrupted stack is to be read through it.
 * - It is called in a signal handler: async-signal-safe functions only, no allocation, no lock, no call back
 *   into the host, and not much stack.
 */
struct foreign_traceback_arg {
	uintptr_t context;
	uintptr_t sig_context;
	uintptr_t *buf;
	uintptr_t max;
};

/*
 * The context function. With `context` 0 it records where the thread is, as C calls back into the host, and stores what
 * it needs to find the place again; 0 means that it keeps nothing. With another value it releases that record.
 * Releases come in the reverse order of records, on the same thread. Async-signal-safe.
 */
struct foreign_context_arg {
	uintptr_t context;
};

/*
 * The symbolizer says what `pc` is. `file` and `func` are NULL where it does not know, and stay valid until the
 * releasing call. A non-zero `more` asks for another call with the same pc: the function that the last one was
 * inlined into. What it stores persists between the calls for one pc, and is cleared for the next, but for `data`,
 * which is its own and persists throughout: one call with pc 0, after the last address of a profile, ends the sequence
 * and releases what it holds. (Go makes that call after each pc.) Not called in a signal handler.
 */
struct foreign_symbolizer_arg {
	uintptr_t pc;
	const char *file;
	uintptr_t lineno;
	const char *func;
	uintptr_t entry;
	uintptr_t more;
	uintptr_t data;
};

typedef void (*foreign_traceback_fn)(struct foreign_traceback_arg *);
typedef void (*foreign_context_fn)(struct foreign_context_arg *);
typedef void (*foreign_symbolizer_fn)(struct foreign_symbolizer_arg *);

/*
 * Registers the three functions; each may be NULL. `version` is 0, the layout above.
 * Returns 0, or EINVAL for a version that is not known, or EBUSY where other functions are registered
 * already: a profile may be under way with them. The same three again are fine.
 */
int framecheck_set_traceback(int version, foreign_traceback_fn traceback, foreign_context_fn context,
                             foreign_symbolizer_fn symbolizer);

#ifdef __cplusplus
}
#endif

#endif
