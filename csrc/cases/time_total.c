//@ case: time.total
//@ says: Samples times period is the CPU time that was used, with what was lost.
//@ level: must
//@ origin: golang/go#35057
//@ needs: native-c
// 400 signals find that half of the time is missing or half as much again is there.
//@ hz: 250
//@ cpu: 1600ms
//@ stack: main > ... > run > cpuHog
//@ total: truth
//@ kills: count-twice, period-wrong
#include "framecheck.h"

static FC_FN void cpuHog(void) { FC_WORK(); }

void run(void)
{
	FC_RUN(cpuHog) cpuHog();
}
