// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Whether this is root, and of the whole host: in a user namespace of its own anybody may be root
 * (user_namespaces(7): the initial one maps every number to itself). */
bool priv_is_root(void)
{
	static const char whole[] = "0 0 4294967295";
	char map[64], squeezed[64] = "";
	size_t length = 0;
	ssize_t n;
	int fd;

	if (geteuid() != 0)
		return false;
	fd = open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return true;
	n = read(fd, map, sizeof(map));
	close(fd);
	for (ssize_t i = 0; i < n && map[i] != '\n'; i++)
		if (map[i] != ' ' || (length > 0 && squeezed[length - 1] != ' '))
			squeezed[length++] = map[i];
	return strncmp(squeezed, whole, sizeof(squeezed)) == 0;
}

/* Whether @capability (CAP_NET_ADMIN, ...) is in force. */
bool priv_has(int capability)
{
	cap_flag_value_t has = CAP_CLEAR;
	cap_t now = cap_get_proc();

	if (now)
		cap_get_flag(now, capability, CAP_EFFECTIVE, &has);
	cap_free(now);
	return has == CAP_SET;
}

static int fail(struct err *err, int error)
{
	return err_set(err, error, "cannot give up privileges: %s", strerror(-error));
}

/* Make the @count @capabilities (CAP_NET_RAW, ...) the only ones that this process may raise, those
 * of them that it has, and leave none in force.
 *
 * Return: 0 or -errno.
 */
int priv_keep_some(const int *capabilities, int count, struct err *err)
{
	cap_t now = cap_get_proc(), kept = cap_init();
	int ret = now && kept ? 0 : -ENOMEM;

	for (int i = 0; i < count && ret == 0; i++) {
		cap_value_t value = capabilities[i];
		cap_flag_value_t has = CAP_CLEAR;

		if (cap_get_flag(now, value, CAP_PERMITTED, &has) < 0 ||
		    (has == CAP_SET && cap_set_flag(kept, CAP_PERMITTED, 1, &value, CAP_SET) < 0))
			ret = -errno;
	}
	if (ret == 0 && cap_set_proc(kept) < 0)
		ret = -errno;
	cap_free(now);
	cap_free(kept);
	return ret < 0 ? fail(err, ret) : 0;
}

/* Keep one, as priv_keep_some() does. */
int priv_keep(int capability, struct err *err)
{
	return priv_keep_some(&capability, 1, err);
}

static int set_effective(const cap_value_t *value)
{
	cap_t caps = cap_get_proc();
	int ret = 0;

	if (!caps)
		return -ENOMEM;
	if (cap_clear_flag(caps, CAP_EFFECTIVE) < 0 ||
	    (value && cap_set_flag(caps, CAP_EFFECTIVE, 1, value, CAP_SET) < 0) ||
	    cap_set_proc(caps) < 0)
		ret = -errno;
	cap_free(caps);
	return ret;
}

/* Put @capability in force, and it alone, until priv_lower().
 *
 * Return: 0, or -EPERM if this process does not have it.
 */
int priv_raise(int capability)
{
	cap_value_t value = capability;

	return set_effective(&value);
}

/* Leave no capability in force.
 *
 * Return: 0 or -errno.
 */
int priv_lower(void)
{
	return set_effective(NULL);
}

/* Put the @count @capabilities in force beside those that are, for the calling thread alone, until
 * priv_return().
 *
 * Return: 0; -EPERM if this process does not have them all; another -errno. After a failure nothing
 * has changed.
 */
int priv_borrow(struct priv_loan *loan, const int *capabilities, int count)
{
	cap_t now = cap_get_proc(), more = now ? cap_dup(now) : NULL;
	bool lacks = false;
	int ret = more ? 0 : -ENOMEM;

	loan->before = NULL;
	for (int i = 0; i < count && ret == 0; i++) {
		cap_value_t value = capabilities[i];
		cap_flag_value_t has = CAP_CLEAR;

		cap_get_flag(now, value, CAP_EFFECTIVE, &has);
		lacks |= has == CAP_CLEAR;
		if (cap_set_flag(more, CAP_EFFECTIVE, 1, &value, CAP_SET) < 0)
			ret = -errno;
	}
	if (ret == 0 && lacks && cap_set_proc(more) < 0)
		ret = -errno;
	if (ret == 0 && lacks)
		loan->before = now;
	else
		cap_free(now);
	cap_free(more);
	return ret;
}

/* Have in force what was before priv_borrow(), and nothing else. */
void priv_return(struct priv_loan *loan)
{
	if (!loan->before)
		return;
	cap_set_proc(loan->before);
	cap_free(loan->before);
	loan->before = NULL;
}

/* Give up every capability of this process for good, and the ways to get one back by exec.
 *
 * Return: 0 or -errno with @err; on failure the process may still hold what it held.
 */
int priv_drop_all(struct err *err)
{
	cap_t none = cap_init();
	int ret = 0;

	if (!none)
		ret = -ENOMEM;
	else if (cap_set_proc(none) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		ret = -errno;
	cap_free(none);
	return ret < 0 ? fail(err, ret) : 0;
}
