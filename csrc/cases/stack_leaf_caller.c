//@ case: stack.leaf_caller
//@ says: A leaf without a frame of its own does not swallow its caller.
//@ origin: golang/go#29034, pprof-rs#135
//@ needs: native-c
//@ hz: 250
//@ cpu: 400ms
//@ variants: o0 o2 fp nofp
//@ stack: main > ... > run > level1 > level2 > cpuHog
//@ every cpuHog: main > ... > run > level1 > level2 > cpuHog
//@ never: ... > level1 > cpuHog
//@ top: cpuHog
//@ snapshot
//@ kills: skip-leaf-caller
#include "framecheck.h"

static FC_FN void cpuHog(void) { FC_WORK(); }

static FC_FN void level2(void) { cpuHog(); FC_KEEP(); }

static FC_FN void level1(void) { level2(); FC_KEEP(); }

void run(void)
{
	FC_RUN(cpuHog) level1();
}
