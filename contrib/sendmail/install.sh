#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# install.sh [FOLDER] - make the names sendmail and mailq for the penfold in PATH (PENFOLD=FILE: for that one).
set -eu
folder=${1:-$HOME/.local/bin}
penfold=${PENFOLD:-$(command -v penfold || true)}
[ -x "$penfold" ] || {
	echo "install.sh: no penfold in PATH; say PENFOLD=/path/to/penfold" >&2
	exit 69
}
mkdir -p "$folder"
for name in sendmail mailq; do
	[ ! -e "$folder/$name" ] || [ -L "$folder/$name" ] || {
		echo "install.sh: $folder/$name is there already, and no link" >&2
		exit 73
	}
	ln -sf "$(readlink -f "$penfold")" "$folder/$name"
	echo "$folder/$name"
done
