#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# deps.sh [-n] PURPOSE... - see that the packages of these purposes (mk/packages.txt) are there.
# What is missing is named; on Debian and its kin it is installed too, by root or through sudo,
# unless -n forbids it. Exit 0: all is there. 69: something is missing still.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cc=${CC:-cc}
may_install=yes
if [ "${1:-}" = -n ]; then
	may_install=no
	shift
fi
[ $# -gt 0 ] || set -- build check

# The system's column of packages.txt and its command line.
system() {
	if [ "$(uname)" = Darwin ]; then
		echo brew
		return
	fi
	# shellcheck disable=SC1091 # the system's own
	id=$(. /etc/os-release 2>/dev/null && echo "${ID:-} ${ID_LIKE:-}")
	case " $id " in
	*" debian "* | *" ubuntu "*) echo debian ;;
	*" fedora "* | *" rhel "*) echo fedora ;;
	*" arch "*) echo arch ;;
	*) echo unknown ;;
	esac
}

compiles() { # COMPILER FLAGS; the program on stdin
	# shellcheck disable=SC2086 # CC may be two words
	$1 $2 -x c -o /dev/null - >/dev/null 2>&1
}

is_command() { # a|b: any of them
	for name in $(echo "$1" | tr '|' ' '); do
		PATH=$PATH:/usr/sbin:/sbin command -v "$name" >/dev/null 2>&1 && return 0
	done
	return 1
}

is_there() {
	what=${1#*:}
	case $1 in
	pc:*) ${PKG_CONFIG:-pkg-config} --exists "$what" 2>/dev/null ;;
	header:*) echo "#include <$what>" | compiles "$cc" -fsyntax-only ;;
	flags:*) echo 'int main(void) { return 0; }' | compiles "$cc" "$what" ;;
	clang:*) echo 'int LLVMFuzzerTestOneInput(void); int LLVMFuzzerTestOneInput(void) { return 0; }' |
	    compiles clang "$what" ;;
	command:*) is_command "$what" ;;
	file:*) [ -e "/usr/lib/$what" ] || [ -e "/usr/libexec/$what" ] || [ -e "/usr/local/lib/$what" ] ;;
	python:*) "$(command -v /usr/bin/python3 || command -v python3)" -c "import $what" 2>/dev/null ;;
	share:*) [ -e "/usr/share/$what" ] || [ -e "/usr/local/share/$what" ] || [ -e "/opt/homebrew/share/$what" ] ;;
	*)
		echo "deps.sh: packages.txt has an unknown probe: $1" >&2
		exit 70
		;;
	esac
}

# The missing packages by their names on this system, one a line. On an unknown system: Debian's.
missing() {
	for purpose in "$@"; do
		awk -v p="$purpose" '$1 == p' "$here/packages.txt"
	done | while read -r _ probe debian fedora arch brew; do
		is_there "$probe" && continue
		case $system in
		fedora) name=$fedora ;;
		arch) name=$arch ;;
		brew) name=$brew ;;
		*) name=$debian ;;
		esac
		[ "$name" = - ] || echo "$name"
	done | sort -u
}

# Run as root: install without questions, and without starting what the packages would start.
apt_install='
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
	trap "rm -f $policy" EXIT INT TERM
	printf "#!/bin/sh\nexit 101\n" >"$policy"
	chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
lock="-o DPkg::Lock::Timeout=600"
apt-get $lock -q update || echo "deps.sh: the package lists are not fresh" >&2
apt-get $lock -q -y --no-install-recommends install "$@"
'

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null 2>&1; then
		sudo "$@"
	else
		echo "There is no sudo here; as root: apt-get install --no-install-recommends $names" >&2
		return 1
	fi
}

advise() {
	case $system in
	debian) echo "    apt-get install --no-install-recommends $names" ;;
	fedora) echo "    dnf install $names" ;;
	arch) echo "    pacman -S --needed $names" ;;
	brew) echo "    brew install $names" ;;
	*) echo "    (the names are Debian's; mk/packages.txt has those of Fedora, Arch and Homebrew)" ;;
	esac >&2
}

system=$(system)
names=$(missing "$@" | tr '\n' ' ')
names=${names% }
[ -n "$names" ] || exit 0
echo "Packages that are missing to $*: $names" >&2
if [ "$system" != debian ] || [ $may_install = no ]; then
	advise
	exit 69
fi
# shellcheck disable=SC2086 # one word a package
as_root sh -c "$apt_install" sh $names || exit 69
names=$(missing "$@" | tr '\n' ' ')
[ -z "$names" ] || {
	echo "Still missing after the installation: $names" >&2
	exit 69
}
