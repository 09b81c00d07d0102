// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * inject DEVICE: send Ethernet frames out of a device of the network namespace it runs in, which
 * must not be the initial one. Standard input has a frame a line, in hexadecimal digits, or
 * "wait MS". Blanks between digits and lines that begin with '#' do not count.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define FRAME_MAX 65536
#define FRAMES_MAX 200000u

static int digit(char c)
{
	const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c | 0x20) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Return: the number of bytes, 0 if the line is no frame. */
static size_t parse(const char *line, uint8_t *frame)
{
	size_t length = 0;

	while (length < FRAME_MAX) {
		line += strspn(line, " \t\r\n");
		if (!*line)
			return length;
		if (digit(line[0]) < 0 || digit(line[1]) < 0)
			return 0;
		frame[length++] = (uint8_t)(digit(line[0]) << 4 | digit(line[1]));
		line += 2;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static char line[2 * FRAME_MAX + 16];
	static uint8_t frame[FRAME_MAX];
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	unsigned int sent = 0;
	int fd;

	/* Only the initial namespace has this table (net/core/sysctl_net_core.c). */
	if (!access("/proc/sys/net/core/netdev_budget", F_OK)) {
		fprintf(stderr, "inject: refusing the initial network namespace\n");
		return 1;
	}
	to.sll_ifindex = argc == 2 ? (int)if_nametoindex(argv[1]) : 0;
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (!to.sll_ifindex || fd < 0) {
		fprintf(stderr, "inject: usage: inject DEVICE, as root\n");
		return 1;
	}
	while (sent < FRAMES_MAX && fgets(line, sizeof(line), stdin)) {
		size_t length;

		if (strncmp(line, "wait ", 5) == 0) {
			long ms = strtol(line + 5, NULL, 10);
			struct timespec pause = { ms / 1000, ms % 1000 * 1000000 };

			nanosleep(&pause, NULL);
			continue;
		}
		if (line[0] == '#' || line[0] == '\n')
			continue;
		length = parse(line, frame);
		if (length == 0 ||
		    sendto(fd, frame, length, 0, (struct sockaddr *)&to, sizeof(to)) < 0) {
			fprintf(stderr, "inject: frame %u: %s\n", sent + 1,
				length ? strerror(errno) : "not hexadecimal");
			return 1;
		}
		sent++;
	}
	close(fd);
	return 0;
}
