// SPDX-License-Identifier: GPL-2.0-or-later
/* Operands are a filter: what it is made of, and what becomes of it. */
#include "select.h"

#include <errno.h>
#include <fnmatch.h>
#include <linux/capability.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/escape.h"
#include "base/priv.h"
#include "base/text.h"
#include "cli/message.h"
#include "host/lookup.h"
#include "host/sysctl.h"
#include "netconn.h"

#define OWNER_KINDS (1u << FILTER_PID | 1u << FILTER_PROGRAM)
#define NO_DEVICE UINT32_MAX /* whatever its name: not here */
#define ALL_KINDS ((1u << FILTER_KIND_COUNT) - 1)

/* --- names ----------------------------------------------------------------------------------- */

static int find_service(const char *name, uint16_t *port, void *arg)
{
	(void)arg;
	return lookup_service(name, port);
}

static int find_user(const char *name, uint32_t *uid, void *arg)
{
	(void)arg;
	return lookup_user(name, uid);
}

/* In all network namespaces at once, a device is only a name yet: select_enter(). */
static int find_device(const char *name, uint32_t *index, void *arg)
{
	const struct run *run = arg;

	if (run->settings.all_netns && strlen(name) < IF_NAMESIZE && !strchr(name, '/')) {
		*index = NO_DEVICE;
		return 0;
	}
	*index = if_nametoindex(name);
	return *index ? 0 : -ENOENT;
}

static int find_cgroup(const char *path, uint64_t *id, void *arg)
{
	struct run *run = arg;

	if (!run->has_cgroups)
		cgroups_load(&run->cgroups, NULL);
	run->has_cgroups = true;
	return cgroups_find(&run->cgroups, path, id);
}

static int find_host(const char *name, struct addr list[FILTER_HOSTS_MAX], size_t *count, void *arg)
{
	(void)arg;
	return lookup_hosts(name, list, FILTER_HOSTS_MAX, count);
}

/* --- facts ----------------------------------------------------------------------------------- */

static bool has_pid(const struct sock *sock, uint32_t pid, void *arg)
{
	const struct owners *owners = &((const struct run *)arg)->owners;
	const struct owner_holder *holder = owners_first(owners, sock->inode);

	while (holder && owners_pid(owners, holder) != (pid_t)pid)
		holder = owners_next(owners, holder);
	return holder;
}

static bool has_program(const struct sock *sock, const char *pattern, void *arg)
{
	const struct owners *owners = &((const struct run *)arg)->owners;
	const struct owner_holder *holder = owners_first(owners, sock->inode);

	while (holder && fnmatch(pattern, owners_program(owners, holder), 0) != 0)
		holder = owners_next(owners, holder);
	return holder;
}

static uint32_t user_of(const struct sock *sock, void *arg)
{
	struct run *run = arg;

	if (sock->proto == SOCK_TCP && sock->state == SOCK_TIME_WAIT)
		return SOCK_NO_UID;
	return facts_uid(run, sock);
}

static struct filter_facts facts_of(struct run *run)
{
	return (struct filter_facts){
		.has_pid = has_pid,
		.has_program = has_program,
		.user = user_of,
		.arg = run,
	};
}

static bool matches(struct run *run, uint16_t node, const struct sock *sock)
{
	struct filter_facts facts = facts_of(run);

	return filter_match(&run->selection.filter, node, sock, &facts);
}

/* --- the operands ---------------------------------------------------------------------------- */

/* Join @operands by blanks.
 *
 * Return: 0 or -E2BIG.
 */
static int join(struct selection *selection, int count, char **operands, struct err *err)
{
	size_t length = 0;

	for (int i = 0; i < count; i++) {
		if (strlen(operands[i]) + 2 > SELECT_TEXT_SIZE - length)
			return err_set(err, -E2BIG, "the filter is too long");
		if (i > 0)
			selection->text[length++] = ' ';
		length +=
			text_copy(selection->text + length, SELECT_TEXT_SIZE - length, operands[i]);
	}
	return 0;
}

/* Show the expression with a caret under the place where it is wrong. */
static void tell_fault(const char *text, size_t fault, const struct err *err)
{
	static const size_t size = ESCAPE_UNIT_MAX * SELECT_TEXT_SIZE + 1;
	char line[size];
	size_t used, width = 0, length;

	cli_message("netconn", "%s", err->text);
	length = escape_text(line, size - 1, text, fault, &used);
	for (size_t i = 0; i < length; i++)
		width += (line[i] & 0xc0) != 0x80;
	length = escape_text(line, size - 1, text, strlen(text), &used);
	line[length] = '\0';
	fprintf(stderr, "  %s\n  %*s^\n", line, (int)width, "");
}

static void compile(struct selection *selection)
{
	selection->code_length = filter_bytecode(&selection->filter, selection->kernel,
						 selection->code, sizeof(selection->code));
}

static void divide(struct selection *selection)
{
	struct filter *filter = &selection->filter;
	struct filter_split kernel, sieved, whole;

	filter_split(filter, filter->root, FILTER_BYTECODE_KINDS, &kernel);
	filter_split(filter, kernel.rest, ALL_KINDS & ~OWNER_KINDS, &sieved);
	filter_split(filter, filter->root, ALL_KINDS & ~OWNER_KINDS, &whole);
	selection->states = kernel.states;
	selection->kernel = kernel.kernel;
	selection->rest = kernel.rest;
	selection->sieved = sieved.kernel;
	selection->whole = whole.kernel;
	selection->late = whole.rest;
	compile(selection);
}

/* Sections and protocols that nothing can pass in are not listed, unless they were asked for. */
static void narrow(struct run *run)
{
	const struct filter *filter = &run->selection.filter;
	struct settings *settings = &run->settings;

	if (!settings->has_protos && !filter_may_match(filter, filter->root, AF_UNIX))
		settings->protos &= ~(1u << SOCK_UNIX);
	if (!settings->has_protos && !filter_may_match(filter, filter->root, AF_INET))
		settings->protos &= 1u << SOCK_UNIX;
}

static bool has_zone(const struct filter *filter)
{
	for (uint16_t i = 0; i < filter->count; i++)
		if (filter->nodes[i].kind == FILTER_ADDR && filter->nodes[i].prefix.addr.zone)
			return true;
	return false;
}

/* Read the filter in the @count words at @operands; none is no filter. Its names of devices are
 * those of the network namespace that the calling thread is in.
 *
 * Return: 0; 1 if it is wrong, and the user was shown where; or -errno.
 */
int select_read(struct run *run, int count, char **operands, struct err *err)
{
	struct selection *selection = &run->selection;
	struct filter_names names = {
		.service = find_service,
		.user = find_user,
		.device = find_device,
		.cgroup = find_cgroup,
		.host = run->settings.common.netns ? NULL : find_host,
		.arg = run,
	};
	size_t fault;
	int ret;

	selection->states = UINT16_MAX;
	selection->late = FILTER_ALL;
	if (count == 0)
		return 0;
	ret = join(selection, count, operands, err);
	if (ret < 0)
		return ret;
	sysctl_read_ports("ipv4/ip_local_port_range", &names.low_port, &names.high_port);
	ret = filter_parse(&selection->filter, selection->text, &names, &fault, err);
	if (ret < 0) {
		tell_fault(selection->text, fault, err);
		return 1;
	}
	if (run->settings.mode == MODE_MONITOR && selection->filter.kinds & OWNER_KINDS)
		return err_set(err, -EINVAL,
			       "--monitor: nobody holds what is gone: no pid, no program");
	if (selection->filter.kinds & 1u << FILTER_MARK && !priv_has(CAP_NET_ADMIN))
		return err_set(err, -EPERM, "fwmark: only CAP_NET_ADMIN is told marks: be root");
	if (run->settings.all_netns && has_zone(&selection->filter))
		return err_set(err, -EINVAL,
			       "--all-netns: ADDRESS%%DEVICE means one namespace; say 'dev', too");
	selection->is_active = selection->filter.root != FILTER_ALL;
	if (selection->is_active && !run->settings.listening)
		run->settings.all = true;
	divide(selection);
	narrow(run);
	return 0;
}

static uint64_t device_in(const struct space *space, const char *name)
{
	const struct link *link = links_named(&space->links, name);
	uint64_t index;

	if (link)
		return link->index;
	return text_parse_u64(name, INT32_MAX, &index) == 0 ? index : NO_DEVICE;
}

/* Have the filter mean what it means in the network namespace @space, an index in run->spaces:
 * devices are others there, and the range of ports that the kernel chooses from. */
void select_enter(struct run *run, uint32_t space)
{
	struct selection *selection = &run->selection;
	struct filter *filter = &selection->filter;
	const struct space *there = run->spaces.list[space];

	selection->space = space;
	if (!(filter->kinds & (1u << FILTER_DEV | 1u << FILTER_AUTOBOUND)))
		return;
	for (uint16_t i = 0; i < filter->count; i++) {
		struct filter_node *node = &filter->nodes[i];

		if (node->kind == FILTER_DEV) {
			node->number = device_in(there, filter->texts + node->text);
		} else if (node->kind == FILTER_AUTOBOUND && there->low_port) {
			node->low = there->low_port;
			node->high = there->high_port;
		}
	}
	compile(selection);
}

static void explain_line(struct buf *out, const char *title, const struct filter *filter,
			 uint16_t node)
{
	buf_add_text(out, title);
	if (node == FILTER_ALL)
		buf_add_text(out, "everything");
	else
		filter_write(out, filter, node);
	buf_add_char(out, '\n');
}

/* --explain-filter: how the expression was read, and who decides which part of it. */
void select_explain(struct run *run)
{
	const struct selection *selection = &run->selection;
	const struct filter *filter = &selection->filter;
	struct buf *out = &run->out;
	uint16_t all = (1u << SOCK_STATE_COUNT) - 2;
	const char *separator = "";

	explain_line(out, "filter  ", filter, filter->root);
	buf_add_text(out, "states  ");
	for (unsigned int state = 1; state < SOCK_STATE_COUNT; state++) {
		if (!(selection->states >> state & 1) || (selection->states & all) == all)
			continue;
		buf_add_text(out, separator);
		buf_add_text(out, sock_state_names[state]);
		separator = ",";
	}
	if (!*separator)
		buf_add_text(out, selection->states & all ? "all" : "none");
	buf_add_char(out, '\n');
	explain_line(out, "kernel  ", filter, selection->kernel);
	explain_line(out, "here    ", filter, selection->rest);
}

/* --- the sockets ----------------------------------------------------------------------------- */

/* Whether it takes owners to decide. */
bool select_needs_owners(const struct selection *selection)
{
	return selection->is_active && selection->filter.kinds & OWNER_KINDS;
}

/* Whether it takes listeners to decide: they know the user of a half-open connection. */
bool select_needs_listeners(const struct selection *selection)
{
	return selection->is_active && selection->filter.kinds & 1u << FILTER_USER;
}

/* Have the kernel leave out what it can tell not to be wanted. The diag of SCTP runs no programs,
 * that of raw sockets is young. */
void select_limit(const struct selection *selection, struct sock_query *query)
{
	const struct filter *filter = &selection->filter;

	if (!selection->is_active)
		return;
	query->states &= selection->states;
	if (query->proto != SOCK_TCP && query->proto != SOCK_UDP && query->proto != SOCK_UDPLITE)
		return;
	query->is_sieved = true;
	query->sport = filter_exact_port(filter, selection->kernel, FILTER_SRC);
	query->dport = filter_exact_port(filter, selection->kernel, FILTER_DST);
	query->code = selection->code;
	query->code_length = selection->code_length;
}

/* Whether @sock, which just came in, passes as far as can be told without owners. */
bool select_wants_early(struct run *run, const struct sock *sock)
{
	const struct selection *selection = &run->selection;

	if (!selection->is_active)
		return true;
	if (sock->state < 16 && !(selection->states >> sock->state & 1))
		return false;
	return matches(run, run->sockets.is_sieved ? selection->sieved : selection->whole, sock);
}

/* Whether @sock, which passed early, passes now that owners are known. */
bool select_wants_late(struct run *run, const struct sock *sock)
{
	if (run->selection.late == FILTER_ALL)
		return true;
	if (sock->netns != run->selection.space)
		select_enter(run, sock->netns);
	return matches(run, run->selection.late, sock);
}

/* Whether the filter says `state listening` of @sock, which passed. */
bool select_says_listening(struct run *run, const struct sock *sock)
{
	const struct filter *filter = &run->selection.filter;
	struct filter_facts facts = facts_of(run);

	return filter_says_listening(filter, filter->root, sock, &facts);
}
