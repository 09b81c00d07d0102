// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tunlink: a slow point-to-point link between two network namespaces, for kernels without netem.
 *
 * It makes one tun device in each namespace and carries IP packets from either to the other. Each
 * direction is a lane of its own: a packet that is read gets the time it is due, waits in the
 * lane's queue and is written at the other end once that time has come, never before. Jitter is
 * added to the delay and may therefore reorder packets. What does not fit into the queue is lost,
 * as on a router.
 *
 * Multicast (neighbour discovery, group reports) is neither counted nor lost by --loss-every: the
 * kernel sends it when it likes, and a test wants to know which of its own packets is lost.
 *
 * The devices vanish with the process; it ends by a signal, with its parent, or after --for.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/nsfs.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_MS 1000000u
#define NS_PER_S 1000000000u
#define PACKET_MAX 1500u /* a tun device's MTU unless somebody changes it */
#define BURST 64u	 /* packets read from one end in a row */

struct settings {
	uint64_t delay_ns, jitter_ns;
	uint64_t loss_every, rate_kbit; /* 0: none, unlimited */
	uint64_t queue, seed, lifetime_s;
};

/* The options, in the order of --help. */
static const struct knob {
	const char *name, *arg, *help;
	size_t offset; /* of an uint64_t in struct settings */
	uint64_t unit; /* what is stored for 1; decimals are allowed where it is not 1 */
	uint64_t min, max, preset;
} knobs[] = {
#define KNOB(field) offsetof(struct settings, field)
	{ "delay", "MS", "one way", KNOB(delay_ns), NS_PER_MS, 0, 60000, 0 },
	{ "jitter", "MS", "at most this much more", KNOB(jitter_ns), NS_PER_MS, 0, 60000, 0 },
	{ "loss-every", "N", "lose each Nth, 0 none", KNOB(loss_every), 1, 0, 1u << 30, 0 },
	{ "rate", "KBIT", "a second, 0 unlimited", KNOB(rate_kbit), 1, 0, 10000000, 0 },
	{ "queue", "PACKETS", "under way at once", KNOB(queue), 1, 1, 65536, 1000 },
	{ "seed", "N", "of the jitter", KNOB(seed), 1, 1, 1u << 30, 1 },
	{ "for", "SECONDS", "end after this time", KNOB(lifetime_s), 1, 1, 3600, 120 },
#undef KNOB
};

#define KNOBS (sizeof(knobs) / sizeof(*knobs))

struct packet {
	uint64_t due_ns;
	size_t size;
	unsigned char bytes[PACKET_MAX + 1]; /* one more, to see that a packet was longer */
};

/*
 * One direction. ring[] holds every packet buffer of the lane, always: from head on, used ones in
 * the order they are due, then free ones. There is one more than may be used, so that there is
 * always one to read into.
 */
struct lane {
	int from_fd, to_fd;
	struct packet *packets, **ring;
	uint64_t head, used, room;
	uint64_t line_free_ns; /* when the line has sent all that it was given so far */
	uint64_t random;
	uint64_t counted;
};

static noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

static noreturn void die(const char *format, ...)
{
	int error = errno;
	va_list args;

	fprintf(stderr, "%s: ", program_invocation_short_name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, error ? ": %s\n" : "\n", strerror(error));
	exit(1);
}

static noreturn void usage(int status)
{
	FILE *to = status ? stderr : stdout;

	fprintf(to, "usage: %s [OPTION...] NETNS-PATH DEVICE NETNS-PATH DEVICE\n",
		program_invocation_short_name);
	for (size_t i = 0; i < KNOBS; i++)
		fprintf(to, "  --%s %s: %s (%llu)\n", knobs[i].name, knobs[i].arg, knobs[i].help,
			(unsigned long long)knobs[i].preset);
	fputs("Delay, jitter, loss, rate and queue are those of either direction.\n"
	      "Prints \"ready\" once both devices exist.\n",
	      to);
	exit(status);
}

static void knob_store(const struct knob *knob, struct settings *settings, uint64_t value)
{
	memcpy((char *)settings + knob->offset, &value, sizeof(value));
}

static void knob_parse(const struct knob *knob, struct settings *settings, const char *text)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end || !(value >= (double)knob->min && value <= (double)knob->max) ||
	    (knob->unit == 1 && value > (double)(uint64_t)value)) {
		fprintf(stderr, "%s: --%s: %s: not a number in its range\n",
			program_invocation_short_name, knob->name, text);
		exit(2);
	}
	knob_store(knob, settings, (uint64_t)(value * (double)knob->unit + 0.5));
}

static void parse(struct settings *settings, int argc, char **argv)
{
	struct option options[KNOBS + 2] = { [KNOBS] = { .name = "help", .val = 'h' } };
	int key, at = 0;

	for (size_t i = 0; i < KNOBS; i++) {
		knob_store(&knobs[i], settings, knobs[i].preset * knobs[i].unit);
		options[i].name = knobs[i].name;
		options[i].has_arg = required_argument;
	}
	while ((key = getopt_long(argc, argv, "", options, &at)) >= 0) {
		if (key)
			usage(key == 'h' ? 0 : 2);
		knob_parse(&knobs[at], settings, optarg);
	}
	if (argc - optind != 4)
		usage(2);
}

static uint64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

/*
 * Move this process into a network namespace that is not the machine's own: neither the one tunlink
 * was started in nor the initial one. That alone has net.core.netdev_budget: the kernel registers
 * the table for init_net only (net/core/sysctl_net_core.c).
 *
 * Return: the namespace's inode.
 */
static ino_t enter(const char *path, ino_t home)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat ns;

	if (fd < 0 || fstat(fd, &ns))
		die("%s", path);
	if (ioctl(fd, NS_GET_NSTYPE) != CLONE_NEWNET) {
		errno = 0;
		die("%s: not a network namespace", path);
	}
	if (ns.st_ino == home) {
		errno = 0;
		die("%s: refusing the network namespace it was started in", path);
	}
	if (setns(fd, CLONE_NEWNET))
		die("%s", path);
	close(fd);
	if (access("/proc/sys/net", F_OK))
		die("/proc/sys/net");
	if (!access("/proc/sys/net/core/netdev_budget", F_OK)) {
		errno = 0;
		die("%s: refusing the initial network namespace", path);
	}
	return ns.st_ino;
}

/* Make a tun device in the namespace this process is in. Return: its descriptor. */
static int tun_open(const char *device)
{
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		die("/dev/net/tun");
	if (strlen(device) >= sizeof(request.ifr_name)) {
		errno = 0;
		die("%s: too long for a device's name", device);
	}
	memcpy(request.ifr_name, device, strlen(device));
	if (ioctl(fd, TUNSETIFF, &request))
		die("%s", device);
	return fd;
}

static void lane_init(struct lane *lane, int from_fd, int to_fd, const struct settings *settings)
{
	*lane = (struct lane){
		.from_fd = from_fd,
		.to_fd = to_fd,
		.room = settings->queue + 1,
		.random = settings->seed,
	};
	lane->packets = calloc(lane->room, sizeof(*lane->packets));
	lane->ring = calloc(lane->room, sizeof(struct packet *));
	if (!lane->packets || !lane->ring)
		die("memory for the packets under way");
	for (uint64_t i = 0; i < lane->room; i++)
		lane->ring[i] = &lane->packets[i];
}

static void lane_fini(struct lane *lane)
{
	free(lane->ring);
	free(lane->packets);
}

static struct packet **lane_at(struct lane *lane, uint64_t position)
{
	return &lane->ring[(lane->head + position) % lane->room];
}

/* A number from 0 to @max: xorshift64*, so that a seed gives one sequence everywhere. */
static uint64_t lane_random(struct lane *lane, uint64_t max)
{
	lane->random ^= lane->random >> 12;
	lane->random ^= lane->random << 25;
	lane->random ^= lane->random >> 27;
	return lane->random * 0x2545f4914f6cdd1dull % (max + 1);
}

static bool packet_is_multicast(const struct packet *packet)
{
	unsigned int version = packet->size ? packet->bytes[0] >> 4 : 0;

	if (version == 4)
		return packet->size >= 20 && packet->bytes[16] >> 4 == 0xe;
	return version == 6 && packet->size >= 40 && packet->bytes[24] == 0xff;
}

static bool lane_loses(struct lane *lane, const struct packet *packet,
		       const struct settings *settings)
{
	if (packet->size > PACKET_MAX)
		return true;
	if (settings->loss_every && !packet_is_multicast(packet) &&
	    ++lane->counted == settings->loss_every) {
		lane->counted = 0;
		return true;
	}
	return lane->used == settings->queue;
}

static uint64_t lane_due(struct lane *lane, const struct packet *packet,
			 const struct settings *settings)
{
	uint64_t now = clock_ns();

	if (lane->line_free_ns < now)
		lane->line_free_ns = now;
	if (settings->rate_kbit)
		lane->line_free_ns += packet->size * 8 * NS_PER_MS / settings->rate_kbit;
	return lane->line_free_ns + settings->delay_ns +
	       (settings->jitter_ns ? lane_random(lane, settings->jitter_ns) : 0);
}

/* Put the packet behind the last used one where it belongs in the order. */
static void lane_insert(struct lane *lane)
{
	for (uint64_t i = lane->used++; i > 0; i--) {
		struct packet **later = lane_at(lane, i), **earlier = lane_at(lane, i - 1), *swap;

		if ((*earlier)->due_ns <= (*later)->due_ns)
			return;
		swap = *earlier;
		*earlier = *later;
		*later = swap;
	}
}

static void lane_receive(struct lane *lane, const struct settings *settings)
{
	for (unsigned int i = 0; i < BURST; i++) {
		struct packet *packet = *lane_at(lane, lane->used);
		ssize_t got = read(lane->from_fd, packet->bytes, sizeof(packet->bytes));

		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (got < 0)
			die("a device is gone");
		packet->size = (size_t)got;
		if (lane_loses(lane, packet, settings))
			continue;
		packet->due_ns = lane_due(lane, packet, settings);
		lane_insert(lane);
	}
}

/*
 * Deliver what is due. A packet that the far end refuses (its device is down) is lost there.
 *
 * Return: when the next is due, UINT64_MAX for never.
 */
static uint64_t lane_deliver(struct lane *lane, uint64_t now)
{
	while (lane->used) {
		const struct packet *packet = *lane_at(lane, 0);

		if (packet->due_ns > now)
			return packet->due_ns;
		if (write(lane->to_fd, packet->bytes, packet->size) < 0 && errno == EBADFD)
			die("a device is gone");
		lane->head = (lane->head + 1) % lane->room;
		lane->used--;
	}
	return UINT64_MAX;
}

static void relay(struct lane lanes[2], const struct settings *settings)
{
	struct pollfd polls[] = {
		{ .fd = lanes[0].from_fd, .events = POLLIN },
		{ .fd = lanes[1].from_fd, .events = POLLIN },
	};
	uint64_t now = clock_ns(), end = now + settings->lifetime_s * NS_PER_S;

	for (; now < end; now = clock_ns()) {
		uint64_t until = end;
		struct timespec wait;

		for (unsigned int i = 0; i < 2; i++) {
			uint64_t due = lane_deliver(&lanes[i], now);

			until = due < until ? due : until;
		}
		wait.tv_sec = (time_t)((until - now) / NS_PER_S);
		wait.tv_nsec = (long)((until - now) % NS_PER_S);
		if (ppoll(polls, 2, &wait, NULL) < 0 && errno != EINTR)
			die("poll");
		for (unsigned int i = 0; i < 2; i++) {
			if (polls[i].revents)
				lane_receive(&lanes[i], settings);
		}
	}
}

int main(int argc, char **argv)
{
	struct settings settings;
	pid_t parent = getppid();
	struct lane lanes[2];
	int fds[2];
	struct stat home;
	ino_t first;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		return 1;
	parse(&settings, argc, argv);
	prctl(PR_SET_TIMERSLACK, 1ul);
	if (stat("/proc/self/ns/net", &home))
		die("/proc/self/ns/net");
	first = enter(argv[optind], home.st_ino);
	fds[0] = tun_open(argv[optind + 1]);
	if (enter(argv[optind + 2], home.st_ino) == first) {
		errno = 0;
		die("%s: both ends are in one namespace", argv[optind + 2]);
	}
	fds[1] = tun_open(argv[optind + 3]);
	lane_init(&lanes[0], fds[0], fds[1], &settings);
	lane_init(&lanes[1], fds[1], fds[0], &settings);
	if (puts("ready") < 0 || fflush(stdout))
		die("stdout");
	relay(lanes, &settings);
	lane_fini(&lanes[0]);
	lane_fini(&lanes[1]);
	return 0;
}
