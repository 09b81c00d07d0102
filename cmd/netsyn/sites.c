// SPDX-License-Identifier: GPL-2.0-or-later
/* The namespaces that are judged, and looking at them. With --all-netns there are several: their
 * looks are taken in turn, so that all have the same interval. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/syn_settling.h"
#include "base/clock.h"
#include "base/grow.h"
#include "base/text.h"
#include "cli/message.h"
#include "cli/signals.h"
#include "host/netns.h"
#include "netsyn.h"

/* A look at least each second: a flood that begins inside the interval is to be seen. */
#define STEP_NS 1000000000u

/* How many more looks are taken to see what becomes of what began late. */
#define EXTRA_LOOKS 2

static int open_site(struct run *run, const char *name, struct err *err)
{
	struct site *sites =
		grow_array(run->sites, &run->site_room, run->site_count + 1, sizeof(*sites));
	struct site *site;
	uint64_t seed;

	if (!sites)
		return err_set(err, -ENOMEM, "out of memory");
	run->sites = sites;
	site = &sites[run->site_count];
	memset(site, 0, sizeof(*site));
	text_copy(site->name, sizeof(site->name), name);
	site->fd = -1;
	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		seed = clock_real_ns();
	run->site_count++;
	if (syn_observer_init(&site->observer, seed) < 0)
		return err_set(err, -ENOMEM, "out of memory");
	if (!run->settings.read_dir)
		sockets_open(&site->sockets);
	return 0;
}

struct opening {
	struct run *run;
	struct err *err;
	ino_t own;
};

/* One of --all-netns. One that cannot be entered is said, and left out. */
static int open_named(const char *name, void *arg)
{
	struct opening *opening = arg;
	struct run *run = opening->run;
	struct stat status;
	struct err err;
	int ret, fd;

	if (netns_enter(name, &err) < 0) {
		cli_message("netsyn", "%s", err.text);
		run->is_incomplete = true;
		return 0;
	}
	fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &status) < 0) {
		ret = err_set(opening->err, -errno, "network namespace %s: %s", name,
			      strerror(errno));
	} else if (status.st_ino == opening->own) {
		ret = 0;
	} else {
		ret = open_site(run, name, opening->err);
		if (ret == 0) {
			run->sites[run->site_count - 1].fd = fd;
			return 0;
		}
	}
	if (fd >= 0)
		close(fd);
	return ret;
}

/* This process' own namespace, and every one that has a name. */
static int open_all(struct run *run, struct err *err)
{
	struct opening opening = { .run = run, .err = err };
	struct stat status;
	char name[64];
	int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), ret;

	if (home < 0 || fstat(home, &status) < 0)
		return err_set(err, -errno, "/proc/thread-self/ns/net: %s", strerror(errno));
	opening.own = status.st_ino;
	netns_describe(name, sizeof(name));
	ret = open_site(run, name, err);
	if (ret < 0) {
		close(home);
		return ret;
	}
	run->sites[0].fd = home;
	return netns_each(open_named, &opening, err);
}

/* Open what is to be judged.
 *
 * Return: 0 or -errno; sites_close() is due in either case.
 */
int sites_open(struct run *run, struct err *err)
{
	const struct cli_common *common = &run->settings.common;
	char name[256];
	int ret;

	if (run->settings.all_netns)
		return open_all(run, err);
	if (run->settings.read_dir)
		return open_site(run, "", err);
	ret = netns_enter_as(common->netns, name, sizeof(name), err);
	return ret < 0 ? ret : open_site(run, name, err);
}

/* Give back what sites_open() took. */
void sites_close(struct run *run)
{
	for (size_t i = 0; i < run->site_count; i++) {
		struct site *site = &run->sites[i];

		sockets_close(&site->sockets);
		syn_observer_fini(&site->observer);
		free(site->own);
		if (site->fd >= 0)
			close(site->fd);
	}
	free(run->sites);
	run->sites = NULL;
	run->site_count = 0;
}

/* Be in the namespace of @site.
 *
 * Return: 0 or -errno.
 */
int site_enter(const struct site *site, struct err *err)
{
	if (site->fd < 0 || setns(site->fd, CLONE_NEWNET) == 0)
		return 0;
	return err_set(err, -errno, "network namespace %s: %s", site->name, strerror(errno));
}

struct looking {
	struct run *run;
	struct site *site;
	struct err *err;
};

static int on_look(const struct syn_look *look, void *arg)
{
	struct looking *looking = arg;
	struct run *run = looking->run;

	syn_observer_begin(&looking->site->observer, look);
	return run->is_recording ?
		       look_writer_begin(&run->writer, look, looking->site->name, looking->err) :
		       0;
}

static int on_sock(const struct sock *sock, void *arg)
{
	struct looking *looking = arg;

	if (looking->run->is_recording)
		look_writer_sock(&looking->run->writer, sock);
	return sock->state == SOCK_LISTEN ? syn_observer_listener(&looking->site->observer, sock) :
					    syn_observer_half_open(&looking->site->observer, sock);
}

static int look_at(struct run *run, struct site *site, struct err *err)
{
	struct looking looking = { .run = run, .site = site, .err = err };
	const struct syn_sink sink = { .on_look = on_look, .on_sock = on_sock, .arg = &looking };
	struct err missing = { 0 };
	unsigned int gaps = 0;
	int ret = site_enter(site, err);

	if (ret == 0)
		ret = syn_look_take(&site->sockets, &sink, &gaps, &missing);
	if (ret == -ENOMEM)
		err_set(err, ret, "out of memory");
	if (ret < 0)
		return ret;
	if (gaps && !site->err.text[0])
		site->err = missing;
	syn_observer_end(&site->observer, gaps);
	return run->is_recording ? look_writer_end(&run->writer, gaps, err) : 0;
}

/* Take one look at every site.
 *
 * Return: 0 or -errno.
 */
int sites_look(struct run *run, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < run->site_count && ret == 0; i++)
		ret = look_at(run, &run->sites[i], err);
	return ret < 0 || run->settings.snapshot ? ret : wire_consider(run, err);
}

/* Return: whether what was seen in this interval tells what it is, or has been waited for for long
 * enough, by @extra looks beyond it.
 */
bool sites_are_settled(struct run *run, unsigned int extra)
{
	for (size_t i = 0; i < run->site_count && extra < EXTRA_LOOKS; i++) {
		struct syn_facts facts;

		syn_observer_facts(&run->sites[i].observer, &facts);
		wire_report(run, &facts);
		if (!syn_facts_are_settled(&facts, &run->settings.thresholds))
			return false;
	}
	return true;
}

/* Look again and again for @interval_ns; the first look has been taken. Something that begins late
 * is watched for up to two seconds more, until it survives or completes.
 *
 * Return: 0, also if somebody said stop, or -errno.
 */
int sites_observe(struct run *run, uint64_t interval_ns, struct err *err)
{
	uint64_t start_ns = clock_mono_ns(), count = (interval_ns + STEP_NS - 1) / STEP_NS;
	uint64_t next_ns = start_ns;
	int ret = 0;

	for (uint64_t i = 1; i <= count && ret == 0 && !cli_stop_signal(); i++) {
		next_ns = start_ns + interval_ns * i / count;
		ret = wire_wait_until(run, next_ns, err);
		if (ret == 0 && !cli_stop_signal())
			ret = sites_look(run, err);
	}
	for (unsigned int i = 0; ret == 0 && !cli_stop_signal(); i++) {
		if (sites_are_settled(run, i))
			break;
		next_ns += STEP_NS;
		ret = wire_wait_until(run, next_ns, err);
		if (ret == 0 && !cli_stop_signal())
			ret = sites_look(run, err);
	}
	return ret;
}

/* The worse of the verdict and of what -w and -c say to the number of half-opens. */
static enum syn_severity severity_of(const struct settings *settings, const struct site *site)
{
	enum syn_severity severity = site->verdict.severity;
	uint64_t half_open = 0;

	for (uint32_t i = 0; i < site->facts.listener_count; i++)
		half_open += site->facts.listeners[i].half_open;
	if (range_alerts(&settings->critical, (double)half_open))
		return SYN_SEVERITY_CRITICAL;
	if (severity == SYN_SEVERITY_OK && range_alerts(&settings->warning, (double)half_open))
		return SYN_SEVERITY_WARNING;
	return severity;
}

/* Of several sites the worst decides: critical, then warning, then unknown. */
static int worse(int a, int b)
{
	static const int rank[] = { 0, 2, 3, 1 };

	return rank[b] > rank[a] ? b : a;
}

/* Judge every site by the looks of this interval; run->status becomes the worst.
 *
 * Return: 0 or -errno.
 */
int sites_judge(struct run *run, struct err *err)
{
	int ret = wire_settle(run, err);

	if (ret < 0)
		return ret;
	run->status = run->is_incomplete ? SYN_SEVERITY_UNKNOWN : SYN_SEVERITY_OK;
	for (size_t i = 0; i < run->site_count; i++) {
		struct site *site = &run->sites[i];
		struct syn_listener_verdict *own;

		syn_observer_facts(&site->observer, &site->facts);
		wire_report(run, &site->facts);
		own = grow_array(site->own, &site->own_room, site->facts.listener_count + 1,
				 sizeof(*own));
		if (!own)
			return err_set(err, -ENOMEM, "out of memory");
		site->own = own;
		syn_judge(&site->facts, &run->settings.thresholds, &site->verdict, own);
		site->severity = severity_of(&run->settings, site);
		run->status = worse(run->status, (int)site->severity);
	}
	return 0;
}

/* Find the processes of the listeners that there is something to say about, or of all, as long as
 * the privileges that it takes are there. */
void sites_find_owners(struct run *run, bool wants_all)
{
	bool are_shown = run->settings.mode != MODE_NAGIOS && !run->settings.prometheus;

	if (run->wire.was_open || !are_shown)
		return;
	owners_fini(&run->owners);
	run->has_owners = false;
	for (size_t i = 0; i < run->site_count; i++) {
		const struct syn_observer *observer = &run->sites[i].observer;

		for (size_t l = 0; l < observer->count; l++) {
			const struct syn_listener *listener = &observer->listeners[l];

			if (listener->sockets == 0 || !listener->inode)
				continue;
			run->has_owners |=
				wants_all || listener->half_open > 0 || listener->full_sockets > 0;
			owners_want(&run->owners, listener->inode);
		}
	}
	if (run->has_owners)
		owners_walk(&run->owners, FD_WALK_PROC, NULL);
}

/* Return: a holder of the socket @inode, NULL if it is not known. */
const struct owner_holder *site_owner(const struct run *run, uint32_t inode)
{
	return run->has_owners && inode ? owners_first(&run->owners, inode) : NULL;
}
