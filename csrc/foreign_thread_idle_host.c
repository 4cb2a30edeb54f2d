/*
 * Two threads that C makes and that never enter the host, with a hook that answers 32 frames for them, while all that the host
 * has sleeps. One host thread sleeps where it keeps the loader's list of libraries locked, so that whoever needs that
 * to read samples out cannot: what nobody reads fills its buffer, and has to be declared.
 */
#define _GNU_SOURCE
#include <link.h>
#include <pthread.h>
#include <semaphore.h>

#include "framecheck.h"
#include "own_thread.h"

#define THREADS 2
/* The host's threads that sleep. */
#define SLEEPERS 2

static volatile uint64_t salt_in = 24;
static volatile uint64_t salt_out;
/* Whether this thread is one of ours. Read in the handler: never of the kind that is allocated when first used. */
static __thread volatile int is_ours __attribute__((tls_model("initial-exec")));
static sem_t is_held, is_over;

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

/* Innermost first: the one that works, and 31 that never run. */
#define EACH_FRAME(X)                                                                                              \
	X(idleHog) X(idle1) X(idle2) X(idle3) X(idle4) X(idle5) X(idle6) X(idle7) X(idle8) X(idle9) X(idle10)      \
	X(idle11) X(idle12) X(idle13) X(idle14) X(idle15) X(idle16) X(idle17) X(idle18) X(idle19) X(idle20)        \
	X(idle21) X(idle22) X(idle23) X(idle24) X(idle25) X(idle26) X(idle27) X(idle28) X(idle29) X(idle30)        \
	X(cpuHogThread2)

EACH_FRAME(FUNCTION)

#define LABEL(name) &in_##name,
static const uintptr_t *const frames[] = {EACH_FRAME(LABEL)};
#define FRAMES (sizeof frames / sizeof *frames)

struct job {
	uint64_t cpu_ns;
	uint64_t used_ns;
};

static FC_FN void *idleThreadMain(void *data)
{
	struct job *job = data;

	is_ours = 1;
	while ((job->used_ns = fc_thread_cpu_ns()) < job->cpu_ns)
		for (int batch = 0; batch < FC_BATCHES; batch++)
			idleHog();
	is_ours = 0;
	return data;
}

/* Sleeps until the threads of C are done. */
void foreign_thread_idle_host_sleep(void)
{
	while (sem_wait(&is_over))
		;
}

static int hold(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)info, (void)size, (void)data;
	sem_post(&is_held);
	foreign_thread_idle_host_sleep();
	return 1;
}

/* The same with the loader's list locked. */
void foreign_thread_idle_host_hold(void)
{
	dl_iterate_phdr(hold, NULL);
}

/* Not in the handler, and before the others. Returns 0, or -1. */
int foreign_thread_idle_host_prepare(void)
{
	return sem_init(&is_held, 0, 0) || sem_init(&is_over, 0, 0) ? -1 : 0;
}

/*
 * Makes the threads once the lock is held, and waits for them: the first has six sevenths of `cpu_ns` of CPU time, the second
 * one. `used_ns` is what each has used. Returns 0, or -1 where one could not be made.
 */
int foreign_thread_idle_host_run(uint64_t cpu_ns, uint64_t used_ns[THREADS])
{
	struct job jobs[THREADS] = {{.cpu_ns = cpu_ns / 7 * 6}, {.cpu_ns = cpu_ns / 7}};
	pthread_t threads[THREADS];
	int made = 0, missing = 0;

	while (sem_wait(&is_held))
		;
	while (made < THREADS && !pthread_create(&threads[made], NULL, idleThreadMain, &jobs[made]))
		made++;
	for (int i = 0; i < made; i++) {
		missing |= pthread_join(threads[i], NULL);
		used_ns[i] = jobs[i].used_ns;
	}
	for (int i = 0; i < SLEEPERS; i++)
		sem_post(&is_over);
	return missing || made < THREADS ? -1 : 0;
}

static void traceback(struct foreign_traceback_arg *arg)
{
	uintptr_t answer[FRAMES];

	for (uintptr_t i = 0; i < FRAMES; i++)
		answer[i] = *frames[i];
	fc_answer(arg, answer, is_ours ? FRAMES : 0);
}

const foreign_traceback_fn foreign_thread_idle_host_traceback = traceback;
