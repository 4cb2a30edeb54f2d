/*
 * foreign_context for many short calls on several threads: each thread has its own records, and the functions are so short that
 * most of the time goes to the crossing of boundaries and to recording and releasing contexts.
 */
#include "framecheck.h"

#define DEPTH_MAX 8
/* 10 µs in 0.1 to 0.2 ms of FC_TURNS. */
#define TURNS (FC_TURNS / 16)

static volatile uint64_t salt_in = 23;

/* What a thread has recorded and not released. Read in the handler: never of the kind that is allocated when first used. */
struct records {
	volatile uintptr_t live[DEPTH_MAX];
	volatile uintptr_t depth, next, wrong;
	volatile int is_hogging;
};
static __thread struct records records __attribute__((tls_model("initial-exec")));

#define FUNCTION(name)                                                                                             \
	FC_LABEL_OF(in_##name);                                                                                    \
	static FC_FN void name(void)                                                                               \
	{                                                                                                          \
		uint64_t value = salt_in;                                                                          \
                                                                                                                   \
		FC_LABEL(in_##name, value);                                                                        \
		__asm__ volatile("" ::"r"(value));                                                                 \
	}

/* None of these ever runs. */
FUNCTION(first1)
FUNCTION(first2)
FUNCTION(second1)
FUNCTION(second2)
FUNCTION(cpuHog2)
FUNCTION(staleContext)
FUNCTION(elsewhere)

FC_LABEL_OF(in_cpuHog);
static FC_FN void cpuHog(void)
{
	uint64_t value = salt_in;

	FC_LABEL(in_cpuHog, value);
	records.is_hogging = 1;
	for (int turn = 0; turn < TURNS; turn++)
		value = value * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	/* Uses the value, or the work is thrown away. */
	__asm__ volatile("" ::"r"(value));
	records.is_hogging = 0;
}

static FC_FN void outer(void (*back)(void))
{
	back();
	FC_KEEP();
}

static FC_FN void inner(void (*back)(void))
{
	back();
	FC_KEEP();
}

static void context(struct foreign_context_arg *arg)
{
	uintptr_t top = records.depth;

	if (arg->context == 0) {
		if (top < DEPTH_MAX) {
			records.next = records.next + 1;
			records.live[top] = arg->context = records.next;
			records.depth = top + 1;
		}
	} else if (top > 0 && records.live[top - 1] == arg->context) {
		records.depth = top - 1;
	} else {
		records.wrong = records.wrong + 1;
	}
}

static void traceback(struct foreign_traceback_arg *arg)
{
	const uintptr_t hogging[] = {in_cpuHog, in_cpuHog2}, passing[] = {in_elsewhere};
	const uintptr_t first[] = {in_first2, in_first1}, second[] = {in_second2, in_second1};
	const uintptr_t stale[] = {in_staleContext};

	if (arg->context == 0)
		fc_answer(arg, records.is_hogging ? hogging : passing, records.is_hogging ? 2 : 1);
	else if (records.depth > 0 && arg->context == records.live[0])
		fc_answer(arg, first, 2);
	else if (records.depth > 1 && arg->context == records.live[1])
		fc_answer(arg, second, 2);
	else
		fc_answer(arg, stale, 1);
}

/* Of the calling thread: how many releases were not those of the newest record, and how many records were never released. */
uintptr_t foreign_context_profile_wrong(void)
{
	return records.wrong + records.depth;
}

/* Of the calling thread: how many records there have been. */
uintptr_t foreign_context_profile_records(void)
{
	return records.next;
}

void (*const foreign_context_profile_outer)(void (*back)(void)) = outer;
void (*const foreign_context_profile_inner)(void (*back)(void)) = inner;
void (*const foreign_context_profile_hog)(void) = cpuHog;
const foreign_traceback_fn foreign_context_profile_traceback = traceback;
const foreign_context_fn foreign_context_profile_context = context;
