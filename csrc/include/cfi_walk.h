/* Walking the C stack by the compiler's own unwind tables, for hooks that tell the truth. */
#ifndef CFI_WALK_H
#define CFI_WALK_H

#include <stddef.h>
#include <stdint.h>

/* One function and the part of .eh_frame that describes it; filled by cfi_function_find. */
struct cfi_function {
	uintptr_t start, end;
	const uint8_t *initial, *initial_end; /* the rules at its first instruction */
	const uint8_t *rules, *rules_end;     /* how they change */
	uint64_t code_align;
	int64_t data_align;
};

/* Where a thread is. */
struct cfi_registers {
	uintptr_t pc, sp, bp;
};

/* Finds the unwind rules of the function at `start`. Not in a signal handler. Returns 0, or -1 where there are none
 * or they are of a kind that the walk does not know. */
int cfi_function_find(struct cfi_function *function, uintptr_t start);

/*
 * Stores the program counters from `at` outwards, call sites for callers, and stops at `max` or at the first
 * counter in none of the functions. Returns how many. Async-signal-safe; reads nothing but the frames of
 * those functions and their rules.
 */
size_t cfi_walk(const struct cfi_function *functions, size_t count, struct cfi_registers at, uintptr_t *pcs,
                size_t max);

#endif
