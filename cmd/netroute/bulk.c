// SPDX-License-Identifier: GPL-2.0-or-later
/* Any number of destinations out of a file.
 *
 * Theory of operation: the kernel works a look-up off in the caller's time, so that a thread a
 * processor, each with a socket of its own, takes batches of destinations to it, many in one
 * datagram. The main thread reads lines into a ring of batches and writes their answers in the
 * order in which they were read. When the input has nothing more to give at the moment, what is
 * there is answered before it is waited for.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answer.h"
#include "cli/message.h"
#include "input.h"

/* More threads than this only wait for the one that reads and writes. */
#define WORKERS_MAX 8

/* Batches that may be under way: enough that no worker waits. */
#define RING 16

enum batch_state {
	BATCH_FREE,
	BATCH_READY,
	BATCH_TAKEN,
	BATCH_DONE,
};

/* Destinations that are handed over at once: waking a thread costs more than looking one up. */
#define BATCH_SIZE (4 * PATH_LOOK_UP_MAX)

struct batch {
	enum batch_state state;
	size_t count;
	int error; /* of the socket */
	struct flow flows[BATCH_SIZE];
	struct path_answer answers[BATCH_SIZE];
};

struct bulk {
	struct run *run;
	struct input input;
	struct answer_row row;
	struct batch *ring;
	size_t filling, showing; /* batches of the ring, counted on and on */
	size_t taking;
	bool wants_entry, is_over;
	pthread_mutex_t lock;
	pthread_cond_t is_ready, is_done;
	pthread_t workers[WORKERS_MAX];
	size_t worker_count;
	struct err err;
};

/* The next batch to work on, NULL when there will be none. Called with the lock held. */
static struct batch *take(struct bulk *bulk)
{
	for (;;) {
		struct batch *batch = &bulk->ring[bulk->taking % RING];

		if (batch->state == BATCH_READY) {
			batch->state = BATCH_TAKEN;
			bulk->taking++;
			return batch;
		}
		if (bulk->is_over)
			return NULL;
		pthread_cond_wait(&bulk->is_ready, &bulk->lock);
	}
}

static int look_up(const struct bulk *bulk, struct nl *nl, struct batch *batch, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < batch->count && ret == 0; i += PATH_LOOK_UP_MAX) {
		size_t left = batch->count - i;

		ret = path_look_up(nl, batch->flows + i,
				   left < PATH_LOOK_UP_MAX ? left : PATH_LOOK_UP_MAX,
				   bulk->wants_entry, batch->answers + i, err);
	}
	return ret;
}

static void *work(void *arg)
{
	struct bulk *bulk = arg;
	struct batch *batch;
	struct nl nl;
	struct err err = { 0 };
	int opened = nl_open(&nl, NETLINK_ROUTE, &err);

	pthread_mutex_lock(&bulk->lock);
	while ((batch = take(bulk))) {
		pthread_mutex_unlock(&bulk->lock);
		batch->error = opened ? opened : look_up(bulk, &nl, batch, &err);
		pthread_mutex_lock(&bulk->lock);
		if (batch->error)
			bulk->err = err;
		batch->state = BATCH_DONE;
		pthread_cond_signal(&bulk->is_done);
	}
	pthread_mutex_unlock(&bulk->lock);
	if (opened == 0)
		nl_close(&nl);
	return NULL;
}

/* Return: how many processors this process may use. */
static size_t processors(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) == 0 ? (size_t)CPU_COUNT(&set) : 1;
}

static int start(struct bulk *bulk)
{
	size_t wanted = processors();

	if (wanted > WORKERS_MAX)
		wanted = WORKERS_MAX;
	while (bulk->worker_count < wanted &&
	       pthread_create(&bulk->workers[bulk->worker_count], NULL, work, bulk) == 0)
		bulk->worker_count++;
	return bulk->worker_count > 0 ? 0 : -EAGAIN;
}

static void stop(struct bulk *bulk)
{
	pthread_mutex_lock(&bulk->lock);
	bulk->is_over = true;
	pthread_cond_broadcast(&bulk->is_ready);
	pthread_mutex_unlock(&bulk->lock);
	for (size_t i = 0; i < bulk->worker_count; i++)
		pthread_join(bulk->workers[i], NULL);
}

static void hand_over(struct bulk *bulk)
{
	struct batch *batch = &bulk->ring[bulk->filling % RING];

	if (batch->count == 0)
		return;
	pthread_mutex_lock(&bulk->lock);
	batch->state = BATCH_READY;
	pthread_cond_signal(&bulk->is_ready);
	pthread_mutex_unlock(&bulk->lock);
	bulk->filling++;
}

/* Show the oldest batch when it is done. */
static int show_oldest(struct bulk *bulk)
{
	struct batch *batch = &bulk->ring[bulk->showing % RING];
	struct run *run = bulk->run;

	pthread_mutex_lock(&bulk->lock);
	while (batch->state != BATCH_DONE)
		pthread_cond_wait(&bulk->is_done, &bulk->lock);
	pthread_mutex_unlock(&bulk->lock);
	for (size_t i = 0; batch->error == 0 && i < batch->count; i++) {
		const struct flow *flow = &batch->flows[i];
		const struct path_answer *answer = &batch->answers[i];
		const struct rule *rule = NULL;

		if (!answer->error)
			rule = path_rule_of_table(&run->path, flow->dst.family,
						  path_table_of(&run->path, answer));
		answer_show(run, &bulk->row, flow, answer, rule,
			    answer->error ? answer_error_text(flow, answer->error) : NULL);
	}
	bulk->showing++;
	batch->count = 0;
	batch->state = BATCH_FREE;
	return batch->error ? batch->error : run->out.error;
}

static int show_all(struct bulk *bulk)
{
	int ret = 0;

	hand_over(bulk);
	while (ret == 0 && bulk->showing < bulk->filling)
		ret = show_oldest(bulk);
	return ret;
}

/* Put the destination of one line into the batch that is being filled. */
static int add(struct bulk *bulk, const struct addr *dst)
{
	struct batch *batch = &bulk->ring[bulk->filling % RING];
	struct flow *flow = &batch->flows[batch->count++];

	*flow = bulk->run->flow;
	flow->dst = *dst;
	if (dst->zone && !flow->oif && !flow->iif)
		flow->oif = dst->zone;
	if (batch->count < BATCH_SIZE)
		return 0;
	hand_over(bulk);
	return bulk->filling - bulk->showing == RING ? show_oldest(bulk) : 0;
}

static int read_all(struct bulk *bulk, struct err *err)
{
	struct addr dst;
	int ret = 0;

	while (ret == 0 && !cli_stop_signal()) {
		if (input_would_wait(&bulk->input)) {
			ret = show_all(bulk);
			if (ret == 0)
				ret = buf_flush(&bulk->run->out);
			if (ret < 0)
				break;
		}
		ret = input_next(&bulk->input, &dst, err);
		if (ret <= 0)
			break;
		ret = add(bulk, &dst);
	}
	return ret < 0 ? ret : show_all(bulk);
}

/* Look up the destinations in run->settings.file and show one line for each, in order.
 *
 * Return: 0 or -errno; lines that are no destinations are said, and make run->is_incomplete true.
 */
int bulk_run(struct run *run, struct err *err)
{
	struct bulk *bulk = calloc(1, sizeof(*bulk));
	int ret = -ENOMEM;

	if (bulk)
		bulk->ring = calloc(RING, sizeof(*bulk->ring));
	if (!bulk || !bulk->ring) {
		free(bulk);
		return err_set(err, ret, "out of memory");
	}
	bulk->run = run;
	pthread_mutex_init(&bulk->lock, NULL);
	pthread_cond_init(&bulk->is_ready, NULL);
	pthread_cond_init(&bulk->is_done, NULL);
	ret = input_open(&bulk->input, run, err);
	if (ret < 0)
		goto out;
	ret = answer_begin(run, err);
	if (ret < 0)
		goto out;
	bulk->wants_entry = answer_wants_entry(run);
	ret = start(bulk);
	if (ret < 0)
		err_set(err, ret, "cannot start a thread");
	else
		ret = read_all(bulk, err);
	stop(bulk);
	if (ret < 0 && bulk->err.text[0])
		*err = bulk->err;
	table_end(&run->table);
	input_close(&bulk->input);
out:
	free(bulk->ring);
	free(bulk);
	return ret;
}
