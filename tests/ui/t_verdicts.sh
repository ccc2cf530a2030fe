#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# t_verdicts.sh - verdicts and the flags that deceive are searched for, and their words are offered.
. "$(dirname "$0")/home.sh"
home </dev/null
echo 'See https://pay.example/now to pay.' | letter 9 '"service@bank.example" <x@none.example>' 'Your account' INBOX \
	'Received: from a.example by b.example; Sat, 28 Nov 2026 10:00:00 +0000'
echo 'Hello again.' | letter 7 'Carla <carla@friend.example>' 'Second letter' INBOX
drive 30 100 "$ui/verdicts.vt"
