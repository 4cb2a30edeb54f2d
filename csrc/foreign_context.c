/*
 * Host > C > host > C > host > C. The context function records how deep it is; the traceback function answers for a record
 * two functions that nobody ever calls, others for each depth. So what the profile shows of the outer C frames came
 * through a context, and stands where that context belongs, or it is wrong.
 */
#include "framecheck.h"

#define DEPTH_MAX 8

static volatile uint64_t salt_in = 15;
static volatile uint64_t salt_out;

/* Records that are not released, and the number that the next one gets: none comes twice. */
static volatile uintptr_t live[DEPTH_MAX];
static volatile uintptr_t depth;
static volatile uintptr_t next_record = 1;
static volatile uintptr_t wrong_releases;
static volatile int is_hogging;

#define FUNCTION(name)                                                                                             \
	FC_LABEL_OF(in_##name);                                                                                    \
	static FC_FN void name(void)                                                                               \
	{                                                                                                          \
		uint64_t value = salt_in;                                                                          \
                                                                                                                   \
		FC_LABEL(in_##name, value);                                                                        \
		FC_SPIN(value);                                                                                    \
		salt_out = value;                                                                                  \
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
	is_hogging = 1;
	FC_SPIN(value);
	is_hogging = 0;
	salt_out = value;
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
	uintptr_t top = depth;

	if (arg->context == 0) {
		if (top < DEPTH_MAX) {
			live[top] = arg->context = next_record++;
			depth = top + 1;
		}
	} else if (top > 0 && live[top - 1] == arg->context) {
		depth = top - 1;
	} else {
		wrong_releases++;
	}
}

static void traceback(struct foreign_traceback_arg *arg)
{
	const uintptr_t hogging[] = {in_cpuHog, in_cpuHog2}, passing[] = {in_elsewhere};
	const uintptr_t first[] = {in_first2, in_first1}, second[] = {in_second2, in_second1};
	const uintptr_t stale[] = {in_staleContext};

	if (arg->context == 0)
		/* A few instructions before and behind the hog are C too: those are not what the claims are about. */
		fc_answer(arg, is_hogging ? hogging : passing, is_hogging ? 2 : 1);
	else if (depth > 0 && arg->context == live[0])
		fc_answer(arg, first, 2);
	else if (depth > 1 && arg->context == live[1])
		fc_answer(arg, second, 2);
	else
		fc_answer(arg, stale, 1);
}

/* How many releases were not those of the newest record, and how many records were never released. */
uintptr_t foreign_context_wrong(void)
{
	return wrong_releases + depth;
}

/* How many records there have been. */
uintptr_t foreign_context_records(void)
{
	return next_record - 1;
}

void (*const foreign_context_outer)(void (*back)(void)) = outer;
void (*const foreign_context_inner)(void (*back)(void)) = inner;
void (*const foreign_context_hog)(void) = cpuHog;
const foreign_traceback_fn foreign_context_traceback = traceback;
const foreign_context_fn foreign_context_context = context;
