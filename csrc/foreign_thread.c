/*
 * A thread that C makes while the profiler runs, and the hooks for it: one that answers for this thread and for no
 * other, one that answers nothing. The thread is really cpuHogThreadMain > cpuHogThread; the hook says
 * cpuHogThread2 > cpuHogThread, so that the profile shows which of them it is from.
 */
#include <pthread.h>

#include "framecheck.h"
#include "own_thread.h"

static volatile uint64_t salt_in = 11;
static volatile uint64_t salt_out;
static volatile pthread_t hooked;
static volatile int is_hooked;

FC_LABEL_OF(in_cpuHogThread);
FC_LABEL_OF(in_cpuHogThread2);

static FC_FN void cpuHogThread(void)
{
	uint64_t value = salt_in;

	FC_LABEL(in_cpuHogThread, value);
	FC_SPIN(value);
	salt_out = value + 11;
}

/* Never runs. */
static FC_FN void cpuHogThread2(void)
{
	uint64_t value = salt_in;

	FC_LABEL(in_cpuHogThread2, value);
	FC_SPIN(value);
	salt_out = value + 12;
}

struct job {
	uint64_t cpu_ns;
	uint64_t used_ns;
	void (*back)(void);
};

static FC_FN void *cpuHogThreadMain(void *data)
{
	struct job *job = data;

	hooked = pthread_self();
	is_hooked = 1;
	if (job->back)
		job->back();
	while ((job->used_ns = fc_thread_cpu_ns()) < job->cpu_ns)
		for (int batch = 0; batch < FC_BATCHES; batch++)
			cpuHogThread();
	is_hooked = 0;
	return data;
}

/* Runs the thread for `cpu_ns` of its CPU time; `back`, if there is one, is called first. Returns what it used, or 0
 * where no thread could be made. */
uint64_t foreign_thread_run(uint64_t cpu_ns, void (*back)(void))
{
	struct job job = {.cpu_ns = cpu_ns, .back = back};
	pthread_t thread;

	if (pthread_create(&thread, NULL, cpuHogThreadMain, &job) || pthread_join(thread, NULL))
		return 0;
	return job.used_ns;
}

static void traceback(struct foreign_traceback_arg *arg)
{
	const uintptr_t frames[] = {in_cpuHogThread, in_cpuHogThread2};

	fc_answer(arg, frames, is_hooked && pthread_equal(pthread_self(), hooked) ? 2 : 0);
}

static void traceback_nothing(struct foreign_traceback_arg *arg)
{
	fc_answer(arg, NULL, 0);
}

const foreign_traceback_fn foreign_thread_traceback = traceback;
const foreign_traceback_fn foreign_thread_traceback_nothing = traceback_nothing;
