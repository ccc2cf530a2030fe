# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# Completion for bash. What is offered comes from `penfold help --complete`, and so from the tables that
# the program itself reads; where that offers nothing, a file is meant.

_penfold() {
	local word=${COMP_WORDS[COMP_CWORD]}
	mapfile -t COMPREPLY < <(penfold help --complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1)
	if [ "${#COMPREPLY[@]}" -eq 0 ]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
	elif [ "${COMPREPLY[0]%=}" != "${COMPREPLY[0]}" ]; then
		compopt -o nospace 2>/dev/null # a value follows
	fi
}
complete -o filenames -F _penfold penfold
