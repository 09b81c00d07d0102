// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_NAMES_H
#define NETSONDE_HOST_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/addr.h"
#include "base/err.h"

#define NAMES_SIZE 256

enum name_kind {
	NAME_HOST,	  /* of addr's address */
	NAME_NETWORK,	  /* of IPv4 that begins at addr's address, as of networks(5) */
	NAME_TCP_SERVICE, /* of addr's port */
	NAME_UDP_SERVICE,
	NAME_PROTOCOL, /* of the IP protocol in addr's port */
	NAME_USER,     /* of a uid, in addr's zone */
};

/* What a name is wanted for: to be made with the functions below. */
struct name_key {
	struct addr addr;
	uint32_t kind; /* enum name_kind */
};

struct name_entry;

/* Names of hosts, services and users, looked up by a process that has no privileges and cannot hold
 * the command up: what is not known at the deadline stays a number. */
struct names {
	int helper;	    /* socket */
	uint32_t inodes[2]; /* of both ends of that */
	pid_t pid;
	struct name_entry *entries;
	size_t count, room;
	size_t sent, answered;
	uint32_t *slots; /* hash table of indexes plus 1 */
	size_t slot_count;
};

int names_start(struct names *names, struct err *err);
void names_stop(struct names *names);
struct name_key name_key_host(const struct addr *addr);
struct name_key name_key_network(const struct addr *addr);
struct name_key name_key_service(enum name_kind kind, uint16_t port);
struct name_key name_key_user(uint32_t uid);
int names_want(struct names *names, const struct name_key *key);
void names_wait(struct names *names, uint64_t deadline_ns);
bool names_is_own_socket(const struct names *names, uint32_t inode);
const char *names_get(const struct names *names, const struct name_key *key);

#endif
