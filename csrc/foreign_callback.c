/* A thread that C makes and that spends its time in the host: it calls the host, which calls C, which calls the host. */
#include <pthread.h>

#include "framecheck.h"
#include "own_thread.h"

struct job {
	uint64_t cpu_ns;
	uint64_t used_ns;
	void (*back)(void);
};

static FC_FN void *callbackThreadMain(void *data)
{
	struct job *job = data;

	while ((job->used_ns = fc_thread_cpu_ns()) < job->cpu_ns)
		for (int batch = 0; batch < FC_BATCHES; batch++) {
			job->back();
			FC_KEEP();
		}
	return data;
}

/* Runs the thread for `cpu_ns` of its CPU time. Returns what it used, or 0 where no thread could be made. */
uint64_t foreign_callback_run(uint64_t cpu_ns, void (*back)(void))
{
	struct job job = {.cpu_ns = cpu_ns, .back = back};
	pthread_t thread;

	if (pthread_create(&thread, NULL, callbackThreadMain, &job) || pthread_join(thread, NULL))
		return 0;
	return job.used_ns;
}

static FC_FN void bounce(void (*back)(void))
{
	back();
	FC_KEEP();
}

void (*const foreign_callback_bounce)(void (*back)(void)) = bounce;
