/* The environment of a case, read as testprogs/settings.rs reads it for programs: a malformed value is an error. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "runtime.h"

/* The protocol's code for: it could not be set up. */
#define EXIT_SET_UP 2

struct fc_settings fc_settings;

static pthread_once_t once = PTHREAD_ONCE_INIT;

void fc_fail(const char *format, ...)
{
	char line[512];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	dprintf(STDERR_FILENO, "%s: %s\n", fc_program, line);
	/* Not exit: a truth would be written. */
	_exit(EXIT_SET_UP);
}

void fc_copy(char *to, const char *from, size_t bytes)
{
	size_t len = strnlen(from, bytes - 1);

	memcpy(to, from, len);
	to[len] = 0;
}

static void malformed(const char *name, const char *value, const char *takes)
{
	fc_fail("%s is \"%s\"; it takes %s: correct it, or unset it for the default", name, value, takes);
}

/* strtoull alone also takes spaces, signs and what comes behind. */
static uint64_t number(const char *name, uint64_t low, uint64_t high, uint64_t absent)
{
	const char *value = getenv(name);
	char takes[64];
	char *end = NULL;
	unsigned long long read;

	if (!value)
		return absent;
	errno = 0;
	read = strtoull(value, &end, 10);
	if (*value < '0' || *value > '9' || *end || errno || read < low || read > high) {
		snprintf(takes, sizeof takes, "a whole number, %llu to %llu", (unsigned long long)low,
		         (unsigned long long)high);
		malformed(name, value, takes);
	}
	return read;
}

/* Different in each run; the truth says what it was. */
static uint64_t random_seed(void)
{
	uint64_t seed;

	if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
		fc_fail("no random seed: %s; set FRAMECHECK_SEED", strerror(errno));
	return seed;
}

/* Where the truth goes, from the root: the case may change its folder. */
static void read_truth(void)
{
	const char *path = getenv("FRAMECHECK_TRUTH");
	char folder[FC_PATH_BYTES];
	int len;

	if (!path)
		return;
	if (!*path)
		malformed("FRAMECHECK_TRUTH", path, "the path of a file");
	if (*path == '/')
		len = snprintf(fc_settings.truth, FC_PATH_BYTES, "%s", path);
	else if (getcwd(folder, sizeof folder))
		len = snprintf(fc_settings.truth, FC_PATH_BYTES, "%s/%s", folder, path);
	else
		fc_fail("the current folder: %s", strerror(errno));
	if (len >= FC_PATH_BYTES)
		malformed("FRAMECHECK_TRUTH", path, "a path of less than 4096 bytes");
}

static void read_all(void)
{
	const char *clock = getenv("FRAMECHECK_CLOCK");

	fc_settings.cpu_ns = number("FRAMECHECK_CPU_MS", 1, 600000, 1000) * 1000000;
	fc_settings.hz = number("FRAMECHECK_HZ", 1, 10000, 100);
	fc_settings.seed = getenv("FRAMECHECK_SEED") ? number("FRAMECHECK_SEED", 0, UINT64_MAX, 0) : random_seed();
	fc_copy(fc_settings.clock, clock ? clock : "thread", sizeof fc_settings.clock);
	read_truth();
	/* Last: with it there is something to write. */
	fc_settings.pid = getpid();
}

void fc_settings_read(void)
{
	pthread_once(&once, read_all);
}
