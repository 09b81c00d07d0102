// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/answers.h"

/* The station that answered, a new one if it never did. A flood of different ones shares the last
 * place. */
static struct answers_station *find(struct answers *answers, const struct lladdr *mac)
{
	uint32_t kept = answers->count < ANSWERS_MACS ? answers->count : ANSWERS_MACS;
	struct answers_station *station;

	for (uint32_t i = 0; i < kept; i++)
		if (lladdr_equal(&answers->list[i].mac, mac))
			return &answers->list[i];
	station = &answers->list[kept < ANSWERS_MACS ? kept : ANSWERS_MACS - 1];
	*station = (struct answers_station){ .mac = *mac };
	answers->count++;
	return station;
}

/* Take note of @claim if it answers the request that was sent last. A station answers a request
 * once: a further answer was to somebody else's who asks for the same on this host.
 *
 * Return: whether it counts.
 */
bool answers_add(struct answers *answers, const struct claim *claim)
{
	struct answers_station *station;

	if (claim->kind != CLAIM_REPLY || !addr_equal(&claim->addr, &answers->target) ||
	    lladdr_equal(&claim->mac, &answers->own_mac) || lladdr_is_zero(&claim->mac) ||
	    answers->requests == 0)
		return false;
	station = find(answers, &claim->mac);
	if (station->last_request == answers->requests)
		return false;
	station->last_request = answers->requests;
	station->replies++;
	answers->replies++;
	return true;
}

/* Whether @claim shows that the target is not free: somebody else has it, or is just about to
 * take it (RFC 5227 section 2.1.1, RFC 4862 section 5.4). What this host says itself does not
 * count, even where a switch sends it back. */
bool answers_is_taken(const struct answers *answers, const struct claim *claim)
{
	if (lladdr_equal(&claim->eth_src, &answers->own_mac) ||
	    lladdr_equal(&claim->mac, &answers->own_mac))
		return false;
	if (claim->kind != CLAIM_REQUEST && claim->kind != CLAIM_REPLY)
		return false;
	if (addr_equal(&claim->addr, &answers->target))
		return true;
	return claim->is_probe && addr_equal(&claim->target, &answers->target);
}
