// SPDX-License-Identifier: GPL-2.0-or-later
/* Random expressions, and random sockets of the same small world, so that both match often. */
#include "filter_sample.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* clang-format off */
static const char *const addresses[] = {
	"10.0.0.1", "10.0.0.2", "10.0.1.1", "192.168.1.1", "0.0.0.0", "::", "::ffff:10.0.0.1",
	"::ffff:10.0.1.9", "2001:db8::1", "2001:db8:1::2", "fe80::1",
};

static const char *const hosts[] = {
	"10.0.0.1", "10.0.0.0/24", "10/8", "0.0.0.0/0", "[::]/0", "2001:db8::1", "fe80::1",
	"[fe80::1%2]", "2001:db8::/32", "[::ffff:10.0.0.0]/120", "10.0.0.1:22", ":80",
	"[2001:db8::1]:80", "*", "10.0.0.0/23:20-30", "somehost", "inet:", "inet6:*:80",
};

static const char *const conditions[] = {
	"state established", "state syn-recv,TIME_WAIT", "exclude listen",
	"state connected exclude fin-wait-1", "state bucket", "dev eth0", "dev != 3", "fwmark 1",
	"fwmark = 0x2/0x3", "fwmark ne 2/0x2", "cgroup /a", "cgroup != /b", "autobound", "pid 1",
	"pid != 2", "user alice", "user = 0", "user != 1000", "program prog1",
	"program = 'prog[0-2]'", "program != p*", "inode 3", "inode != 4", "cookie 5",
	"cookie 0x6", ":22", ":20-30", "10.0.0.1:80", "10.0.0.0/24", "[2001:db8::1]",
	"sport != :*", "dport *", "src unix:/tmp/*", "src != @*", "/TMP/A",
};

static const char *const relations[] = {
	"", "=", "==", "eq", "!=", "ne", "neq", ">", "gt", ">=", "ge", "geq", "<", "lt", "<=",
	"le", "leq",
};

static const char *const ports[] = { ":22", "80", ":http", ":0", "65535", "1024" };
/* clang-format on */

static const char *pick(struct support_random *random, const char *const *list, size_t count)
{
	return list[support_random(random) % count];
}

static int a_service(const char *name, uint16_t *port, void *arg)
{
	(void)arg;
	*port = 80;
	return strcmp(name, "http") == 0 ? 0 : -ENOENT;
}

static int a_user(const char *name, uint32_t *uid, void *arg)
{
	(void)arg;
	*uid = 1000;
	return strcmp(name, "alice") == 0 ? 0 : -ENOENT;
}

static int a_device(const char *name, uint32_t *index, void *arg)
{
	(void)arg;
	*index = 2;
	return strcmp(name, "eth0") == 0 ? 0 : -ENOENT;
}

static int a_cgroup(const char *path, uint64_t *id, void *arg)
{
	(void)arg;
	*id = (uint64_t)path[1];
	return path[0] == '/' ? 0 : -ENOENT;
}

static int a_host(const char *name, struct addr list[FILTER_HOSTS_MAX], size_t *count, void *arg)
{
	(void)arg;
	*count = 2;
	addr_parse(&list[0], "10.0.0.2");
	addr_parse(&list[1], "2001:db8:1::2");
	return strcmp(name, "somehost") == 0 ? 0 : -ENOENT;
}

const struct filter_names filter_sample_names = {
	.service = a_service,
	.user = a_user,
	.device = a_device,
	.cgroup = a_cgroup,
	.host = a_host,
	.low_port = 1024,
	.high_port = 60000,
};

static bool has_pid(const struct sock *sock, uint32_t pid, void *arg)
{
	(void)arg;
	return sock->inode && sock->inode % 5 == pid;
}

static bool has_program(const struct sock *sock, const char *pattern, void *arg)
{
	char name[] = "prog0";

	(void)arg;
	name[4] = (char)('0' + sock->inode % 5);
	return sock->inode && fnmatch(pattern, name, 0) == 0;
}

const struct filter_facts filter_sample_facts = {
	.has_pid = has_pid,
	.has_program = has_program,
};

/* Append an expression of at most @depth levels at @at, which has room for it.
 *
 * Return: its end.
 */
static char *append(struct support_random *random, char *at, unsigned int depth)
{
	static const char *const nots[] = { "", "", "", "! ", "not ", "!" };
	static const char *const joints[] = { " ", " and ", " && ", " & ", " or ", " || ", "|" };
	uint64_t choice = support_random(random);

	at += sprintf(at, "%s", pick(random, nots, COUNT(nots)));
	if (depth > 0 && choice % 3 > 0) {
		at += sprintf(at, "( ");
		for (uint64_t parts = 1 + choice / 3 % 3; parts > 0; parts--) {
			at = append(random, at, depth - 1);
			if (parts > 1)
				at += sprintf(at, "%s", pick(random, joints, COUNT(joints)));
		}
		return at + sprintf(at, " )");
	}
	switch (choice / 9 % 5) {
	case 0:
	case 1:
		return at + sprintf(at, "%s %s %s", choice & 1 ? "sport" : "dport",
				    pick(random, relations, COUNT(relations)),
				    pick(random, ports, COUNT(ports)));
	case 2:
		return at + sprintf(at, "%s %s %s", choice & 1 ? "src" : "dst",
				    choice & 2 ? "!=" : "", pick(random, hosts, COUNT(hosts)));
	default:
		return at + sprintf(at, "%s", pick(random, conditions, COUNT(conditions)));
	}
}

/* Write a random expression to @text (FILTER_SAMPLE_SIZE bytes). */
void filter_sample_text(struct support_random *random, char *text)
{
	append(random, text, 3);
}

static void any_end(struct support_random *random, struct addr *end)
{
	static const uint16_t numbers[] = { 0, 22, 23, 79, 80, 81, 1023, 1024, 1025, 60000, 65535 };

	addr_parse(end, pick(random, addresses, COUNT(addresses)));
	end->port = numbers[support_random(random) % COUNT(numbers)];
	if (addr_is_scoped(end))
		end->zone = (uint32_t)(support_random(random) % 4);
}

/* Make @sock a random socket. */
void filter_sample_sock(struct support_random *random, struct sock *sock)
{
	static const char *const paths[] = { NULL, "/tmp/a", "/var/x", "@abstract", "@00abc", "" };
	uint64_t bits = support_random(random);

	*sock = (struct sock){
		.cookie = bits & 15 ? bits & 15 : SOCK_NO_COOKIE,
		.cgroup_id = bits & 16 ? 'a' :
			     bits & 32 ? 'b' :
					 0,
		.inode = bits >> 6 & 7,
		.uid = bits & 1024 ? 1000 :
		       bits & 2048 ? 0 :
				     SOCK_NO_UID,
		.iface = bits >> 12 & 3,
		.mark = bits >> 14 & 3,
		.has_mark = true,
		.proto = SOCK_TCP,
		.state = (uint8_t)(1 + (bits >> 16) % 12),
	};
	if ((bits >> 24) % 8 == 0) {
		sock->proto = SOCK_UNIX;
		sock->family = AF_UNIX;
		sock->un.path = pick(random, paths, COUNT(paths));
		return;
	}
	any_end(random, &sock->local);
	do
		any_end(random, &sock->peer);
	while (sock->peer.family != sock->local.family);
	sock->family = sock->local.family;
}
