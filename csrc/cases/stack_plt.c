//@ case: stack.plt
//@ says: A linkage stub has its caller, also where no unwind table covers it.
//@ origin: open-telemetry/opentelemetry-ebpf-profiler#1253
//@ needs: native-c
//@ hz: 250
// Half of it each. The loop around the stub has a part of its half, so that the phase is not named after the leaf: no count of it is
// implied. 200 signals; a tenth of them in the stub are what is needed.
//@ cpu: 800ms
//@ variants: o0 o2 fp nofp
//@ stack: main > ... > run > stubCaller > pltStub
//@ every pltStub: main > ... > run > stubCaller > pltStub
// What is called through the linker's own stub, bound at its first call, whatever a stub is called there.
//@ stack: main > ... > run > libraryCaller > ...
// The profiler's own start and stop are not under run; what the case calls is.
//@ every: main > ...
//@ never: ... > host::* > libraryCaller > ...
//@ never: ... > host::* > stubCaller > ...
//@ never: ... > run > pltStub
//@ kills: skip-leaf-caller
#include <stdlib.h>

#include "framecheck.h"

/*
 * gperftools (libunwind), perf (elfutils) and pprof-rs (libgcc) all show pltStub without any caller, or, with frame pointers,
 * right under run, and all are wrong: it is entered by the call in stubCaller and made of jumps alone, which leave rsp where it
 * is, so that at each of its instructions the word at rsp is the return address into stubCaller. No statistics are in that,
 * and no taste: a thread that is in pltStub is in stubCaller, run and main too.
 *
 * As ld.lld writes them: without unwind tables, and the stack as the call has left it. Sixteen jumps in a row, each through a slot
 * of its own to the next, or little time would be spent there; the last one goes to a function that returns.
 */
#if defined(__x86_64__)
__asm__(".pushsection .text.pltStub,\"ax\",@progbits\n"
        ".hidden pltStub\n"
        ".globl pltStub\n"
        ".type pltStub,@function\n"
        "pltStub:\n"
        ".set number,0\n"
        ".rept 16\n"
        "jmp *(pltSlots + 8 * number)(%rip)\n"
        ".set number,number + 1\n"
        ".endr\n"
        ".size pltStub, . - pltStub\n"
        ".popsection\n"
        ".pushsection .data.rel.ro.pltSlots,\"aw\",@progbits\n"
        ".balign 8\n"
        "pltSlots:\n"
        ".set number,1\n"
        ".rept 15\n"
        ".quad pltStub + 6 * number\n"
        ".set number,number + 1\n"
        ".endr\n"
        ".quad pltEnd\n"
        ".popsection\n");
#endif

FC_HIDDEN void pltStub(void);

/* Where the last jump goes. */
FC_HIDDEN FC_FN void pltEnd(void) {}

/* Calls, of the stub or of the library: 0.1 ms or so. */
#define CALLS 10000

static FC_FN void stubCaller(void)
{
	for (int i = 0; i < CALLS; i++)
		pltStub();
	FC_KEEP();
}

static FC_FN void libraryCaller(void)
{
	for (int i = 0; i < CALLS; i++)
		srand(i);
	FC_KEEP();
}

void run(void)
{
	FC_UNTIL_DONE {
		FC_PHASE(stub, 5000) stubCaller();
		FC_PHASE(library, 5000) libraryCaller();
	}
}
