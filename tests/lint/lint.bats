#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Every check of this folder accepts a good sample and names the fault of each bad one.

bats_require_minimum_version 1.5.0
bats_load_library bats-support
bats_load_library bats-assert

setup() {
	lint=$BATS_TEST_DIRNAME
	root=$BATS_TEST_TMPDIR/project
	id='SPDX-License-Identifier: GPL-2.0-or-later'
	mkdir -p "$root" && cd "$root" || return
}

# put FILE: standard input, behind a licence line, becomes FILE
put() {
	mkdir -p "$(dirname "$1")"
	{ printf '// %s\n' "$id" && cat; } >"$1"
}

# header ROOM/FILE [LINE...]: a header that declares something, the lines before it
header() {
	local name=${1//[^a-z]/_}

	put "lib/$1" <<<"#ifndef ${name^^}
#define ${name^^}
$(printf '%s\n' "${@:2}")
struct $name { int a; };
#endif"
}

# lines N: so many lines of C
lines() {
	yes '	a++;' | head -n "$1" || true
}

# accepts CHECK [ARG...]; refuses CHECK TEXT [ARG...]: it fails and prints TEXT
accepts() {
	run -0 "$lint/$1" "$root" "${@:2}"
}

refuses() {
	run -1 "$lint/$1" "$root" "${@:3}"
	assert_output --partial "$2"
}

# A project in which every edge is one that the design allows.
sample_rooms() {
	header base/err.h
	header record/sock.h '#include "base/err.h"'
	header wire/tcp.h '#include "record/sock.h"'
	header analysis/flood.h '#include "wire/tcp.h"' '#include "record/sock.h"'
	header table/json.h '#include <stdio.h>' '#include "base/err.h"'
	header cli/help.h '#include "base/err.h"'
	header host/netlink.h '#include <stdint.h>' '#include "analysis/flood.h"'
	header raw/open.h '#include "wire/tcp.h"'
	header capture/pcap.h '#include <stdio.h>' '#include "wire/tcp.h"'
	header path/ask.h '#include "host/netlink.h"' '#include "raw/open.h"'
	put cmd/netone.c <<<'#include "path/ask.h"'
	put cmd/netmany/conn.h <<<'struct conn { int fd; };'
	put cmd/netmany/main.c <<<'#include "conn.h"
#include "table/json.h"'
}

@test "layers: the allowed edges" {
	sample_rooms
	accepts layers
	assert_output ''
}

@test "layers: an edge upwards or sideways" {
	local edge from to

	sample_rooms
	for edge in base:record record:wire wire:analysis analysis:host table:record cli:table \
		host:table host:cli host:raw raw:table raw:cli raw:host capture:host path:table; do
		from=${edge%:*} to=${edge#*:}
		put "lib/$from/edge.c" <<<"#include \"$(cd lib && echo "$to"/*.h)\""
		refuses layers "lib/$from/edge.c:2: \"$to/"
		assert_output --partial "$from may not include $to"
		rm "lib/$from/edge.c"
	done
}

@test "layers: stdio in host and raw, also through another header" {
	sample_rooms
	put lib/raw/a.c <<<'#include <stdio.h>'
	refuses layers 'lib/raw/a.c:2: <stdio.h>: raw may not include it'
	rm lib/raw/a.c
	header base/text.h '#include <stdio.h>'
	header base/more.h '#include "base/text.h"'
	put lib/host/a.c <<<'#include "base/more.h"'
	refuses layers 'lib/host/a.c:2: "base/more.h" brings in <stdio.h>'
}

@test "layers: a command and its neighbour" {
	sample_rooms
	put cmd/netone.c <<<'#include "netmany/conn.h"'
	refuses layers 'netmany is not a room'
	put cmd/netone.c <<<'#include "../cmd/netmany/conn.h"'
	refuses layers '.. is not a room'
	put cmd/netother.h <<<'struct other { int a; };'
	put cmd/netone.c <<<'#include "netother.h"'
	refuses layers "not this command's own header"
}

@test "layers: files out of place" {
	sample_rooms
	header attic/old.h
	refuses layers 'lib/attic/old.h:1: room attic is not in tests/lint/floors'
	rm -r lib/attic
	put lib/netsonde.h <<<'#include "base/err.h"'
	refuses layers 'lib/netsonde.h:1: outside the rooms'
}

@test "layers: includes that are not room/file.h" {
	local line

	sample_rooms
	for line in '"err.h"' '"base/none.h"' '"base/../base/err.h"' '<base/err.h>' 'HEADER'; do
		put lib/base/a.c <<<"#include $line"
		refuses layers 'lib/base/a.c:2: '
	done
}

@test "layers: an umbrella header" {
	sample_rooms
	put lib/host/host.h <<<'#ifndef HOST
#define HOST
/* Everything at
   once. */
#include "host/netlink.h"
#endif'
	refuses layers 'lib/host/host.h:1: an umbrella header'
}

@test "headers: with a guard, alone and twice" {
	sample_rooms
	put cmd/netmany/conn.h <<<'#pragma once
struct conn { int fd; };'
	accepts headers
	assert_output ''
}

@test "headers: no guard, even where nothing is defined twice" {
	put lib/base/a.h <<<'int a_open(void);'
	refuses headers 'lib/base/a.h:1: no include guard'
	put lib/base/a.h <<<'#include <stddef.h>'
	refuses headers 'lib/base/a.h:1: no include guard'
}

@test "headers: a guard that does not reach the end" {
	header base/a.h
	echo 'struct late { int a; };' >>lib/base/a.h
	refuses headers "lib/base/a.h:7: redefinition of"
}

@test "headers: a type that another header declares" {
	header base/a.h 'size_t a_length(void);'
	refuses headers "lib/base/a.h:4: unknown type name"
}

@test "headers: a warning" {
	header base/a.h 'int a_open();'
	refuses headers 'lib/base/a.h:4: function declaration'
}

@test "headers: flags that the compiler does not know" {
	header base/a.h
	LINT_CFLAGS=--no-such-flag refuses headers 'no-such-flag'
}

@test "headers: no compiler" {
	header base/a.h
	CC=no-such-compiler run -2 "$lint/headers" "$root"
	assert_output 'no-such-compiler is not installed'
}

# A file of every kind, as it should be.
sample_files() {
	put lib/base/a.c <<<$'int a(int b,\n\t  int c)\n{\n\treturn b + c;\n}'
	mkdir -p completions/zsh tests
	printf '#!/bin/sh\n# %s\n' "$id" >tests/run
	printf '# %s\nall:\n' "$id" >Makefile
	printf '#compdef netone\n# %s\n' "$id" >completions/zsh/_netone
	printf 'tcp   LISTEN      \n' >tests/expected.txt
}

@test "spdx: a good file of every kind" {
	sample_files
	accepts spdx
	assert_output ''
}

@test "spdx: a licence line is missing" {
	local file

	sample_files
	for file in lib/base/a.c tests/run Makefile completions/zsh/_netone; do
		sed -i.kept '/SPDX/d' "$file"
		refuses spdx "$file:1: "
		mv "$file.kept" "$file"
	done
	: >lib/base/empty.c
	refuses spdx 'lib/base/empty.c:1: '
	rm lib/base/empty.c
	sed -i '1s,.*,/* & */,' lib/base/a.c
	refuses spdx 'lib/base/a.c:1: '
}

@test "spdx: white space" {
	sample_files
	printf 'all: \n' >>Makefile
	refuses spdx 'Makefile:3: white space at the end'
	sample_files
	printf '\n' | put lib/base/b.c
	printf '  \tint a;\n' >>lib/base/b.c
	refuses spdx 'lib/base/b.c:3: a space before a tab'
	put lib/base/b.c <<<'        int a;'
	refuses spdx 'lib/base/b.c:2: indent with tabs'
}

@test "spdx: 100 columns, a tab is eight, a character is one" {
	local wide

	wide=$(printf '%092d' 0)
	put lib/base/a.c <<<$'\t'"${wide/00/µs}"
	accepts spdx
	put lib/base/a.c <<<$'\t'"${wide}0"
	refuses spdx 'lib/base/a.c:2: 101 columns'
	put lib/base/a.c <<<$'//\t'"${wide}0"
	refuses spdx 'lib/base/a.c:2: 101 columns'
}

@test "spdx: a checkout is checked as git sees it" {
	put lib/base/a.c <<<'int a;'
	git init -q .
	printf 'made.c\n' >.gitignore
	printf 'int a; \n' >made.c
	accepts spdx
	git add -f made.c
	refuses spdx 'made.c:1: '
}

# function_of N: a function with N lines between its braces
function_of() {
	printf 'static int long_one(int a)\n{\n%s\n}\n' "$(lines "$1")"
}

@test "sizes: files" {
	lines 399 | put lib/base/a.c
	accepts sizes
	assert_output ''
	lines 400 | put lib/base/a.c
	accepts sizes
	assert_output --partial 'lib/base/a.c:1: warning: 401 lines'
	lines 449 | put lib/base/a.c
	accepts sizes
	lines 450 | put lib/base/a.c
	refuses sizes 'lib/base/a.c:1: 451 lines'
}

@test "sizes: functions" {
	function_of 80 | put lib/base/a.c
	accepts sizes
	assert_output ''
	function_of 81 | put lib/base/a.c
	accepts sizes
	assert_output 'lib/base/a.c:3: warning: long_one() has 81 lines, 80 are the aim'
}

# A command, its tables in the files options and columns, and its page.
sample_command() {
	mkdir -p man completions/{bash,zsh,fish}
	cat >netone <<-'END'
		#!/bin/sh
		case $1 in
		--dump-completion) echo "complete $2 for netone" ;;
		--dump-*) cat "${0%/*}/${1#--dump-}" ;;
		esac
	END
	chmod +x netone
	printf '%s\t%s\t%s\t%s\t%s\n' a all - Filter 'all of them' - columns LIST Format these \
		c count N General 'so many' 4 - - Filter IPv4 >options
	printf '%s\t%s\t%s\t%s\n' state State text 'its state' local Local endpoint 'its address' \
		>columns
	cat >man/netone.8 <<-'END'
		.Bl -tag
		.It Fl a , Fl -all
		.It Fl -columns Ar list
		.It Fl c Ar n , Fl -count Ar n
		.It Fl 4
		.El
		.\" columns begin
		.It Cm state
		.It Cm local
		.\" columns end
	END
	echo 'complete bash for netone' >completions/bash/netone
	echo 'complete zsh for netone' >completions/zsh/_netone
	echo 'complete fish for netone' >completions/fish/netone.fish
}

# page SCRIPT: the page of the sample, changed by sed
page() {
	sample_command
	sed -i "$1" man/netone.8
}

@test "options: table and page agree" {
	sample_command
	accepts options netone
	assert_output ''
}

@test "options: the page lacks one, or has one too many" {
	page '/-columns/d'
	refuses options 'man/netone.8:1: --columns is not documented' netone
	page 's/Fl a , //'
	refuses options 'man/netone.8:1: -a is not documented' netone
	page 's/Fl 4/& , Fl -ipv4/'
	refuses options 'man/netone.8:5: --ipv4 is not an option of netone' netone
}

@test "options: one has an argument, the other has none" {
	page 's/-columns Ar list/-columns/'
	refuses options 'man/netone.8:3: --columns takes an argument, the page shows none' netone
	page 's/-all/-all Ar what/'
	refuses options 'man/netone.8:2: --all takes no argument, the page shows one' netone
}

@test "options: two names of one option, documented apart" {
	page 's/^.It Fl a , Fl -all/.It Fl a\n.It Fl -all/'
	refuses options 'man/netone.8:3: -a and --all are one option' netone
}

@test "options: columns" {
	page '/Cm local/d'
	refuses options 'man/netone.8:1: column local is not documented' netone
	page 's/Cm local/&\n.It Cm peer/'
	refuses options 'man/netone.8:10: peer is not a column of netone' netone
	page '/columns end/d'
	refuses options 'man/netone.8:7: columns begin without columns end' netone
}

@test "options: dumps that fail, are empty or malformed" {
	sample_command
	rm columns
	refuses options 'netone --dump-columns failed' netone
	sample_command
	: >options
	refuses options 'netone --dump-options printed no option' netone
	sample_command
	echo 'x' >>options
	refuses options 'netone --dump-options, line 5: malformed' netone
}

@test "options: no page, no command" {
	sample_command
	rm man/netone.8
	refuses options 'man/netone.8:1: no such page' netone
	run -2 "$lint/options" "$root"
}

@test "completions: as generated" {
	sample_command
	accepts completions netone
	assert_output ''
}

@test "completions: changed, missing, or not to be had" {
	sample_command
	echo more >>completions/zsh/_netone
	refuses completions 'completions/zsh/_netone:2: differs' netone
	sample_command
	rm completions/fish/netone.fish
	refuses completions 'completions/fish/netone.fish:1: missing' netone
	sample_command
	printf '#!/bin/sh\nexit 1\n' >netone
	refuses completions 'completions/bash/netone:1: netone --dump-completion bash failed' netone
	printf '#!/bin/sh\n' >netone
	refuses completions 'netone --dump-completion bash printed nothing' netone
	run -2 "$lint/completions" "$root"
}

@test "run: a line for each check, a summary, a status" {
	sample_rooms
	LINT_ONLY='layers sizes options' run -0 "$lint/run" "$root"
	assert_line --index 0 'layers ok'
	assert_line --index 1 'sizes ok'
	assert_line --index 2 'options skipped (no built command named)'
	assert_line --index 3 '2 checks passed, 0 failed, 1 skipped'
	lines 450 | put lib/base/a.c
	function_of 81 | put lib/base/b.c
	LINT_ONLY='layers sizes' run -1 "$lint/run" "$root"
	assert_line --index 1 'sizes FAILED (1 finding)'
	assert_line --index 4 '1 check passed, 1 failed, 0 skipped'
	LINT_ONLY='layer' run -2 "$lint/run" "$root"
}

@test "run: built commands reach their checks" {
	sample_command
	LINT_ONLY='options completions' run -0 "$lint/run" "$root" netone
	assert_line --index 2 '2 checks passed, 0 failed, 0 skipped'
	echo more >>completions/zsh/_netone
	LINT_ONLY='options completions' run -1 "$lint/run" "$root" netone
	assert_line --index 1 'completions FAILED (1 finding)'
}

# needs TOOL: skip the test where it is not installed
needs() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

# run_finds CHECK TEXT
run_finds() {
	LINT_ONLY=$1 run -1 "$lint/run" "$root"
	assert_line --index 0 --regexp "^$1 FAILED \([1-9]"
	assert_output --partial "$2"
}

@test "run: mandoc" {
	needs mandoc
	mkdir man
	printf '.Dd January 1, 2025\n.Dt A 8\n.Os\n.Sh NAME\n.Nm a\n.Nd b\n.Zz\n' >man/a.8
	run_finds mandoc 'man/a.8:7:2: '
}

@test "run: shellcheck, scripts found by their first line" {
	needs shellcheck
	printf '%s\n' '#!/bin/sh' "echo \$1" >script
	run_finds shellcheck 'script:2: Double quote'
	printf '%s\n' '@test "a" {' "echo \$1" '}' >script.bats
	run_finds shellcheck 'script.bats:2: Double quote'
}

@test "run: cppcheck, and suppressions with a reason alone" {
	local copy=$BATS_TEST_TMPDIR/lint

	needs cppcheck
	put lib/base/a.c <<<'int a(void) { int b[2] = { 0 }; return b[2]; }'
	run_finds cppcheck 'lib/base/a.c:2: '
	cp -r "$lint" "$copy"
	echo 'arrayIndexOutOfBounds:lib/base/a.c:2  # a sample' >>"$copy/cppcheck.suppress"
	LINT_ONLY=cppcheck run -0 "$copy/run" "$root"
	echo 'uninitvar:lib/base/a.c:2' >>"$copy/cppcheck.suppress"
	LINT_ONLY=cppcheck run -1 "$copy/run" "$root"
	assert_output --regexp 'cppcheck.suppress:[0-9]+: no reason given'
}

@test "run: clang-tidy, clang-format, with the project's settings" {
	needs clang-tidy
	needs clang-format
	cp "$lint"/../../.clang-{tidy,format} .
	put lib/base/a.c <<<'int a(const char *b);
int a(const char *b) { if (b) { return 1; } else { return atoi("x"); } }'
	run_finds clang-tidy 'lib/base/a.c:3: '
	run_finds clang-format 'lib/base/a.c:3: code should be clang-formatted'
}

@test "run: clang-tidy: every disabled check has a reason" {
	local check settings=$lint/../../.clang-tidy disabled=0

	while read -r check; do
		run -0 grep -E "^# $check: .{20}" "$settings"
		disabled=$((disabled + 1))
	done < <(sed -nE 's/^  -([a-z][^,]*),?$/\1/p' "$settings")
	[[ $disabled -gt 0 ]]
}
