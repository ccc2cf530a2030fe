# SPDX-License-Identifier: GPL-3.0-or-later
# Completion for fish. What is offered comes from `penfold help --complete`, and so from the tables that the
# program itself reads; files are offered beside it.

function __penfold_offer
    set -l words (commandline -opc) (commandline -ct)
    penfold help --complete -- $words[2..-1] 2>/dev/null
end
complete -c penfold -a '(__penfold_offer)'
