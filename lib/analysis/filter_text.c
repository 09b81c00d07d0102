// SPDX-License-Identifier: GPL-2.0-or-later
/* An expression as text, which reads back as the same expression. */
#include <string.h>
#include <sys/socket.h>

#include "analysis/filter.h"
#include "base/text.h"

static void write_number(struct buf *out, uint64_t number)
{
	buf_commit(out, text_u64(buf_reserve(out, TEXT_U64_MAX), number));
}

static void write_hex(struct buf *out, uint32_t number)
{
	char *at = buf_reserve(out, 8);

	for (int shift = 24; shift >= 0; shift -= 8)
		at = text_hex8(at, (uint8_t)(number >> shift));
	buf_commit(out, at);
}

/* A word in quotes if it needs any. */
static void write_word(struct buf *out, const char *word)
{
	if (*word && !strpbrk(word, " \t\n&|!=<>()'\"\\")) {
		buf_add_text(out, word);
		return;
	}
	buf_add_char(out, '"');
	for (; *word; word++) {
		if (*word == '"' || *word == '\\')
			buf_add_char(out, '\\');
		buf_add_char(out, *word);
	}
	buf_add_char(out, '"');
}

static void write_states(struct buf *out, const struct filter_node *node)
{
	const char *separator = "";
	unsigned int unnamed = 1u << SOCK_STATE_COUNT | 1u;

	if (node->states == UINT16_MAX || node->states == 0) {
		buf_add_text(out, node->states ? "state all" : "exclude all");
		return;
	}
	/* States beyond the last name come with sets that are told by what they leave out. */
	buf_add_text(out, node->states & unnamed ? "exclude " : "state ");
	for (unsigned int state = 1; state < SOCK_STATE_COUNT; state++) {
		bool is_in = node->states >> state & 1;

		if (is_in == !!(node->states & unnamed))
			continue;
		buf_add_text(out, separator);
		buf_add_text(out, sock_state_names[state]);
		separator = ",";
	}
}

static void write_addr(struct buf *out, const struct filter_node *node)
{
	const struct prefix *prefix = &node->prefix;
	bool is_v6 = prefix->addr.family == AF_INET6;

	if (prefix->length == 0) {
		buf_add_text(out, is_v6 ? "inet6:" : "inet:");
		return;
	}
	if (is_v6)
		buf_add_char(out, '[');
	buf_commit(out, addr_format(buf_reserve(out, ADDR_TEXT_MAX), &prefix->addr));
	if (prefix->addr.zone) {
		buf_add_char(out, '%');
		write_number(out, prefix->addr.zone);
	}
	if (is_v6)
		buf_add_char(out, ']');
	if (!prefix_is_host(prefix)) {
		buf_add_char(out, '/');
		write_number(out, prefix->length);
	}
}

static void write_port(struct buf *out, const struct filter_node *node)
{
	buf_add_text(out, node->is_negated ? " != :" : " = :");
	if (node->low == 0 && node->high == UINT16_MAX) {
		buf_add_char(out, '*');
		return;
	}
	write_number(out, node->low);
	if (node->low == node->high)
		return;
	buf_add_char(out, '-');
	write_number(out, node->high);
}

static void write_condition(struct buf *out, const struct filter *filter,
			    const struct filter_node *node)
{
	static const char *const words[FILTER_KIND_COUNT] = {
		[FILTER_DEV] = "dev",	      [FILTER_MARK] = "fwmark", [FILTER_CGROUP] = "cgroup",
		[FILTER_PATH] = "src",	      [FILTER_PID] = "pid",	[FILTER_USER] = "user",
		[FILTER_PROGRAM] = "program", [FILTER_INODE] = "inode", [FILTER_COOKIE] = "cookie",
	};
	const char *relation = node->is_negated ? " != " : " = ";

	switch (node->kind) {
	case FILTER_STATE:
		write_states(out, node);
		return;
	case FILTER_AUTOBOUND:
		buf_add_text(out, node->is_negated ? "not autobound" : "autobound");
		return;
	case FILTER_ADDR:
		buf_add_text(out, node->end == FILTER_SRC ? "src" : "dst");
		buf_add_text(out, relation);
		write_addr(out, node);
		return;
	case FILTER_PORT:
		buf_add_text(out, node->end == FILTER_SRC ? "sport" : "dport");
		write_port(out, node);
		return;
	}
	buf_add_text(out, words[node->kind]);
	buf_add_text(out, relation);
	if (node->kind == FILTER_MARK) {
		buf_add_text(out, "0x");
		write_hex(out, node->mark.value);
		buf_add_text(out, "/0x");
		write_hex(out, node->mark.mask);
	} else if (node->kind == FILTER_PATH) {
		buf_add_text(out, "unix:");
		write_word(out, filter->texts + node->text);
	} else if (node->text) {
		write_word(out, filter->texts + node->text);
	} else {
		write_number(out, node->number);
	}
}

static void write_node(struct buf *out, const struct filter *filter, uint16_t number, bool in_and)
{
	const struct filter_node *node = &filter->nodes[number];
	bool is_or = node->kind == FILTER_OR;

	if (node->kind != FILTER_AND && node->kind != FILTER_OR) {
		write_condition(out, filter, node);
		return;
	}
	if (is_or && in_and)
		buf_add_text(out, "( ");
	write_node(out, filter, node->left, !is_or);
	buf_add_text(out, is_or ? " or " : " and ");
	write_node(out, filter, node->right, !is_or);
	if (is_or && in_and)
		buf_add_text(out, " )");
}

/* Add the part of @filter under @node to @out. */
void filter_write(struct buf *out, const struct filter *filter, uint16_t node)
{
	if (node != FILTER_ALL)
		write_node(out, filter, node, false);
}
