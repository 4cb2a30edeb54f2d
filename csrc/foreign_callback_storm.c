/*
 * Many threads that C makes, each of which does nothing but call the host and come back: nearly every sample lies in the few
 * instructions in which a boundary is crossed. The hook says something that nobody ever calls, so that a sample which is
 * taken for foreign although it is the host's, or the other way round, shows.
 */
#include <pthread.h>

#include "framecheck.h"
#include "own_thread.h"

/* Calls between two looks at the clock: a call takes 50 ns or more, the clock a microsecond or less. */
#define CALLS 1000

static volatile uint64_t salt_in = 25;
static volatile uint64_t salt_out;
/* Whether this thread is one of ours. Read in the handler: never of the kind that is allocated when first used. */
static __thread volatile int is_ours __attribute__((tls_model("initial-exec")));

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

/* These never run. */
FUNCTION(stormC)
FUNCTION(cpuHogThread2)

struct job {
	uint64_t cpu_ns;
	uint64_t used_ns;
	void (*back)(void);
};

static FC_FN void *stormThreadMain(void *data)
{
	struct job *job = data;

	is_ours = 1;
	while ((job->used_ns = fc_thread_cpu_ns()) < job->cpu_ns)
		for (int call = 0; call < CALLS; call++) {
			job->back();
			FC_KEEP();
		}
	is_ours = 0;
	return data;
}

/*
 * Runs `count` threads at once, each for `cpu_ns` of its CPU time; `used_ns` is what each has used. Returns 0, or -1 where one
 * could not be made.
 */
int foreign_callback_storm_run(uint64_t cpu_ns, void (*back)(void), uintptr_t count, uint64_t *used_ns)
{
	struct job jobs[count];
	pthread_t threads[count];
	uintptr_t made = 0;
	int missing = 0;

	for (; made < count; made++) {
		jobs[made] = (struct job){.cpu_ns = cpu_ns, .back = back};
		if (pthread_create(&threads[made], NULL, stormThreadMain, &jobs[made]))
			break;
	}
	for (uintptr_t i = 0; i < made; i++) {
		missing |= pthread_join(threads[i], NULL);
		used_ns[i] = jobs[i].used_ns;
	}
	return missing || made < count ? -1 : 0;
}

static void traceback(struct foreign_traceback_arg *arg)
{
	const uintptr_t frames[] = {in_stormC, in_cpuHogThread2};

	fc_answer(arg, frames, is_ours ? 2 : 0);
}

const foreign_traceback_fn foreign_callback_storm_traceback = traceback;
