#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# A flood that goes on while this file lasts, and a host beside it that is well: what netsyn says of
# both, for people, programs and monitoring, live and recorded.
# shellcheck disable=SC2016,SC2034,SC2154 # programs of jq; for eval; bats sets variables

bats_require_minimum_version 1.5.0
load netsyn

# meanwhile NAME CMD...: in the background; what it says is for said()
meanwhile() {
	{ "${@:2}" >"$STAGE/out.$1" 2>"$STAGE/err.$1" || echo $? >"$STAGE/status.$1"; } 3>&- 4>&- &
	running+=($!)
}

# said NAME STATUS: what it said, in $output, with this status, and nothing on standard error
said() {
	local status=0

	output=$(<"$STAGE/out.$1")
	mapfile -t lines <<<"$output"
	[[ ! -e $STAGE/status.$1 ]] || status=$(<"$STAGE/status.$1")
	[[ $status -eq $2 ]] || fail "$1: status $status: $output"
	assert_equal "$(<"$STAGE/err.$1")" ''
}

# check HOST ARG...: by the name that it has among the monitoring plugins
check() {
	lab_exec "$1" "$STAGE/check_netsyn" "${@:2}"
}

# own HOST FOLDER CMD...: CMD there, with FOLDER in the place of /proc/net
own() {
	lab_exec "$1" unshare -m bash -c \
		'mount --bind "$1" "/proc/$$/task/$$/net" && exec "${@:2}"' - "${@:2}"
}

# until_seen PID CMD...: while it runs, until this succeeds, a minute at most
until_seen() {
	local i

	for ((i = 0; i < 600; i++)); do
		! "${@:2}" || return 0
		kill -0 "$1" 2>/dev/null || return
		sleep 0.1
	done
	return 1
}

seen() {
	(($(grep -acE "$2" "$3") >= $1))
}

# events: what --watch says, before a flood begins and when it has
events() {
	local pid

	ip netns exec "$(lab_ns sudden)" "$NETSYN" --watch 1 >"$STAGE/events" &
	pid=$!
	until_seen "$pid" seen 1 OK "$STAGE/events"
	flood_bg sudden --rate 300 --from random
	until_seen "$pid" seen 1 FLOOD "$STAGE/events"
	kill "$pid"
	wait "$pid"
}

# everywhere: all namespaces; whoever removes one kills what is there, be it a visitor
everywhere() {
	local i status

	for ((i = 0; i < 5; i++)); do
		status=0
		"$NETSYN" --all-netns --ndjson || status=$?
		[[ $status -eq 137 ]] || return "$status"
	done
}

# terminal: what --watch shows there, until it has been drawn twice
terminal() {
	script -qfec "bash -c 'echo \$\$ >$STAGE/pid; exec ip netns exec $(lab_ns srv) $NETSYN --watch 1'" \
		/dev/null >"$STAGE/terminal" &
	until_seen $! seen 2 $'\033\\[H\033\\[2J' "$STAGE/terminal"
	kill "$(<"$STAGE/pid")"
	wait $!
}

setup_file() {
	PATH=$PATH:/usr/lib/nagios/plugins
	netsyn_begin negate script || return 0
	wired srv
	wired calm
	wired held
	wired sudden
	keep held
	serve srv --port 80 --backlog 64
	serve srv --port 8080 --backlog 64
	serve calm --port 80 --backlog 64
	serve held --port 80 --backlog 4096
	serve sudden --port 80 --backlog 64
	flood_bg srv --rate 200 --seconds 120 --from random
	flood held --count 60 --rate 2000 --from 198.18.0.0/15
	sleep 1
	running=()
	meanwhile events events
	meanwhile terminal terminal
	meanwhile text netsyn_at srv --why --top 3
	meanwhile json netsyn_at srv --json --top 3
	meanwhile csv netsyn_at srv --csv
	meanwhile wide netsyn_at srv --columns verdict,severity,listener,half_open,looks
	meanwhile nagios netsyn_at srv --nagios -t 100
	meanwhile nagios-calm netsyn_at calm --nagios -t 100
	meanwhile plugin check srv -w 10 -c 1000 -t 100
	meanwhile negated lab_exec srv negate -t 100 --warning=OK "$STAGE/check_netsyn" -t 100
	meanwhile metrics netsyn_at srv --prometheus -
	meanwhile file netsyn_at srv --prometheus "$STAGE/netsyn.prom"
	meanwhile recording netsyn_at srv --record "$STAGE/incident" --json
	meanwhile calm netsyn_at calm --json
	meanwhile nobody nobody_at srv --json
	meanwhile wire netsyn_at srv --wire --json
	meanwhile device netsyn_at srv -I to-att --json
	meanwhile all everywhere
	mkdir "$STAGE/stuck" "$STAGE/lacking"
	mkfifo "$STAGE/stuck/netstat"
	meanwhile stuck own srv "$STAGE/stuck" "$NETSYN" --nagios --interval 2 -t 5
	lab_exec calm cp /proc/thread-self/net/{netstat,snmp,snmp6} "$STAGE/lacking"
	sed -i 's/SyncookiesSent/SomethingElse/' "$STAGE/lacking/netstat"
	meanwhile lacking own calm "$STAGE/lacking" "$NETSYN" --json
	wait "${running[@]}"
}

setup() {
	netsyn_setup
}

teardown() {
	lab_end
}

teardown_file() {
	lab_end
}

@test "people are told what it is, where, how bad, and what to do" {
	said text 1
	assert_line --index 0 --regexp \
		'^FLOOD \(warning\): 0\.0\.0\.0:80, SYN cookies keep clients connected; random, so spoofed, sources; about [0-9]+ SYN/s$'
	assert_line --partial 'Advice: do not ban addresses'
	assert_line --partial 'net.ipv4.tcp_synack_retries=2 (now 5)'
	assert_line --regexp '^Listener 0\.0\.0\.0:80, [0-9]+/\S*synlab: FLOOD$'
	assert_line --regexp '^  SYN queue     [0-9]+ of 65; accept queue 0 of 64$'
	assert_line --regexp '^  survivors +[0-9]+ of [0-9]+ after [0-9.]+ s: [0-9]+ %$'
	assert_line --regexp '^  TcpExtSyncookiesSent [0-9]+'
	assert_line --regexp '^  net\.ipv4\.tcp_syncookies 1, '
	# --why, --top
	assert_line --regexp '^  yes survivors +[0-9]+ >= 20  0\.0\.0\.0:80$'
	assert_line --regexp '^  yes survival +[0-9.]+ >= 0\.5  0\.0\.0\.0:80$'
	assert_line --regexp '^  no  resets +0 >= '
	[[ $(grep -cE '^ +[0-9]+  [0-9.]+ to 0\.0\.0\.0:80$' <<<"$output") -eq 3 ]]
	[[ $(grep -cE '^ +[0-9]+  [0-9.]+/24 to 0\.0\.0\.0:80$' <<<"$output") -eq 3 ]]
}

@test "programs get everything, in JSON" {
	said json 1
	jq -e '.[0] | length == (keys | length) and .verdict == "flood" and .severity == "warning"
		and .kind == "random_spoofed" and .outcome == "mitigated" and .interval_s > 2.9
		and .listener == "0.0.0.0:80" and (.counters.TcpExtSyncookiesSent > 0)
		and .sysctls["net.ipv4.tcp_syncookies"] == 1 and (.advice | length > 1)
		and (.evidence | all(has("rule", "value", "threshold", "taken")))
		and (.sources | length == 6)' <<<"$output"
	jq -e '.[0].listeners[0] | .addr == "0.0.0.0" and .port == 80 and .family == "inet" and
		.syn_queue > 0 and .syn_queue <= 65 and .syn_capacity == 65 and
		.accept_queue == 0 and .accept_capacity == 64 and .survivors >= 20 and
		.survival >= 0.5 and (.retrans_ages | add) == .half_open and .sources > 5 and
		.top_source_share < 0.5 and .syn_rate > 0 and .cookies > 0 and .drops == 0 and
		(.owner.program | endswith("synlab"))' <<<"$output"
	jq -e '.[0].listeners | map(select(.port == 8080)) | .[0] | .verdict == "ok" and
		.syn_rate == null and .cookies == null' <<<"$output"
	said csv 1
	[[ $(wc -l <<<"$output") -eq 2 ]]
	said wide 1
	assert_line --index 1 --regexp '^flood +warning +0\.0\.0\.0:80 +[0-9]+ '
	said calm 0
	jq -e '.[0] | .verdict == "ok" and .severity == "ok" and .kind == null and .listener == null' \
		<<<"$output"
}

@test "nobody sees the same, but for the process" {
	said nobody 1
	jq -e '.[0] | .verdict == "flood" and .kind == "random_spoofed" and .wire == null and
		(.listeners | all(.owner == null))' <<<"$output"
	run -3 --separate-stderr nobody_at srv --wire
	assert_error CAP_NET_RAW
}

@test "the wire is counted, and tells the rate" {
	for name in wire device; do
		said $name 1
		jq -e '.[0] | .verdict == "flood" and .wire.top_target == "10.0.1.2:80" and
			.wire.syns > 50 and .wire.syn_rate * .wire.seconds / .wire.syns > 0.99 and
			.wire.completed == 0 and .wire.lost < 1 and
			(.wire.sampled or .wire.sources / .wire.syns > 0.9)' <<<"$output"
	done
}

@test "monitoring plugins: one line, performance data, and the status" {
	said nagios 1
	assert_output --regexp "^SYNFLOOD WARNING - FLOOD \(warning\): [^|]* \| 'half_open'=[0-9]+;;;0;130 'syn_rate'=[0-9.]+;;;0 'cookies_sent'=[0-9]+;;;0 'cookies_received'=0;;;0 'syns_dropped'=0;;;0 'handshakes'=0;;;0$"
	said nagios-calm 0
	assert_output --regexp "^SYNFLOOD OK - OK: no SYN flood[^|]* \| 'half_open'=0;"
	said plugin 1
	assert_output --regexp "^SYNFLOOD WARNING - .*'half_open'=[0-9]+;10;1000;0;130 "
	said negated 0
	assert_output --regexp '^SYNFLOOD WARNING - '
}

@test "monitoring plugins: ranges" {
	local ranges status

	while read -r status ranges; do
		# shellcheck disable=SC2086 # words
		run "-$status" --separate-stderr check held --snapshot --survivors 1000000 $ranges
		assert_equal "$stderr" ''
		assert_output --regexp "^SYNFLOOD $(sed -n "$((status + 1))p" <<<$'OK\nWARNING\nCRITICAL\nUNKNOWN') - "
	done <<-'END'
		0 -w 60
		1 -w 59
		0 -w 60:
		1 -w 61:
		0 -w ~:60
		1 -w ~:59.5
		0 -w 10:60
		1 -w 10:20
		0 -w @61:70
		1 -w @10:60
		2 -c 59
		2 -w 10 -c 59
		1 -w 10 -c 60
		3 -w x
		3 -w 20:10
		3 -c 1e3
		3 -w
		3 -t 0
		3 --json
	END
	run -3 check held -t 5 # which an interval of three seconds may exceed
	assert_output --regexp '^SYNFLOOD UNKNOWN - -t: '
}

@test "monitoring plugins: a time-out is told" {
	said stuck 3
	assert_output 'SYNFLOOD UNKNOWN - timed out'
}

@test "what is not known is not well" {
	said lacking 3
	jq -e '.[0] | .verdict == "unknown" and .severity == "unknown" and
		(.notes | index("counters_missing")) and .counters.TcpExtSyncookiesSent == null' <<<"$output"
	! grep -q __asan_init "$NETSYN" || skip 'a sanitizer needs /proc itself'
	run -3 lab_exec calm unshare -m bash -c 'mount -t tmpfs none /proc && exec "$@"' - "$NETSYN" --snapshot
	assert_line --index 0 --regexp '^UNKNOWN'
	assert_line --regexp '^Note: not everything could be seen: .*/proc'
	run -3 lab_exec calm unshare -m bash -c 'mount -t tmpfs none /proc && exec "$@"' - \
		"$STAGE/nodiag" EPERM "$STAGE/check_netsyn" --snapshot
	assert_output --regexp '^SYNFLOOD UNKNOWN - '
	run -0 lab_exec calm "$STAGE/nodiag" EPERM "$NETSYN" --snapshot # /proc has it, too
	assert_line --index 0 --regexp '^OK'
}

@test "Prometheus: gauges of namespaces and listeners, never of sources" {
	said metrics 1
	printf '%s\n' "$output" >metrics
	grep -qxE 'netsyn_verdict\{netns="[^"]*",verdict="flood"\} 1' metrics
	grep -qxE 'netsyn_severity\{netns="[^"]*"\} 1' metrics
	grep -qxE 'netsyn_listener_half_open\{netns="[^"]*",addr="0\.0\.0\.0",port="80",iface="0"\} [0-9]+' metrics
	[[ -z $(sed 's/ [^ ]*$//' metrics | grep -v '^#' | sort | uniq -d) ]]
	[[ $(grep -c '^netsyn_' metrics) -lt 40 ]]
	said file 1
	assert_output ''
	diff <(grep -o '^netsyn_[^ ]*' metrics) <(grep -o '^netsyn_[^ ]*' "$STAGE/netsyn.prom")
	[[ $(stat -c %a "$STAGE/netsyn.prom") == 644 ]]
	[[ -z $(find "$STAGE" -name '*netsyn.prom?*') ]]
}

@test "Prometheus: the file is replaced as a whole, or not at all" {
	mkdir here
	netsyn_at calm --snapshot --prometheus here/x.prom
	before=$(stat -c %i here/x.prom)
	netsyn_at calm --snapshot --prometheus here/x.prom
	[[ $(stat -c %i here/x.prom) != "$before" ]]
	[[ $(ls -A here) == x.prom ]]
	ln -s x.prom here/link
	run -3 --separate-stderr netsyn_at calm --snapshot --prometheus here/link
	assert_error here/link
	run -3 --separate-stderr netsyn_at calm --snapshot --prometheus nowhere/x.prom
	assert_error nowhere
	run -3 --separate-stderr nobody_at calm --snapshot --prometheus "$STAGE/nobody.prom"
	assert_error 'nobody.prom'
}

@test "what promtool makes of it" {
	local promtool=${NETSONDE_BUILD:-$BATS_TEST_DIRNAME/../../build}/unpacked/usr/bin/promtool

	[[ -x $promtool ]] || promtool=$(command -v promtool) || skip 'no promtool: in check-full'
	for name in metrics file; do
		[[ $name == metrics ]] && cp "$STAGE/out.metrics" this || cp "$STAGE/netsyn.prom" this
		run -0 "$promtool" check metrics <this
		assert_output ''
	done
}

@test "recorded looks are judged as the live ones were" {
	said recording 1
	printf '%s' "$output" >live
	[[ $(find "$STAGE/incident" -name '*.look' -perm 600 | wc -l) -ge 4 ]]
	[[ $(stat -c %a "$STAGE/incident") == 700 ]]
	run -1 "$NETSYN" --read "$STAGE/incident" --json
	keep='.[0] | del(.listeners[] | .owner, .sources) | {time, netns, verdict, severity, kind, listener, half_open,
		looks, interval_s, cookie_return, counters, sysctls, listeners, evidence}'
	diff <(jq "$keep" live) <(jq "$keep" <<<"$output")
	# Disputed: not that many, please.
	run -0 "$NETSYN" --read "$STAGE/incident" --survivors 1000 --cookies 100000 --overflow 100000
	assert_line --index 0 --regexp '^OK'
	# One interval after the other; several make a line each.
	run -1 "$NETSYN" --read "$STAGE/incident" --interval 2
	assert_line --regexp '^[0-9T:.-]+Z FLOOD \(warning\)'
	run -1 "$NETSYN" --read "$STAGE/incident" --nagios
	assert_output --regexp '^SYNFLOOD WARNING - '
	# What was there stays: the same folder takes more.
	netsyn_at calm --snapshot --record "$STAGE/incident2"
	netsyn_at calm --snapshot --record "$STAGE/incident2"
	[[ $(find "$STAGE/incident2" -name '*.look' | wc -l) -eq 2 ]]
}

# spoilt TEXT COMMAND: the recording, with this done to its last look, is refused for that reason
spoilt() {
	rm -rf spoilt
	cp -r "$STAGE/incident" spoilt
	last=$(find spoilt -name '*.look' | sort | tail -n 1)
	eval "$2"
	run -3 --separate-stderr "$NETSYN" --read spoilt
	assert_error "$1"
}

@test "recordings that are damaged, or incomplete" {
	spoilt 'cut' 'sed -i "\$d" "$last"'
	spoilt 'not understood' 'sed -i "s/^half /half x/" "$last"'
	spoilt 'not understood' 'sed -i "s/^end [0-9]*/end 1/" "$last"'
	spoilt 'later version' 'sed -i "1s/1/2/" "$last"'
	spoilt 'not later' 'cp "$last" "${last%.look}9.look"'
	spoilt 'another network namespace' 'sed -i "s/^netns .*/netns elsewhere/" "$last"'
	spoilt 'nothing was recorded' 'rm spoilt/*'
	spoilt 'no regular file' 'rm "$last"; mkfifo "$last"'
	spoilt 'x.look' 'ln -s /etc/passwd spoilt/99x.look'
	printf 'netsyn-look 1\n%0100000d\n' 1 >spoilt/9.look
	run -3 --separate-stderr "$NETSYN" --read spoilt
	# What was not seen is not well.
	for line in 'gap half-opens' 'gap listeners' 'gap counters'; do
		rm -rf gaps
		cp -r "$STAGE/incident" gaps
		sed -i -e '/^half /d' -e 's/^end .*/end 2/' -e "/^end /i $line" gaps/*.look
		run -3 "$NETSYN" --read gaps --cookies 1000000 --overflow 1000000
		assert_line --index 0 --regexp '^UNKNOWN'
	done
}

@test "--snapshot: one look tells old half-opens from young ones, and says that it is weaker" {
	run -1 netsyn_at held --snapshot --json
	jq -e '.[0] | .verdict == "flood" and .looks == 1 and .interval_s == 0 and
		(.notes | index("snapshot"))' <<<"$output"
	run -0 netsyn_at calm --snapshot
	assert_line --regexp '^Note: judged from one look: weaker'
}

@test "--all-netns judges each" {
	status=$(<"$STAGE/status.all") # of others' namespaces, too, which may be worse, or go away
	((status == 1 || status == 2 || status == 3))
	jq -e -s --arg srv "$(lab_ns srv)" --arg calm "$(lab_ns calm)" '
		(map(select(.netns == $srv)) | length == 1 and .[0].verdict == "flood") and
		(map(select(.netns == $calm)) | length == 1 and .[0].verdict == "ok")' "$STAGE/out.all"
}

@test "--watch: a line at each change of the verdict" {
	said events 143
	output=$(<"$STAGE/events")
	mapfile -t lines <<<"$output"
	assert_line --index 0 --regexp '^[0-9T:.-]+Z OK: no SYN flood'
	assert_line --index 1 --regexp '^[0-9T:.-]+Z FLOOD \(warning\): 0\.0\.0\.0:80'
	assert_equal "${#lines[@]}" 2
}

@test "--watch on a terminal keeps the verdict up to date" {
	output=$(<"$STAGE/terminal")
	mapfile -t lines <<<"$output"
	assert_line --regexp 'FLOOD \(warning\): 0\.0\.0\.0:80'
	assert_line --partial 'Events'
	[[ $(grep -c $'\033\[H\033\[2J' <<<"$output") -ge 2 ]]
}
