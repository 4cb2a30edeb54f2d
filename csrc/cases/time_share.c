//@ case: time.share
//@ says: Three functions get the shares of the samples that they have of the CPU time: 10 to 1 to 1.
//@ level: must
//@ origin: gperftools
//@ needs: native-c
// 4000 signals, which a tick would not give in 4 s: half of a twelfth missing is found. On a clock with a tick there are 1000, and what
// is 0.15 off is found, or gone.
//@ clock: best
//@ hz: 1000
//@ cpu: 4s
//@ every hog: main > ... > run > hog
//@ share hog: truth
//@ share a: truth
//@ share b: truth
//@ top: hog
//@ kills: safepoint-bias, lose-half-of-a
#include "framecheck.h"

static FC_FN void hog(void) { FC_WORK(); }

static FC_FN void a(void) { FC_WORK(); }

static FC_FN void b(void) { FC_WORK(); }

void run(void)
{
	FC_UNTIL_DONE {
		FC_PHASE(hog, 10000) hog();
		FC_PHASE(a, 1000) a();
		FC_PHASE(b, 1000) b();
	}
}
