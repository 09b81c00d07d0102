// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_FILTER_H
#define NETSONDE_ANALYSIS_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/prefix.h"
#include "record/sock.h"

/* Nodes of an expression, and of the halves that it and they are split into. */
#define FILTER_NODES_MAX 2048
#define FILTER_TEXTS_SIZE 2048

/* The most addresses that the name of a host stands for here. */
#define FILTER_HOSTS_MAX 16

/* In place of a node: nothing is asked, so everything passes. */
#define FILTER_ALL UINT16_MAX

enum filter_kind {
	FILTER_AND,
	FILTER_OR,
	FILTER_STATE,	  /* bits */
	FILTER_ADDR,	  /* end, prefix */
	FILTER_PORT,	  /* end, low, high; nothing if low > high */
	FILTER_DEV,	  /* number, and text for its name */
	FILTER_MARK,	  /* mark */
	FILTER_CGROUP,	  /* number, and text for its path */
	FILTER_AUTOBOUND, /* the kernel chose the local port, from low to high */
	FILTER_PATH,	  /* text: a pattern for the name of a UNIX socket */
	FILTER_PID,	  /* number */
	FILTER_USER,	  /* number */
	FILTER_PROGRAM,	  /* text: a pattern */
	FILTER_INODE,	  /* number */
	FILTER_COOKIE,	  /* number */
	FILTER_KIND_COUNT,
};

enum filter_end {
	FILTER_SRC, /* this one */
	FILTER_DST,
};

/* An AND or OR of two others, or one condition. There is no NOT: it is pushed down to the
 * conditions, so that a part which is left out makes the rest weaker, never wrong. */
struct filter_node {
	uint8_t kind; /* enum filter_kind */
	uint8_t end;  /* enum filter_end */
	bool is_negated;
	bool is_explicit; /* FILTER_STATE: the word `listening` was said */
	uint16_t left, right;
	uint16_t text; /* offset in filter.texts; 0: none */
	union {
		struct prefix prefix;
		struct {
			uint16_t low, high;
		};
		struct {
			uint32_t value, mask;
		} mark;
		uint16_t states; /* bit 1 << enum sock_state */
		uint64_t number;
	};
};

/* An expression over sockets. */
struct filter {
	struct filter_node nodes[FILTER_NODES_MAX];
	uint16_t count;
	uint16_t root;	/* FILTER_ALL for an empty expression */
	uint32_t kinds; /* bit 1 << enum filter_kind: what it asks about */
	uint16_t texts_length;
	char texts[FILTER_TEXTS_SIZE]; /* the first byte is a terminator */
};

/* Names in an expression: each answers 0, or -ENOENT for a name that it does not know. A NULL one
 * knows none. */
struct filter_names {
	int (*service)(const char *name, uint16_t *port, void *arg);
	int (*user)(const char *name, uint32_t *uid, void *arg);
	int (*device)(const char *name, uint32_t *index, void *arg);
	int (*cgroup)(const char *path, uint64_t *id, void *arg);
	int (*host)(const char *name, struct addr list[FILTER_HOSTS_MAX], size_t *count, void *arg);
	uint16_t low_port, high_port; /* that the kernel chooses from; 0: as it does by default */
	void *arg;
};

/* What does not come with a socket. A NULL one answers no. */
struct filter_facts {
	bool (*has_pid)(const struct sock *sock, uint32_t pid, void *arg);
	bool (*has_program)(const struct sock *sock, const char *pattern, void *arg);
	uint32_t (*user)(const struct sock *sock, void *arg); /* SOCK_NO_UID: unknown */
	void *arg;
};

/* An expression as kernel and program share it: it is what passes both. */
struct filter_split {
	uint16_t states; /* no other state can pass */
	uint16_t kernel; /* a node of what the kernel can decide */
	uint16_t rest;	 /* a node of what is left to decide of those that the kernel lets pass */
};

int filter_parse(struct filter *filter, const char *text, const struct filter_names *names,
		 size_t *fault, struct err *err);
bool filter_match(const struct filter *filter, uint16_t node, const struct sock *sock,
		  const struct filter_facts *facts);
int filter_split(struct filter *filter, uint16_t node, uint32_t kernel_kinds,
		 struct filter_split *split);
bool filter_may_match(const struct filter *filter, uint16_t node, uint8_t family);
uint16_t filter_states(const struct filter *filter, uint16_t node);
uint16_t filter_exact_port(const struct filter *filter, uint16_t node, enum filter_end end);
bool filter_says_listening(const struct filter *filter, uint16_t node, const struct sock *sock,
			   const struct filter_facts *facts);
void filter_write(struct buf *out, const struct filter *filter, uint16_t node);

#endif
