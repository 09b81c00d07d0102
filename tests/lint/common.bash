# SPDX-License-Identifier: GPL-2.0-or-later
# Shared by the checks of this folder: the project's root, its files by kind, the compiler's flags.

# shellcheck disable=SC2034 # the checks use it
lint_dir=$(dirname "$(realpath "${BASH_SOURCE[0]}")")

# What a file of this project is compiled with when nobody says otherwise.
# shellcheck disable=SC2034 # the checks use it
default_cflags='-std=gnu17 -D_GNU_SOURCE -Ilib -Wall -Wextra -Wshadow -Wconversion -Wformat=2
	-Wstrict-prototypes -Wmissing-prototypes'

# skip TEXT: this check cannot run here; say why in one line
skip() {
	printf '%s\n' "$1"
	exit 2
}

# need TOOL
need() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

# enter [ROOT]: change to the project's root, by default that of the git checkout
enter() {
	local root=${1:-}

	[[ $root ]] || root=$(git rev-parse --show-toplevel 2>/dev/null) ||
		skip 'not in a git checkout: name the project root'
	cd -P "$root" 2>/dev/null || skip "$root: no such directory"
}

# Everything that is committed or would be; in an unpacked archive everything but build/.
all_files() {
	if [[ $(git rev-parse --show-toplevel 2>/dev/null) == "$PWD" ]]; then
		git -c core.quotePath=off ls-files --cached --others --exclude-standard
	else
		find . \( -name .git -o -path ./build \) -prune -o -type f -printf '%P\n'
	fi | LC_ALL=C sort -u
}

# kind_of FILE: sets $kind, by the name or else by the first line
kind_of() {
	local first=

	case $1 in
	*.[ch]) kind=c ;;
	*.bats) kind=bats ;;
	*.bash | completions/bash/*) kind=bash ;;
	*.sh) kind='sh' ;;
	*.awk | *.py | completions/*) kind=script ;;
	Makefile | */Makefile | *.mk) kind='make' ;;
	man/*.[1-9]) kind='man' ;;
	*.md) kind=text ;;
	*)
		IFS= read -r first <"$1" || true
		case $first in
		'#!'*bash*) kind=bash ;;
		'#!'*bats*) kind=bats ;;
		'#!'*/sh | '#!'*/sh\ * | '#!'*/dash) kind='sh' ;;
		'#!'*) kind=script ;;
		*) kind= ;;
		esac
		;;
	esac
}

# files KIND...: the files of these kinds, one a line
files() {
	local f kind

	while IFS= read -r f; do
		[[ -f $f && ! -L $f ]] || continue
		kind_of "$f"
		if [[ $kind && " $* " == *" $kind "* ]]; then
			printf '%s\n' "$f"
		fi
	done < <(all_files)
}

# c_files PATTERN: the C files whose path matches the extended regular expression
c_files() {
	files c | grep -E "$1" || true
}

# tool CMD...: run a compiler or linter; if it fails, print what it found as "file:line: text", or
# everything it said when it named no place
tool() {
	local out places

	out=$("$@" 2>&1) && return
	out=${out//"$PWD/"/}
	places=$(grep -E '^[^: ]+:[0-9]+:[0-9]+: (fatal error|error|warning): ' <<<"$out") || places=$out
	sed -E 's/^(\.\/)?([^: ]+:[0-9]+):[0-9]+: [a-z ]+: /\2: /; s/,-warnings-as-errors]$/]/' <<<"$places"
	return 1
}

# report: print the findings on standard input; fail if there is one
report() {
	local findings

	findings=$(cat)
	[[ $findings ]] || return 0
	printf '%s\n' "$findings"
	return 1
}
