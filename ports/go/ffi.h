/* The C side of the programs, as Go sees it: what csrc/NAME.c defines, and a way to call a function by its pointer. */
#ifndef FFI_H
#define FFI_H

#include <stdint.h>

#include "foreign_traceback.h"

typedef void (*fc_function)(void);

/* Go cannot call a pointer to C. Inlined into the stub that cgo writes for it, so that it is no frame of its own. */
static inline void fc_call(fc_function function)
{
	function();
}

static inline void fc_call_back(void (*function)(fc_function back), fc_function back)
{
	function(back);
}

extern const fc_function foreign_hook_run;
extern const foreign_traceback_fn foreign_hook_traceback;

/* In old_layout.c. */
extern const foreign_traceback_fn old_layout_traceback;

extern const fc_function foreign_hook_depth_run[];
extern const foreign_traceback_fn foreign_hook_depth_traceback;
void foreign_hook_depth_mode(uintptr_t mode);
uintptr_t foreign_hook_depth_wrong_max(void);

/* `mode` is below the number of modes. */
static inline void fc_call_depth(uintptr_t mode)
{
	foreign_hook_depth_run[mode]();
}

extern const fc_function foreign_hook_once_run;
extern const foreign_traceback_fn foreign_hook_once_traceback;

extern const fc_function foreign_hook_real_run;
extern const foreign_traceback_fn foreign_hook_real_traceback;
int foreign_hook_real_prepare(void);

uint64_t foreign_thread_run(uint64_t cpu_ns, fc_function back);
extern const foreign_traceback_fn foreign_thread_traceback;
extern const foreign_traceback_fn foreign_thread_traceback_nothing;

uint64_t foreign_thread_contention_run(uint64_t cpu_ns);
extern const foreign_traceback_fn foreign_thread_contention_traceback;

uint64_t foreign_callback_run(uint64_t cpu_ns, fc_function back);
extern void (*const foreign_callback_bounce)(fc_function back);

extern void (*const foreign_context_outer)(fc_function back);
extern void (*const foreign_context_inner)(fc_function back);
extern const fc_function foreign_context_hog;
extern const foreign_traceback_fn foreign_context_traceback;
extern const foreign_context_fn foreign_context_context;
uintptr_t foreign_context_wrong(void);
uintptr_t foreign_context_records(void);

extern const fc_function foreign_symbolizer_run;
extern const foreign_traceback_fn foreign_symbolizer_traceback;
extern const foreign_symbolizer_fn foreign_symbolizer_symbolizer;

#endif
