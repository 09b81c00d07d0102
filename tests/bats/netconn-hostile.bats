#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Names that somebody else chose: of processes, UNIX sockets, devices, namespaces.
# shellcheck disable=SC2016,SC2154 # programs of jq and perl; bats sets variables

bats_require_minimum_version 1.5.0
load netconn

FORMATS=(-n --wide --json --ndjson --csv)
FORGED='0000000000000000: 00000002 00000000 00010000 0001 01 4242 '
BAD=$'\xef\xbf\xbd' # U+FFFD: what JSON has for a byte that is not UTF-8

setup_file() {
	netconn_begin || return 0
	populate z zoo --hostile --dir "$STAGE/sockets" --for 900
}

setup() {
	lab_need
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	lab_end
}

teardown_file() {
	netconn_end
}

# assert_harmless FILE: nothing but printable characters of valid UTF-8 and newlines: no C0, DEL, C1, no
# bidirectional control, no other line separator
assert_harmless() {
	local found

	found=$(LC_ALL=C grep -aP '[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]|\xd8\x9c' "$1" |
		cat -v) || true
	assert_equal "$found" ''
	iconv -f UTF-8 -t UTF-8 "$1" >/dev/null
}

# The names of tests/fixture/zoo/hostile.c, process N on port 7700 + N: as text, and as JSON has them.
programs_text() {
	cat <<-'END'
		evil\x0audp        0      0 198.51.100.66:666       0.0.0.0:*                    1/forged
		quo"te\back'tick`
		\x1b[31mred\x1b]0;title\x07
		bad\xff\xc3(utf8\xed\xa0\x80
		abc\u202etxt.exe
		c1\u009b31m\x9b

		na me
		=cmd|' /C calc'!A0,"x";y
		tab\x09cr\x0ddel\x7f
		x) R 1 (y
		{"pid": 1},
	END
	printf 'L%.0s' {1..300}
	echo
}

programs_json() {
	programs_text | jq -R --arg bad "$BAD" '
		gsub("\\\\x(ff|c3|ed|a0|80|9b)"; $bad) | gsub("\\\\x0a"; "\n") | gsub("\\\\x1b"; "\u001b")
		| gsub("\\\\x07"; "\u0007") | gsub("\\\\x09"; "\t") | gsub("\\\\x0d"; "\r")
		| gsub("\\\\x7f"; "\u007f") | gsub("\\\\u202e"; "\u202e") | gsub("\\\\u009b"; "\u009b")'
}

paths_text() {
	sed "s/FORGED /$FORGED/; s/SPACE$/ /" <<-'END' # SPACE: an editor would take it away
		new\x0aline
		forged\x0aFORGED @forged by path
		\x1b[2Jescape
		quote"back\slash
		bad\xff\xc3(utf8
		bidi\u202etxt
		 leading and trailingSPACE
		@not abstract
		@new\x0aline
		@forged\x0aFORGED /forged/abstract
		@nul@in@side
		@trailing nul@
		@@leading nul
		@\x1b[2Jescape
		@quote"back\slash
		@bad\xff\xc3(utf8
		@bidi\u202etxt
	END
}

@test "no byte that could steer a terminal or break a line, in any format" {
	for format in "${FORMATS[@]}"; do
		for color in never always; do
			netconn -ap "$format" --color "$color" >all 2>noise
			[[ $color$format != always--wide ]] || sed -i $'s/\e\\[[0-9;]*m//g' all # our own
			assert_harmless all
			assert_equal "$(<noise)" ''
		done
	done
}

@test "as many rows as there are sockets, in every format" {
	theirs() { # /proc/net's lines, but for the ones that a newline in a name made
		lab_exec z bash -c 'for name in tcp tcp6 udp udp6 udplite udplite6 raw raw6; do
			[[ ! -e /proc/net/$name ]] || tail -n +2 "/proc/net/$name"; done' | wc -l
	}
	count=$(($(theirs) + $(lab_exec z tail -n +2 /proc/net/unix |
		LC_ALL=C grep -acE '^[0-9a-f]+: [0-9A-F]+ [0-9A-F]+ [0-9A-F]+ [0-9A-F]+ [0-9A-F]+ +[0-9]+( |$)') - 2))
	assert_equal "$(json length -ap)" "$count"
	assert_equal "$(netconn -ap --ndjson | wc -l)" "$count"
	assert_equal "$(netconn -ap --csv | wc -l)" "$((count + 1))"
	assert_equal "$(netconn -ap --wide | wc -l)" "$((count + 1))"
	assert_equal "$(netconn -ap | wc -l)" "$((count + 4))"
	# Every line is a socket's.
	run -1 grep -vE '^(tcp6?|udp6?|udpl6?|raw6?) +[0-9]+ +[0-9]+ [0-9a-f:.]+:|^unix  [0-9]+ ' <(netconn -ap --no-header)
	run -1 grep -E '^udp.* 198\.51\.100\.66:666 ' <(netconn -ap)
}

@test "process names: whole, escaped once, in their own row" {
	netconn -ltp --json >all
	for ((port = 7700; port <= 7712; port++)); do
		jq -c ".[] | select(.local_port == $port) | .owners[].program" all
	done >names
	programs_json | diff - names
	netconn -ltp >habit
	netconn -ltp --csv --no-header --columns local_port,owners >csv
	port=7700
	while IFS= read -r name; do
		run -0 grep ":$port " habit
		pid=$(jq ".[] | select(.local_port == $port) | .owners[].pid" all)
		want=$(printf '%-20s' "$pid/$name")
		assert_equal "${output#* LISTEN      }" "$want"
		run -0 grep "^$port," csv
		assert_output --regexp "^$port,\"$pid/.*/[0-9]+\"\$"
		fields=${output#"$port,\"$pid/"}
		assert_equal "${fields%/*}" "${name//\"/\"\"}"
		port=$((port + 1))
	done < <(programs_text)
	assert_equal "$port" 7713
}

@test "process names that netstat can print are the same there" {
	theirs() { lab_exec z netstat -Wltp --numeric | grep -aE ':77(07|10|06|11) '; }
	ours() { netconn -ltp | grep -E ':77(07|10|06|11) '; }
	assert_between theirs ours
}

@test "UNIX names: whole, escaped once, in their own row" {
	run -0 json '[.[] | select(.type == "DGRAM" and .path and (.path | test("netsonde|relative|^/|^@[0-9a-f]{5}$") | not))
		| .path] | sort' -axp
	want=$(paths_text | jq -R --arg bad "$BAD" '
		gsub("\\\\x(ff|c3)"; $bad) | gsub("\\\\x0a"; "\n") | gsub("\\\\x1b"; "\u001b")
		| gsub("\\\\u202e"; "\u202e")' | jq -cs sort)
	assert_output "$want"
	netconn -ax >habit
	netconn -ax --csv --no-header --columns path >csv
	while IFS= read -r path; do
		run -0 grep -cxF -- "$path" <(sed -E 's/^unix  2      \[ \]         DGRAM                    ([0-9]{9,}|[0-9 ]{8}) //' habit)
		assert_output 1
	done < <(paths_text)
	while IFS= read -r path; do
		[[ $path != *\"* ]] || path=\"${path//\"/\"\"}\"
		run -0 grep -cxF -- "$path" csv
		assert_output 1
	done < <(paths_text)
}

@test "a newline in a UNIX name does not forge a socket" {
	for options in -ax -axp -an; do
		run -0 json '[.[] | select(.inode == 4242 or .path == "@forged by path" or .path == "/forged/abstract")]' "$options"
		assert_output '[]'
		run -0 netconn "$options"
		refute_line --regexp '^unix +[0-9]+ +\[[ A-Z]*\] +[A-Z]+ +([A-Z]+ +)?4242 '
	done
	# What really has these names is there, with its own inode and its holder.
	run -0 json '[.[] | select(.path // "" | contains("forged")) |
		[.state, .type, (.owners | length)]]' -axp
	assert_output '[["UNCONNECTED","DGRAM",1],["UNCONNECTED","DGRAM",1]]'
	json '.[] | select(.path // "" | test("new|forged|escape|quote|bad|bidi|leading|nul|not abs")) | .inode' -ax |
		sort >inodes
	assert_equal "$(wc -l <inodes)" 17
	find "/proc/$(population zoo)/fd" -lname 'socket:*' -printf '%l\n' | tr -dc '0-9\n' | sort |
		comm -13 - inodes >strangers
	assert_equal "$(<strangers)" ''
}

@test "nor one that waits for accept(), nor another one's references" {
	before=$(json length -ax)
	victim=$(json '[.[] | select(.path == "@netsonde/zoo/dgram bound") | .inode][0]' -ax)
	# In forty places of the kernel's table, before and behind the victim's.
	lab_bg z perl -MSocket -e '
		for (1..40) {
			my $row = $_ % 2 ? "00000003 00000000 00000000 0001 02     0 /forged/pending"
				: "000000FF 00000000 00000000 0002 01 $ARGV[0] /forged/twin";
			my $s;
			socket($s, AF_UNIX, SOCK_DGRAM, 0)
				&& bind($s, pack("Sa*", AF_UNIX, "\0$_\n0000000000000000: $row")) or die "bind: $!";
			push @all, $s;
		}
		$| = 1; print "ready\n"; sleep 600' "$victim" >ready
	lab_wait_for grep -q ready ready
	assert_equal "$(json length -ax)" "$((before + 40))"
	assert_equal "$(json '[.[] | select(.path // "" | startswith("/forged"))]' -ax)" '[]'
	assert_equal "$(json '[.[] | select(.state == "CONNECTING")] | length' -ax)" 2
	assert_equal "$(json "[.[] | select(.inode == $victim) | .path]" -ax)" '["@netsonde/zoo/dgram bound"]'
	run -0 netconn -ax
	assert_line --regexp "^unix  2      \\[ \\]         DGRAM                    $victim +@netsonde/zoo/dgram bound"
	refute_line --regexp '^unix  255'
	assert_equal "${#lines[@]}" "$((before + 42))"
}

@test "listeners whose names have newlines, and who waits for them" {
	before=$(json length -ax)
	# Of each pair one waiting connection; the names of a pair begin alike. Which of the two the
	# kernel lists first is a matter of chance, so ten pairs.
	lab_bg z perl -MSocket -e '
		for my $n (1..10) {
			for my $rest ("short", "long\n0000000000000000: 00000003 00000000 00000000 0001 02     0 /forged") {
				my ($s, $c);
				my $name = pack("Sa*", AF_UNIX, "\0wait$n\n$rest");
				socket($s, AF_UNIX, SOCK_STREAM, 0) && bind($s, $name) && listen($s, 5)
					&& socket($c, AF_UNIX, SOCK_STREAM, 0) && connect($c, $name) or die "bind: $!";
				push @all, $s, $c;
			}
		}
		$| = 1; print "ready\n"; sleep 600' >ready
	pid=$!
	lab_wait_for grep -q ready ready
	assert_equal "$(json '[.[] | select(.path // "" | startswith("/forged"))]' -ax)" '[]'
	assert_equal "$(json length -ax)" "$((before + 60))"
	# Each wait belongs to its own listener, by its whole name.
	run -0 json '[.[] | select(.path // "" | startswith("@wait"))] | group_by(.path)
		| map(map(.state) | sort) | unique' -ax
	assert_output '[["CONNECTING","LISTENING"]]'
	run -0 json '[.[] | select(.state == "CONNECTING" and (.path | startswith("@wait"))) | .owners
		| map([.pid, .inferred])] | unique' -axp
	assert_output "[[[$pid,true]]]"
}

@test "a device's name" {
	lab_host odd
	device=$'\e[2J\xff"d'
	lab_exec odd ip link add "$device" type veth peer name odd0
	lab_exec odd ip link set "$device" up
	lab_bg odd perl -MSocket -e '
		socket(S, AF_INET, SOCK_DGRAM, 0) or die;
		setsockopt(S, SOL_SOCKET, 25, shift) or die "SO_BINDTODEVICE: $!";
		bind(S, sockaddr_in(7900, INADDR_ANY)) or die;
		$| = 1; print "ready\n"; sleep 600' "$device" >ready
	lab_wait_for grep -q ready ready
	for format in "${FORMATS[@]}"; do
		lab_exec odd "$NETCONN" -au "$format" >all
		assert_harmless all
		assert_equal "$(grep -c 7900 all)" 1
	done
	run -0 lab_exec odd "$NETCONN" -au --json
	assert_equal "$(jq -r '.[0].iface' <<<"$output")" $'\e[2J'"$BAD\"d"
	run -0 lab_exec odd "$NETCONN" -au --csv --no-header --columns iface
	assert_output '"\x1b[2J\xff""d"'
}

@test "what was typed, on stderr" {
	evil=$'\e[31m\nforged\xff\xe2\x80\xae'
	for option in "--columns=$evil" "--netns=$evil" "--netns=./$evil" "--netns=pid:$evil" "-A$evil" \
		"--color=$evil" "--watch=$evil" "--$evil" "--json=$evil"; do
		run -2 --separate-stderr setsid -w "$NETCONN" "$option"
		assert_equal "$output" ''
		assert_equal "${#stderr_lines[@]}" 1
		printf '%s\n' "$stderr" >noise
		assert_harmless noise
	done
}

@test "an expression, on stderr: what is wrong, the expression, a caret" {
	evil=$'\e[31m\nforged\xff\xe2\x80\xae'
	while IFS= read -r -d '' expression && IFS= read -r -d '' place; do
		run -2 --separate-stderr setsid -w "$NETCONN" "$expression"
		assert_equal "$output" ''
		assert_equal "${#stderr_lines[@]}" 3
		assert_regex "${stderr_lines[0]}" '^netconn: '
		assert_equal "${stderr_lines[2]}" "$(printf '  %*s^' "$place" '')"
		printf '%s\n' "$stderr" >noise
		assert_harmless noise
	done < <(printf '%s\0' "$evil" 0 "sport :7000 and $evil" 16 "program '$evil' and foo" 43)
	assert_equal "${stderr_lines[1]}" "  program '\x1b[31m\x0aforged\xff\u202e' and foo"
}

@test "a namespace's name" {
	name=$LAB-$'\e[2J"'
	touch "/run/netns/$name"
	mount --bind "/run/netns/$(lab_ns z)" "/run/netns/$name"
	run -0 --separate-stderr "$NETCONN" --netns "$name" -au --ndjson
	umount "/run/netns/$name"
	rm "/run/netns/$name"
	printf '%s\n' "$output" >all
	assert_harmless all
	assert_equal "$(jq -r .netns all | sort -u)" "$name"
}
