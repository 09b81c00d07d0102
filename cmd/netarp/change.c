// SPDX-License-Identifier: GPL-2.0-or-later
/* Entries set, deleted, flushed: arp -s, -d, -f and what `ip neigh flush` does. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/lines.h"
#include "base/text.h"
#include "cli/message.h"
#include "host/lookup.h"
#include "host/onlink.h"
#include "netarp.h"

#define WORDS_MAX 5

/* One address alone may be named in several families of names: ask for the one that was chosen. */
static uint8_t chosen_family(const struct settings *settings)
{
	if (settings->families == FAMILY_INET6)
		return AF_INET6;
	return settings->families == FAMILY_INET ? AF_INET : AF_UNSPEC;
}

/* What the kernel's refusal means to a person. */
static int explain(int ret, const char *name, struct err *err)
{
	if (ret == -EPERM)
		return err_set(err, ret,
			       "changing the neighbour table is not permitted: be root, or run it "
			       "with CAP_NET_ADMIN");
	return err_set(err, ret, "%s: %s", name, strerror(-ret));
}

static const struct link *named_link(const struct run *run, const char *name, struct err *err)
{
	const struct link *link = links_named(&run->links, name);

	if (!link)
		err_set(err, -ENODEV, "%s: no such interface", name);
	return link;
}

/* The flags behind address and MAC address.
 *
 * Return: 0 or -EINVAL.
 */
static int parse_flags(char **words, int count, struct neigh *neigh, struct err *err)
{
	for (int i = 0; i < count; i++) {
		if (strcmp(words[i], "temp") == 0)
			neigh->state = NEIGH_STALE;
		else if (strcmp(words[i], "pub") == 0)
			neigh->is_proxy = true;
		else
			return err_set(err, -EINVAL, "'%s' is neither temp nor pub", words[i]);
	}
	return 0;
}

/* The interface of a new entry: the one named, else for a proxy the one whose MAC address it has
 * (as the kernel chooses for arp), else the one whose link the address is on. */
static int choose_interface(struct run *run, const char *name, struct neigh *neigh, struct err *err)
{
	const struct link *link;
	struct onlink onlink;
	int ret;

	if (run->settings.device) {
		link = named_link(run, run->settings.device, err);
		neigh->iface = link ? link->index : 0;
		return link ? 0 : -ENODEV;
	}
	for (size_t i = 0; neigh->is_proxy && i < run->links.count; i++) {
		if (lladdr_equal(&run->links.list[i].lladdr, &neigh->lladdr)) {
			neigh->iface = run->links.list[i].index;
			return 0;
		}
	}
	if (neigh->is_proxy)
		return err_set(err, -ENODEV, "%s: no interface has that MAC address: name one (-i)",
			       name);
	ret = onlink_ask(&run->nl, &neigh->dst, &onlink, err);
	if (ret < 0)
		return err_set(err, ret, "%s: %s", name, strerror(-ret));
	if (onlink.is_local || onlink.via.family != AF_UNSPEC)
		return err_set(err, -EINVAL, "%s is no neighbour on any link: name one (-i)", name);
	neigh->iface = onlink.iface;
	return 0;
}

/* Set the entry that ADDR MAC [temp] [pub] say. */
static int set(struct run *run, char **words, int count, struct err *err)
{
	const struct settings *settings = &run->settings;
	struct neigh neigh = { .state = NEIGH_PERMANENT };
	const struct link *link;
	int ret;

	ret = lookup_host(words[0], chosen_family(settings), &neigh.dst, err);
	if (ret == 0)
		ret = parse_flags(words + 2, count - 2, &neigh, err);
	if (ret < 0)
		return ret;
	neigh.family = neigh.dst.family;
	if (settings->use_device) {
		link = named_link(run, words[1], err);
		if (!link)
			return -ENODEV;
		neigh.lladdr = link->lladdr;
	} else if (lladdr_parse(&neigh.lladdr, words[1]) < 0) {
		return err_set(err, -EINVAL, "'%s' is no MAC address", words[1]);
	}
	ret = choose_interface(run, words[0], &neigh, err);
	if (ret < 0)
		return ret;
	link = links_find(&run->links, neigh.iface);
	if (link && link->lladdr.length != neigh.lladdr.length)
		return err_set(err, -EINVAL, "%s: an address on %s has %u bytes", words[1],
			       link->name, link->lladdr.length);
	if (neigh.is_proxy)
		neigh.lladdr.length = 0; /* the kernel answers with the interface's */
	ret = neigh_set(&run->nl, &neigh, err);
	return ret < 0 ? explain(ret, words[0], err) : 0;
}

/* -s ADDR MAC [temp] [pub].
 *
 * Return: 0 or -errno.
 */
int change_set(struct run *run, struct err *err)
{
	return set(run, run->operands, run->operand_count, err);
}

/* Split a line into words; what follows a '#' is a comment.
 *
 * Return: how many, WORDS_MAX at most.
 */
static int split(char *line, char **words)
{
	int count = 0;

	line[strcspn(line, "#")] = '\0';
	while (count < WORDS_MAX) {
		line += strspn(line, " \t\r");
		if (!*line)
			break;
		words[count++] = line;
		line += strcspn(line, " \t\r");
		if (*line)
			*line++ = '\0';
	}
	return count;
}

/* /etc/ethers has the MAC address first (ethers(5)), arp's own files have it second. */
static void put_in_order(char **words)
{
	struct lladdr lladdr;
	char *first = words[0];

	if (lladdr_parse(&lladdr, first) < 0 || lladdr.length != LLADDR_ETHER)
		return;
	words[0] = words[1];
	words[1] = first;
}

/* -f [FILE]: set an entry for each line that has one. A line that cannot be is said and passed
 * over, and makes the status 2.
 *
 * Return: 0 or -errno.
 */
int change_from_file(struct run *run, struct err *err)
{
	const char *path = run->operand_count > 0 ? run->operands[0] : "/etc/ethers";
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret;
	unsigned int number = 0;
	struct lines lines;
	size_t length;
	char *line;

	if (fd < 0)
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	lines_init(&lines, fd);
	while ((ret = lines_next(&lines, &line, &length)) > 0) {
		char *words[WORDS_MAX];
		int count = split(line, words);

		number++;
		if (count == 0)
			continue;
		ret = -EINVAL;
		err_set(err, ret, "an address and a MAC address are expected");
		if (count >= 2) {
			put_in_order(words);
			ret = set(run, words, count, err);
		}
		if (ret == -EPERM)
			break;
		if (ret < 0) {
			cli_message("netarp", "%s, line %u: %s", path, number, err->text);
			run->status = CLI_EXIT_TROUBLE;
		}
	}
	close(fd);
	if (ret < 0 && ret != -EPERM)
		err_set(err, ret, "%s: %s", path, strerror(-ret));
	return ret;
}

struct removal {
	struct run *run;
	const struct neigh *wanted;
};

static int on_candidate(const struct neigh *neigh, void *arg)
{
	const struct removal *removal = arg;

	if (!addr_equal(&neigh->dst, &removal->wanted->dst) || !list_wants(removal->run, neigh))
		return 0;
	if (removal->wanted->dst.zone && neigh->iface != removal->wanted->dst.zone)
		return 0;
	return list_keep(removal->run, neigh);
}

/* -d ADDR [pub]: on every interface that has it, unless one is named.
 *
 * Return: 0, with run->status 1 if there was none, or -errno.
 */
int change_delete(struct run *run, struct err *err)
{
	const char *name = run->operands[0];
	struct neigh wanted = { 0 };
	struct removal removal = { .run = run, .wanted = &wanted };
	struct neigh_query query;
	int ret;

	ret = lookup_host(name, chosen_family(&run->settings), &wanted.dst, err);
	if (ret == 0)
		ret = parse_flags(run->operands + 1, run->operand_count - 1, &wanted, err);
	if (ret == 0 && run->settings.device && !named_link(run, run->settings.device, err))
		ret = -ENODEV;
	if (ret < 0)
		return ret;
	query = (struct neigh_query){ .family = wanted.dst.family, .proxies = wanted.is_proxy };
	ret = neigh_list(&run->nl, &query, on_candidate, &removal, err);
	for (size_t i = 0; i < run->kept.count && ret == 0; i++)
		ret = neigh_delete(&run->nl, &run->kept.list[i], err);
	if (ret == 0 && run->kept.count == 0)
		ret = -ENOENT;
	if (ret == -ENOENT) {
		cli_message("netarp", "%s: no such%s entry", name, wanted.is_proxy ? " proxy" : "");
		run->status = CLI_EXIT_NO;
		return 0;
	}
	return ret < 0 ? explain(ret, name, err) : 0;
}

/* --flush: delete what the same filters would list.
 *
 * Return: 0 or -errno.
 */
int change_flush(struct run *run, struct err *err)
{
	uint64_t deleted = 0;
	int ret = list_prepare(run, err);

	if (ret == 0)
		ret = list_collect(run, err);
	for (size_t i = 0; i < run->kept.count && ret == 0; i++) {
		ret = neigh_delete(&run->nl, &run->kept.list[i], err);
		deleted += ret == 0;
		if (ret == -ENOENT)
			ret = 0; /* gone by itself */
	}
	if (ret == -EPERM)
		return explain(ret, "", err);
	if (ret == 0 && run->settings.verbose)
		cli_message("netarp", "%llu deleted", (unsigned long long)deleted);
	return ret;
}
