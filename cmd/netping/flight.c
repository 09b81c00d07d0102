// SPDX-License-Identifier: GPL-2.0-or-later
#include "flight.h"

#include <errno.h>
#include <stdlib.h>

/* Make room for the probes of @socket_count sockets, rounded up to a power of two. Memory that is
 * never used is never touched. The first sequence number is 1.
 *
 * Return: 0 or -ENOMEM.
 */
int flight_init(struct flight *flight, unsigned int socket_count)
{
	flight->socket_count = 1;
	while (flight->socket_count < socket_count && flight->socket_count < FLIGHT_SOCKETS_MAX)
		flight->socket_count *= 2;
	flight->size = (uint64_t)flight->socket_count * FLIGHT_SOCKET_SLOTS;
	flight->tail = flight->next = 1;
	flight->waiting = 0;
	for (unsigned int i = 0; i < flight->socket_count; i++)
		flight->sockets[i].fd = -1;
	flight->slots = calloc((size_t)flight->size, sizeof(*flight->slots));
	return flight->slots ? 0 : -ENOMEM;
}

/* Close the sockets and forget the probes. */
void flight_fini(struct flight *flight)
{
	for (unsigned int i = 0; i < flight->socket_count; i++)
		icmp_close(&flight->sockets[i]);
	free(flight->slots);
	*flight = (struct flight){ 0 };
}

/* Whether the place of the next probe is still taken. */
bool flight_is_full(const struct flight *flight)
{
	return flight->next - flight->tail >= flight->size;
}

/* Return: the index of the socket that the probe at @position goes through. */
unsigned int flight_socket_of(const struct flight *flight, uint64_t position)
{
	return (unsigned int)(position / ICMP_BATCH % flight->socket_count);
}

/* Return: the sequence number of the probe at @position on its socket. */
uint16_t flight_seq_of(const struct flight *flight, uint64_t position)
{
	uint64_t turn = position / ICMP_BATCH / flight->socket_count;

	return (uint16_t)(turn * ICMP_BATCH + position % ICMP_BATCH);
}

/* Return: the slot of @position. */
struct slot *flight_at(const struct flight *flight, uint64_t position)
{
	return &flight->slots[position & (flight->size - 1)];
}

/* Find the probe that left through the socket with index @socket with the number @seq.
 *
 * Return: its slot, and its @position; NULL if there was none.
 */
struct slot *flight_find(const struct flight *flight, unsigned int socket, uint16_t seq,
			 uint64_t *position)
{
	uint64_t turn = (uint64_t)seq / ICMP_BATCH * flight->socket_count + socket;
	uint64_t place = turn * ICMP_BATCH + seq % ICMP_BATCH;
	uint64_t last = flight->next - 1;
	uint64_t back = (last - place) & (flight->size - 1);

	if (back >= last)
		return NULL;
	*position = last - back;
	return flight->slots[place].state == SLOT_FREE ? NULL : &flight->slots[place];
}
