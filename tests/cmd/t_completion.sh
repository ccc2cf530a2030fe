#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Completion offers what the tables hold, in each of the three shells.
. "$(dirname "$0")/../lib/tap.sh"
export PATH=$PENFOLD_BUILD:$PATH HOME=$work XDG_STATE_HOME=$work/state PENFOLD_RC=$work/rc
printf '[account "harbour"]\naddress = ann@harbour.example\n' >"$work/rc"
. "$PENFOLD_SOURCE/contrib/completion/penfold.bash"

offer() { # WORDS...: what is offered for the last
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	_penfold
	echo "${COMPREPLY[*]}"
}

same "a command" "search" "$(offer penfold sea)"
same "all commands" "$(penfold help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p' | xargs)" "$(offer penfold '')"
same "an option of a command" "--limit" "$(offer penfold search --li)"
same "an option of all" "--json" "$(offer penfold count --js)"
same "what config does" "check" "$(offer penfold config ch)"
same "all that the queue does" "list run show hold release cancel retry arrived addresses forget" "$(offer penfold queue '')"
same "a command to explain" "doctor" "$(offer penfold help doc)"
same "an account" "harbour" "$(offer penfold sync ha)"
same "an account for an option" "harbour" "$(offer penfold check --account '')"
same "a setting" "queue.undo-delay=" "$(offer penfold search -o queue.und)"
same "with a broken rc, all but the accounts" "--watch" "$(echo oh >"$work/rc" && offer penfold sync --wa)"
printf '[account "harbour"]\naddress = ann@harbour.example\n' >"$work/rc"
same "verdicts to search for, as bash breaks the word" "suspect" "$(offer penfold search property : auth = su)"
same "all of them" "11" "$(offer penfold search property : auth = | wc -w)"
same "and what deceives" "dn-spoof" "$(offer penfold search property : auth-flag = dn)"
same "a query's word as zsh and fish hand it over" "property:auth=fail property:auth=fail-soft" \
	"$(penfold help --complete -- search property:auth=f | cut -f1 | xargs)"
same "a word after a broken one" "--limit" "$(offer penfold search property : auth = fail --li)"
touch "$work/letter.eml"
same "else a file" "$work/letter.eml" "$(offer penfold check "$work/le")"

if command -v fish >/dev/null; then
	in_fish() { fish --no-config -c "source '$PENFOLD_SOURCE/contrib/completion/penfold.fish'; complete -C '$1'"; }
	same "fish: a command with its meaning" "search	list the threads that match" "$(in_fish 'penfold sear')"
	same "fish: an account" "harbour	ann@harbour.example" "$(in_fish 'penfold login har')"
else
	result 0 "fish # SKIP fish is not installed"
fi
if command -v zsh >/dev/null; then
	in_zsh() { # WORDS...: what is handed to zsh's _describe
		zsh -f -c '_describe() { print -l -- "${(@P)2}"; }; _files() { print files; }
			src=$1; shift; words=("$@"); CURRENT=$#; source "$src"; _penfold' zsh \
			"$PENFOLD_SOURCE/contrib/completion/penfold.zsh" "$@"
	}
	same "zsh: a command with its meaning" "search:list the threads that match" "$(in_zsh penfold sear)"
	same "zsh: an account" "harbour:ann@harbour.example" "$(in_zsh penfold login har)"
	same "zsh: else a file" "files" "$(in_zsh penfold check x.e)"
else
	result 0 "zsh # SKIP zsh is not installed"
fi
if command -v desktop-file-validate >/dev/null; then
	check "the desktop entry is one" desktop-file-validate "$PENFOLD_SOURCE/contrib/desktop/penfold.desktop"
else
	result 0 "the desktop entry is one # SKIP desktop-file-validate is not installed"
fi
done_testing
