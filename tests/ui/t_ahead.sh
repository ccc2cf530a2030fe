#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# t_ahead.sh - what the cursor rests on, and what is read next, opens without any helper's doing.
. "$(dirname "$0")/home.sh"
home </dev/null
letters
seq 4000 | sed 's/.*/page line & of 4000/' |
	letter 2 'Dee <dee@d.example>' 'A letter of pages' INBOX 'Message-ID: <pages@test.example>'
drive 24 80 "$ui/ahead.vt"
