/*
 * A chain that is really called, level1 > level2 > cpuHog, and a hook that really walks it: the same frames as native
 * unwinding would find, at every instruction, but through the hook.
 */
#define _GNU_SOURCE
#include <ucontext.h>

#include "cfi_walk.h"
#include "framecheck.h"

static volatile uint64_t salt_in = 9;
static volatile uint64_t salt_out;

static FC_FN void cpuHog(void)
{
	uint64_t value = salt_in;

	FC_SPIN(value);
	salt_out = value + 9;
}

static FC_FN void level2(void)
{
	cpuHog();
	FC_KEEP();
}

static FC_FN void level1(void)
{
	level2();
	FC_KEEP();
}

static void (*const chain[])(void) = {cpuHog, level2, level1};

#define CHAIN (sizeof(chain) / sizeof(chain[0]))

static struct cfi_function functions[CHAIN];

/* Looks the unwind tables up, before any signal. Returns 0, or -1 where the hook could not walk. */
int foreign_hook_real_prepare(void)
{
	for (size_t i = 0; i < CHAIN; i++)
		if (cfi_function_find(&functions[i], (uintptr_t)chain[i]))
			return -1;
	return 0;
}

static void traceback(struct foreign_traceback_arg *arg)
{
	const ucontext_t *uc = (const ucontext_t *)arg->sig_context;
	uintptr_t n = 0;

	/* Without a context it would have to walk through its caller, which is not C. */
	if (uc) {
		const greg_t *reg = uc->uc_mcontext.gregs;
		struct cfi_registers at = {
			.pc = (uintptr_t)reg[REG_RIP],
			.sp = (uintptr_t)reg[REG_RSP],
			.bp = (uintptr_t)reg[REG_RBP],
		};

		n = cfi_walk(functions, CHAIN, at, arg->buf, arg->max);
	}
	if (n < arg->max)
		arg->buf[n] = 0;
}

void (*const foreign_hook_real_run)(void) = level1;
const foreign_traceback_fn foreign_hook_real_traceback = traceback;
