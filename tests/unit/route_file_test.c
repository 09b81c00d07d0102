// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/route_file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "record/route.h"
#include "support.h"
#include "unit.h"

struct seen {
	char text[1024];
};

/* "FAMILY PREFIX HOP DEVICE TYPE METRIC MTU TABLE;" for each route; "tos" where it has one */
static int note(const struct route_text *route, void *arg)
{
	struct seen *seen = arg;
	char *at = seen->text + strlen(seen->text);

	*at++ = route->dst.addr.family == AF_INET ? '4' : '6';
	*at++ = ' ';
	at = prefix_format(at, &route->dst);
	*at++ = ' ';
	at = addr_format(at, &route->gateway);
	*at++ = ' ';
	at += text_copy(at, 16, route->dev);
	*at++ = ' ';
	at += text_copy(at, 16, route_type_names[route->type]);
	*at++ = ' ';
	at = text_u64(at, route->metric);
	*at++ = ' ';
	at = text_u64(at, route->mtu);
	*at++ = ' ';
	at += text_copy(at, 16, route->has_tos ? "tos" : route->table);
	*at++ = ';';
	*at = '\0';
	return 0;
}

static int read_text(const char *text, struct seen *seen, struct err *err)
{
	int fd = support_file(text, strlen(text)), ret;

	seen->text[0] = '\0';
	ret = route_file_read(fd, AF_UNSPEC, note, seen, err);
	close(fd);
	return ret;
}

static void files_become_routes(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{ "", "" },
		{ "\n# nothing\n", "" },
		{ "default via 10.0.0.1 dev eth0 \n", "4 default 10.0.0.1 eth0 unicast 0 0 ;" },
		{ "10.0.0.0/8 dev a proto kernel src 10.0.0.1 metric 7\n1.1.1.1 via 2.2.2.2",
		  "4 10.0.0.0/8  a unicast 7 0 ;4 1.1.1.1 2.2.2.2  unicast 0 0 ;" },
		{ "blackhole 10.6.0.0/16 \nthrow default\n",
		  "4 10.6.0.0/16   blackhole 0 0 ;4 default   throw 0 0 ;" },
		{ "10.5.0.0/16 metric 7 mtu 1400 \n\tnexthop via 10.0.0.2 dev v0 weight 2 \n"
		  "\tnexthop via 10.0.0.3 dev v1 weight 1 \n",
		  "4 10.5.0.0/16 10.0.0.2 v0 unicast 7 1400 ;" },
		{ "10.1.0.0/16 via inet6 fe80::1 dev v0\n",
		  "4 10.1.0.0/16 fe80::1 v0 unicast 0 0 ;" },
		{ "default via inet6 fe80::1 dev v0\ndefault \n\tnexthop via inet6 fe80::1 dev v0 "
		  "weight 1\n",
		  "4 default fe80::1 v0 unicast 0 0 ;4 default fe80::1 v0 unicast 0 0 ;" },
		{ "10.11.0.0/16 encap ip id 5 src 1.1.1.1 dst 1.2.3.4 ttl 0 tos 0 "
		  "via 10.0.0.9 dev v0 src 10.0.0.1\n"
		  "10.12.0.0/16 encap mpls  100/200 via 10.0.0.9 dev v0 tos 0x10\n"
		  "10.13.0.0/16 encap ip id 5 src 1.1.1.1 dst 1.2.3.4 ttl 0 tos 0 tos 0x10 "
		  "via 10.0.0.9",
		  "4 10.11.0.0/16 10.0.0.9 v0 unicast 0 0 ;"
		  "4 10.12.0.0/16 10.0.0.9 v0 unicast 0 0 tos;"
		  "4 10.13.0.0/16 10.0.0.9  unicast 0 0 tos;" },
		{ "default via fe80::1 dev v0 table 5 pref medium",
		  "6 default fe80::1 v0 unicast 0 0 5;" },
		{ "[]", "" },
		{ "[{\"dst\":\"default\",\"gateway\":\"10.0.0.1\",\"dev\":\"e\"}]",
		  "4 default 10.0.0.1 e unicast 0 0 ;" },
		{ "{\"type\":\"unreachable\",\"dst\":\"fd00::/8\",\"metric\":9,\"metrics\":[]}\n"
		  "{\"dst\":\"1.2.3.4\",\"nexthops\":[{\"gateway\":\"9.9.9.9\",\"dev\":\"a\"},"
		  "{\"gateway\":\"8.8.8.8\",\"dev\":\"b\"}],\"metrics\":[{\"mtu\":1280}]}\n",
		  "6 fd00::/8   unreachable 9 0 ;4 1.2.3.4 9.9.9.9 a unicast 0 1280 ;" },
		{ "[{\"dst\":\"default\",\"via\":{\"family\":\"inet6\",\"host\":\"fd00::9\"}}]",
		  "4 default fd00::9  unicast 0 0 ;" },
		{ "[{\"dst\":\"10.11.0.0/16\",\"encap\":\"ip\",\"id\":5,\"src\":\"1.1.1.1\","
		  "\"dst\":\"1.2.3.4\",\"ttl\":0,\"tos\":0,\"gateway\":\"10.0.0.9\","
		  "\"dev\":\"v0\"}]",
		  "4 10.11.0.0/16 10.0.0.9 v0 unicast 0 0 ;" },
		{ "[{\"dst\":\"10.11.0.0/16\",\"encap\":{\"type\":\"ip\",\"dst\":\"1.2.3.4\","
		  "\"tos\":0},\"tos\":null,\"gateway\":\"10.0.0.9\",\"dev\":\"v0\"}]",
		  "4 10.11.0.0/16 10.0.0.9 v0 unicast 0 0 ;" },
		{ "[{\"dst\":\"1.0.0.0/8\",\"via\":{\"family\":\"inet6\",\"host\":\"fd00::9\"},"
		  "\"gateway\":null,\"table\":\"main\"}]",
		  "4 1.0.0.0/8 fd00::9  unicast 0 0 main;" },
	};
	struct seen seen;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		struct err err = { 0 };

		assert_int_equal(read_text(cases[i].text, &seen, &err), 0);
		assert_string_equal(seen.text, cases[i].expected);
	}
}

static void what_is_no_route_is_named(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "10.0.0.0/33 dev a\n", "line 1: not a route" },
		{ "1.0.0.0/8 dev a\n\nhello\n", "line 3: not a route" },
		{ "1.0.0.0/8 via\n", "line 1: not a route" },
		{ "1.0.0.0/8 via nowhere\n", "line 1: not a route" },
		{ "[{\"dst\":\"1.0.0.0/8\"},\n{\"dst\":5.5}]", "line 2: no route in JSON" },
		{ "[{\"dst\":\"1.0.0.0/8\"", "line 1: no route in JSON" },
		{ "[{\"gateway\":\"1.0.0.0\"}]", "line 1: no route in JSON" },
		{ "[{\"dst\":\"1.0.0.0/8\",\"metric\":-1}]", "line 1: no route in JSON" },
		{ "[1]", "line 1: no route in JSON" },
	};
	struct seen seen;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		struct err err = { 0 };

		assert_int_equal(read_text(cases[i].text, &seen, &err), -EBADMSG);
		assert_string_equal(err.text, cases[i].message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_become_routes),
		cmocka_unit_test(what_is_no_route_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
