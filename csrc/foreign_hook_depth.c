/*
 * Hooks that answer 0, 1, 2, 31, 32 and 33 frames into a buffer that has room for 32. Each mode burns its time in a
 * leaf of its own, which is also the innermost frame it reports, so the profile itself says which mode a
 * sample belongs to. The callers are frame1, frame2, …: all different, so that one that is missing, doubled or
 * out of order shows.
 */
#include "framecheck.h"

/* What both runtimes give a hook. */
#define EXPECTED_MAX 32

static volatile uint64_t salt_in = 7;
static volatile uint64_t salt_out;
static volatile uintptr_t mode;
static volatile uintptr_t wrong_max;

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

#define EACH_LEAF(X) X(hog0) X(hog1) X(hog2) X(hog31) X(hog32) X(hog32open) X(hog33)
#define EACH_FRAME(X)                                                                                              \
	X(frame1) X(frame2) X(frame3) X(frame4) X(frame5) X(frame6) X(frame7) X(frame8)                            \
	X(frame9) X(frame10) X(frame11) X(frame12) X(frame13) X(frame14) X(frame15) X(frame16)                     \
	X(frame17) X(frame18) X(frame19) X(frame20) X(frame21) X(frame22) X(frame23) X(frame24)                    \
	X(frame25) X(frame26) X(frame27) X(frame28) X(frame29) X(frame30) X(frame31) X(frame32)

EACH_LEAF(FUNCTION)
EACH_FRAME(FUNCTION)

#define LABEL(name) &in_##name,
static const uintptr_t *const leaves[] = {EACH_LEAF(LABEL)};
static const uintptr_t *const callers[] = {EACH_FRAME(LABEL)};

/* Frames that each mode has to report, in the order of the leaves. */
static const uintptr_t depths[] = {0, 1, 2, 31, 32, 32, 33};

/* The mode that fills the buffer to the brim and never writes a terminator, not even where there is room. */
#define MODE_OPEN 5

static void traceback(struct foreign_traceback_arg *arg)
{
	uintptr_t n = 0, now = mode, depth = depths[now];

	if (arg->max != EXPECTED_MAX)
		wrong_max = arg->max ? arg->max : UINTPTR_MAX;
	for (; n < depth && n < arg->max; n++)
		arg->buf[n] = n == 0 ? *leaves[now] : *callers[n - 1];
	if (n < arg->max && now != MODE_OPEN)
		arg->buf[n] = 0;
}

#define POINTER(name) name,
void (*const foreign_hook_depth_run[])(void) = {EACH_LEAF(POINTER)};
const foreign_traceback_fn foreign_hook_depth_traceback = traceback;

void foreign_hook_depth_mode(uintptr_t next)
{
	mode = next;
}

/* The last `max` that was not EXPECTED_MAX; 0 where there was none. */
uintptr_t foreign_hook_depth_wrong_max(void)
{
	return wrong_max;
}
