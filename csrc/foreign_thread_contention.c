/*
 * Four threads that C makes, and a hook that takes its time: while it answers for one of them, others are sampled too.
 * Each has frames of its own, so that a buffer they shared would show as one thread's frames on another.
 */
#include <pthread.h>

#include "framecheck.h"
#include "own_thread.h"

#define THREADS 4
/* 16 turns of a hog's work: 2 ms, a fifth of a period at 100 Hz. */
#define SLOW_ROUNDS 16

static volatile uint64_t salt_in = 13;
static volatile uint64_t salt_out;
/* Which of the threads this is, from 1. Read in the handler: never of the kind that is allocated when first used. */
static __thread volatile int number __attribute__((tls_model("initial-exec")));

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

FUNCTION(hog1)
FUNCTION(hog2)
FUNCTION(hog3)
FUNCTION(hog4)
/* These never run. */
FUNCTION(caller1)
FUNCTION(caller2)
FUNCTION(caller3)
FUNCTION(caller4)
FUNCTION(cpuHogThread2)

static void (*const hogs[THREADS])(void) = {hog1, hog2, hog3, hog4};
static const uintptr_t *const leaves[THREADS] = {&in_hog1, &in_hog2, &in_hog3, &in_hog4};
static const uintptr_t *const callers[THREADS] = {&in_caller1, &in_caller2, &in_caller3, &in_caller4};

struct job {
	uint64_t cpu_ns;
	uint64_t used_ns;
	int number;
};

static FC_FN void *contender(void *data)
{
	struct job *job = data;

	number = job->number;
	while ((job->used_ns = fc_thread_cpu_ns()) < job->cpu_ns)
		for (int batch = 0; batch < FC_BATCHES; batch++)
			hogs[job->number - 1]();
	number = 0;
	return data;
}

/* Runs the threads at once, each for `cpu_ns` of its CPU time. Returns what they used, or 0 where one is missing. */
uint64_t foreign_thread_contention_run(uint64_t cpu_ns)
{
	struct job jobs[THREADS];
	pthread_t threads[THREADS];
	uint64_t used_ns = 0;
	int made = 0, missing = 0;

	for (; made < THREADS; made++) {
		jobs[made] = (struct job){.cpu_ns = cpu_ns, .number = made + 1};
		if (pthread_create(&threads[made], NULL, contender, &jobs[made]))
			break;
	}
	for (int i = 0; i < made; i++) {
		missing |= pthread_join(threads[i], NULL);
		used_ns += jobs[i].used_ns;
	}
	return missing || made < THREADS ? 0 : used_ns;
}

static void traceback(struct foreign_traceback_arg *arg)
{
	int thread = number;

	if (thread == 0) {
		fc_answer(arg, NULL, 0);
		return;
	}
	uint64_t value = arg->sig_context;

	for (int round = 0; round < SLOW_ROUNDS; round++)
		FC_SPIN(value);
	/* Uses the value, or the work is thrown away. */
	__asm__ volatile("" ::"r"(value));
	const uintptr_t frames[] = {*leaves[thread - 1], *callers[thread - 1], in_cpuHogThread2};

	fc_answer(arg, frames, 3);
}

const foreign_traceback_fn foreign_thread_contention_traceback = traceback;
