#!/usr/bin/env bash
# Installs what is missing, builds, runs every suite through ctest, and ends with one line: N passed, N failed.
#   tests/run.sh [--fast | --sanitizers] [--postgres all|13|14|15|16|17] [-- CTEST-ARGUMENTS ...]
#   --fast       unit and contract suites only: no control plane, under a minute once built
#   --sanitizers the same suites under AddressSanitizer with UndefinedBehaviorSanitizer, then ThreadSanitizer
#   --postgres   the PostgreSQL to run against (15); `all`: everything on 15, and what speaks to PostgreSQL on
#                each other version as well
# Works on a fresh Debian 12, as root or with sudo. Leaves no process behind and no file outside build/ and the
# user's cache folder (~/.cache/athanor, ~/.cache/ccache); a process or a file in the checkout fails the run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
repo=$PWD
release=$repo/build/release

usage() { sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2; }
fast=no presets=(dev) postgres=15 ctest_arguments=()
while [ $# -gt 0 ]; do
  case $1 in
    --fast) fast=yes ;;
    --sanitizers) fast=yes presets=(asan-ubsan tsan) ;;
    --postgres) [ $# -gt 1 ] || usage; postgres=$2; shift ;;
    --postgres=*) postgres=${1#*=} ;;
    --) shift; ctest_arguments=("$@"); break ;;
    *) usage ;;
  esac
  shift
done
case $postgres in
  all) versions=(15 13 14 16 17) ;;
  13 | 14 | 15 | 16 | 17) versions=("$postgres") ;;
  *) usage ;;
esac

# Every process below carries this mark in its environment; what still lives at the end was left behind.
ATHANOR_TEST_RUN="$$.$(date +%s%N)"
export ATHANOR_TEST_RUN
left_behind() {
  grep -lzxsF "ATHANOR_TEST_RUN=$ATHANOR_TEST_RUN" /proc/[0-9]*/environ | while IFS=/ read -r _ _ pid _; do
    # Subshells of this script and the processes of this pipe look like it; a zombie is no process any more.
    case $(ps -o stat= -o comm= -p "$pid" 2>/dev/null) in "" | Z* | *" grep") continue ;; esac
    echo "$pid"
  done
}

# What git sees in this checkout beside its commit, one a line; nothing where there is no git or no checkout of it.
in_checkout() {
  [ -e .git ] && git --no-optional-locks status --porcelain --untracked-files=all -- ':!build' 2>/dev/null || true
}
checkout_before=$(in_checkout)
# The lines that came or went while this ran; empty if it left the checkout as it was.
changes_in_checkout() {
  diff <(echo "$checkout_before") <(in_checkout) | sed -n 's/^[<>] //p' || true
}

summarised=no
scratch=
finish() {
  local code=$? pids pid changes failures=0
  trap - EXIT
  set +e
  # Servers are told to stop as their suite ends; they get a moment for it.
  for _ in $(seq 20); do pids=$(left_behind); [ -n "$pids" ] || break; sleep 0.25; done
  for pid in $pids; do
    echo "left behind: $(ps -o pid=,args= -p "$pid")" >&2
    kill -KILL "$pid"
    code=1 failures=1
  done
  [ -z "$scratch" ] || rm -rf "$scratch"
  changes=$(changes_in_checkout)
  if [ -n "$changes" ]; then
    echo "left or changed in the checkout, outside build/ (see git status):" >&2
    echo "$changes" >&2
    code=1 failures=$((failures + 1))
  fi
  if [ $summarised = no ]; then
    echo "The suites were not run to their end." >&2
    [ $code -ne 0 ] || code=1
    summary="0 passed, 1 failed"
  elif [ $failures -gt 0 ]; then
    # A run that leaves processes or files behind has failed, whatever its suites say.
    summary=$(awk -v more=$failures '{print $1 " passed, " $3 + more " failed"}' <<<"$summary")
  fi
  echo "$summary"
  exit $code
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

mkdir -p build
# Two runs would build into one folder and take each other's reports.
exec 9>>build/tests.lock
if ! flock --nonblock 9; then
  echo "run.sh: another run (process $(cat build/tests.lock)) works in this checkout: wait for its end, or end it" >&2
  exit 1
fi
echo $$ >build/tests.lock

install() {
  tests/tools/packages.sh build test
  if [ $fast = no ]; then
    ATHANOR_KUBE_BIN=$(tests/tools/control-plane.sh)
    ATHANOR_KUBECTL=$(tests/tools/clients.sh)/kubectl/kubectl
    export ATHANOR_KUBE_BIN ATHANOR_KUBECTL
  fi
}

# Builds a preset: build PRESET [CMAKE-BUILD-ARGUMENT ...]
build() {
  local preset=$1
  shift
  cmake --preset "$preset" >"$repo/build/configure.log" 2>&1 || { cat "$repo/build/configure.log" >&2; exit 1; }
  cmake --build --preset "$preset" -j "$(nproc)" "$@"
}

build_all() {
  local preset
  for preset in "${presets[@]}"; do build "$preset"; done
  if [ $fast = no ]; then
    # What ships, for the suites that may not rely on a test build.
    build release --target athanor
    export ATHANOR_RELEASE_BINARY=$release/operator/athanor
  fi
}

# Prints the folder with a version's binaries, where the servers' user can run them.
postgres_bin() {
  local bin
  bin=$(tests/tools/postgres-versions.sh "$1")
  if ! tests/tools/unprivileged.sh test -x "$bin/initdb"; then
    [ -d "$scratch/postgresql-$1" ] || cp -r "${bin%/bin}" "$scratch/postgresql-$1"
    bin=$scratch/postgresql-$1/bin
  fi
  echo "$bin"
}

passes=()
# One pass of ctest over a preset's build: its reports end up in build/reports/NAME.
#   run_pass NAME PRESET [CTEST-ARGUMENT ...]
run_pass() {
  local reports=$repo/build/reports/$1 build=$repo/build/$2
  shift 2
  rm -rf "$build/reports" "$reports"
  mkdir -p "$build/reports" "$repo/build/reports"
  passes+=("$reports")
  GTEST_OUTPUT="xml:$build/reports/" ctest --test-dir "$build" --no-tests=error --output-on-failure -j 2 \
    --output-junit "$build/reports/ctest.xml" "$@" "${ctest_arguments[@]}" || true
  mv "$build/reports" "$reports"
}

# Every suite on the first version, and what speaks to PostgreSQL on each other one.
#   run_versions PRESET [CTEST-ARGUMENT ...]
run_versions() {
  local preset=$1 version only=()
  shift
  for version in "${versions[@]}"; do
    ATHANOR_POSTGRES_VERSION=$version
    ATHANOR_POSTGRES_BIN=$(postgres_bin "$version")
    export ATHANOR_POSTGRES_VERSION ATHANOR_POSTGRES_BIN
    echo "== $preset on PostgreSQL $version${only:+: what speaks to a server}"
    run_pass "$preset-postgres-$version" "$preset" "$@" "${only[@]}"
    only=(-L '^postgres$')
  done
}

test_all() {
  local preset suites=()
  # Servers run as another user than root, who may not look into /root: what they need lies in a folder that is
  # open to everyone, and goes away with the run.
  scratch=$(mktemp -d "${TMPDIR:-/tmp}/athanor-tests.XXXXXX")
  chmod 755 "$scratch"
  export TMPDIR=$scratch
  [ $fast = no ] || suites=(-L '^(unit|contract)$')
  for preset in "${presets[@]}"; do run_versions "$preset" "${suites[@]}"; done
}

# None of their processes inherits the lock: one that was left behind would keep it.
install 9>&-
build_all 9>&-
test_all 9>&-

result=0
/usr/bin/python3 tests/tools/summary.py "${passes[@]}" >"$repo/build/reports/summary.txt" || result=1
sed '$d' "$repo/build/reports/summary.txt"
summary=$(tail -n 1 "$repo/build/reports/summary.txt")
summarised=yes
exit $result
