/*
 * The truth file: what the case measured of itself. It is written once, as the process ends by exit(3) or the library is closed,
 * by the process that called the runtime first, which run() is in, and appears whole or not at all. A process that never called the runtime
 * writes none, and neither does one that ends by a signal or _exit: a truth that is missing is not a truth of 0.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "json.h"
#include "runtime.h"

#define VERSION 1

static void field(struct fc_json *json, const char *name, uint64_t number)
{
	fc_json_string(json, name);
	fc_json_raw(json, ":");
	fc_json_number(json, number);
}

static void text(struct fc_json *json, const char *name, const char *value)
{
	fc_json_string(json, name);
	fc_json_raw(json, ":");
	fc_json_string(json, value);
}

static unsigned least(unsigned count, unsigned room)
{
	return count < room ? count : room;
}

static void head(struct fc_json *json)
{
	fc_json_raw(json, "{");
	field(json, "version", VERSION);
	fc_json_raw(json, ",");
	text(json, "program", fc_program);
	fc_json_raw(json, ",");
	field(json, "seed", fc_settings.seed);
	fc_json_raw(json, ",");
	field(json, "hz", fc_settings.hz);
	fc_json_raw(json, ",");
	text(json, "clock", fc_settings.clock);
	if (fc_thread_count > FC_THREADS || fc_tally_count > FC_TALLIES || fc_self_count > FC_SELVES)
		fc_json_raw(json, ",\"overflow\":true");
}

static void threads(struct fc_json *json)
{
	const char *comma = "";

	fc_json_raw(json, ",\n\"threads\":[");
	for (unsigned i = 0; i < least(fc_thread_count, FC_THREADS); i++) {
		const struct fc_thread *thread = &fc_threads[i];
		pid_t tid = __atomic_load_n(&thread->tid, __ATOMIC_ACQUIRE);

		/* It is about to enter itself, as the process ends. */
		if (!tid)
			continue;
		fc_json_raw(json, comma);
		comma = ",";
		fc_json_raw(json, "\n{");
		text(json, "name", thread->name);
		fc_json_raw(json, ",");
		field(json, "tid", (uint64_t)tid);
		fc_json_raw(json, ",");
		field(json, "cpu_ns", __atomic_load_n(&thread->last_ns, __ATOMIC_RELAXED) - thread->begin_ns);
		fc_json_raw(json, "}");
	}
	fc_json_raw(json, "]");
}

static void phases(struct fc_json *json)
{
	const char *comma = "";

	fc_json_raw(json, ",\n\"phases\":[");
	for (unsigned i = 0; i < least(fc_tally_count, FC_TALLIES); i++) {
		const struct fc_tally *tally = &fc_tallies[i];
		const char *name = __atomic_load_n(&tally->name, __ATOMIC_ACQUIRE);
		uint64_t visits = __atomic_load_n(&tally->visits, __ATOMIC_RELAXED);

		/* Begun, and never ended: what it used is not known. */
		if (!name || !visits)
			continue;
		fc_json_raw(json, comma);
		comma = ",";
		fc_json_raw(json, "\n{");
		text(json, "name", name);
		fc_json_raw(json, ",");
		text(json, "thread", tally->thread->name);
		fc_json_raw(json, ",");
		field(json, "cpu_ns", __atomic_load_n(&tally->cpu_ns, __ATOMIC_RELAXED));
		fc_json_raw(json, ",");
		field(json, "visits", visits);
		fc_json_raw(json, ",");
		field(json, "planned_min_ns", __atomic_load_n(&tally->planned_min_ns, __ATOMIC_RELAXED));
		fc_json_raw(json, ",");
		field(json, "planned_max_ns", __atomic_load_n(&tally->planned_max_ns, __ATOMIC_RELAXED));
		fc_json_raw(json, "}");
	}
	fc_json_raw(json, "]");
}

static void selves(struct fc_json *json)
{
	const char *comma = "";

	fc_json_raw(json, ",\n\"self\":[");
	for (unsigned i = 0; i < least(fc_self_count, FC_SELVES); i++) {
		const struct fc_self *self = &fc_selves[i];

		if (!__atomic_load_n(&self->written, __ATOMIC_ACQUIRE))
			continue;
		fc_json_raw(json, comma);
		comma = ",";
		fc_json_raw(json, "\n{");
		text(json, "name", self->name);
		fc_json_raw(json, self->ok ? ",\"ok\":true," : ",\"ok\":false,");
		text(json, "says", self->says);
		fc_json_raw(json, "}");
	}
	fc_json_raw(json, "]}\n");
}

/* Writes it under a name of its own in the same folder; returns 0, or errno with nothing left there. */
static int write_to(const char *unfinished)
{
	struct fc_json json = {.fd = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644)};
	int error;

	if (json.fd < 0)
		return errno;
	head(&json);
	threads(&json);
	phases(&json);
	selves(&json);
	error = fc_json_end(&json);
	if (close(json.fd) && !error)
		error = errno;
	if (!error && rename(unfinished, fc_settings.truth))
		error = errno;
	if (error)
		unlink(unfinished);
	return error;
}

/* The last of the destructors: a case may check something in its own. */
static __attribute__((destructor(101))) void write_truth(void)
{
	char unfinished[FC_PATH_BYTES + 32];
	int error;

	if (!*fc_settings.truth || fc_settings.pid != getpid())
		return;
	snprintf(unfinished, sizeof unfinished, "%s.%d.unfinished", fc_settings.truth, (int)fc_settings.pid);
	error = write_to(unfinished);
	if (error)
		dprintf(STDERR_FILENO, "%s: no truth at %s: %s\n", fc_program, fc_settings.truth, strerror(error));
}
