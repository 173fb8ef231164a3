# shellcheck shell=bash
# Sourced by bin/run and bin/test: what a bare Debian 12 lacks, and the virtual environment from its lock files.
# Safe to repeat; the second time it only compares two sums.

say() { printf '%s\n' "$*"; }
give_up() { printf 'munim: %s\n' "$*" >&2; exit 1; }

# A path given relative to where the person stands stays what they meant.
case "${VAR_DIR:-}" in "" | /*) ;; *) export VAR_DIR="$PWD/$VAR_DIR" ;; esac
case "${VENV:-}" in "" | /*) ;; *) VENV=$PWD/$VENV ;; esac
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
VENV=${VENV:-$PWD/.venv}
export LANG="${LANG:-C.UTF-8}" PIP_DISABLE_PIP_VERSION_CHECK=1
if [ -z "${HOME:-}" ] || [ ! -d "$HOME" ] || [ ! -w "$HOME" ]; then
  HOME=$(mktemp -d) && export HOME # pip, fontconfig and Chromium each want to write somewhere
fi

# $1: why it is wanted; the rest: Debian packages. As root they are installed, else the command is printed.
want_packages() {
  local why=$1; shift
  if ! command -v apt-get >/dev/null; then
    give_up "$why is missing. Install what your system calls: $*"
  fi
  if [ "$(id -u)" -ne 0 ]; then
    give_up "$why is missing. Install it with:
  sudo apt-get update && sudo apt-get install -y --no-install-recommends $*"
  fi
  say "Installing $why ($*) ..."
  local log; log=$(mktemp)
  # A fresh machine may have no package lists yet, and an old one stale ones: then refresh them and ask again.
  if ! DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" </dev/null >"$log" 2>&1; then
    { apt-get update -q </dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" </dev/null; } >"$log" 2>&1 ||
      { cat "$log" >&2; give_up "apt-get could not install: $*"; }
  fi
  rm -f "$log"
}

# The interpreter, able to make virtual environments (Debian ships that part in a package of its own).
want_python() {
  PYTHON=${PYTHON:-python3}
  command -v "$PYTHON" >/dev/null || want_packages "Python" python3 python3-venv
  "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || give_up "Python 3.11 or newer is needed; $PYTHON is $("$PYTHON" -V)."
  "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || want_packages "Python's venv module" python3-venv
}

# Pango draws the PDFs; harfbuzz-subset keeps them small and quick (without it WeasyPrint falls back to a slower road).
want_drawing_libraries() {
  "$VENV/bin/python" - <<'PYTHON' 2>/dev/null || want_packages "the library WeasyPrint draws with" libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
import ctypes
for name in ("libgobject-2.0.so.0", "libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libfontconfig.so.1", "libharfbuzz.so.0", "libharfbuzz-subset.so.0"):
    ctypes.CDLL(name)
PYTHON
}

# $@: lock files. Installs each with its hashes into $VENV, unless that very content is there already.
want_environment() {
  local each
  for each in "$@"; do
    is_installed "$each" || install_packages "$each"
  done
}

is_installed() { [ -x "$VENV/bin/python" ] && [ "$(cat "$VENV/.installed-$1" 2>/dev/null)" = "$(sha256sum <"$1")" ]; }

# The servers that others wrote, for the tests alone (tests/peers), each with the sums of its lock file. Nothing of theirs is run while they are installed.
want_peers() {
  want_npm_peers
  want_swift
}

# By the npm that the environment brings.
want_npm_peers() {
  local sum; sum=$(sha256sum <tests/peers/package-lock.json)
  [ "$(cat "$VENV/peers/.installed" 2>/dev/null)" = "$sum" ] && return
  say "Installing the tests' peers into $VENV/peers (once) ..."
  mkdir -p "$VENV/peers"
  cp tests/peers/package.json tests/peers/package-lock.json "$VENV/peers/"
  (cd "$VENV/peers" && PATH="$VENV/bin:$PATH" npm ci --ignore-scripts --no-audit --no-fund --silent </dev/null) || give_up "npm could not install tests/peers"
  printf '%s\n' "$sum" >"$VENV/peers/.installed"
}

# In an environment of its own: it wants other versions of packages that the program has too.
want_swift() {
  local sum own=$VENV/peers-swift
  sum=$(sha256sum <tests/peers/swift.lock)
  [ "$(cat "$own/.installed" 2>/dev/null)" = "$sum" ] && return
  say "Installing the tests' object storage into $own (once) ..."
  "$VENV/bin/python" -m venv --clear --without-pip "$own" || give_up "could not make $own"
  "$VENV/bin/python" -m pip --python "$own/bin/python" install --quiet --no-input --require-hashes --only-binary :all: --no-warn-script-location \
    -r tests/peers/swift.lock </dev/null || give_up "pip could not install the packages of tests/peers/swift.lock"
  printf '%s\n' "$sum" >"$own/.installed"
}

install_packages() {
  want_python
  mkdir -p "$(dirname "$VENV")"
  exec 9>"$VENV.lock" && flock 9 # two starts at once: the second waits, then finds the work done
  if ! is_installed "$1"; then
    "$VENV/bin/python" -m pip --version >/dev/null 2>&1 || "$PYTHON" -m venv --clear "$VENV" || give_up "could not make $VENV"
    say "Installing the packages of $1 into $VENV (once) ..."
    # The index is the machine's own choice (pip's configuration); the hashes say what is accepted from it.
    "$VENV/bin/python" -m pip install --quiet --no-input --require-hashes --only-binary :all: --no-warn-script-location -r "$1" </dev/null ||
      give_up "pip could not install the packages of $1"
    # The processes that serve run without docstrings (webapp/serving.py): their bytecode is made now, not at the first start.
    # A package may bring files of no Python of ours; nobody loads those.
    "$VENV/bin/python" -OO -m compileall -q -j 0 "$("$VENV/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" >/dev/null || true
    sha256sum <"$1" >"$VENV/.installed-$1"
  fi
  exec 9>&-
}
