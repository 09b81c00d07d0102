// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RECORD_RULE_H
#define NETSONDE_RECORD_RULE_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/prefix.h"

/* What a rule does with a packet that it matches (include/uapi/linux/fib_rules.h, FR_ACT_*). */
enum rule_action {
	RULE_LOOKUP = 1,
	RULE_GOTO = 2,
	RULE_NOP = 3,
	RULE_BLACKHOLE = 6,
	RULE_UNREACHABLE = 7,
	RULE_PROHIBIT = 8,
};

/* Ports from first to last; with a mask, those whose masked bits are first. */
struct rule_ports {
	uint16_t first, last, mask; /* mask 0: a range */
	bool is_set;
};

/* A policy rule. What is not set matches everything. */
struct rule {
	struct prefix src, dst; /* AF_UNSPEC: not set */
	char iif[IF_NAMESIZE], oif[IF_NAMESIZE];
	uint64_t tunnel_id;
	uint32_t priority;
	uint32_t table;
	uint32_t target; /* RULE_GOTO: priority of the rule to go on with */
	uint32_t mark, mark_mask;
	uint32_t uid_first, uid_last;
	uint32_t suppress_length; /* RULE_NO_SUPPRESS: no such limit */
	uint32_t suppress_group;
	uint32_t flow_label, flow_label_mask; /* mask 0: not set */
	uint32_t realms;
	struct rule_ports sport, dport;
	uint8_t family;
	uint8_t action;		 /* enum rule_action, or what a newer kernel says */
	uint8_t tos;		 /* 0: not set */
	uint8_t dscp, dscp_mask; /* mask 0: not set */
	uint8_t proto;		 /* IP protocol, 0: not set */
	uint8_t protocol;	 /* who made the rule (RTPROT_*) */
	bool has_uids;
	bool is_inverted;
	bool is_l3mdev;
	bool is_unresolved;   /* RULE_GOTO: no rule has the target's priority */
	bool is_iif_detached; /* there is no such device now */
	bool is_oif_detached;
	bool is_unknown; /* it has a selector that this program does not know */
};

#define RULE_NO_SUPPRESS UINT32_MAX

/* Longest text of rule_format() with its terminator. */
#define RULE_TEXT_SIZE 704

/* Numbers in a rule that a host has names for. */
enum rule_name {
	RULE_NAME_TABLE,
	RULE_NAME_TOS,
	RULE_NAME_REALM,
	RULE_NAME_GROUP, /* of devices */
};

/* Called to write the name of @number at @at, or the number if it has none: at most 32 bytes.
 *
 * Return: the first byte after the text.
 */
typedef char *rule_name_fn(char *at, enum rule_name kind, uint32_t number, void *arg);

size_t rule_format(char *text, const struct rule *rule, rule_name_fn *name, void *arg);
const char *rule_proto_name(uint8_t proto);
bool rules_are_default(const struct rule *rules, size_t count, uint8_t family);

#endif
