// SPDX-License-Identifier: GPL-2.0-or-later
/* Vendors of MAC addresses, from what distributions install: systemd's hwdb in its source form, or
 * IEEE's own lists. Neither is needed for saying that an address is no vendor's. */
#include "host/vendors.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/grow.h"
#include "base/lines.h"
#include "base/text.h"

/* The first @digits hexadecimal digits of the addresses, left-aligned in 48 bits. */
struct vendor {
	uint64_t prefix;
	uint32_t name; /* offset */
	uint8_t digits;
};

/* What software gives out of the locally administered range. */
static const struct {
	const char *prefix, *name;
	size_t length;
} software[] = {
	{ "\x52\x54\x00", "locally administered (QEMU/KVM)", 3 },
	{ "\x02\x42", "locally administered (Docker)", 2 },
	{ "\x0a\x00\x27", "locally administered (VirtualBox)", 3 },
	{ "\x02\x00\x4c\x4f\x4f\x50", "locally administered (Windows loopback)", 6 },
};

void vendors_init(struct vendors *vendors)
{
	*vendors = (struct vendors){ 0 };
}

void vendors_fini(struct vendors *vendors)
{
	free(vendors->list);
	free(vendors->names);
	vendors_init(vendors);
}

/* Read hexadecimal digits, at most twelve; @digits is how many there were. */
static uint64_t parse_prefix(const char *text, uint8_t *digits)
{
	uint64_t value = 0;

	for (*digits = 0; *digits < 12; ++*digits, text++) {
		unsigned int digit;

		if (*text >= '0' && *text <= '9')
			digit = (unsigned int)(*text - '0');
		else if (*text >= 'A' && *text <= 'F')
			digit = (unsigned int)(*text - 'A' + 10);
		else
			break;
		value = value << 4 | digit;
	}
	return value << 4 * (12 - *digits);
}

static int add(struct vendors *vendors, uint64_t prefix, uint8_t digits, const char *name,
	       size_t length)
{
	struct vendor *list;
	char *names;

	if (digits < 6 || length == 0)
		return 0;
	if (length >= VENDOR_SIZE)
		length = VENDOR_SIZE - 1;
	list = grow_array(vendors->list, &vendors->room, vendors->count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	vendors->list = list;
	names = grow_array(vendors->names, &vendors->names_room, vendors->length + length + 1, 1);
	if (!names)
		return -ENOMEM;
	vendors->names = names;
	list[vendors->count++] = (struct vendor){
		.prefix = prefix,
		.name = (uint32_t)vendors->length,
		.digits = digits,
	};
	memcpy(names + vendors->length, name, length);
	names[vendors->length + length] = '\0';
	vendors->length += length + 1;
	return 0;
}

/* Read systemd's 20-OUI.hwdb: "OUI:0050C2*" and, on the next line, " ID_OUI_FROM_DATABASE=NAME".
 *
 * Return: 0 or -errno.
 */
int vendors_read_hwdb(struct vendors *vendors, int fd)
{
	static const char match[] = "OUI:", property[] = " ID_OUI_FROM_DATABASE=";
	struct lines lines;
	uint64_t prefix = 0;
	uint8_t digits = 0;
	size_t length;
	char *line;
	int ret;

	lines_init(&lines, fd);
	while ((ret = lines_next(&lines, &line, &length)) > 0) {
		if (strncmp(line, match, strlen(match)) == 0) {
			prefix = parse_prefix(line + strlen(match), &digits);
		} else if (strncmp(line, property, strlen(property)) == 0) {
			line += strlen(property);
			ret = add(vendors, prefix, digits, line, strlen(line));
			if (ret < 0)
				return ret;
			digits = 0;
		}
	}
	return ret;
}

/* Read one of IEEE's lists: "Registry,Assignment,Organization Name,Organization Address". An
 * address may have lines of its own, which begin with no registry.
 *
 * Return: 0 or -errno.
 */
int vendors_read_csv(struct vendors *vendors, int fd)
{
	struct lines lines;
	size_t length;
	char *line;
	int ret;

	lines_init(&lines, fd);
	while ((ret = lines_next(&lines, &line, &length)) > 0) {
		const char *name, *at = strchr(line, ',');
		uint64_t prefix;
		uint8_t digits;

		if (!at || strncmp(line, "MA-", 3) != 0)
			continue;
		prefix = parse_prefix(at + 1, &digits);
		name = strchr(at + 1, ',');
		if (!name)
			continue;
		name++;
		if (*name == '"') {
			name++;
			length = strcspn(name, "\"");
		} else {
			length = strcspn(name, ",\r");
		}
		ret = add(vendors, prefix, digits, name, length);
		if (ret < 0)
			return ret;
	}
	return ret;
}

static int by_prefix(const void *a, const void *b)
{
	const struct vendor *left = a, *right = b;

	if (left->prefix != right->prefix)
		return left->prefix < right->prefix ? -1 : 1;
	return (left->digits > right->digits) - (left->digits < right->digits);
}

/* Make what was read ready for vendors_name(). */
void vendors_sort(struct vendors *vendors)
{
	if (vendors->count > 1)
		qsort(vendors->list, vendors->count, sizeof(*vendors->list), by_prefix);
}

/* Read what is installed.
 *
 * Return: 0, -ENOENT if nothing is, or another -errno.
 */
int vendors_load(struct vendors *vendors, struct err *err)
{
	static const struct {
		const char *path;
		int (*read)(struct vendors *vendors, int fd);
		bool is_last; /* what follows tells the same */
	} files[] = {
		{ "/usr/lib/udev/hwdb.d/20-OUI.hwdb", vendors_read_hwdb, true },
		{ "/lib/udev/hwdb.d/20-OUI.hwdb", vendors_read_hwdb, true },
		{ "/usr/share/ieee-data/oui.csv", vendors_read_csv, false },
		{ "/usr/share/ieee-data/mam.csv", vendors_read_csv, false },
		{ "/usr/share/ieee-data/oui36.csv", vendors_read_csv, false },
	};
	bool has_any = false;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		int fd = open(files[i].path, O_RDONLY | O_CLOEXEC), ret;

		if (fd < 0)
			continue;
		ret = files[i].read(vendors, fd);
		close(fd);
		if (ret < 0)
			return err_set(err, ret, "%s: %s", files[i].path, strerror(-ret));
		has_any = true;
		if (files[i].is_last)
			break;
	}
	vendors_sort(vendors);
	if (!has_any)
		return err_set(err, -ENOENT, "no list of vendors here: install udev or ieee-data");
	return 0;
}

/* The longest prefix that @mac begins with. */
static const struct vendor *find(const struct vendors *vendors, uint64_t mac)
{
	for (uint8_t digits = 12; digits >= 6; digits--) {
		struct vendor key = {
			.prefix = mac >> 4 * (12 - digits) << 4 * (12 - digits),
			.digits = digits,
		};
		const struct vendor *found = NULL;

		if (vendors->count > 0)
			found = bsearch(&key, vendors->list, vendors->count, sizeof(key),
					by_prefix);
		if (found)
			return found;
	}
	return NULL;
}

/* An address that nobody assigned: by software with a prefix of its own, by hand, which likes
 * zeros, or at random, as telephones do in every network they join. */
static const char *local_name(const struct lladdr *mac)
{
	int zeros = 0;

	for (size_t i = 0; i < sizeof(software) / sizeof(software[0]); i++)
		if (memcmp(mac->bytes, software[i].prefix, software[i].length) == 0)
			return software[i].name;
	for (int i = 1; i < LLADDR_ETHER; i++)
		zeros += mac->bytes[i] == 0;
	return zeros > 1 ? "locally administered" : "locally administered, perhaps random";
}

/* Say whose @mac is.
 *
 * Return: the vendor's name, "locally administered..." for an address that is no vendor's, NULL if
 * neither is known.
 */
const char *vendors_name(const struct vendors *vendors, const struct lladdr *mac)
{
	const struct vendor *found;
	uint64_t value = 0;

	if (mac->length != LLADDR_ETHER || lladdr_is_zero(mac))
		return NULL;
	for (int i = 0; i < LLADDR_ETHER; i++)
		value = value << 8 | mac->bytes[i];
	found = find(vendors, value);
	if (found)
		return vendors->names + found->name;
	if (lladdr_is_group(mac))
		return "group address";
	return lladdr_is_local(mac) ? local_name(mac) : NULL;
}
