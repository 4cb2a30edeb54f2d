/*
 * An evaluator of DWARF call frame information, as far as plain C functions on x86-64 need it: the CFA is rsp or rbp plus
 * an offset, saved registers lie at offsets from it. So a walk is right at every instruction, before a
 * push, behind a pop and on the ret alike, with frame pointers and without.
 */
#include "cfi_walk.h"

enum { RBP = 6, RSP = 7, RETURN_ADDRESS = 16, REGISTERS = 17 };
enum { REMEMBERED_MAX = 4 };

/* What libgcc has on a function. */
struct eh_bases {
	void *text, *data, *function;
};
extern const void *_Unwind_Find_FDE(void *pc, struct eh_bases *bases);

static uint64_t uleb(const uint8_t **at)
{
	uint64_t value = 0;
	unsigned shift = 0;
	uint8_t byte;

	do {
		byte = *(*at)++;
		value |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80 && shift < 63);
	return value;
}

static int64_t sleb(const uint8_t **at)
{
	uint64_t value = 0;
	unsigned shift = 0;
	uint8_t byte;

	do {
		byte = *(*at)++;
		value |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80 && shift < 63);
	if (byte & 0x40)
		value |= ~UINT64_C(0) << shift;
	return (int64_t)value;
}

static uint64_t little(const uint8_t **at, unsigned bytes)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < bytes; i++)
		value |= (uint64_t)*(*at)++ << (8 * i);
	return value;
}

/* The width of a pointer in an FDE, by the low half of its encoding; 0 for those that no linker here writes. */
static unsigned pointer_bytes(uint8_t encoding)
{
	switch (encoding & 0x0f) {
	case 0x00:
	case 0x04:
	case 0x0c:
		return 8;
	case 0x03:
	case 0x0b:
		return 4;
	default:
		return 0;
	}
}

/* Reads the CIE that the FDE refers to; returns the encoding of the FDE's pointers, or -1. */
static int common_part(struct cfi_function *function, const uint8_t *at)
{
	uint32_t length = (uint32_t)little(&at, 4);
	const uint8_t *end = at + length;
	uint8_t version;
	int encoding;

	if (length == UINT32_MAX || little(&at, 4) != 0)
		return -1;
	version = *at++;
	/* "zR": an encoding and nothing else. C without exceptions has no personality. */
	if ((version != 1 && version != 3) || at[0] != 'z' || at[1] != 'R' || at[2] != 0)
		return -1;
	at += 3;
	function->code_align = uleb(&at);
	function->data_align = sleb(&at);
	if ((version == 1 ? *at++ : uleb(&at)) != RETURN_ADDRESS || uleb(&at) != 1)
		return -1;
	encoding = *at++;
	function->initial = at;
	function->initial_end = end;
	return encoding;
}

int cfi_function_find(struct cfi_function *function, uintptr_t start)
{
	struct eh_bases bases;
	const uint8_t *at = _Unwind_Find_FDE((void *)start, &bases);
	const uint8_t *link, *end;
	uint32_t length;
	unsigned width;
	int encoding;

	if (!at || (uintptr_t)bases.function != start)
		return -1;
	length = (uint32_t)little(&at, 4);
	end = at + length;
	link = at;
	encoding = length == UINT32_MAX ? -1 : common_part(function, link - (uint32_t)little(&at, 4));
	width = encoding < 0 ? 0 : pointer_bytes((uint8_t)encoding);
	if (width == 0)
		return -1;
	at += width; /* the start, relative to something that libgcc has worked out already */
	function->start = start;
	function->end = start + little(&at, width);
	width = (unsigned)uleb(&at); /* augmentation data: none of ours */
	function->rules = at + width;
	function->rules_end = end;
	return 0;
}

/* Where the caller's registers are, at one instruction. */
struct row {
	uint64_t cfa_register;
	int64_t cfa_offset;
	int64_t offset[REGISTERS];
	uint8_t saved[REGISTERS];
};

struct machine {
	const struct cfi_function *function;
	uintptr_t location, pc;
	struct row now, initial, remembered[REMEMBERED_MAX];
	unsigned depth;
};

static int save(struct machine *m, uint64_t reg, uint64_t factored)
{
	if (reg >= REGISTERS)
		return -1;
	m->now.saved[reg] = 1;
	m->now.offset[reg] = (int64_t)factored * m->function->data_align;
	return 0;
}

static int restore(struct machine *m, uint64_t reg)
{
	if (reg >= REGISTERS)
		return -1;
	m->now.saved[reg] = m->initial.saved[reg];
	m->now.offset[reg] = m->initial.offset[reg];
	return 0;
}

/* The instructions without an operand in their first byte. */
static int extended(struct machine *m, uint8_t op, const uint8_t **at)
{
	uint64_t reg;

	switch (op) {
	case 0x00: /* nop */
		return 0;
	case 0x02: /* advance_loc1, 2, 4 */
	case 0x03:
	case 0x04:
		m->location += little(at, 1u << (op - 2)) * m->function->code_align;
		return 0;
	case 0x05: /* offset_extended */
		reg = uleb(at);
		return save(m, reg, uleb(at));
	case 0x06: /* restore_extended */
		return restore(m, uleb(at));
	case 0x0a: /* remember_state */
		if (m->depth == REMEMBERED_MAX)
			return -1;
		m->remembered[m->depth++] = m->now;
		return 0;
	case 0x0b: /* restore_state */
		if (m->depth == 0)
			return -1;
		m->now = m->remembered[--m->depth];
		return 0;
	case 0x0c: /* def_cfa */
		m->now.cfa_register = uleb(at);
		m->now.cfa_offset = (int64_t)uleb(at);
		return 0;
	case 0x0d: /* def_cfa_register */
		m->now.cfa_register = uleb(at);
		return 0;
	case 0x0e: /* def_cfa_offset */
		m->now.cfa_offset = (int64_t)uleb(at);
		return 0;
	case 0x2e: /* GNU_args_size */
		uleb(at);
		return 0;
	default:
		return -1;
	}
}

/* Runs the rules in [at, end) that hold at m->pc. Returns 0, or -1 at one that it does not know. */
static int run(struct machine *m, const uint8_t *at, const uint8_t *end)
{
	while (at < end) {
		uint8_t op = *at++, low = op & 0x3f;
		int error = 0;

		switch (op & 0xc0) {
		case 0x40: /* advance_loc */
			m->location += low * m->function->code_align;
			break;
		case 0x80: /* offset */
			error = save(m, low, uleb(&at));
			break;
		case 0xc0: /* restore */
			error = restore(m, low);
			break;
		default:
			error = extended(m, op, &at);
		}
		if (error)
			return -1;
		if (m->location > m->pc)
			return 0;
	}
	return 0;
}

static const struct cfi_function *function_at(const struct cfi_function *functions, size_t count, uintptr_t pc)
{
	for (size_t i = 0; i < count; i++)
		if (pc >= functions[i].start && pc < functions[i].end)
			return &functions[i];
	return NULL;
}

static uintptr_t word(uintptr_t address)
{
	return *(const uintptr_t *)address;
}

/* From the registers in `function` to those in its caller. */
static int step(const struct cfi_function *function, uintptr_t pc, struct cfi_registers *at)
{
	struct machine m = {.function = function, .location = function->start, .pc = pc};
	uintptr_t cfa;

	if (run(&m, function->initial, function->initial_end))
		return -1;
	m.initial = m.now;
	if (run(&m, function->rules, function->rules_end))
		return -1;
	if (m.now.cfa_register != RSP && m.now.cfa_register != RBP)
		return -1;
	if (!m.now.saved[RETURN_ADDRESS])
		return -1;
	cfa = (m.now.cfa_register == RSP ? at->sp : at->bp) + (uintptr_t)m.now.cfa_offset;
	at->pc = word(cfa + (uintptr_t)m.now.offset[RETURN_ADDRESS]);
	if (m.now.saved[RBP])
		at->bp = word(cfa + (uintptr_t)m.now.offset[RBP]);
	at->sp = cfa;
	return 0;
}

size_t cfi_walk(const struct cfi_function *functions, size_t count, struct cfi_registers at, uintptr_t *pcs,
                size_t max)
{
	size_t n = 0;
	uintptr_t pc = at.pc;

	while (n < max) {
		const struct cfi_function *function = function_at(functions, count, pc);

		if (!function)
			break;
		pcs[n++] = pc;
		if (step(function, pc, &at))
			break;
		/* A return address belongs to the instruction before it, the call; it may be the function's last. */
		pc = at.pc - 1;
	}
	return n;
}
