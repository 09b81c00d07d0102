// SPDX-License-Identifier: GPL-2.0-or-later
/* Destinations of the command line. */
#include <errno.h>
#include <netdb.h>
#include <string.h>

#include "answer.h"
#include "cli/message.h"
#include "host/lookup.h"

/* A destination that is only on one link says which device is meant. */
static struct flow flow_to(const struct run *run, const struct addr *dst)
{
	struct flow flow = run->flow;

	flow.dst = *dst;
	if (dst->zone && !flow.oif && !flow.iif)
		flow.oif = dst->zone;
	return flow;
}

static int ask(struct run *run, const struct addr *dst, lookup_flow_fn *on_flow, void *arg,
	       struct err *err)
{
	struct flow flow = flow_to(run, dst);

	if (flow.src.family && flow.src.family != dst->family)
		return err_set(err, -EINVAL, "--from is of another family than the destination");
	return on_flow(run, &flow, arg, err);
}

/* The option for what is a word of its own in `ip route get`, NULL if @word is none. */
static const char *option_for(const char *word)
{
	static const char *const words[][2] = {
		{ "from", "--from" },	  { "iif", "--iif" },	  { "oif", "--oif" },
		{ "dev", "--oif" },	  { "vrf", "--oif" },	  { "mark", "--mark" },
		{ "tos", "--tos" },	  { "dsfield", "--tos" }, { "uid", "--uid" },
		{ "ipproto", "--proto" }, { "sport", "--sport" }, { "dport", "--dport" },
		{ "via", "--via" },	  { "table", "--table" },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i][0], word) == 0)
			return words[i][1];
	return NULL;
}

static void say_unknown(const char *name, int error)
{
	const char *option = option_for(name);

	if (option)
		cli_message("netroute", "%s: %s (the option is %s)", name, gai_strerror(error),
			    option);
	else
		cli_message("netroute", "%s: %s", name, gai_strerror(error));
}

static int only_family(const struct settings *settings)
{
	return settings->families == FAMILY_INET  ? AF_INET :
	       settings->families == FAMILY_INET6 ? AF_INET6 :
						    AF_UNSPEC;
}

/* All addresses of a host's name. That there is none is said, and is no end of the run. */
static int ask_name(struct run *run, const char *name, lookup_flow_fn *on_flow, void *arg,
		    struct err *err)
{
	struct addrinfo hints = {
		.ai_family = only_family(&run->settings),
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_IDN,
	};
	struct addrinfo *list = NULL;
	int ret;

	if (run->settings.common.netns) {
		cli_message("netroute", "'%s' is no address; names are not looked up in --netns",
			    name);
		run->is_incomplete = true;
		return 0;
	}
	ret = getaddrinfo(name, NULL, &hints, &list);
	if (ret) {
		say_unknown(name, ret);
		run->is_incomplete = true;
		return 0;
	}
	for (const struct addrinfo *info = list; info && ret == 0; info = info->ai_next) {
		struct addr addr;

		if (info->ai_family != AF_INET && info->ai_family != AF_INET6)
			continue;
		addr = lookup_addr(info);
		ret = ask(run, &addr, on_flow, arg, err);
	}
	freeaddrinfo(list);
	return ret;
}

/* Hand a flow for each address of each operand to @on_flow.
 *
 * Return: 0 or -errno of @on_flow.
 */
int lookup_each(struct run *run, char **operands, int count, lookup_flow_fn *on_flow, void *arg,
		struct err *err)
{
	int ret = 0;

	for (int i = 0; i < count && ret == 0 && !cli_stop_signal(); i++) {
		struct addr addr;
		int parsed = addr_parse(&addr, operands[i]);

		if (parsed == 0 && !query_wants_family(run, addr.family)) {
			cli_message("netroute", "%s: an address of another family than -%c",
				    operands[i], addr.family == AF_INET ? '6' : '4');
			run->is_incomplete = true;
		} else if (parsed == 0) {
			ret = ask(run, &addr, on_flow, arg, err);
		} else if (parsed == -ENODEV) {
			cli_message("netroute", "%s: no such device here", operands[i]);
			run->is_incomplete = true;
		} else if (strchr(operands[i], '/')) {
			cli_message("netroute",
				    "%s: an address is looked up; routes to a prefix are listed by "
				    "--exact, --match, --root",
				    operands[i]);
			run->is_incomplete = true;
		} else {
			ret = ask_name(run, operands[i], on_flow, arg, err);
		}
	}
	return ret;
}

struct look_up {
	struct answer_row row;
	struct path_explanation explanation;
	bool wants_entry;
};

/* Where the kernel's answer leaves open which rule it was, or why there is no way, the decision is
 * made once more. */
static int on_flow(struct run *run, const struct flow *flow, void *arg, struct err *err)
{
	struct look_up *look_up = arg;
	struct path_answer answer;
	const struct rule *rule;
	char reason[REASON_SIZE];
	int ret = path_look_up(&run->path.nl, flow, 1, look_up->wants_entry, &answer, err);

	if (ret < 0)
		return ret;
	rule = path_rule_of_table(&run->path, flow->dst.family, path_table_of(&run->path, &answer));
	reason[0] = '\0';
	if (answer.error || !rule) {
		ret = path_explain(&run->path, flow, &look_up->explanation, err);
		if (ret < 0)
			return ret;
		answer = look_up->explanation.answer;
		path_reason(reason, sizeof(reason), &look_up->explanation);
		rule = look_up->explanation.agrees ? path_explanation_rule(&look_up->explanation) :
						     NULL;
	}
	answer_show(run, &look_up->row, flow, &answer, rule, reason);
	return run->out.error;
}

/* Look the operands up and show one line for each of their addresses.
 *
 * Return: 0 or -errno.
 */
int lookup_operands(struct run *run, char **operands, int count, struct err *err)
{
	struct look_up look_up = { .row.rule_of = NULL };
	int ret = answer_begin(run, err);

	if (ret < 0)
		return ret;
	path_explanation_init(&look_up.explanation);
	look_up.wants_entry = answer_wants_entry(run);
	ret = lookup_each(run, operands, count, on_flow, &look_up, err);
	table_end(&run->table);
	path_explanation_fini(&look_up.explanation);
	return ret;
}
