#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# t_mbox.sh - an mbox comes in and goes out the same; mutt's letters; a draft in mutt's form.
. "$(dirname "$0")/../lib/tap.sh"
export HOME="$work/home" XDG_STATE_HOME="$work/state" PENFOLD_RC="$work/rc" LC_ALL=C.UTF-8 TZ=UTC
mkdir -p "$HOME"
printf '[account "a"]\naddress = Ann <ann@a.example>\n[account "b"]\naddress = bo@b.example\n[store]\npath = %s\nstate = %s\n[queue]\nundo-delay = 0\n' \
	"$work/Mail" "$work/state/penfold" >"$PENFOLD_RC"
chmod 600 "$PENFOLD_RC"
penfold() { "$PENFOLD_BUILD/penfold" "$@"; }

cat >"$work/in.mbox" <<'MBOX'
From cy@c.example Sat Nov 21 10:00:00 2026
From: Cy <cy@c.example>
Subject: first
Message-ID: <1@c.example>
Date: Sat, 21 Nov 2026 10:00:00 +0000

>From here on, words.
>>From deeper.

From cy@c.example Sat Nov 21 11:00:00 2026
From: Cy <cy@c.example>
Subject: Re: first
Message-ID: <2@c.example>
In-Reply-To: <1@c.example>
Date: Sat, 21 Nov 2026 11:00:00 +0000

Second.

MBOX
same "an mbox is taken in" "2 messages taken in" "$(penfold import "$work/in.mbox")"
same "into the folder Import" "2" "$(penfold count 'path:a/Import/**')"
same "the stuffing is taken away" "From here on, words.
>From deeper." "$(penfold show --raw id:1@c.example | tail -2)"
penfold export id:1@c.example or id:2@c.example >"$work/out.mbox"
same "and goes out the same" "$(cat "$work/in.mbox")" "$(cat "$work/out.mbox")"
penfold export "*" >"$work/all.mbox"
same "as all that is there does" "$(cat "$work/in.mbox")" "$(cat "$work/all.mbox")"
penfold export --dir "$work/eml" --threads id:2@c.example
same "a thread as files" "0001-first.eml
0002-Re_ first.eml" "$(ls "$work/eml")"
same "--json tells which file has which message" '{"id":"1@c.example","path":"'"$work/eml.json/0001-first.eml"'"}' \
	"$(penfold export --json --dir "$work/eml.json" id:1@c.example)"
penfold export --json id:1@c.example 2>"$work/no"
same "an mbox is no JSON" "64" "$?"
penfold show --raw --json id:1@c.example 2>"$work/no"
same "nor are the bytes of a message" "64" "$?"
penfold export id:nothing@x.example
same "nothing to export is 1" "1" "$?"
penfold export id:1@c.example >/dev/full 2>"$work/no"
same "where nothing can be written, that is named" "74 penfold: standard output cannot be written" \
	"$? $(head -1 "$work/no" | cut -d: -f1,2)"
printf '#!/bin/sh\necho: no mail\n' >"$work/script"
penfold import "$work/script" 2>"$work/no"
same "what is no mail is not taken in" "65 penfold: $work/script: it is neither an mbox nor a message: its first line is no header field" \
	"$? $(cat "$work/no")"
printf 'To: bo@b.example\nSubject: from a file\n\nThe text.\n' >"$work/draft"
echo one >"$work/one.txt"; echo two >"$work/two.txt"
penfold -H "$work/draft" -a "$work/one.txt" "$work/two.txt" -- bo@b.example </dev/null
same "a draft in mutt's form, with two files behind -a" "0" "$?"
has_arrived() { penfold count 'subject:"from a file" and path:b/**'; }
check "has arrived" wait_for 20 has_arrived
like "with its text" "^The text" "$(penfold show 'id:'"$(penfold search --json 'subject:"from a file" and path:b/**' | sed 's/.*"id": *"\([^"]*\)".*/\1/')")"
same "-Q prints a setting" "Ann <ann@a.example>" "$(penfold -Q account.a.address)"
same "-v is --version" "$(penfold --version)" "$(penfold -v)"
penfold -Z >"$work/z" 2>&1
same "-Z: there is unread mail, but here is no terminal" "69" "$?"
penfold tag -unread -- '*' && penfold -Z >"$work/z" 2>&1
same "-Z: nothing unread" "1" "$?"
printf 'From: cy@c.example\nTo: ann@a.example\nMessage-ID: <3@c.example>\n\nx\n' >"$work/letter"
# A timer's environment: nothing but a path.
bare() { env -i PATH="$PATH" PENFOLD_RC="$PENFOLD_RC" XDG_STATE_HOME="$XDG_STATE_HOME" "$PENFOLD_BUILD/penfold" "$@"; }
check "without HOME mail is delivered" bare -o "store.path=$work/Bare" deliver <"$work/letter"
same "and found" "1" "$(bare -o "store.path=$work/Bare" count '*')"
done_testing
