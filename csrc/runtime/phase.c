/*
 * Phases: a statement, repeated until its CPU time is used. The thread's clock is a system call and took up to 5 % of
 * the samples when it was asked each 0.2 ms: so the time of a statement, known from before, says how many of them come
 * next, and a short visit asks twice, when it begins and when it ends.
 */
#include <string.h>

#include "runtime.h"

/* So many statements or less to the end are granted at once. Beyond, an eighth of them: statements may become slower. */
#define AT_ONCE 16

struct fc_tally fc_tallies[FC_TALLIES];
unsigned fc_tally_count;

struct fc_tally *fc_tally_of(struct fc_thread *thread, const char *name)
{
	struct fc_tally *tally;
	unsigned at;

	for (tally = thread->tallies; tally; tally = tally->next)
		if (tally->name == name || !strcmp(tally->name, name))
			return tally;
	at = __atomic_fetch_add(&fc_tally_count, 1, __ATOMIC_RELAXED);
	if (at >= FC_TALLIES)
		return NULL;
	tally = &fc_tallies[at];
	tally->thread = thread;
	tally->planned_min_ns = UINT64_MAX;
	tally->next = thread->tallies;
	thread->tallies = tally;
	/* Last: an entry without it is not there yet. */
	__atomic_store_n(&tally->name, name, __ATOMIC_RELEASE);
	return tally;
}

/* How many statements come before the clock is asked again: to the nearest end, and one at least. */
static uint64_t grant(uint64_t left_ns, uint64_t batch_ns)
{
	uint64_t batches = batch_ns ? (left_ns + batch_ns / 2) / batch_ns : 1;

	if (batches > AT_ONCE)
		batches /= 8;
	return batches ? batches : 1;
}

static uint64_t planned_ns(struct fc_thread *thread, uint64_t mean_ns, enum fc_kind kind)
{
	uint64_t low_ns = mean_ns / 5;
	uint64_t used_ns;

	switch (kind) {
	case FC_FIXED:
		return mean_ns;
	case FC_DITHERED:
		return low_ns + (thread ? fc_random_next(&thread->random) % (mean_ns * 9 / 5 + 1 - low_ns) : 0);
	default:
		/* Where the table was full, nobody knows. */
		if (!thread)
			return 0;
		used_ns = thread->last_ns - thread->begin_ns;
		return used_ns < thread->budget_ns ? thread->budget_ns - used_ns : 0;
	}
}

struct fc_phase fc_phase_begin(const char *name, uint64_t us, enum fc_kind kind)
{
	struct fc_thread *thread = fc_thread_self();
	struct fc_phase phase = {0};
	int64_t target_ns;

	phase.tally = thread ? fc_tally_of(thread, name) : NULL;
	phase.begin_ns = fc_thread_ask(thread);
	phase.planned_ns = planned_ns(thread, us * 1000, kind);
	target_ns = (int64_t)phase.planned_ns;
	if (phase.tally && kind != FC_ALL)
		target_ns += phase.tally->owed_ns;
	phase.target_ns = target_ns > 0 ? (uint64_t)target_ns : 0;
	phase.batches = phase.granted = grant(phase.target_ns, phase.tally ? phase.tally->batch_ns : 0);
	return phase;
}

uint64_t fc_phase_more(struct fc_phase *phase)
{
	uint64_t now_ns = fc_thread_ask(phase->tally ? phase->tally->thread : NULL);
	uint64_t used_ns = now_ns - phase->begin_ns;
	uint64_t batch_ns = used_ns / phase->batches;

	if (used_ns + batch_ns / 2 >= phase->target_ns) {
		phase->end_ns = now_ns;
		return 0;
	}
	/* This answer is one of them. */
	phase->granted = grant(phase->target_ns - used_ns, batch_ns ? batch_ns : 1);
	phase->batches += phase->granted;
	return phase->granted--;
}

static void add(uint64_t *sum, uint64_t value)
{
	__atomic_store_n(sum, *sum + value, __ATOMIC_RELAXED);
}

/* Also where the statement was left by break or return: then the time is counted, and nothing is owed for it. */
void fc_phase_end(struct fc_phase *phase)
{
	struct fc_tally *tally = phase->tally;
	uint64_t used_ns;

	if (!tally)
		return;
	used_ns = (phase->end_ns ? phase->end_ns : fc_thread_ask(tally->thread)) - phase->begin_ns;
	add(&tally->cpu_ns, used_ns);
	add(&tally->visits, 1);
	if (phase->planned_ns < tally->planned_min_ns)
		__atomic_store_n(&tally->planned_min_ns, phase->planned_ns, __ATOMIC_RELAXED);
	if (phase->planned_ns > tally->planned_max_ns)
		__atomic_store_n(&tally->planned_max_ns, phase->planned_ns, __ATOMIC_RELAXED);
	if (phase->end_ns) {
		tally->owed_ns = (int64_t)(phase->target_ns - used_ns);
		tally->batch_ns = used_ns / phase->batches;
	}
}
