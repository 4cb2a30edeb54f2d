//@ case: CASE_ID
//@ says: A leaf without a frame of its own does not swallow its caller.
//@ origin: the issue that this re-enacts
//@ variants: o0 o2
// Root first; ` > ` is a direct call, `...` any number of frames. INTERPRETING.md has all directives.
//@ every cpuHog: main > ... > run > level1 > level2 > cpuHog
//@ never: ... > level1 > cpuHog
#include "framecheck.h"

static FC_FN void cpuHog(void) { FC_WORK(); }

static FC_FN void level2(void) { cpuHog(); FC_KEEP(); }

static FC_FN void level1(void) { level2(); FC_KEEP(); }

void run(void)
{
	FC_RUN(cpuHog) level1();
}
