#compdef penfold
# SPDX-License-Identifier: GPL-3.0-or-later
# Completion for zsh, installed as _penfold. What is offered comes from `penfold help --complete`, and so
# from the tables that the program itself reads; where that offers nothing, a file is meant.

_penfold() {
	local line
	local -a offered
	for line in ${(f)"$(penfold help --complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)"}; do
		offered+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
	done
	if (( $#offered )); then
		_describe 'penfold' offered
	else
		_files
	fi
}
[[ $funcstack[1] = _penfold ]] && _penfold "$@"
