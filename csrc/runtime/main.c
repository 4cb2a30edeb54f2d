/* The host where a case is an executable of its own: plain C. */
#include "framecheck.h"

int main(void)
{
	run();
	return 0;
}
