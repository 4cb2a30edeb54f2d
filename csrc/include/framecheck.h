/*
 * What the C programs are written with: functions that the compiler leaves in one piece, calls that stay
 * calls, work that it cannot throw away, and addresses inside a function that no guess about code size is
 * needed for.
 */
#ifndef FRAMECHECK_H
#define FRAMECHECK_H

#include <stddef.h>
#include <stdint.h>

#include "foreign_traceback.h"

/*
 * A function that stays itself: not inlined, cloned, specialised or merged with an equal one, and kept although
 * nothing may call it (a hook may still name it). Its calls need FC_KEEP behind them: gcc's only attribute against
 * tail calls is optimize(), which some of its versions let reset the flags of the command line.
 */
#if defined(__clang__)
#define FC_FN __attribute__((noinline, disable_tail_calls, used))
#else
#define FC_FN __attribute__((noipa, used))
#endif

/* After a call that must stay a call: with something left to do behind it, it cannot become a jump. */
#define FC_KEEP() __asm__ volatile("" ::: "memory")

/*
 * Work: FC_TURNS multiplications, each of which needs the one before, so that neither width nor cleverness shortens
 * them. About 4 cycles a turn with optimisation: 0.1 to 0.2 ms. A macro, for an inlined function would be a
 * frame of its own in the profile.
 */
#define FC_TURNS 100000
#define FC_SPIN(value)                                                                                             \
	do {                                                                                                       \
		for (int fc_turn = 0; fc_turn < FC_TURNS; fc_turn++)                                               \
			(value) = (value) * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);         \
	} while (0)

/*
 * FC_LABEL_OF(symbol) declares, and FC_LABEL(symbol, value) in a function's body defines, the address of that very
 * place, as data: `symbol` is a `uintptr_t`. `function + 4` instead lies in the next function as soon as the
 * body is one `ret`, and `function + 0` is taken for the function before by whoever subtracts one.
 *
 * The place is a `.L` label, which the assembler does not put into the symbol table, so that nobody prefers
 * it to the function's name; `symbol` itself is local to the object file and lies in data.
 * `value` pins the place behind the instructions that made the value, and so behind the function's first one.
 * Not inside a loop: a compiler that duplicates the loop duplicates the label, and the assembler refuses it.
 */
#define FC_LABEL_OF(symbol) extern const uintptr_t symbol __attribute__((visibility("hidden")))
#define FC_LABEL(symbol, value)                                                                                    \
	__asm__ volatile(".Lfc_" #symbol ":\n\t"                                                                   \
	                 ".pushsection .data.rel.ro.framecheck,\"aw\",@progbits\n\t"                               \
	                 ".balign 8\n\t"                                                                           \
	                 ".type " #symbol ",@object\n\t"                                                           \
	                 ".size " #symbol ",8\n"                                                                   \
	                 #symbol ":\n\t"                                                                           \
	                 ".quad .Lfc_" #symbol "\n\t"                                                              \
	                 ".popsection"                                                                             \
	                 : "+r"(value))

/* How a hook answers: the frames that fit, innermost first, and a 0 behind them where there is room. */
static inline void fc_answer(struct foreign_traceback_arg *arg, const uintptr_t *frames, uintptr_t count)
{
	uintptr_t n = 0;

	for (; n < count && n < arg->max; n++)
		arg->buf[n] = frames[n];
	if (n < arg->max)
		arg->buf[n] = 0;
}

#endif
