//@ case: time.total_1000
//@ says: At a rate above the kernel's tick, too, samples times period is the CPU time that was used, or what is missing is declared.
//@ origin: gperftools, pprof-rs, golang/go#35057
//@ needs: native-c
//@ hz: 1000
// A clock that the tick drives gives 250 signals a second at 250 Hz: 400 of them find that half of the time is missing.
//@ cpu: 1600ms
//@ total: truth
//@ kills: period-wrong
#include "framecheck.h"

static FC_FN void cpuHog(void) { FC_WORK(); }

void run(void)
{
	FC_RUN(cpuHog) cpuHog();
}
