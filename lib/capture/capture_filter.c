// SPDX-License-Identifier: GPL-2.0-or-later
#ifdef HAVE_LIBPCAP
#include "capture/capture_filter.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdlib.h>

#include "capture/capture_link.h"

#define SNAPLEN 262144

static int compile_for(enum link_kind kind, struct bpf_program *program, const char *expression,
		       struct err *err)
{
	pcap_t *pcap = pcap_open_dead(capture_link_dlt(kind), SNAPLEN);
	int ret = pcap ? 0 : -ENOMEM;

	if (ret < 0)
		return err_set(err, ret, "out of memory");
	if (pcap_compile(pcap, program, expression, 1, PCAP_NETMASK_UNKNOWN) < 0) {
		program->bf_insns = NULL;
		ret = err_set(err, -EINVAL, "filter: %s", pcap_geterr(pcap));
	}
	pcap_close(pcap);
	return ret;
}

/* Compile @expression, of pcap-filter(7). One that makes sense on some link layers alone is
 * refused when it meets another.
 *
 * Return: 0; -EINVAL if no link layer could have it; capture_filter_free() is due in any case.
 */
int capture_filter_compile(struct capture_filter *filter, const char *expression, struct err *err)
{
	struct bpf_program *programs = calloc(LINK_KINDS, sizeof(*programs));
	struct err other;
	int ret, fits;

	filter->programs = programs;
	if (!programs)
		return err_set(err, -ENOMEM, "out of memory");
	/* What is wrong with it is best told of the link that knows most. */
	ret = compile_for(LINK_ETHERNET, &programs[LINK_ETHERNET], expression, err);
	fits = ret == 0;
	for (int kind = LINK_ETHERNET + 1; kind < LINK_KINDS && ret != -ENOMEM; kind++)
		fits += compile_for((enum link_kind)kind, &programs[kind], expression, &other) == 0;
	return fits > 0 ? 0 : ret;
}

/* Give back what capture_filter_compile() took. */
void capture_filter_free(struct capture_filter *filter)
{
	struct bpf_program *programs = filter->programs;

	for (int kind = 0; programs && kind < LINK_KINDS; kind++)
		if (programs[kind].bf_insns)
			pcap_freecode(&programs[kind]);
	free(programs);
	filter->programs = NULL;
}

#endif
