// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of addresses, ports and users.
 *
 * Theory of operation: a look-up may load modules, read files and ask servers, and may take half a
 * minute. So a process is forked before anything else happens, gives up every privilege, and
 * answers requests from a few threads over a socket of packets: a request is an index and a key, a
 * reply the same index and a name. The command asks for everything it will show, waits until all is
 * answered or its deadline has come, and keeps the answers for the run. It never blocks on sending
 * while replies wait to be read.
 */
#include "host/names.h"

#include <arpa/inet.h>
#include <errno.h>
#include <grp.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/grow.h"
#include "base/priv.h"
#include "base/text.h"

#define THREADS 8
#define NOBODY 65534
#define FIRST_SLOTS 1024

struct request {
	uint32_t index;
	struct name_key key;
};

struct reply {
	uint32_t index;
	char name[NAMES_SIZE]; /* empty: there is none */
};

struct name_entry {
	struct name_key key;
	char *name; /* NULL: none, or not answered yet */
};

static void look_up_host(const struct addr *addr, char *name)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_scope_id = addr->zone };
	bool is_v4 = addr->family == AF_INET;

	memcpy(&v4.sin_addr, addr->bytes, sizeof(v4.sin_addr));
	memcpy(&v6.sin6_addr, addr->bytes, sizeof(v6.sin6_addr));
	if (getnameinfo(is_v4 ? (const struct sockaddr *)&v4 : (const struct sockaddr *)&v6,
			is_v4 ? sizeof(v4) : sizeof(v6), name, NAMES_SIZE, NULL, 0, NI_NAMEREQD))
		name[0] = '\0';
}

static void look_up_network(const struct addr *addr, char *name)
{
	struct netent entry, *found;
	char text[1024];
	uint32_t first_be;
	int error;

	memcpy(&first_be, addr->bytes, sizeof(first_be));
	if (getnetbyaddr_r(ntohl(first_be), AF_INET, &entry, text, sizeof(text), &found, &error) ==
		    0 &&
	    found)
		text_copy(name, NAMES_SIZE, found->n_name);
}

static void look_up_service(uint16_t port, const char *proto, char *name)
{
	struct servent entry, *found;
	char text[1024];

	if (getservbyport_r(htons(port), proto, &entry, text, sizeof(text), &found) == 0 && found)
		text_copy(name, NAMES_SIZE, found->s_name);
}

static void look_up_protocol(uint16_t number, char *name)
{
	struct protoent entry, *found;
	char text[1024];

	if (getprotobynumber_r(number, &entry, text, sizeof(text), &found) == 0 && found)
		text_copy(name, NAMES_SIZE, found->p_name);
}

static void look_up_user(uint32_t uid, char *name)
{
	struct passwd entry, *found;
	char text[4096];

	if (getpwuid_r(uid, &entry, text, sizeof(text), &found) == 0 && found)
		text_copy(name, NAMES_SIZE, found->pw_name);
}

static void *answer(void *arg)
{
	int command = *(const int *)arg;
	struct request request;

	while (recv(command, &request, sizeof(request), 0) == (ssize_t)sizeof(request)) {
		struct reply reply = { .index = request.index };

		if (request.key.kind == NAME_HOST)
			look_up_host(&request.key.addr, reply.name);
		else if (request.key.kind == NAME_NETWORK)
			look_up_network(&request.key.addr, reply.name);
		else if (request.key.kind == NAME_USER)
			look_up_user(request.key.addr.zone, reply.name);
		else if (request.key.kind == NAME_PROTOCOL)
			look_up_protocol(request.key.addr.port, reply.name);
		else
			look_up_service(request.key.addr.port,
					request.key.kind == NAME_TCP_SERVICE ? "tcp" : "udp",
					reply.name);
		if (send(command, &reply, sizeof(reply), MSG_NOSIGNAL) < 0)
			break;
	}
	return NULL;
}

/* The helper's whole life. It ends with its parent, which may be killed: then recv() returns 0. */
static _Noreturn void help(int command)
{
	pthread_t thread;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGINT, SIG_IGN); /* the terminal's Ctrl-C is for the command, which then ends us */
	if (geteuid() == 0 && (setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
			       setresuid(NOBODY, NOBODY, NOBODY) < 0))
		errno = 0; /* a user namespace without such a user: dropping capabilities must do */
	if (priv_drop_all(NULL) < 0)
		_exit(1);
	for (int i = 1; i < THREADS; i++)
		if (pthread_create(&thread, NULL, answer, &command) != 0)
			break;
	answer(&command);
	_exit(0);
}

static uint32_t inode_of(int fd)
{
	struct stat found;

	return fstat(fd, &found) < 0 ? 0 : (uint32_t)found.st_ino;
}

/* Start the helper: before anything is opened that it should not have.
 *
 * Return: 0 or -errno.
 */
int names_start(struct names *names, struct err *err)
{
	int ends[2];

	*names = (struct names){ .helper = -1 };
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return err_set(err, -errno, "names: %s", strerror(errno));
	names->inodes[0] = inode_of(ends[0]);
	names->inodes[1] = inode_of(ends[1]);
	names->pid = fork();
	if (names->pid == 0) {
		close(ends[0]);
		help(ends[1]);
	}
	close(ends[1]);
	if (names->pid < 0) {
		close(ends[0]);
		return err_set(err, -EAGAIN, "names: no process for them");
	}
	names->helper = ends[0];
	return 0;
}

/* End the helper and forget all names. */
void names_stop(struct names *names)
{
	if (names->pid > 0) {
		close(names->helper);
		kill(names->pid, SIGKILL);
		waitpid(names->pid, NULL, 0);
	}
	for (size_t i = 0; i < names->count; i++)
		free(names->entries[i].name);
	free(names->entries);
	free(names->slots);
	*names = (struct names){ .helper = -1 };
}

/* The key for the name of a host; its port does not matter, and v4-mapped is IPv4. */
struct name_key name_key_host(const struct addr *addr)
{
	struct name_key key = { .addr = addr_unmapped(addr), .kind = NAME_HOST };

	key.addr.port = 0;
	return key;
}

/* The key for the name of an IPv4 network, by its first address. */
struct name_key name_key_network(const struct addr *addr)
{
	struct name_key key = { .addr = *addr, .kind = NAME_NETWORK };

	key.addr.port = 0;
	return key;
}

/* The key for the name of a port; @kind is NAME_TCP_SERVICE, NAME_UDP_SERVICE or NAME_PROTOCOL. */
struct name_key name_key_service(enum name_kind kind, uint16_t port)
{
	return (struct name_key){ .addr = { .port = port }, .kind = kind };
}

/* The key for the name of a user. */
struct name_key name_key_user(uint32_t uid)
{
	return (struct name_key){ .addr = { .zone = uid }, .kind = NAME_USER };
}

static bool is_same(const struct name_key *a, const struct name_key *b)
{
	return a->kind == b->kind && a->addr.port == b->addr.port && a->addr.zone == b->addr.zone &&
	       addr_equal(&a->addr, &b->addr);
}

/* FNV-1a, 64 bits wide. */
static size_t hash(const struct name_key *key)
{
	uint64_t value = 14695981039346656037u;

	for (size_t i = 0; i < sizeof(key->addr.bytes); i++)
		value = (value ^ key->addr.bytes[i]) * 1099511628211u;
	value = (value ^ key->addr.zone) * 1099511628211u;
	value = (value ^ key->addr.port ^ key->kind << 16) * 1099511628211u;
	return (size_t)(value ^ value >> 32);
}

/* The slot of @key: its own, or the free one where it belongs. There is always a free one. */
static uint32_t *find_slot(const struct names *names, const struct name_key *key)
{
	size_t i = hash(key) & (names->slot_count - 1);

	while (names->slots[i] && !is_same(&names->entries[names->slots[i] - 1].key, key))
		i = (i + 1) & (names->slot_count - 1);
	return &names->slots[i];
}

static int grow_slots(struct names *names)
{
	size_t size = names->slot_count ? 2 * names->slot_count : FIRST_SLOTS;
	uint32_t *slots = calloc(size, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	free(names->slots);
	names->slots = slots;
	names->slot_count = size;
	for (size_t i = 0; i < names->count; i++)
		*find_slot(names, &names->entries[i].key) = (uint32_t)i + 1;
	return 0;
}

/* Ask for the name of @key, unless that was done already. The answer comes in names_wait().
 *
 * Return: 0 or -ENOMEM.
 */
int names_want(struct names *names, const struct name_key *key)
{
	struct name_entry *entries;
	uint32_t *slot;

	if (2 * (names->count + 1) > names->slot_count && grow_slots(names) < 0)
		return -ENOMEM;
	slot = find_slot(names, key);
	if (*slot)
		return 0;
	entries = grow_array(names->entries, &names->room, names->count + 1, sizeof(*entries));
	if (!entries)
		return -ENOMEM;
	names->entries = entries;
	entries[names->count++] = (struct name_entry){ .key = *key };
	*slot = (uint32_t)names->count;
	return 0;
}

/* Send one request if the helper can take it.
 *
 * Return: whether it could.
 */
static bool send_next(struct names *names)
{
	struct request request = { .index = (uint32_t)names->sent,
				   .key = names->entries[names->sent].key };

	if (send(names->helper, &request, sizeof(request), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return false;
	names->sent++;
	return true;
}

static bool receive_next(struct names *names)
{
	struct reply reply;

	if (recv(names->helper, &reply, sizeof(reply), MSG_DONTWAIT) != (ssize_t)sizeof(reply))
		return false;
	reply.name[sizeof(reply.name) - 1] = '\0';
	if (reply.index < names->sent) {
		names->answered++;
		if (reply.name[0] && !names->entries[reply.index].name)
			names->entries[reply.index].name = strdup(reply.name);
	}
	return true;
}

/* Wait until every name that was wanted is answered, or clock_mono_ns() reaches @deadline_ns. */
void names_wait(struct names *names, uint64_t deadline_ns)
{
	while (names->answered < names->count) {
		struct pollfd poll_fd = { .fd = names->helper, .events = POLLIN };
		uint64_t now_ns = clock_mono_ns();

		if (names->sent < names->count)
			poll_fd.events |= POLLOUT;
		if (now_ns >= deadline_ns ||
		    poll(&poll_fd, 1, (int)((deadline_ns - now_ns) / 1000000 + 1)) < 0 ||
		    poll_fd.revents & (POLLERR | POLLHUP | POLLNVAL))
			break;
		while (receive_next(names))
			;
		while (names->sent < names->count && send_next(names))
			;
	}
}

/* Whether @inode is one of the sockets to the helper, which nobody wants to see listed. */
bool names_is_own_socket(const struct names *names, uint32_t inode)
{
	return inode && (inode == names->inodes[0] || inode == names->inodes[1]);
}

/* Return: the name of @key, NULL if there is none or it did not come in time. */
const char *names_get(const struct names *names, const struct name_key *key)
{
	const uint32_t *slot = names->slot_count ? find_slot(names, key) : NULL;

	return slot && *slot ? names->entries[*slot - 1].name : NULL;
}
