// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_TESTS_UNIT_VSCENE_H
#define NETSONDE_TESTS_UNIT_VSCENE_H

#include "analysis/syn_verdict.h"

#define VSCENE_LISTENERS 3

/* Facts to be judged, and the judgement: for the tests of the rules. */
struct vscene {
	struct syn_facts facts;
	struct syn_thresholds limits;
	struct syn_listener listeners[VSCENE_LISTENERS];
	struct syn_listener_verdict own[VSCENE_LISTENERS];
	struct syn_tally_report targets[VSCENE_LISTENERS];
	uint64_t settled[VSCENE_LISTENERS];
	struct syn_verdict verdict;
};

extern struct vscene vscene;

struct addr vscene_at(uint8_t last, uint16_t port);
int vscene_begin(void **state);
enum syn_what vscene_judge(void);
void vscene_hold(int i, uint64_t now, uint64_t survivors, uint64_t before);
void vscene_count(enum syn_counter which, uint64_t delta);
void vscene_cookies(uint64_t sent, uint64_t settled, uint64_t returned);
bool vscene_has_note(enum syn_note note);
const struct syn_evidence *vscene_evidence(const char *rule);
void vscene_hear(int i, uint16_t port, uint64_t syns, uint64_t completed, uint64_t settled);
void vscene_fill(int i, uint32_t looks);

/* The facts are judged to be this. */
#define vscene_expect(expected, gravity)                                                           \
	do {                                                                                       \
		assert_int_equal(vscene_judge(), expected);                                        \
		assert_int_equal(vscene.verdict.severity, gravity);                                \
	} while (0)

/* A test that begins with vscene_begin(). */
#define VSCENE(test) cmocka_unit_test_setup(test, vscene_begin)

#endif
