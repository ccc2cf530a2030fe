#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# penfold sync takes in what other programs put into the folders, and lets go of what they took away.
. "$(dirname "$0")/../lib/tap.sh"
penfold=$PENFOLD_BUILD/penfold
umask 077
export HOME="$work" XDG_STATE_HOME="$work/state" XDG_CONFIG_HOME="$work"
cat >"$work/rc" <<RC
[account "local"]
address = Ann Example <ann@penfold.test>
[store]
path = $work/Mail
state = $work/state/penfold
[dns]
zone = $work/zone
RC
echo '{}' >"$work/zone"
inbox=$work/Mail/local/INBOX
mkdir -p "$inbox/cur" "$inbox/new" "$inbox/tmp"
pf() { "$penfold" --rc "$work/rc" "$@"; }
put() { printf 'From: Bo <bo@penfold.test>\nSubject: %s\nMessage-ID: <%s@x>\n\nhi\n' "$1" "$1" >"$inbox/$2"; }

put one new/1.1.host
same "a file of another program is found" "on disk: 1 new" "$(pf sync)"
same "and listed" 1 "$(pf count subject:one)"
like "and judged" '"verdict": *"' "$(pf search --json subject:one)"
same "nothing is found twice" "" "$(pf sync)"
put two cur/2.1.host:2,S
same "--json names the event" '{"event":"found","count":1}' "$(pf sync --json | tr -d ' ' | grep found)"
put three cur/3.1.host:2,S
same "and ends as a run over servers does" 'done 1' "$(pf sync --json | sed -n 's/.*"event":"done","new":\([0-9]*\).*/done \1/p')"
rm "$inbox/cur/3.1.host:2,S"
mv "$inbox/new/1.1.host" "$inbox/cur/1.1.host:2,S"
same "a file that another program flagged is no new one" "" "$(pf sync)"
same "but read" 0 "$(pf count tag:unread)"
rm "$inbox/cur/1.1.host:2,S"
pf sync
same "a file that another program took away is gone" 1 "$(pf count '*')"
done_testing
