# SPDX-License-Identifier: GPL-2.0-or-later
# examples.awk FILE: the command lines that a manual page or README.md shows, one a line
# examples.awk -v wanted='netconn -natp' FILE: what is shown below that one
#
# A command line begins with "$ " or "# ", or, where none of these is around, with a command's name.
# In the table "what you typed" of README.md it is what stands in the second column, from a command's
# name on, between back quotes.

BEGIN {
	name = "^net(conn|route|arp|ping|shake|syn)( |$)"
}

# What mdoc writes otherwise.
function plain(text)
{
	gsub(/\\-/, "-", text)
	gsub(/\\\(aq/, "'", text)
	gsub(/\\\(dq/, "\"", text)
	gsub(/\\\(ha/, "^", text)
	gsub(/\\\(ti/, "~", text)
	gsub(/\\&/, "", text)
	gsub(/\\er/, "\\r", text)
	gsub(/\\en/, "\\n", text)
	gsub(/\\e/, "\\", text)
	return text
}

function show_command(text)
{
	if (!wanted)
		print text
	is_wanted = text == wanted
}

function show(line,    is_prompted)
{
	if (continued) {
		continued = continued line
	} else {
		is_prompted = line ~ /^[$#] [^ ]/ && sub(/^[$#] /, "", line)
		has_prompts += is_prompted
		if (!is_prompted && (has_prompts || line !~ name)) {
			if (is_wanted)
				print line
			return
		}
		continued = line
	}
	if (sub(/\\$/, "", continued) || continued ~ /\|$/)
		return
	gsub(/\t+/, " ", continued)
	sub(/ +# .*/, "", continued)
	show_command(continued)
	continued = ""
}

/^```/ {
	in_block = !in_block
	is_wanted = has_prompts = 0
	next
}
/^\.Bd/ {
	in_block = 1
	has_prompts = 0
	next
}
/^\.Ed/ {
	in_block = is_wanted = 0
	next
}
/^\.Dl / {
	has_prompts = 0
	show(plain(substr($0, 5)))
	next
}
in_block {
	show(plain($0))
	next
}
/^\| `/ {
	count = split($0, column, / \| /)
	count = split(column[count], part, "`")
	for (i = 2; i <= count; i += 2)
		if (part[i] ~ name && part[i - 1] !~ /after $/) {
			gsub(/\\\|/, "|", part[i])
			show_command(part[i])
		}
}
