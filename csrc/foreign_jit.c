/*
 * Code in anonymous executable memory, as a compiler at run time makes it: no file has a symbol for it, only the program's
 * own symbolizer knows it. It lies between two neighbours, and its first instruction is the hot one: who looks up the
 * instruction before, or takes the next symbol, names a neighbour that never ran.
 */
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "framecheck.h"

/* Each of the three functions has so much space. */
#define STEP 64
#define FUNCTIONS 3
#define HOG 1

static const char *const names[FUNCTIONS] = {"jitBefore", "jitHog", "jitAfter"};

/* uint64_t hog(uint64_t value, uint32_t turns) { do value *= ODD; while (--turns); return value; } */
static const unsigned char hog_code[] = {
	0x48, 0x69, 0xff, 0x2d, 0x7f, 0x95, 0x4c, /* again: imul $0x4c957f2d,%rdi,%rdi */
	0xff, 0xce,                               /* dec %esi */
	0x75, 0xf5,                               /* jne again */
	0x48, 0x89, 0xf8,                         /* mov %rdi,%rax */
	0xc3,                                     /* ret */
};

static volatile uint64_t salt_in = 19;
static volatile uint64_t salt_out;
static unsigned char *code;

/* Makes the code. Returns 0, or -1 where this system allows no new code. */
int foreign_jit_prepare(void)
{
	void *memory = mmap(NULL, FUNCTIONS * STEP, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return -1;
	/* int3: the neighbours never run. */
	memset(memory, 0xcc, FUNCTIONS * STEP);
	memcpy((unsigned char *)memory + HOG * STEP, hog_code, sizeof(hog_code));
	if (mprotect(memory, FUNCTIONS * STEP, PROT_READ | PROT_EXEC))
		return -1;
	code = memory;
	return 0;
}

static FC_FN void jitCaller(void)
{
	uint64_t (*hog)(uint64_t, uint32_t) = (uint64_t(*)(uint64_t, uint32_t))(uintptr_t)(code + HOG * STEP);

	salt_out = hog(salt_in, FC_TURNS);
	FC_KEEP();
}

/* Which of the functions `pc` lies in, or -1. */
static int index_of(uintptr_t pc)
{
	uintptr_t offset = pc - (uintptr_t)code;

	return offset < FUNCTIONS * STEP ? (int)(offset / STEP) : -1;
}

/* The interrupted instruction itself, where it is generated code. */
static void traceback(struct foreign_traceback_arg *arg)
{
	const ucontext_t *uc = (const ucontext_t *)arg->sig_context;
	uintptr_t pc = uc ? (uintptr_t)uc->uc_mcontext.gregs[REG_RIP] : 0;

	fc_answer(arg, &pc, pc && index_of(pc) >= 0 ? 1 : 0);
}

static void symbolizer(struct foreign_symbolizer_arg *arg)
{
	int index = arg->pc ? index_of(arg->pc) : -1;

	if (index < 0)
		return;
	arg->func = names[index];
	arg->file = "generated";
	arg->entry = (uintptr_t)code + (uintptr_t)index * STEP;
}

void (*const foreign_jit_run)(void) = jitCaller;
const foreign_traceback_fn foreign_jit_traceback = traceback;
const foreign_symbolizer_fn foreign_jit_symbolizer = symbolizer;
