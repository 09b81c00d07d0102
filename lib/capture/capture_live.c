// SPDX-License-Identifier: GPL-2.0-or-later
/* Listening to an interface, by libpcap's ring of AF_PACKET (packet(7)). */
#ifdef HAVE_LIBPCAP
#include <errno.h>
#include <linux/if_packet.h>
#include <pcap/pcap.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/socket.h>

#include "base/priv.h"
#include "capture/capture_link.h"
#include "capture/capture_reader.h"

/* Frames that wait, in bytes, and how long they may before they are told. */
#define BUFFER (16 << 20)
#define WAIT_MS 50

/* A frame of 64 KiB and its headers; more is cut, as libpcap cuts it. */
#define SNAPLEN_MAX 262144

static int fail_to_listen(struct capture_reader *reader, const char *interface, int ret,
			  struct err *err)
{
	const char *text = pcap_geterr(reader->pcap);

	switch (ret) {
	case PCAP_ERROR_PERM_DENIED:
	case PCAP_ERROR_PROMISC_PERM_DENIED:
		return err_set(
			err, -EPERM,
			"raw sockets are not permitted: be root, or run it with CAP_NET_RAW");
	case PCAP_ERROR_NO_SUCH_DEVICE:
		return err_set(err, -ENODEV, "%s: no such interface", interface);
	case PCAP_ERROR_IFACE_NOT_UP:
		return err_set(err, -ENETDOWN, "%s: the interface is down", interface);
	default:
		return err_set(err, -EIO, "%s: %s", interface,
			       text && *text ? text : pcap_statustostr(ret));
	}
}

/* Listen on @interface ("any": on all of them) to whatever passes, for others too; of each frame
 * the first @snaplen bytes are kept (0: all of it). CAP_NET_RAW is raised for that alone. Nothing
 * is read yet.
 *
 * Return: 0, -EPERM without CAP_NET_RAW, -ENODEV, or another -errno.
 */
int capture_reader_listen(struct capture_reader *reader, const char *interface, int snaplen,
			  struct err *err)
{
	char text[PCAP_ERRBUF_SIZE];
	int ret;

	*reader = (struct capture_reader){ .fd = -1, .is_live = true, .name = interface };
	reader->pcap = pcap_create(interface, text);
	if (!reader->pcap)
		return err_set(err, -ENOMEM, "%s: %s", interface, text);
	pcap_set_snaplen(reader->pcap, snaplen ? snaplen : SNAPLEN_MAX);
	pcap_set_promisc(reader->pcap, strcmp(interface, "any") != 0);
	pcap_set_timeout(reader->pcap, WAIT_MS);
	pcap_set_buffer_size(reader->pcap, BUFFER);
	pcap_set_tstamp_precision(reader->pcap, PCAP_TSTAMP_PRECISION_NANO);
	priv_raise(CAP_NET_RAW); /* without it, libpcap says so */
	ret = pcap_activate(reader->pcap);
	priv_lower();
	if (ret < 0)
		return fail_to_listen(reader, interface, ret, err);
	if (pcap_setnonblock(reader->pcap, 1, text) < 0)
		return err_set(err, -EIO, "%s: %s", interface, text);
	reader->fd = pcap_get_selectable_fd(reader->pcap);
	return capture_link_find(&reader->link, pcap_datalink(reader->pcap), interface, err);
}

/* Add what the kernel dropped since the last call to reader->dropped. libpcap's own way to ask
 * opens files.
 *
 * Return: 0 or -errno.
 */
int capture_reader_count_drops(struct capture_reader *reader)
{
	struct tpacket_stats_v3 stats = { 0 };
	socklen_t size = sizeof(stats);

	if (!reader->is_live || !reader->pcap)
		return 0;
	if (getsockopt(pcap_fileno(reader->pcap), SOL_PACKET, PACKET_STATISTICS, &stats, &size) < 0)
		return -errno;
	reader->dropped += stats.tp_drops;
	return 0;
}

#endif
