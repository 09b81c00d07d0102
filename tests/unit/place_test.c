// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/place.h"

#include <stdlib.h>
#include <string.h>

#include "support.h"
#include "unit.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* The path lies on the heap, so that a sanitizer sees a byte read behind it. */
static void check(const char *path, const char *unit, const char *container)
{
	struct place place;
	char *copy = strdup(path);

	assert_non_null(copy);
	memset(&place, 'x', sizeof(place));
	place_of_cgroup(&place, copy);
	free(copy);
	assert_string_equal(place.unit, unit);
	assert_string_equal(place.container, container);
}

static void nothing_says_nothing(void **state)
{
	(void)state;
	check("", "", "");
	check("/", "", "");
	check("///", "", "");
	check("/user.slice/user-0.slice", "", "");
	check("/a/b/c", "", "");
}

static void units(void **state)
{
	(void)state;
	check("/system.slice/ssh.service", "ssh.service", "");
	check("/system.slice/ssh.service/", "ssh.service", "");
	check("system.slice/ssh.service", "ssh.service", "");
	check("/init.scope", "init.scope", "");
	check("/system.slice/dbus.socket", "dbus.socket", "");
	check("/system.slice/home.mount", "home.mount", "");
	check("/system.slice/dev-sda2.swap", "dev-sda2.swap", "");
	check("/system.slice/system-getty.slice/getty@tty1.service", "getty@tty1.service", "");
}

static void the_innermost_unit_wins(void **state)
{
	(void)state;
	check("/user.slice/user-1000.slice/user@1000.service/app.slice/editor.service",
	      "editor.service", "");
	check("/user.slice/user-1000.slice/session-3.scope", "session-3.scope", "");
	check("/system.slice/httpd.service/worker", "httpd.service", "");
}

static void what_only_looks_like_a_unit(void **state)
{
	(void)state;
	check("/.service", "", "");
	check("/service", "", "");
	check("/a.service.d", "", "");
	check("/a.Service", "", "");
	check("/a.slice", "", "");
}

static void containers_of_every_runtime(void **state)
{
	(void)state;
	check("/system.slice/docker-" ID ".scope", "docker-" ID ".scope", "docker:0123456789ab");
	check("/machine.slice/libpod-" ID ".scope/container", "libpod-" ID ".scope",
	      "podman:0123456789ab");
	check("/kubepods.slice/kubepods-pod1.slice/crio-" ID ".scope", "crio-" ID ".scope",
	      "cri-o:0123456789ab");
	check("/kubepods.slice/cri-containerd-" ID ".scope", "cri-containerd-" ID ".scope",
	      "containerd:0123456789ab");
	check("/docker/" ID, "", "docker:0123456789ab");
	check("/kubepods/besteffort/pod1234/" ID, "", "container:0123456789ab");
	check("/lxc.payload.web/system.slice/nginx.service", "nginx.service", "lxc:web");
	check("/machine.slice/machine-web.scope/payload", "machine-web.scope", "machine:web");
}

static void what_only_looks_like_a_container(void **state)
{
	(void)state;
	check("/docker-0123456789ab.scope", "docker-0123456789ab.scope", "");
	check("/docker-" ID "0.scope", "docker-" ID "0.scope", "");
	check("/docker-", "", "");
	check("/docker", "", "");
	check("/" ID "0", "", "");
	check("/0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef", "", "");
	check("/lxc.payload.", "", "");
	check("/machine-", "", "");
}

/* Names whose end is part of the prefix, or all there is. */
static void names_that_overlap(void **state)
{
	(void)state;
	check("/lxc.payload.scope", "lxc.payload.scope", "lxc:scope");
	check("/lxc.payload..scope", "lxc.payload..scope", "lxc:.scope");
	check("/machine-.scope", "machine-.scope", "machine:.scope");
	check("/machine-a.scope", "machine-a.scope", "machine:a");
	check("/docker-.scope", "docker-.scope", "");
}

/* A cgroup's name may have 255 bytes; a unit's name that does not fit is left out, not cut. */
static void long_names(void **state)
{
	char path[600], name[PLACE_SIZE + 8];

	(void)state;
	for (size_t length = PLACE_SIZE - 12; length < PLACE_SIZE + 4; length++) {
		memset(name, 'u', length);
		strcpy(name + length, "");
		strcpy(path, "/");
		strcat(strcat(path, name), ".service");
		check(path, length + 8 < PLACE_SIZE ? path + 1 : "", "");
	}
	for (size_t length = 100; length < 256; length++) {
		char expected[PLACE_SIZE] = "lxc:";

		strcpy(path, "/lxc.payload.");
		memset(path + 13, 'c', length);
		path[13 + length] = '\0';
		memset(expected + 4, 'c', sizeof(expected) - 5);
		expected[length + 4 < PLACE_SIZE - 1 ? length + 4 : PLACE_SIZE - 1] = '\0';
		check(path, "", expected);
	}
}

static void noise_does_no_harm(void **state)
{
	static const char *const parts[] = {
		"/",	  "docker-", "lxc.payload.", "machine-",	".scope", ".service",
		"docker", ID,	     "0123456789",   "cri-containerd-", "\xff",	  "libpod-"
	};
	struct support_random random = { 10 };

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct place place;
		char path[1024] = "";
		char *copy;

		for (int j = 0; j < 12; j++)
			strcat(path, parts[support_random(&random) % UNIT_COUNT(parts)]);
		copy = strdup(path);
		assert_non_null(copy);
		place_of_cgroup(&place, copy);
		free(copy);
		assert_true(memchr(place.unit, '\0', PLACE_SIZE));
		assert_true(memchr(place.container, '\0', PLACE_SIZE));
		assert_non_null(strstr(path, place.unit));
		if (place.container[0])
			assert_non_null(strstr(path, strchr(place.container, ':') + 1));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_says_nothing),
		cmocka_unit_test(units),
		cmocka_unit_test(the_innermost_unit_wins),
		cmocka_unit_test(what_only_looks_like_a_unit),
		cmocka_unit_test(containers_of_every_runtime),
		cmocka_unit_test(what_only_looks_like_a_container),
		cmocka_unit_test(names_that_overlap),
		cmocka_unit_test(long_names),
		cmocka_unit_test(noise_does_no_harm),
	};

	return cmocka_run_group_tests_name("place", tests, NULL, NULL);
}
