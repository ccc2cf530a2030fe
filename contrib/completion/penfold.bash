# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# Completion for bash. What is offered comes from `penfold help --complete`, and so from the tables that
# the program itself reads; where that offers nothing, a file is meant.

_penfold() {
	local word=${COMP_WORDS[COMP_CWORD]} part broken i
	local -a words=()
	# bash breaks words at ":" and "=", which stand within queries and settings
	for ((i = 1; i <= COMP_CWORD; i++)); do
		part=${COMP_WORDS[i]}
		if ((i > 1)) && { [[ $part == [:=]* ]] || [[ $broken && $part ]]; }; then
			words[-1]+=$part
		else
			words+=("$part")
		fi
		[[ $part == *[:=] ]] && broken=1 || broken=
	done
	mapfile -t COMPREPLY < <(penfold help --complete -- "${words[@]}" 2>/dev/null | cut -f1)
	# and wants back what follows the last of them
	[[ $word == [:=] ]] && word=
	COMPREPLY=("${COMPREPLY[@]#"${words[-1]%"$word"}"}")
	if [ "${#COMPREPLY[@]}" -eq 0 ]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
	elif [ "${COMPREPLY[0]%=}" != "${COMPREPLY[0]}" ]; then
		compopt -o nospace 2>/dev/null # a value follows
	fi
}
complete -o filenames -F _penfold penfold
