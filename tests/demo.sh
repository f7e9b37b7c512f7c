#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# A whole authority under build/demo, from the keys of the root holders to a
# mark that is granted, checked offline and withdrawn. Every command is shown
# as it can be typed again in the top directory of the source. All people and
# firms are invented; the KVK numbers are the Chamber's published test numbers.
#
# At a terminal the authority stays until Ctrl-C; otherwise the demo ends by
# itself. Status 0 only when every step did what it should.
set -u

: "${B:?names the build directory}"
bin=$B
case $B in "$PWD"/*) bin=${B#"$PWD"/} ;; esac
demo=${DEMO:-$bin/demo}
ctl=$bin/keurmerkctl
log=$demo/keurmerkd.log
daemon=

bold= plain=
if [ -t 1 ]; then
	bold=$(printf '\033[1m') plain=$(printf '\033[0m')
fi

say() {
	printf '\n%s== %s%s\n' "$bold" "$*" "$plain"
}

fail() {
	printf '\ndemo: %s\n' "$*" >&2
	[ ! -s "$log" ] || { echo "The last lines of $log:"; tail -n 5 "$log"; } >&2
	exit 1
}

# End what was started here, and nothing else. Ctrl-C has told the daemon too:
# a second signal would mean that it has no time to end well.
finish() {
	status=$?
	trap - EXIT
	trap '' INT
	if [ -n "$daemon" ]; then
		tries=50
		while [ "$told" -gt 0 ] && [ $((tries -= 1)) -gt 0 ] &&
		    kill -0 "$daemon" 2>/dev/null; do
			sleep 0.1
		done
		kill "$daemon" 2>/dev/null
		wait "$daemon" || { [ $status -ne 0 ] || status=1; }
	fi
	exit $status
}
told=0
trap finish EXIT
trap 'told=1; exit 130' INT
trap 'exit 130' TERM HUP

# Show a command, its words in quotes where a shell needs them.
show() {
	line='$'
	for word; do
		case $word in
		*[!A-Za-z0-9_./:=,+-]*) word="'$word'" ;;
		esac
		line="$line $word"
	done
	printf '%s%s%s\n' "$bold" "$line" "$plain"
}

# expect STATUS COMMAND ...
expect() {
	want=$1
	shift
	show "$@"
	"$@"
	found=$?
	[ "$found" -eq "$want" ] ||
	    fail "expected status $want of the command above, found $found"
}

run() {
	expect 0 "$@"
}

# The same for each of many; the first is shown.
quiet() {
	"$@" >"$demo/quiet.log" 2>&1 ||
	    { show "$@"; cat "$demo/quiet.log"; fail "status not 0"; }
}

# as OFFICER VERB ...
as() {
	who=$1
	shift
	run "$ctl" --config "$demo/$who.conf" "$@"
}

# A port of loopback that nobody listens on, from $1 on.
free_port() {
	port=$1
	while curl -s -o /dev/null --max-time 2 "http://127.0.0.1:$port/" ||
	    [ $? -ne 7 ]; do
		port=$((port + 1))
		[ "$port" -lt $(($1 + 100)) ] || return 1
	done
	echo "$port"
}

sign() {
	file=$1
	shift
	for name; do
		quiet "$ctl" sign "$demo/$file" --key "$demo/keys/$name.pem" \
		    --trust "$demo/trust-1" --passphrase-file \
		    "$demo/passphrase" --yes
		echo "$file signed by $name"
	done
}

day() {
	date -u -d "$1 days" +%Y-%m-%d
}

# What an officer tells keurmerkctl once, in a file.
officer_conf() {
	cat >"$demo/$1.conf" <<-EOF
	office = "https://127.0.0.1:$office_port"
	pin = "data/office/tls.pin"
	key = "keys/$1.pem"
	passphrase_file = "passphrase"
	public_url = "$url"
	trust = "trust-1"
	EOF
}

serves() {
	for i in $(seq 100); do
		kill -0 "$daemon" 2>/dev/null || return 1
		curl -s -f -o /dev/null "$url/healthz" && return 0
		sleep 0.1
	done
	return 1
}

if [ -e "$demo/pid" ] && kill -0 "$(cat "$demo/pid")" 2>/dev/null; then
	fail "$demo is in use by process $(cat "$demo/pid"): stop it first"
fi
rm -rf "$demo"
mkdir -p "$demo/keys" "$demo/tree" || exit 1
mkdir -m 700 "$demo/data" || exit 1
(umask 077 && echo 'a passphrase that everyone knows' >"$demo/passphrase")

say 'Keys: three root holders, three scheme managers, five officers'
roots='root-a root-b root-c'
managers='manager-a manager-b manager-c'
officers='registrar reviewer decider-a decider-b assessor'
for name in $roots $managers $officers; do
	quiet "$ctl" key new "$demo/keys/$name.pem" --passphrase-file \
	    "$demo/passphrase"
	quiet "$ctl" key public "$demo/keys/$name.pem" --passphrase-file \
	    "$demo/passphrase"
done
show "$ctl" key new "$demo/keys/root-a.pem"
show "$ctl" key public "$demo/keys/root-a.pem"
echo "and so for each; the keys are in $demo/keys"

office_port=$(free_port 8443) || fail 'no free port from 8443 on'
public_port=$(free_port 8080) || fail 'no free port from 8080 on'
url=http://127.0.0.1:$public_port
cat >"$demo/keurmerkd.conf" <<EOF
issuer = "keurmerk.example"
environment = demonstration
data = "data"
tree = "tree"
public_url = "$url"
office { listen = "127.0.0.1:$office_port" }
public { listen = "127.0.0.1:$public_port" }
EOF

say 'The signer makes its own keys; the roots sign them into trust list 1'
run "$bin/keurmerkd" init -f "$demo/keurmerkd.conf" keys "$demo/signer.pub"
run "$ctl" trust draft --authority keurmerk.example --environment \
    demonstration --root "$demo/keys/root-a.pem.pub" \
    --root "$demo/keys/root-b.pem.pub" --root "$demo/keys/root-c.pem.pub" \
    --threshold 2 --officers-key "$demo/keys/manager-a.pem.pub" \
    --officers-key "$demo/keys/manager-b.pem.pub" \
    --officers-key "$demo/keys/manager-c.pem.pub" \
    --signer-keys "$demo/signer.pub" --expires "$(day 1825)" \
    -o "$demo/trust-1"
sign trust-1 root-a root-b

say 'Two scheme managers sign who may do what'
{
	echo 'id,employer,roles,key,from,until,conflicts'
	for name in $officers; do
		employer=
		[ $name != assessor ] || employer=RVA-C-999
		echo "$name,$employer,${name%-?},keys/$name.pem.pub,$(day -1),$(day 700),"
	done
} >"$demo/officers.csv"
cat "$demo/officers.csv"
run "$ctl" officers draft --trust "$demo/trust-1" --csv \
    "$demo/officers.csv" --expires "$(day 700)" -o "$demo/officers-1"
sign officers-1 manager-a manager-b

say 'The roots approve the scheme (an example, adopted by nobody)'
run "$ctl" scheme draft --trust "$demo/trust-1" --json schemas/scheme.json \
    --proposer "$demo/keys/root-a.pem.pub" -o "$demo/scheme-1"
sign scheme-1 root-a root-c

say 'The authority begins, and runs'
run "$bin/keurmerkd" init -f "$demo/keurmerkd.conf" "$demo/trust-1" \
    "$demo/officers-1" "$demo/scheme-1" schemas/scheme.json
show "$bin/keurmerkd" run -f "$demo/keurmerkd.conf"
"$bin/keurmerkd" run -f "$demo/keurmerkd.conf" 2>"$log" &
daemon=$!
echo "$daemon" >"$demo/pid"
for name in $officers; do
	officer_conf "$name"
done
serves || fail 'keurmerkd does not serve'
echo "It serves what is public at $url/ and its officers at port $office_port."

say 'A certification body, and five providers from a spreadsheet'
as registrar body add --number RVA-C-999 --name 'Fictieve Keuring B.V.' \
    --from "$(day -400)" --until "$(day 1000)" --level substantial --yes
as decider-a approve --all --yes
as registrar import tests/demo.csv --yes
as decider-b approve --all --yes

say 'The assessor says what was found'
as assessor assess --all --day "$(day -5)" --report 'FK-%k' \
    --line basic_measures:service:workplace:substantial \
    --line policy_advice:organisation:substantial \
    --method document-review --method functional-test \
    --method vulnerability-scan --hours 12 --findings 1 --yes

say 'Marks at level substantial: proposed, reviewed, decided by three people'
as registrar grant --all --not-covered 'Telefonie en websites' --years 3 --yes
as reviewer approve --all --yes
as decider-a approve --all --yes

say "A provider takes its badge; anyone checks it, offline"
as registrar show 68750110 >"$demo/shown"
cat "$demo/shown"
mark=$(sed -n 's/^In public: mark \([^,]*\),.*/\1/p' "$demo/shown")
[ -n "$mark" ] || fail 'no mark of 68750110 is public'
run "$ctl" badge "$mark" --public-url "$url" --trust "$demo/trust-1" \
    -o "$demo/badge"
run "$bin/keurmerk" verify --lang en --trust "$demo/trust-1" --environment \
    demonstration --holder 68750110 "$demo/badge"
run "$ctl" badge "$mark" --public-url "$url" --trust "$demo/trust-1" \
    --svg light --lang nl -o "$demo/badge.svg"
run "$bin/keurmerk" verify --lang en --trust "$demo/trust-1" --environment \
    demonstration --holder 68750110 "$demo/badge.svg"
echo
echo 'As a picture that somebody retouched, it is not what it says it is:'
sed 's/>Test BV/>Best BV/' "$demo/badge.svg" >"$demo/retouched.svg"
expect 10 "$bin/keurmerk" verify --lang en --trust "$demo/trust-1" \
    --environment demonstration "$demo/retouched.svg"
echo
echo 'Asked without naming the demonstration, it is not believed:'
expect 11 "$bin/keurmerk" verify --lang en --trust "$demo/trust-1" \
    "$demo/badge"

say 'It does not meet the requirements any more, and is withdrawn'
as registrar withdraw "$mark" --reason requirements --yes
as reviewer approve --all --yes
as decider-b approve --all --yes

say 'The same badge, checked against what is public now'
expect 14 "$bin/keurmerk" verify --lang en --trust "$demo/trust-1" \
    --environment demonstration --tree "$demo/tree" "$demo/badge"

say 'Everything is computed again from store, tree and journal, and compared'
run "$bin/keurmerkd" audit -f "$demo/keurmerkd.conf"

say 'Every step did what it should'
if [ -t 0 ] && [ -t 1 ]; then
	cat <<-EOF
	The authority runs until you press Ctrl-C. Try, in another terminal:

	  $ctl --config $demo/registrar.conf status
	  $ctl --config $demo/registrar.conf show 69599084
	  $ctl --help
	  curl -s $url/epoch | $bin/keurmerk show --lang en -
	EOF
	trap 'told=1; echo; exit 0' INT
	wait "$daemon"
	daemon=
	fail 'keurmerkd ended'
fi
