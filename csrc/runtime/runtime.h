/*
 * Inside the runtime that a C case is linked with: its tables, which are of a fixed size and never allocated, and who
 * may write to them. An entry is written by its own thread alone; whoever writes the truth only reads.
 */
#ifndef FC_RUNTIME_H
#define FC_RUNTIME_H

#include <sys/types.h>

#include "framecheck.h"

/* More of any of them is not recorded, and the truth says "overflow". */
#define FC_THREADS 1024
#define FC_TALLIES 4096
#define FC_SELVES 64

/* As long as the kernel's name of a thread, the 0 included. */
#define FC_NAME_BYTES 16
#define FC_PATH_BYTES 4096

/* All visits to one phase by one thread. */
struct fc_tally {
	const char *name;
	struct fc_thread *thread;
	struct fc_tally *next;
	uint64_t cpu_ns, visits, planned_min_ns, planned_max_ns;
	/* CPU time that visits were too short, or, below 0, too long. */
	int64_t owed_ns;
	/* Of one statement in the last visit; 0 if there was none. */
	uint64_t batch_ns;
};

struct fc_thread {
	char name[FC_NAME_BYTES];
	pid_t tid;
	/* The clock as it was asked first and last. */
	uint64_t begin_ns, last_ns;
	/* CPU time that it is to use, by its own clock from begin_ns. */
	uint64_t budget_ns;
	uint64_t random;
	struct fc_tally *tallies;
	/* Whether the clock was asked since fc_more looked. */
	int asked;
};

struct fc_settings {
	uint64_t cpu_ns, seed, hz;
	char clock[32];
	/* Empty where nothing is to be written. */
	char truth[FC_PATH_BYTES];
	/* The process that run() is in; 0 where it never got to the runtime. */
	pid_t pid;
};

struct fc_self {
	char name[64], says[256];
	int ok, written;
};

/* Written by the harness for each case: its file's name without the suffix, and its library's file name or "". */
FC_HIDDEN extern const char fc_program[];
FC_HIDDEN extern const char fc_lib_name[];

FC_HIDDEN extern struct fc_settings fc_settings;
FC_HIDDEN extern struct fc_thread fc_threads[FC_THREADS];
FC_HIDDEN extern struct fc_tally fc_tallies[FC_TALLIES];
FC_HIDDEN extern struct fc_self fc_selves[FC_SELVES];
/* How many were asked for: what is beyond the table is missing from it. */
FC_HIDDEN extern unsigned fc_thread_count, fc_tally_count, fc_self_count;

/* Reads the environment, at the first call; ends the process with 2 where a value is malformed. */
FC_HIDDEN void fc_settings_read(void);
/* The calling thread, which is registered if it is not; NULL where the table is full. */
FC_HIDDEN struct fc_thread *fc_thread_self(void);
/* Asks the calling thread's clock. */
FC_HIDDEN uint64_t fc_thread_ask(struct fc_thread *thread);
/* The thread's phase of that name; NULL where the table is full. */
FC_HIDDEN struct fc_tally *fc_tally_of(struct fc_thread *thread, const char *name);
/* The next number of a stream, as testprogs/random.rs has it: SplitMix64. */
FC_HIDDEN uint64_t fc_random_next(uint64_t *state);
/* Ends the process with one line on stderr: set-up failed. */
FC_HIDDEN void fc_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
/* Copies what fits. */
FC_HIDDEN void fc_copy(char *to, const char *from, size_t bytes);

#endif
