/* Checks that a case makes itself. */
#include "runtime.h"

struct fc_self fc_selves[FC_SELVES];
unsigned fc_self_count;

void fc_self(const char *name, int ok, const char *says)
{
	unsigned at;

	/* The thread that runs the case is in the truth, also where this is all it does. */
	fc_thread_ask(fc_thread_self());
	at = __atomic_fetch_add(&fc_self_count, 1, __ATOMIC_RELAXED);
	if (at >= FC_SELVES)
		return;
	fc_copy(fc_selves[at].name, name, sizeof fc_selves[at].name);
	fc_copy(fc_selves[at].says, says ? says : "", sizeof fc_selves[at].says);
	fc_selves[at].ok = ok;
	__atomic_store_n(&fc_selves[at].written, 1, __ATOMIC_RELEASE);
}
