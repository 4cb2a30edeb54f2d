/* Writing JSON: strings that are valid whatever bytes a name has, and whole writes. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "json.h"

static void flush(struct fc_json *json)
{
	size_t done = 0;

	while (done < json->used && !json->error) {
		ssize_t wrote = write(json->fd, json->buffer + done, json->used - done);

		if (wrote >= 0)
			done += (size_t)wrote;
		else if (errno != EINTR)
			json->error = errno;
	}
	json->used = 0;
}

static void put(struct fc_json *json, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (json->used == sizeof json->buffer)
			flush(json);
		json->buffer[json->used++] = bytes[i];
	}
}

void fc_json_raw(struct fc_json *json, const char *text)
{
	put(json, text, strlen(text));
}

void fc_json_number(struct fc_json *json, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof text, "%llu", (unsigned long long)number);
	fc_json_raw(json, text);
}

/* Bytes of the character that begins here, or 0 where none does (RFC 3629). The 0 at the end stops it. */
static size_t character(const unsigned char *at)
{
	size_t len = at[0] < 0x80 ? 1 : at[0] < 0xc2 ? 0 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : at[0] < 0xf5 ? 4 : 0;
	unsigned char low = at[0] == 0xe0 ? 0xa0 : at[0] == 0xf0 ? 0x90 : 0x80;
	unsigned char high = at[0] == 0xed ? 0x9f : at[0] == 0xf4 ? 0x8f : 0xbf;

	if (len > 1 && (at[1] < low || at[1] > high))
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

void fc_json_string(struct fc_json *json, const char *text)
{
	char escaped[8];

	put(json, "\"", 1);
	while (*text) {
		size_t len = character((const unsigned char *)text);

		if (*text == '"' || *text == '\\') {
			put(json, "\\", 1);
			put(json, text, 1);
		} else if (len == 1 && (unsigned char)*text < 0x20) {
			snprintf(escaped, sizeof escaped, "\\u%04x", (unsigned)*text);
			put(json, escaped, 6);
		} else if (len == 0) {
			put(json, "\\ufffd", 6);
		} else {
			put(json, text, len);
		}
		text += len ? len : 1;
	}
	put(json, "\"", 1);
}

int fc_json_end(struct fc_json *json)
{
	flush(json);
	return json->error;
}
