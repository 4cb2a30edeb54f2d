/*
 * Functions whose first instruction is the only one that takes time, right behind a neighbour that never runs: who looks up the
 * instruction before it names the neighbour. In assembly, for a compiler decides itself what stands first, and where.
 */
#include "framecheck.h"

#define HIDDEN __attribute__((visibility("hidden")))

/* cNop returns. cNops counts its fourth argument down to 0, in one instruction. */
HIDDEN void cNop(void);
HIDDEN void cNops(uint64_t, uint64_t, uint64_t, uint64_t turns);

#define FUNCTION(name, code)                                                                                       \
	".type " name ",@function\n" name ":\n"                                                                    \
	".cfi_startproc\n" code "\n.cfi_endproc\n"                                                                 \
	".size " name ",.-" name "\n"

__asm__(".pushsection .text.fc_nops,\"ax\",@progbits\n"
        ".balign 64\n"
        /* clang-format off */
        FUNCTION("nopNeighbour", "xorl %eax,%eax\nret")
        FUNCTION("cNop", "ret")
        FUNCTION("nopsNeighbour", "xorl %eax,%eax\nret")
        FUNCTION("cNops", "loop cNops\nret")
        /* clang-format on */
        ".popsection\n");

static FC_FN void nopsCaller(void)
{
	cNops(0, 0, 0, FC_TURNS);
	FC_KEEP();
}

void (*const foreign_c_nops_one)(void) = cNop;
void (*const foreign_c_nops_run)(void) = nopsCaller;
