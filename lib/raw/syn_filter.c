// SPDX-License-Identifier: GPL-2.0-or-later
/* A classic BPF program (Documentation/networking/filter.rst) for packets from their network header
 * on. X is where the header looked at begins; M[0] becomes the length of the TCP segment. */
#include "raw/syn_filter.h"

#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include "wire/syn.h"

#define WORD(at) (BPF_LD | BPF_W | BPF_ABS), (uint32_t)(at)
#define HALF(at) (BPF_LD | BPF_H | BPF_ABS), (at)
#define HALF_X(at) (BPF_LD | BPF_H | BPF_IND), (at)
#define BYTE_X(at) (BPF_LD | BPF_B | BPF_IND), (at)
#define ALU(operation, k) (BPF_ALU | (operation) | BPF_K), (k)
#define ALU_X(operation) (BPF_ALU | (operation) | BPF_X), 0
#define SET_X(k) (BPF_LDX | BPF_IMM), (k)
#define A_TO_X (BPF_MISC | BPF_TAX), 0
#define X_TO_A (BPF_MISC | BPF_TXA), 0
#define STORE(cell) BPF_ST, (cell)
#define LOAD_X(cell) (BPF_LDX | BPF_MEM), (cell)
#define JUMP(kind) (BPF_JMP | (kind) | BPF_K)
#define JUMP_X(kind) (BPF_JMP | (kind) | BPF_X)

/* Places that jumps go to; they are resolved once all of them are known. */
enum label {
	NEXT,
	TAGGED,
	FAMILY,
	V4,
	V6,
	TCP,
	SAMPLE,
	PASS,
	DROP,
	LABEL_COUNT,
};

struct assembler {
	struct sock_filter *program;
	size_t count;
	size_t at[LABEL_COUNT];
};

static void put(struct assembler *as, unsigned int code, uint32_t k)
{
	as->program[as->count++] = (struct sock_filter)BPF_STMT((uint16_t)code, k);
}

/* Until resolve(), jt and jf are labels. */
static void jump(struct assembler *as, unsigned int code, uint32_t k, enum label yes, enum label no)
{
	as->program[as->count++] =
		(struct sock_filter)BPF_JUMP((uint16_t)code, k, (uint8_t)yes, (uint8_t)no);
}

static void label(struct assembler *as, enum label name)
{
	as->at[name] = as->count;
}

static uint8_t distance(const struct assembler *as, size_t from, uint8_t name)
{
	return name == NEXT ? 0 : (uint8_t)(as->at[name] - from - 1);
}

static void resolve(struct assembler *as)
{
	for (size_t i = 0; i < as->count; i++) {
		struct sock_filter *at = &as->program[i];

		if (BPF_CLASS(at->code) != BPF_JMP)
			continue;
		if (BPF_OP(at->code) == BPF_JA) {
			at->k = distance(as, i, (uint8_t)at->k);
			continue;
		}
		at->jt = distance(as, i, at->jt);
		at->jf = distance(as, i, at->jf);
	}
}

/* The kernel takes one VLAN tag off; there may be another. */
static void put_type(struct assembler *as, bool is_for_host)
{
	if (is_for_host) {
		put(as, WORD(SKF_AD_OFF + SKF_AD_PKTTYPE));
		jump(as, JUMP(BPF_JEQ), PACKET_HOST, NEXT, DROP);
	}
	put(as, SET_X(0));
	put(as, WORD(SKF_AD_OFF + SKF_AD_PROTOCOL));
	jump(as, JUMP(BPF_JEQ), ETH_P_8021Q, TAGGED, NEXT);
	jump(as, JUMP(BPF_JEQ), ETH_P_8021AD, TAGGED, FAMILY);
	label(as, TAGGED);
	put(as, HALF(2));
	put(as, SET_X(4));
	label(as, FAMILY);
	jump(as, JUMP(BPF_JEQ), ETH_P_IP, V4, NEXT);
	jump(as, JUMP(BPF_JEQ), ETH_P_IPV6, V6, DROP);
}

/* RFC 791: X moves behind the header, of which the low half of the first byte is the length in
 * words. */
static void put_v4(struct assembler *as)
{
	label(as, V4);
	put(as, BYTE_X(9));
	jump(as, JUMP(BPF_JEQ), 6, NEXT, DROP);
	put(as, HALF_X(6));
	jump(as, JUMP(BPF_JSET), 0x1fff, DROP, NEXT);
	put(as, HALF_X(2));
	put(as, STORE(0));
	put(as, BYTE_X(0));
	put(as, ALU(BPF_AND, 0xf));
	put(as, ALU(BPF_LSH, 2));
	put(as, STORE(1));
	put(as, ALU_X(BPF_ADD));
	put(as, STORE(2)); /* where TCP begins */
	put(as, LOAD_X(1));
	put(as, (BPF_LD | BPF_MEM), 0);
	put(as, ALU_X(BPF_SUB));
	put(as, STORE(0));
	put(as, LOAD_X(2));
	jump(as, BPF_JMP | BPF_JA, TCP, NEXT, NEXT);
}

/* RFC 8200. What has extension headers, rare, is left to the parser. */
static void put_v6(struct assembler *as)
{
	label(as, V6);
	put(as, HALF_X(4));
	put(as, STORE(0));
	put(as, BYTE_X(6));
	jump(as, JUMP(BPF_JEQ), 0, SAMPLE, NEXT);
	jump(as, JUMP(BPF_JEQ), 43, SAMPLE, NEXT);
	jump(as, JUMP(BPF_JEQ), 44, SAMPLE, NEXT);
	jump(as, JUMP(BPF_JEQ), 60, SAMPLE, NEXT);
	jump(as, JUMP(BPF_JEQ), 6, NEXT, DROP);
	put(as, X_TO_A);
	put(as, ALU(BPF_ADD, 40));
	put(as, A_TO_X);
}

/* RFC 9293: of FIN, SYN, RST and ACK, SYN alone; or ACK alone, where the data offset, in words, is
 * all of the segment. */
static void put_tcp(struct assembler *as, bool wants_acks)
{
	label(as, TCP);
	put(as, BYTE_X(13));
	put(as, ALU(BPF_AND, 0x17));
	jump(as, JUMP(BPF_JEQ), 0x02, SAMPLE, wants_acks ? NEXT : DROP);
	if (!wants_acks)
		return;
	jump(as, JUMP(BPF_JEQ), 0x10, NEXT, DROP);
	put(as, BYTE_X(12));
	put(as, ALU(BPF_AND, 0xf0));
	put(as, ALU(BPF_RSH, 2));
	put(as, LOAD_X(0));
	jump(as, JUMP_X(BPF_JEQ), 0, SAMPLE, DROP);
}

static void put_sample(struct assembler *as, unsigned int shift)
{
	label(as, SAMPLE);
	if (shift > 0) {
		put(as, WORD(SKF_AD_OFF + SKF_AD_RANDOM));
		jump(as, JUMP(BPF_JSET), (1u << shift) - 1, DROP, PASS);
	}
	label(as, PASS);
	put(as, BPF_RET | BPF_K, SYN_PACKET_MAX);
	label(as, DROP);
	put(as, BPF_RET | BPF_K, 0);
}

/* Write the filter that is @wanted into @program (room for SYN_FILTER_MAX). It passes SYNs without
 * ACK, RST and FIN, over IPv4 and IPv6, cut to SYN_PACKET_MAX bytes.
 *
 * Return: the number of instructions.
 */
size_t syn_filter_build(struct sock_filter *program, const struct syn_filter *wanted)
{
	struct assembler as = { .program = program };

	put_type(&as, wanted->is_for_host);
	put_v4(&as);
	put_v6(&as);
	put_tcp(&as, wanted->wants_acks);
	put_sample(&as, wanted->shift < SYN_FILTER_SHIFT ? wanted->shift : SYN_FILTER_SHIFT);
	resolve(&as);
	return as.count;
}
