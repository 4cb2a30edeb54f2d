//@ case: stack.leaf
//@ says: The leaf is the function that burns, also where it has no frame, and never its caller.
//@ level: must
//@ origin: pprof-rs#135
//@ needs: native-c
//@ hz: 250
//@ cpu: 400ms
//@ variants: o0 o2 fp nofp
//@ stack: main > ... > run > cpuHog
//@ every cpuHog: main > ... > run > cpuHog
//@ top: cpuHog
//@ snapshot
//@ kills: skip-leaf
#include "framecheck.h"

static FC_FN void cpuHog(void) { FC_WORK(); }

void run(void)
{
	FC_RUN(cpuHog) cpuHog();
}
