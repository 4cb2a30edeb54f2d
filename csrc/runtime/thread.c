/* The threads of a case: who is registered, its clock, its share of the CPU time and its stream of random numbers. */
#define _GNU_SOURCE
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "runtime.h"

struct fc_thread fc_threads[FC_THREADS];
unsigned fc_thread_count;

/*
 * Where the calling thread stands in the table. Never of the kind that is allocated when first used, which a library
 * that is opened has by default.
 */
static __thread struct fc_thread *self __attribute__((tls_model("initial-exec")));
/* It asked, and the table was full. */
static __thread int unrecorded __attribute__((tls_model("initial-exec")));

static uint64_t clock_ns(void)
{
	struct timespec now;

	/* It cannot fail: the clock is there since Linux 2.6.12. */
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static uint64_t mixed(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

uint64_t fc_random_next(uint64_t *state)
{
	*state += UINT64_C(0x9e3779b97f4a7c15);
	return mixed(*state);
}

/*
 * A stream for the thread: the seed's own for the first, and for others by name, and by how many there were of that name
 * before. Not by order alone: threads that begin at once would draw each other's numbers in the next run.
 */
static uint64_t stream(const struct fc_thread *thread)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	uint64_t before = 0;

	if (thread == fc_threads)
		return fc_settings.seed;
	for (const char *at = thread->name; *at; at++)
		hash = (hash ^ (unsigned char)*at) * UINT64_C(0x100000001b3);
	for (const struct fc_thread *other = fc_threads; other < thread; other++)
		before += !strcmp(other->name, thread->name);
	return mixed(fc_settings.seed ^ mixed(hash + before));
}

static struct fc_thread *enter(const char *name)
{
	unsigned at;

	fc_settings_read();
	at = __atomic_fetch_add(&fc_thread_count, 1, __ATOMIC_RELAXED);
	if (at >= FC_THREADS) {
		unrecorded = 1;
		return NULL;
	}
	self = &fc_threads[at];
	fc_copy(self->name, name, FC_NAME_BYTES);
	self->budget_ns = fc_settings.cpu_ns;
	self->random = stream(self);
	self->begin_ns = self->last_ns = clock_ns();
	/* Last: an entry without it is not there yet. */
	__atomic_store_n(&self->tid, (pid_t)syscall(SYS_gettid), __ATOMIC_RELEASE);
	return self;
}

struct fc_thread *fc_thread_self(void)
{
	char name[FC_NAME_BYTES] = "main";

	if (self || unrecorded)
		return self;
	/* The process's first thread has the name of the executable, and is called main here, as in Rust. */
	if (syscall(SYS_gettid) != getpid())
		prctl(PR_GET_NAME, name);
	return enter(name);
}

uint64_t fc_thread_ask(struct fc_thread *thread)
{
	uint64_t now_ns = clock_ns();

	if (thread) {
		__atomic_store_n(&thread->last_ns, now_ns, __ATOMIC_RELAXED);
		thread->asked = 1;
	}
	return now_ns;
}

void fc_thread_begin(const char *name)
{
	char cut[FC_NAME_BYTES];

	fc_thread_end();
	fc_copy(cut, name, FC_NAME_BYTES);
	prctl(PR_SET_NAME, cut);
	enter(cut);
}

void fc_thread_end(void)
{
	if (self)
		fc_thread_ask(self);
	self = NULL;
	unrecorded = 0;
}

void fc_share(double fraction)
{
	struct fc_thread *thread = fc_thread_self();

	if (!(fraction >= 0 && fraction <= 1))
		fc_fail("fc_share(%g): it takes 0 to 1", fraction);
	if (thread)
		thread->budget_ns = (uint64_t)((double)fc_settings.cpu_ns * fraction);
}

int fc_more(void)
{
	struct fc_thread *thread = fc_thread_self();

	/* Its time cannot be told: the overflow is in the truth, and the case comes to its end. */
	if (!thread)
		return 0;
	/* The end of the last phase will do, where there was one. */
	if (!thread->asked)
		fc_thread_ask(thread);
	thread->asked = 0;
	return thread->last_ns - thread->begin_ns < thread->budget_ns;
}

uint64_t fc_random_below(uint64_t n)
{
	struct fc_thread *thread = fc_thread_self();

	return thread && n ? fc_random_next(&thread->random) % n : 0;
}
