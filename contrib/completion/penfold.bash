# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# Completion for bash, and for zsh after `autoload -U bashcompinit && bashcompinit`. Commands and options
# come from `penfold help`, which reads the same table as the parser.

_penfold_words() { # the words of `penfold help [COMMAND]` that start a line after two blanks
	penfold help "$@" 2>/dev/null | sed -n 's/^  \([a-z-][a-zA-Z-]*\).*/\1/p'
}

_penfold() {
	local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]}
	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_penfold_words | grep -v '^-')" -- "$word")
	elif [ "${word#-}" != "$word" ]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_penfold_words "$command") --json --rc -o" -- "$word")
	elif [ "$command" = help ]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_penfold_words | grep -v '^-')" -- "$word")
	elif [ "$command" = config ]; then
		mapfile -t COMPREPLY < <(compgen -W "check show keys man penfold penfold-rc" -- "$word")
	elif [ "$command" = queue ]; then
		mapfile -t COMPREPLY < <(compgen -W "list run show hold release cancel retry" -- "$word")
	else
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
	fi
}
complete -o filenames -F _penfold penfold
