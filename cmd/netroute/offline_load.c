// SPDX-License-Identifier: GPL-2.0-or-later
/* Where the tables come from: a file (--read), or this host, read once (--userland).
 *
 * While IPv4's local and main are one, the kernel goes through all the routes of both to tell those
 * of local: so local is read beside main, by a thread with a socket of its own. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "analysis/fib.h"
#include "host/route_file.h"
#include "offline.h"

/* --- this host --- */

struct dump {
	struct offline_table *table;
	struct flow plain; /* what routes are judged by: nothing but a destination */
	struct err *err;
};

static int on_route(const struct route *route, void *arg)
{
	struct dump *dump = arg;
	const struct route_hop *hop = route->hop_count > 0 ? &route->hops[0] : NULL;
	struct offline_way way;

	if (route->src.length > 0)
		return err_set(dump->err, -EINVAL,
			       "--userland: there are routes for certain sources only (from)");
	dump->plain.dst = route->dst.addr;
	if (fib_judge(route, &dump->plain) != FIB_FITS)
		return 0;
	memset(&way, 0, sizeof(way));
	way.prefsrc = route->prefsrc;
	way.mtu = route->metrics[ROUTE_MTU];
	way.hop_count = route->hop_count;
	way.table = route->table;
	way.type = route->type;
	way.protocol = route->protocol;
	if (hop) {
		way.gateway = hop->via;
		way.oif = hop->oif;
	}
	return offline_add(dump->table, &route->dst, route->metric, &way);
}

static int dump_table(struct offline *offline, struct nl *nl, uint8_t family,
		      enum offline_stage stage, struct err *err)
{
	static const uint32_t numbers[] = {
		[OFFLINE_LOCAL] = ROUTE_TABLE_LOCAL,
		[OFFLINE_MAIN] = ROUTE_TABLE_MAIN,
		[OFFLINE_DEFAULT] = ROUTE_TABLE_DEFAULT,
	};
	struct route_query query = { .family = family, .table = numbers[stage] };
	struct dump dump = {
		.table = &offline->tables[offline_family(family)][stage],
		.err = err,
	};
	struct err detail = { 0 };
	int ret = routes_list(nl, &query, on_route, &dump, &detail);

	return ret < 0 && !err->text[0] ? err_set(err, ret, "%s", detail.text) : ret;
}

static bool wants_family(const struct offline *offline, uint8_t family)
{
	return query_wants_family(offline->run, family) &&
	       path_rules(&offline->run->path, family)->count > 0;
}

struct local {
	struct offline *offline;
	int ret;
	struct err err;
};

static void *dump_local(void *arg)
{
	struct local *local = arg;
	struct nl nl;

	local->ret = nl_open(&nl, NETLINK_ROUTE, &local->err);
	if (local->ret < 0)
		return NULL;
	nl_be_strict(&nl);
	if (wants_family(local->offline, AF_INET))
		local->ret = dump_table(local->offline, &nl, AF_INET, OFFLINE_LOCAL, &local->err);
	if (local->ret == 0 && wants_family(local->offline, AF_INET6))
		local->ret = dump_table(local->offline, &nl, AF_INET6, OFFLINE_LOCAL, &local->err);
	nl_close(&nl);
	return NULL;
}

static int dump_others(struct offline *offline, struct err *err)
{
	struct nl *nl = &offline->run->path.nl;
	int ret = 0;

	if (wants_family(offline, AF_INET))
		ret = dump_table(offline, nl, AF_INET, OFFLINE_MAIN, err);
	if (ret == 0 && wants_family(offline, AF_INET))
		ret = dump_table(offline, nl, AF_INET, OFFLINE_DEFAULT, err);
	/* no rule of IPv6 looks into default */
	if (ret == 0 && wants_family(offline, AF_INET6))
		ret = dump_table(offline, nl, AF_INET6, OFFLINE_MAIN, err);
	return ret;
}

static int check_rules(const struct offline *offline, struct err *err)
{
	static const uint8_t families[] = { AF_INET, AF_INET6 };

	for (size_t i = 0; i < sizeof(families); i++) {
		const struct rules *rules = path_rules(&offline->run->path, families[i]);

		if (!wants_family(offline, families[i]) ||
		    rules_are_default(rules->list, rules->count, families[i]))
			continue;
		return err_set(err, -EINVAL,
			       "--userland: there are policy rules beside the default ones of %s "
			       "(see --rules), and a table by itself does not know them",
			       families[i] == AF_INET6 ? "IPv6" : "IPv4");
	}
	return 0;
}

/* Read the tables that the default rules look into.
 *
 * Return: 0, -EINVAL if look-ups do not depend on them alone, -ENOMEM or another -errno.
 */
int offline_load_host(struct offline *offline, struct err *err)
{
	struct local local = { .offline = offline };
	pthread_t thread;
	bool has_thread;
	int ret = check_rules(offline, err);

	if (ret < 0)
		return ret;
	offline->is_joined = offline->run->path.is_joined;
	has_thread = pthread_create(&thread, NULL, dump_local, &local) == 0;
	ret = dump_others(offline, err);
	if (has_thread)
		pthread_join(thread, NULL);
	else
		dump_local(&local);
	if (ret == 0 && local.ret < 0) {
		*err = local.err;
		ret = local.ret;
	}
	return ret;
}

/* --- a file --- */

static bool is_in_table(const struct run *run, const char *table)
{
	const char *wanted = run->settings.table ? run->settings.table : "main";
	uint32_t a, b;

	if (!*table)
		table = "main";
	if (strcmp(wanted, "all") == 0 || strcmp(wanted, table) == 0)
		return true;
	return rtnames_number(&run->rtnames, RTNAMES_TABLE, wanted, UINT32_MAX, &a) == 0 &&
	       rtnames_number(&run->rtnames, RTNAMES_TABLE, table, UINT32_MAX, &b) == 0 && a == b;
}

static int on_text(const struct route_text *text, void *arg)
{
	struct offline *offline = arg;
	struct offline_way way;

	if (text->has_source || text->has_tos || !is_in_table(offline->run, text->table))
		return 0;
	memset(&way, 0, sizeof(way));
	way.gateway = text->gateway;
	way.prefsrc = text->prefsrc;
	way.mtu = text->mtu;
	way.type = text->type;
	memcpy(way.dev, text->dev, sizeof(way.dev));
	if (text->table[0])
		rtnames_number(&offline->run->rtnames, RTNAMES_TABLE, text->table, UINT32_MAX,
			       &way.table);
	return offline_add(&offline->tables[offline_family(text->dst.addr.family)][0], &text->dst,
			   text->metric, &way);
}

/* Read the table in the file that the command line names.
 *
 * Return: 0, -EBADMSG for what is no route, -ENOMEM or another -errno.
 */
int offline_load_file(struct offline *offline, struct err *err)
{
	const struct settings *settings = &offline->run->settings;
	uint8_t family = settings->families == FAMILY_INET6 ? AF_INET6 : AF_UNSPEC;
	struct err detail = { 0 };
	int fd = STDIN_FILENO, ret;

	if (strcmp(settings->read, "-") != 0)
		fd = open(settings->read, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_set(err, -errno, "%s: %s", settings->read, strerror(errno));
	ret = route_file_read(fd, family, on_text, offline, &detail);
	if (fd != STDIN_FILENO)
		close(fd);
	if (ret == -ENOMEM && !detail.text[0])
		return err_set(err, ret, "out of memory");
	return ret < 0 ? err_set(err, ret, "%s: %s", settings->read, detail.text) : 0;
}
