// SPDX-License-Identifier: GPL-2.0-or-later
/* A recorded look. What is read, and written again, is read as the same. */
#include <sys/stat.h>
#include <unistd.h>

#include "../unit/support.h"
#include "base/grow.h"
#include "fuzz.h"
#include "host/look_file.h"

struct taken {
	struct syn_look look;
	struct sock *socks;
	size_t count, room;
	unsigned int gaps;
	char netns[LOOK_FILE_NAME_SIZE];
	bool has_look;
};

static int on_look(const struct syn_look *look, void *arg)
{
	struct taken *taken = arg;

	FUZZ_CHECK(!taken->has_look);
	taken->has_look = true;
	taken->look = *look;
	return 0;
}

static int on_sock(const struct sock *sock, void *arg)
{
	struct taken *taken = arg;
	struct sock *socks =
		grow_array(taken->socks, &taken->room, taken->count + 1, sizeof(*sock));

	FUZZ_CHECK(taken->has_look && socks);
	FUZZ_CHECK(sock->state == SOCK_LISTEN || sock->state == SOCK_SYN_RECV);
	FUZZ_CHECK(sock->family == AF_INET || sock->family == AF_INET6);
	taken->socks = socks;
	taken->socks[taken->count++] = *sock;
	return 0;
}

static int take(struct taken *taken, int fd)
{
	const struct syn_sink sink = { .on_look = on_look, .on_sock = on_sock, .arg = taken };
	struct err err = { 0 };
	int ret;

	*taken = (struct taken){ 0 };
	ret = look_file_read(fd, "fuzz", &sink, &taken->gaps, taken->netns, &err);
	FUZZ_CHECK((ret == 0) == !err.text[0]);
	FUZZ_CHECK(ret < 0 || taken->has_look);
	return ret;
}

/* Write what was taken, into a folder of its own, and take it again. */
static void take_again(const struct taken *first)
{
	char path[] = "/tmp/netsonde-fuzz.XXXXXX";
	struct look_writer writer;
	struct look_folder folder;
	struct taken second = { 0 };
	const struct syn_sink sink = { .on_look = on_look, .on_sock = on_sock, .arg = &second };
	struct err err;

	FUZZ_CHECK(mkdtemp(path));
	FUZZ_CHECK(look_writer_open(&writer, path, &err) == 0);
	FUZZ_CHECK(look_writer_begin(&writer, &first->look, first->netns, &err) == 0);
	for (size_t i = 0; i < first->count; i++)
		look_writer_sock(&writer, &first->socks[i]);
	FUZZ_CHECK(look_writer_end(&writer, first->gaps, &err) == 0);
	look_writer_close(&writer);
	FUZZ_CHECK(look_folder_open(&folder, path, &err) == 0 && folder.count == 1);
	FUZZ_CHECK(look_folder_read(&folder, 0, &sink, &second.gaps, second.netns, &err) == 0);
	FUZZ_CHECK(unlinkat(folder.dir, folder.names[0], 0) == 0 && rmdir(path) == 0);
	look_folder_close(&folder);
	FUZZ_CHECK(strcmp(first->netns, second.netns) == 0 && first->gaps == second.gaps);
	FUZZ_CHECK(first->look.mono_ns == second.look.mono_ns);
	FUZZ_CHECK(memcmp(&first->look.counters, &second.look.counters,
			  sizeof(first->look.counters)) == 0);
	FUZZ_CHECK(first->count == second.count);
	for (size_t i = 0; i < first->count; i++) {
		const struct sock *a = &first->socks[i], *b = &second.socks[i];

		FUZZ_CHECK(a->state == b->state && addr_equal(&a->local, &b->local) &&
			   addr_equal(&a->peer, &b->peer) && a->local.port == b->local.port &&
			   a->peer.port == b->peer.port && a->iface == b->iface &&
			   a->inode == b->inode && a->retrans == b->retrans &&
			   a->expires_ms == b->expires_ms && a->rqueue == b->rqueue &&
			   a->wqueue == b->wqueue);
	}
	free(second.socks);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = support_file(data, size);
	struct taken taken;

	if (take(&taken, fd) == 0)
		take_again(&taken);
	free(taken.socks);
	close(fd);
	return 0;
}
