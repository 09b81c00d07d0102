// SPDX-License-Identifier: GPL-2.0-or-later
#include "raw/tcp_filter.h"

#include <errno.h>
#include <linux/filter.h>
#include <string.h>
#include <sys/socket.h>

#include "wire/wire.h"

/* Let only segments of the peer from the one port to the other through, or of anybody to our port
 * as long as there is no peer. What came before is in the queue still: ports are looked at again
 * when a segment is read.
 *
 * Return: 0, or -errno with @err.
 */
int tcp_filter_attach(const struct tcp_socket *sock, struct err *err)
{
	const uint8_t *address = sock->dest.bytes;
	bool is_v4 = sock->source.family == AF_INET;
	struct sock_filter code[24], *at = code;
	struct sock_fprog program = { .filter = code };
	unsigned int words = sock->dest.family == AF_UNSPEC ? 0 : is_v4 ? 1 : 4;
	uint32_t source_at = (uint32_t)SKF_NET_OFF + (is_v4 ? 12 : 8);

	for (unsigned int i = 0; i < words; i++) {
		*at++ = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, source_at + 4 * i);
		*at++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
						     wire_get_u32(address + 4 * i), 1, 0);
		*at++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0);
	}
	*at++ = is_v4 ? (struct sock_filter)BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0) :
			(struct sock_filter)BPF_STMT(BPF_LDX | BPF_IMM, 0);
	*at++ = words ? (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_IND, 0) :
			(struct sock_filter)BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2);
	*at++ = (struct sock_filter)BPF_JUMP(
		BPF_JMP | BPF_JEQ | BPF_K,
		words ? (uint32_t)sock->dest.port << 16 | sock->source.port : sock->source.port, 0,
		1);
	*at++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, UINT32_MAX);
	*at++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0);
	program.len = (unsigned short)(at - code);
	if (setsockopt(sock->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0)
		return err_set(err, -errno, "filter: %s", strerror(errno));
	return 0;
}
