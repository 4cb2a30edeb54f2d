/*
 * What the C programs and cases are written with: functions that the compiler leaves in one piece, calls that stay
 * calls, work that it cannot throw away, and addresses inside a function that no guess about code size is
 * needed for. Below: what cases have beyond it, phases, threads and checks that end up in the truth file.
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

/* The same as a statement, with a value of its own: what a hog is made of. */
#define FC_WORK()                                                                                                  \
	do {                                                                                                       \
		static volatile uint64_t fc_salt = 13;                                                             \
		uint64_t fc_value = fc_salt;                                                                       \
                                                                                                                   \
		FC_SPIN(fc_value);                                                                                 \
		fc_salt = fc_value;                                                                                \
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

/*
 * The rest is for cases: a file that defines run(), and that framecheck compiles together with csrc/runtime. It uses
 * CPU time in named phases, and what it measured of itself, by each thread's own clock, is the truth that a profile
 * is held against: written to the file that FRAMECHECK_TRUTH names as the process ends or the library is closed.
 */
#ifdef __cplusplus
extern "C" {
#endif

/* What a case defines. */
void run(void);

#define FC_HIDDEN __attribute__((visibility("hidden")))

/*
 * FC_RUN(cpuHog) level1();
 *
 * repeats the statement until the calling thread has used its share of the session's CPU time (FRAMECHECK_CPU_MS), in
 * one phase called cpuHog: the name that claims have for it, as a rule that of the leaf. Where the
 * name is salted, the phase's is. No FC_KEEP is needed behind the call. The statement runs once at least.
 */
#define FC_RUN(name) FC_PHASE_OF(name, 0, FC_ALL)

/*
 * FC_UNTIL_DONE {
 *         FC_PHASE(hog, 10000) hog();
 *         FC_PHASE(a, 1000) a();
 * }
 *
 * repeats what is in it until the same share is used; each phase repeats its statement for 10 ms and 1 ms of CPU time on
 * average. The length of each visit is dithered, uniform between 0.2 and 1.8 times that, for phases in step with a tick make a
 * perfect profiler look wrong. A visit ends with a whole statement, and what it was too long or too short is made good
 * by the next one, so that the ratio of phases is right where a statement is not short beside its phase. Phases of one
 * name add up. They do not nest. break and return leave a phase properly; longjmp leaves it uncounted.
 */
#define FC_UNTIL_DONE while (fc_more())
#define FC_PHASE(name, mean_us) FC_PHASE_OF(name, mean_us, FC_DITHERED)

/* The same without dither: for cases that are about the tick, and no other. */
#define FC_PHASE_FIXED(name, us) FC_PHASE_OF(name, us, FC_FIXED)

/*
 * A thread that the case makes is in the truth from fc_thread_begin to fc_thread_end, which it calls itself; its name, at most
 * 15 bytes, is the kernel's for it too. The thread that calls run() is there by itself, called "main" where it is
 * the process's first, and so is any other that has a phase, by the name that it has: from the first to the last call of a
 * function of this file. The clock is CLOCK_THREAD_CPUTIME_ID, user and system time.
 */
FC_HIDDEN void fc_thread_begin(const char *name);
FC_HIDDEN void fc_thread_end(void);

/* The calling thread's share of the session's CPU time from now on: 1 unless told otherwise, also where threads are many. */
FC_HIDDEN void fc_share(double fraction);

/* A check that the case makes itself, for `//@ self: NAME`: whether it held, and what there is to say. */
FC_HIDDEN void fc_self(const char *name, int ok, const char *says);

/* Uniform in [0, n), from the seed: each thread draws from a stream of its own, found by its name. 0 where n is 0. */
FC_HIDDEN uint64_t fc_random_below(uint64_t n);

/* The path of the library that `//@ lib: FILE` has built beside the case, to dlopen. */
FC_HIDDEN const char *fc_lib(void);

/* What the macros are made of. Two steps, so that a salted name is the one that is written down. */
#define FC_TEXT(name) FC_TEXT_OF(name)
#define FC_TEXT_OF(name) #name
#define FC_PHASE_OF(name, us, kind)                                                                                \
	for (struct fc_phase fc_phase __attribute__((cleanup(fc_phase_end))) =                                     \
	             fc_phase_begin(FC_TEXT(name), (us), (kind));                                                  \
	     fc_phase.granted ? fc_phase.granted-- : fc_phase_more(&fc_phase);)

enum fc_kind { FC_DITHERED, FC_FIXED, FC_ALL };

/* A visit. Statements are granted several at a time: the clock is a system call, and would be on the profile. */
struct fc_phase {
	struct fc_tally *tally;
	uint64_t begin_ns, end_ns, planned_ns, target_ns;
	uint64_t batches, granted;
};

FC_HIDDEN int fc_more(void);
FC_HIDDEN struct fc_phase fc_phase_begin(const char *name, uint64_t us, enum fc_kind kind);
FC_HIDDEN uint64_t fc_phase_more(struct fc_phase *phase);
FC_HIDDEN void fc_phase_end(struct fc_phase *phase);

#ifdef __cplusplus
}
#endif

#endif
