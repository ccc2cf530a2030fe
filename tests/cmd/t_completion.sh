#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Completion offers the commands and options of the table.
. "$(dirname "$0")/../lib/tap.sh"
PATH=$PENFOLD_BUILD:$PATH
. "$PENFOLD_SOURCE/contrib/completion/penfold.bash"

offer() { # WORDS...: what is offered for the last
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	_penfold
	echo "${COMPREPLY[*]}"
}

same "a command" "search" "$(offer penfold sea)"
same "all commands" "$(penfold help | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p' | xargs)" "$(offer penfold '')"
same "an option of a command" "--limit" "$(offer penfold search --li)"
same "an option of all" "--json" "$(offer penfold count --js)"
same "what config does" "check" "$(offer penfold config ch)"
same "a command to explain" "doctor" "$(offer penfold help doc)"
done_testing
