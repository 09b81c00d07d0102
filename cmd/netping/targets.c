// SPDX-License-Identifier: GPL-2.0-or-later
/* From words to addresses: names, addresses, prefixes, ranges, and files of them. */
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/lines.h"
#include "base/prefix.h"
#include "base/text.h"
#include "cli/message.h"
#include "host/lookup.h"
#include "netping.h"

/* The most addresses that one word may stand for. */
#define WORD_ADDRESSES_MAX (1u << 20)

/* Return: the place of a copy of @name in the text of names, UINT32_MAX if there is no memory. */
static uint32_t keep_name(struct targets *targets, const char *name)
{
	size_t size = strlen(name) + 1, place = targets->text_length;
	char *text;

	if (place + size >= UINT32_MAX)
		return UINT32_MAX;
	text = grow_array(targets->text, &targets->text_room, place + size, 1);
	if (!text)
		return UINT32_MAX;
	targets->text = text;
	memcpy(text + place, name, size);
	targets->text_length += size;
	return (uint32_t)place;
}

static int add(struct targets *targets, const struct addr *addr, uint32_t name)
{
	struct target *list =
		grow_array(targets->list, &targets->room, targets->count + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	targets->list = list;
	list[targets->count++] = (struct target){ .addr = *addr, .name = name };
	return 0;
}

static bool family_is_wanted(const struct run *run, uint8_t family)
{
	unsigned int bit = family == AF_INET ? FAMILY_INET : FAMILY_INET6;

	return !run->settings.families || run->settings.families & bit;
}

/* The address after @addr; false after the last one. */
static bool step(struct addr *addr)
{
	int i = addr->family == AF_INET ? 3 : 15;

	for (; i >= 0; i--)
		if (++addr->bytes[i])
			return true;
	return false;
}

/* Add all addresses from @first to @last. */
static int add_range(struct run *run, const struct addr *first, const struct addr *last,
		     const char *word, struct err *err)
{
	struct addr at = *first;
	int ret;

	if (first->family != last->family ||
	    memcmp(first->bytes, last->bytes, sizeof(first->bytes)) > 0)
		return err_set(err, -EINVAL, "%s: not a range of addresses", word);
	if (!family_is_wanted(run, first->family))
		return err_set(err, -EINVAL, "%s: not of the family asked for", word);
	for (uint32_t n = 0;; n++) {
		if (n == WORD_ADDRESSES_MAX)
			return err_set(err, -E2BIG, "%s: more than %u addresses", word,
				       WORD_ADDRESSES_MAX);
		ret = add(&run->targets, &at, UINT32_MAX);
		if (ret < 0)
			return err_set(err, ret, "out of memory");
		if (addr_equal(&at, last) || !step(&at))
			return 0;
	}
}

static int add_prefix(struct run *run, const char *word, struct err *err)
{
	struct prefix prefix;
	struct addr last;
	int ret = prefix_parse(&prefix, word);

	if (ret < 0)
		return err_set(err, ret, "%s: not a prefix", word);
	last = prefix.addr;
	for (unsigned int i = 0; i < (last.family == AF_INET ? 4u : 16u); i++) {
		unsigned int kept = prefix.length > 8 * i ? prefix.length - 8 * i : 0;

		if (kept < 8)
			last.bytes[i] |= (uint8_t)(0xff >> kept);
	}
	return add_range(run, &prefix.addr, &last, word, err);
}

/* Read "FIRST-LAST"; a name may have hyphens, too.
 *
 * Return: whether it is a range.
 */
static bool parse_range(const char *word, struct addr *first, struct addr *last)
{
	const char *hyphen = strchr(word, '-');
	char text[128];

	if (!hyphen || (size_t)(hyphen - word) >= sizeof(text))
		return false;
	text_copy(text, (size_t)(hyphen - word) + 1, word);
	return addr_parse(first, text) == 0 && addr_parse(last, hyphen + 1) == 0;
}

/* Ask the resolver. With one host its canonical name is shown, as ping does. */
static int add_name(struct run *run, const char *word, bool is_only, struct err *err)
{
	struct addrinfo hints = {
		.ai_family = run->settings.families == FAMILY_INET  ? AF_INET :
			     run->settings.families == FAMILY_INET6 ? AF_INET6 :
								      AF_UNSPEC,
		.ai_socktype = SOCK_DGRAM,
		.ai_flags = AI_CANONNAME | AI_IDN | AI_CANONIDN,
	};
	struct addrinfo *list;
	uint32_t name;
	int ret;

	if (run->settings.common.netns)
		return err_set(err, -EINVAL, "%s: with --netns only addresses are understood",
			       word);
	ret = getaddrinfo(word, NULL, &hints, &list);
	if (ret) {
		if (is_only)
			return err_set(err, -ENOENT, "%s: %s", word, gai_strerror(ret));
		cli_message("netping", "%s: %s", word, gai_strerror(ret));
		run->targets.unknown++;
		return 0;
	}
	name = keep_name(&run->targets, is_only && list->ai_canonname ? list->ai_canonname : word);
	ret = name == UINT32_MAX ? -ENOMEM : 0;
	for (const struct addrinfo *at = list; at && ret == 0; at = at->ai_next) {
		struct addr addr;

		if (at->ai_family != AF_INET && at->ai_family != AF_INET6)
			continue;
		addr = lookup_addr(at);
		ret = add(&run->targets, &addr, name);
		if (!run->settings.all_addresses && !is_only)
			break;
	}
	freeaddrinfo(list);
	return ret < 0 ? err_set(err, ret, "out of memory") : 0;
}

static int add_word(struct run *run, const char *word, bool is_only, struct err *err)
{
	struct addr addr, last;
	int ret = addr_parse(&addr, word);

	if (ret == -ENODEV)
		return err_set(err, ret, "%s: no such interface", word);
	if (ret == 0) {
		if (!family_is_wanted(run, addr.family))
			return err_set(err, -EINVAL,
				       "%s: Address family for hostname not supported", word);
		ret = add(&run->targets, &addr, UINT32_MAX);
		return ret < 0 ? err_set(err, ret, "out of memory") : 0;
	}
	if (strchr(word, '/'))
		return add_prefix(run, word, err);
	if (parse_range(word, &addr, &last))
		return add_range(run, &addr, &last, word, err);
	return add_name(run, word, is_only, err);
}

/* Whether @word stands for several hosts by itself. */
static bool is_many(const char *word)
{
	struct addr first, last;

	return strchr(word, '/') || parse_range(word, &first, &last);
}

/* Add the hosts that the command line names, and decide by them whether this is a run for one host
 * or for several.
 *
 * Return: 0, or -errno with @err.
 */
int targets_add_words(struct run *run, char **words, int count, struct err *err)
{
	const struct settings *settings = &run->settings;
	int ret = 0;

	run->is_several =
		count > 1 || settings_mean_several(settings) || (count == 1 && is_many(words[0]));
	for (int i = 0; i < count && ret == 0; i++)
		ret = add_word(run, words[i], !run->is_several, err);
	run->hostname = count > 0 ? words[0] : NULL;
	return ret;
}

/* Add the first word of every line of @fd that is not a comment.
 *
 * Return: 0, or -errno with @err.
 */
int targets_add_file(struct run *run, int fd, struct err *err)
{
	struct lines *lines = malloc(sizeof(*lines));
	size_t length;
	char *line;
	int ret;

	if (!lines)
		return err_set(err, -ENOMEM, "out of memory");
	lines_init(lines, fd);
	while ((ret = lines_next(lines, &line, &length)) > 0) {
		line += strspn(line, " \t\r");
		line[strcspn(line, " \t\r#")] = '\0';
		if (!*line)
			continue;
		ret = add_word(run, line, false, err);
		if (ret < 0)
			goto out;
	}
	if (ret < 0)
		err_set(err, ret, "cannot read hosts: %s", strerror(-ret));
out:
	free(lines);
	return ret;
}

/* Write how @target is called to @text (TARGET_NAME_SIZE bytes), unless it has a name.
 *
 * Return: the name.
 */
const char *target_name(const struct run *run, const struct target *target, char *text)
{
	if (target->name != UINT32_MAX && !run->settings.all_addresses)
		return run->targets.text + target->name;
	*addr_format(text, &target->addr) = '\0';
	return text;
}

/* By address and name. */
static int compare_targets(const void *left, const void *right, void *arg)
{
	const struct run *run = arg;
	const struct target *const *pair[] = { left, right };
	const struct target *a = *pair[0], *b = *pair[1];
	char text[2][TARGET_NAME_SIZE];
	int order = memcmp(a->addr.bytes, b->addr.bytes, sizeof(a->addr.bytes));

	if (order == 0 && a->addr.family != b->addr.family)
		order = a->addr.family < b->addr.family ? -1 : 1;
	if (order == 0 && a->addr.zone != b->addr.zone)
		order = a->addr.zone < b->addr.zone ? -1 : 1;
	if (order == 0)
		order = strcmp(target_name(run, a, text[0]), target_name(run, b, text[1]));
	return order;
}

/* Prometheus refuses two samples with the same labels: who is named twice is probed once.
 *
 * Return: 0, or -ENOMEM with @err.
 */
static int drop_twins(struct run *run, struct err *err)
{
	struct targets *targets = &run->targets;
	struct target **sorted = calloc(targets->count, sizeof(*sorted));
	size_t kept = 0;

	if (!sorted)
		return err_set(err, -ENOMEM, "out of memory");
	for (size_t i = 0; i < targets->count; i++)
		sorted[i] = &targets->list[i];
	qsort_r(sorted, targets->count, sizeof(*sorted), compare_targets, run);
	/* Twins are alike in everything so far: it does not matter which stays. */
	for (size_t i = 1; i < targets->count; i++)
		sorted[i]->is_twin = compare_targets(&sorted[i - 1], &sorted[i], run) == 0;
	free(sorted);
	for (size_t i = 0; i < targets->count; i++)
		if (!targets->list[i].is_twin)
			targets->list[kept++] = targets->list[i];
	targets->count = kept;
	return 0;
}

/* Get everything ready that there is one of for each host.
 *
 * Return: 0, or -ENOMEM with @err.
 */
int targets_prepare(struct run *run, struct err *err)
{
	struct targets *targets = &run->targets;
	struct settings *settings = &run->settings;
	char text[TARGET_NAME_SIZE];

	if (settings->retries == UNSET)
		settings->retries = RETRIES_DEFAULT;
	if (!run->is_several)
		targets->count = 1;
	if (settings->prometheus && drop_twins(run, err) < 0)
		return -ENOMEM;
	run->is_sweep = run->is_several && !settings->count && !settings->table_count &&
			!settings->loop && !settings->live;
	run->unfinished = targets->count;
	if (run->is_sweep) {
		run->retry = calloc(targets->count ? targets->count : 1, sizeof(*run->retry));
		return run->retry ? 0 : err_set(err, -ENOMEM, "out of memory");
	}
	for (size_t i = 0; i < targets->count; i++) {
		struct target *target = &targets->list[i];
		size_t width = strlen(target_name(run, target, text));

		if (width > targets->name_width)
			targets->name_width = width;
		target->stats = calloc(1, sizeof(*target->stats));
		if (target->stats && settings->table_count) {
			target->stats->results = malloc(settings->table_count * sizeof(uint64_t));
			if (target->stats->results)
				memset(target->stats->results, 0xff,
				       settings->table_count * sizeof(uint64_t));
		}
		if (!target->stats || (settings->table_count && !target->stats->results))
			return err_set(err, -ENOMEM, "out of memory");
	}
	return 0;
}
