/* The library that was built beside a case. */
#include <stdio.h>
#include <string.h>

#include "runtime.h"

/*
 * Where the code of this very case was loaded from, as the kernel says it: an executable without a dynamic linker is
 * found too, and a path that was relative when the library was opened.
 */
static int own_file(char *path)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[FC_PATH_BYTES + 128];
	unsigned long begin, end;
	int at = 0, found = 0;

	while (maps && !found && fgets(line, sizeof line, maps)) {
		if (sscanf(line, "%lx-%lx %*s %*s %*s %*s %n", &begin, &end, &at) != 2 || !at)
			continue;
		found = (unsigned long)fc_program - begin < end - begin;
	}
	if (maps)
		fclose(maps);
	if (!found || line[at] != '/')
		return 0;
	line[strcspn(line, "\n")] = 0;
	fc_copy(path, line + at, FC_PATH_BYTES);
	return 1;
}

const char *fc_lib(void)
{
	static char path[FC_PATH_BYTES];
	char *name;

	fc_thread_ask(fc_thread_self());
	if (!*fc_lib_name)
		fc_fail("fc_lib: the case has no lib: directive");
	if (!own_file(path))
		fc_fail("fc_lib: /proc/self/maps does not say where the case is");
	name = strrchr(path, '/') + 1;
	if ((size_t)(name - path) + strlen(fc_lib_name) >= FC_PATH_BYTES)
		fc_fail("fc_lib: the path is too long");
	fc_copy(name, fc_lib_name, FC_PATH_BYTES - (size_t)(name - path));
	return path;
}
