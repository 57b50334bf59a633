#!/usr/bin/env bash
# Installs what a fresh Debian 12 machine lacks. Quick and silent when nothing is missing.
#   packages.sh build|test ...
# `build`: what the release binary needs. `test`: what the suites run against.
# As root, or through sudo. No service is started and no database cluster is created on the machine.
set -euo pipefail

# Debian's own names only. Everything that CMake looks for stands under `build`.
build_packages=(
  ca-certificates git g++ cmake ninja-build ccache pkg-config
  libexpected-dev libcli11-dev libspdlog-dev libfmt-dev nlohmann-json3-dev libyaml-cpp-dev
  libcpprest-dev libpqxx-dev libsqlite3-dev prometheus-cpp-dev
  libpg-query-dev libprotobuf-c-dev libinih-dev libhowardhinnant-date-dev zlib1g-dev libssl-dev
  libgtest-dev libgmock-dev
)
test_packages=(
  postgresql-15 postgresql-client-15 pgbouncer sqlite3 alembic
  etcd-server prometheus openssl util-linux procps unzip clang-format
  python3 python3-pytest python3-yaml python3-psycopg2
)

usage() { echo "usage: packages.sh build|test ..." >&2; exit 2; }

# The names of its arguments that aren't installed, one a line.
missing_of() {
  local name
  for name in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || echo "$name"
  done
}

wanted=()
[ $# -gt 0 ] || usage
for group in "$@"; do
  case $group in
    build) wanted+=("${build_packages[@]}") ;;
    test)
      wanted+=("${test_packages[@]}")
      # npm brings kubectl and other PostgreSQL versions. A Node.js from elsewhere carries its own npm and
      # conflicts with Debian's.
      command -v npm >/dev/null || wanted+=(nodejs npm) ;;
    *) usage ;;
  esac
done

mapfile -t missing < <(missing_of "${wanted[@]}")
[ ${#missing[@]} -gt 0 ] || exit 0

. /etc/os-release
if [ "${ID:-}" != debian ] || [ "${VERSION_ID:-}" != 12 ]; then
  echo "packages.sh: this machine is ${PRETTY_NAME:-unknown}; packages are installed by name on Debian 12 only." >&2
  echo "Install what corresponds to these yourself: ${missing[*]}" >&2
  exit 1
fi
as_root=()
if [ "$(id -u)" != 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "packages.sh: root is needed for: apt-get install ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi

# The rest runs as root in one go, so that what is put in place for the duration goes away even on Ctrl-C.
"${as_root[@]}" bash -s -- "${missing[@]}" >&2 <<'ROOT'
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
no_cluster=/etc/postgresql-common/createcluster.d/zz-no-main-cluster.conf
undo=()
clean_up() { [ ${#undo[@]} -eq 0 ] || rm -f -- "${undo[@]}"; }
trap clean_up EXIT
trap 'exit 130' INT TERM

apt() { apt-get -qq -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 "$@"; }
# Standard input is this script: dpkg must not read it.
install() { apt install --no-install-recommends "$@" </dev/null; }

# Packages of servers start them; 101 is policy-rc.d's word for "not allowed".
if [ ! -e "$policy" ]; then
  undo+=("$policy")
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi

echo "installing from Debian: $*"
# The lists may be missing or old, in which case apt doesn't know a name or gets a 404.
apt-get install -s -y --no-install-recommends "$@" >/dev/null 2>&1 </dev/null || apt update </dev/null
attempt() {
  if [[ " $* " == *" postgresql-15 "* ]]; then
    # postgresql-15 would create a cluster of its own in /var/lib, unless told not to beforehand.
    install postgresql-common
    mkdir -p "${no_cluster%/*}"
    undo+=("$no_cluster")
    echo 'create_main_cluster = false' >"$no_cluster"
  fi
  install "$@"
}
attempt "$@" || { apt update </dev/null; attempt "$@"; }
ROOT

mapfile -t missing < <(missing_of "${wanted[@]}")
if [ ${#missing[@]} -gt 0 ]; then
  echo "packages.sh: still missing after the installation: ${missing[*]}" >&2
  exit 1
fi
