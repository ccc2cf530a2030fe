#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# t_sender.sh - who sent this: the panel, and second keys for what a doubtful letter asks for.
. "$(dirname "$0")/home.sh"
home </dev/null
echo 'See https://pay.example/now to pay.' | letter 9 '"service@bank.example" <x@none.example>' 'Your account' INBOX \
	'Received: from a.example by b.example; Sat, 28 Nov 2026 10:00:00 +0000'
echo 'Hello.' | letter 8 'Carla <carla@friend.example>' 'First letter' INBOX
echo 'Hello again.' | letter 7 'Carla <carla@friend.example>' 'Second letter' INBOX \
	'List-Unsubscribe: <mailto:leave@friend.example>' 'List-Id: <l.friend.example>'
drive 30 100 "$ui/sender.vt"
