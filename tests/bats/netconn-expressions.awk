# SPDX-License-Identifier: GPL-2.0-or-later
# Random filter expressions over the sockets of the zoo, one a line: words for states first, then an
# expression, as ss takes them. Variables: seed, count; with ours=1 in parentheses and with what ss lacks,
# too; pid, for that.
# Where operators mix they stand in parentheses: ss reads such from left to right, whatever its manual
# says of precedence. ss evaluates everything itself, too, with `dev` all alone, and then takes
# 0.0.0.0/0 for both families: with `dev` or a NOT above there is no such address.

function pick(list,    words, n) {
	n = split(list, words, ",")
	return words[1 + int(rand() * n)]
}

function number() {
	return pick("22,80,7000,7002,7010,7013,7100,7200,7207,7303,7310,7420,7512,7522,8402,8406,17101,17210,17311,65535")
}

function host() {
	return pick("127.0.0.1,127.0.0.0/8,192.0.2.1,192.0.2.2,192.0.2.0/30,192.0.2.0/24,10.0.0.0/8,127.9.9.9,[::1],[2001:db8::1],[2001:db8::/64],[2001:db8::2],[fe80::1],[fe80::/10],[::ffff:192.0.2.1],[::ffff:192.0.2.0/120],192/8,127.128/9")
}

function zero() {
	return dev || nots ? host() : pick("0.0.0.0/0,[::/0],0.0.0.0/1,*,0.0.0.0,[::]")
}

function port_condition() {
	return pick("sport,dport") pick(" , = , == , eq , != , ne , neq , > , gt , >= , ge , geq , < , lt , <= , le , leq ") " " pick(":,") number()
}

function host_condition() {
	return pick("src,dst") pick(" , = ") " " (rand() < 0.2 ? zero() : host()) (rand() < 0.2 ? ":" number() : "")
}

function ours_condition() {
	return pick("pid " pid ",pid != " pid ",pid 1,user root,user 0,user != root,user nobody,program zoo,program z*,program != zoo,program xyz,inode 0,inode != 0,src fe80::1%lo,state established,state syn-recv state time-wait,not state listening,:7002,:7100-7300,127.0.0.1:7010,192.0.2.1,autobound,dev lo,dev != lo")
}

function condition(    which) {
	which = rand()
	if (ours && which < 0.35)
		return ours_condition()
	if (which < 0.55)
		return port_condition()
	if (which < 0.65)
		return pick("src,dst") " " pick(":,*:") number()
	if (which > 0.94 && dev)
		return "dev " pick(",= ,!= ") pick("lo,1,zoo")
	return host_condition()
}

function term(depth,    text) {
	if (rand() < 0.15) {
		nots++
		text = pick("!,not") " ( " chain(depth - 1) " )"
		nots--
		return text
	}
	if (depth > 0 && rand() < 0.4)
		return "( " chain(depth - 1) " )"
	return condition()
}

function chain(depth,    text, operator, n) {
	operator = pick(" , and , & , && , or , | , || ")
	text = term(depth)
	for (n = int(rand() * 3); n > 0; n--)
		text = text (operator == "" ? " " : operator) term(depth)
	return text
}

# To ss no state at all means those it lists by default: at most one is left out.
function states(    names) {
	names = "established,syn-sent,syn-recv,fin-wait-1,fin-wait-2,time-wait,close-wait,last-ack,listening,closing,connected,synchronized,bucket,big,closed"
	if (rand() < 0.6)
		return ""
	if (rand() < 0.5)
		return "state " pick(names) (rand() < 0.5 ? " state " pick(names) : "") " "
	return pick("state all ,state connected ,") "exclude " pick("established,syn-sent,fin-wait-2,time-wait,closing,bucket") " "
}

BEGIN {
	srand(seed)
	for (i = 0; i < count; i++) {
		dev = rand() < 0.2
		print ours ? "( " chain(2) " )" : states() chain(2)
	}
}
