/* Writing JSON to a file descriptor, through a buffer on the stack. */
#ifndef FC_JSON_H
#define FC_JSON_H

#include "framecheck.h"

struct fc_json {
	int fd;
	/* errno of the first write that failed; 0 if none did. */
	int error;
	size_t used;
	char buffer[4096];
};

/* Text as it is. */
FC_HIDDEN void fc_json_raw(struct fc_json *json, const char *text);
/* A string, quoted and escaped; bytes that are no UTF-8 become U+FFFD. */
FC_HIDDEN void fc_json_string(struct fc_json *json, const char *text);
FC_HIDDEN void fc_json_number(struct fc_json *json, uint64_t number);
/* Writes what is left in the buffer. Returns 0, or errno. */
FC_HIDDEN int fc_json_end(struct fc_json *json);

#endif
