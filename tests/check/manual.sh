#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# Guard: the manual pages are well-formed, and name every verb, option and
# setting that the programs have: what is not in the manual is not there.
. tests/tools/guard.sh

CLI=verifier/cli/keurmerk.1 CTL=ca/ctl/keurmerkctl.1 D=ca/keurmerkd.8 CONF=ca/keurmerkd.conf.5
API=verifier/keurmerk.3

# lint PAGE: with what this machine has.
lint() {
	if command -v mandoc >/dev/null; then
		mandoc -Tlint -Wwarning "$1"
	elif command -v groff >/dev/null; then
		out=$(groff -mandoc -ww -z -Tascii "$1" 2>&1)
		[ -z "$out" ] || { printf '%s: %s\n' "$1" "$out"; return 1; }
	fi
}

# named PAGE SOURCE WHAT MACRO: each line of input stands there behind MACRO, or
# is a section of the configuration.
named() {
	while IFS= read -r name; do
		grep -q -e "^\.\(.* \)*$4$name\( \|\$\)" \
		    -e "^\.Ss \(.* \)*$name { " "$1" ||
		    { printf '%s: %s of %s: not in %s\n' "$2" "$name" "$3" \
		    "$1"; bad=1; }
	done
	return $bad
}

# table FILE EXPRESSION: the first group of each match, each once.
table() {
	[ -f "$1" ] || return 0
	sed -n "$2" "$1" | LC_ALL=C sort -u
}

names() {
	bad=0
	table verifier/cli/keurmerk.c 's/^	{ "\([a-z]*\)",	.*/\1/p' |
	    named $CLI verifier/cli/keurmerk.c verbs 'Cm ' || bad=1
	for f in verify check; do
		table verifier/cli/$f.c 's/^	{ "\([-a-z]*\)",	.*_argument.*/-\1/p'
	done | named $CLI verifier/cli/check.c options 'Fl ' || bad=1
	table verifier/cli/options.h \
	    's/^	{ "\([-a-z]*\)",.*_argument.*/-\1/p' |
	    named $CLI verifier/cli/options.h options 'Fl ' || bad=1
	table verifier/cli/sync.c 's/^	{ "\([-a-z]*\)",	.*_argument.*/-\1/p' |
	    named $CLI verifier/cli/sync.c options 'Fl ' || bad=1
	table verifier/keurmerk.sym 's/^	\(km_[a-z0-9_]*\);$/\1/p' |
	    named $API verifier/keurmerk.sym functions 'Fn ' || bad=1
	table ca/ctl/keurmerkctl.c 's/^	{ "\([a-z ]*\)", .*/\1/p' |
	    named $CTL ca/ctl/keurmerkctl.c verbs 'Cm ' || bad=1
	table ca/ctl/opts.c 's/^	\[OPT_[A-Z_]*\] = { "-\([-a-z]*\)".*/\1/p' |
	    named $CTL ca/ctl/opts.c options 'Fl ' || bad=1
	table ca/ctl/settings.c 's/^	\[SETTING_.* { "\([a-z_]*\)".*/\1/p' |
	    named $CTL ca/ctl/settings.c settings 'Pq Li ' || bad=1
	table ca/keurmerkd.c \
	    's/.*strcmp(c.verb, "\([a-z]*\)") != 0.*/\1/p' |
	    named $D ca/keurmerkd.c verbs 'Cm ' || bad=1
	table ca/base/conf.c '/^} options\[/,/^};/{
		s/{ "[a-z]*", "\([a-z_]*\)" }/\n\1\n/g; p
	}' | grep -x '[a-z_]*' |
	    named $CONF ca/base/conf.c options 'Ic ' || bad=1
	return $bad
}

check() {
	rc=0 found=77
	for page in $(ours | grep '\.[1-8]$'); do
		lint "$page" || rc=1
		found=0
	done
	[ $found -eq 0 ] || return 77
	names || rc=1
	return $rc
}

pages() {
	sample $API <<-END
	.Dd November 27, 2026
	.Dt KEURMERK 3
	.Os
	.Sh NAME
	.Nm km_one
	.Nd check
	.Sh SYNOPSIS
	.Ft int
	.Fn km_one "int n"
	END
	sample $CLI <<-END
	.Dd November 27, 2026
	.Dt KEURMERK 1
	.Os
	.Sh NAME
	.Nm keurmerk
	.Nd check
	.Sh SYNOPSIS
	.Nm keurmerk Cm sync
	.Op Fl -trust Ar file
	END
	sample $CTL <<-END
	.Dd November 27, 2026
	.Dt KEURMERKCTL 1
	.Os
	.Sh NAME
	.Nm keurmerkctl
	.Nd decide
	.Sh DESCRIPTION
	.Bl -tag -width Ds
	.It Cm key new Ar file
	Make a key.
	.It Fl -yes , Fl -key Ar file Pq Li key
	Sign.
	.El
	END
	sample $D <<-END
	.Dd November 27, 2026
	.Dt KEURMERKD 8
	.Os
	.Sh NAME
	.Nm keurmerkd
	.Nd run
	.Sh SYNOPSIS
	.Nm keurmerkd Cm run
	END
	sample $CONF <<-END
	.Dd November 27, 2026
	.Dt KEURMERKD.CONF 5
	.Os
	.Sh NAME
	.Nm keurmerkd.conf
	.Nd options
	.Sh DESCRIPTION
	.Bl -tag -width Ds
	.It Ic data
	A directory.
	.El
	END
}

sources() {
	sample verifier/keurmerk.sym <<-END
	$(printf '\t%s;\n' "${8-km_one}")
	END
	sample verifier/cli/keurmerk.c <<-END
	$(printf '\t{ "%s",\tcli_sync }\n' "${6-sync}")
	END
	sample verifier/cli/sync.c <<-END
	$(printf '\t{ "%s",\t\trequired_argument,\tNULL, 1 },\n' "${7-trust}")
	END
	sample ca/ctl/keurmerkctl.c <<-END
	$(printf '\t{ "%s", "FILE", "make a key",\n' "$1")
	END
	sample ca/ctl/opts.c <<-END
	$(printf '\t[OPT_%s] = { "--%s", BARE, NULL, NULL,\n' KEY key YES "$2")
	END
	sample ca/ctl/settings.c <<-END
	$(printf '\t[SETTING_KEY] = { "%s", OPT_KEY, 1 },\n' "$3")
	END
	sample ca/keurmerkd.c <<-END
	    strcmp(c.verb, "$4") != 0)
	END
	sample ca/base/conf.c <<-END
	} options[ITEM_N] = {
	$(printf '\t{ "root", "data" }, { "root", "%s" },' "$5")
	};
	END
}

pages && sources 'key new' yes key run data
must_pass
pages && sources 'key old' yes key run data
must_fail 'ca/ctl/keurmerkctl.c: key old of verbs: not in'
pages && sources 'key new' ye key run data
must_fail 'ca/ctl/opts.c: -ye of options'
pages && sources 'key new' yes pin run data
must_fail 'ca/ctl/settings.c: pin of settings'
pages && sources 'key new' yes key audit data
must_fail 'ca/keurmerkd.c: audit of verbs'
pages && sources 'key new' yes key run tree
must_fail 'ca/base/conf.c: tree of options'
pages && sources 'key new' yes key run data fetch
must_fail 'verifier/cli/keurmerk.c: fetch of verbs: not in'
pages && sources 'key new' yes key run data sync pin
must_fail 'verifier/cli/sync.c: -pin of options'
pages && sources 'key new' yes key run data sync trust km_two
must_fail 'verifier/keurmerk.sym: km_two of functions: not in'
if command -v mandoc >/dev/null || command -v groff >/dev/null; then
	pages && sources 'key new' yes key run data
	printf '.Bogus macro\n.Ed\n' >>"$samples/tree/$D"
	must_fail "$D"
fi
guard
