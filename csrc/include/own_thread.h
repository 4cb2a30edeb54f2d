/* Threads that C makes and the host does not know of, and how long they run: by their own CPU clock, never by the wall. */
#ifndef OWN_THREAD_H
#define OWN_THREAD_H

#include <stdint.h>
#include <time.h>

/* Batches between two looks at the clock: at 0.1 to 0.2 ms each, one system call in about 10 ms, and a thread ends that
 * late at most. */
#define FC_BATCHES 64

/* CPU time of the calling thread. */
static inline uint64_t fc_thread_cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

#endif
