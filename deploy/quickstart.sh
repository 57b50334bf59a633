#!/usr/bin/env bash
# Athanor on this machine, without a cluster and without a database server: three environments of one shop, each
# with a SQLite database of its own. On a fresh Debian 12, as root or with sudo:
#   deploy/quickstart.sh [--once] [--metrics-address HOST:PORT] [--health-address HOST:PORT] [--home DIR]
#   --once   ends when all environments are ready; without it the operator stays until Ctrl-C
#   --home   where databases, status and log are kept (build/quickstart)
# Installs what is missing and builds the release binary first.
set -euo pipefail
started_in=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."
repo=$PWD
manifests=$repo/deploy/quickstart
home=$repo/build/quickstart
patience=60  # seconds until every environment has to be ready

say() { printf '== %s\n' "$*"; }
die() { printf 'quickstart: %s\n' "$*" >&2; exit 1; }
usage() { sed -n '2,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2; }

once=no metrics='' health=''
while [ $# -gt 0 ]; do
  case $1 in
    --once) once=yes ;;
    --metrics-address) [ $# -gt 1 ] || usage; metrics=$2; shift ;;
    --health-address) [ $# -gt 1 ] || usage; health=$2; shift ;;
    --home) [ $# -gt 1 ] || usage; home=$(cd "$started_in" && realpath -m -- "$2"); shift ;;
    *) usage ;;
  esac
  shift
done

log=$home/operator.log
. "$repo/deploy/quickstart_report.sh"

# An address of our own: the one that was asked for, or a free port on loopback, counted up from $2.
address() {
  local wanted=$1 port=$2
  if [ -n "$wanted" ]; then
    [[ $wanted =~ :[1-9][0-9]*$ ]] || die "$wanted is no HOST:PORT"
    if listens "$wanted"; then die "something else listens on $wanted: give another address"; fi
    echo "$wanted"
    return
  fi
  while listens "127.0.0.1:$port"; do port=$((port + 1)); done
  echo "127.0.0.1:$port"
}

mkdir -p "$home"
# The operator inherits the lock and holds it for as long as it lives.
exec 9>>"$home/lock"
if ! flock --nonblock 9; then
  running=$(cat "$home/pid" 2>/dev/null || echo unknown)
  die "a run in $home is going on already (process $running); end it with Ctrl-C there, or with kill"
fi

say "packages"
"$repo/tests/tools/packages.sh" build 9>&-
say "release build (the first one takes a few minutes)"
if [ ! -f build/release/build.ninja ] && ! cmake --preset release 9>&- >"$home/configure.log" 2>&1; then
  cat "$home/configure.log" >&2
  die "cmake could not configure the build"
fi
cmake --build --preset release -j "$(nproc)" --target athanor 9>&-

metrics=$(address "$metrics" 9464)
health=$(address "$health" 8086)
say "operator (its log: $log)"
# The databases' URLs are relative, so they lie in the folder that the operator is started in.
cd "$home"
"$repo/build/release/operator/athanor" operator --manifests "$manifests" --state-dir "$home/state" \
  --metrics-address "$metrics" --health-address "$health" >"$log" 2>&1 &
operator=$!
echo "$operator" >"$home/pid"
exec 9>&-

end_operator() {
  trap - EXIT
  kill -TERM "$operator" 2>/dev/null || true
  wait "$operator" 2>/dev/null || true
  rm -f "$home/pid"
}
trap end_operator EXIT
trap 'end_operator; exit 0' INT TERM

say "waiting until every environment is ready"
deadline=$((SECONDS + patience))
until all_ready "$(awaited "$log")" < <(scrape "$metrics" | environments); do
  if ! kill -0 "$operator" 2>/dev/null; then
    tail -n 20 "$log" >&2
    die "the operator has ended; its last words stand above"
  fi
  if [ $SECONDS -ge $deadline ]; then
    scrape "$metrics" | environments | table
    reasons "$home/state" >&2
    die "not every environment got ready within $patience s; the reasons stand above, in $home/state/*/*.yaml and in $log.
  Mend the manifests in $manifests, or remove $home, which holds the databases as well, to start over"
  fi
  sleep 0.2
done
[ "$(awaited "$log")" != 0 ] || die "no MigrationEnvironment stands in $manifests"
scrape "$metrics" | environments | table
echo "databases  $home/*.db"
echo "status     $home/state/*/*.yaml"
if [ $once = yes ]; then
  echo "metrics    http://$(url_host "$metrics")/metrics while it runs; start it without --once and it stays"
else
  echo "metrics    http://$(url_host "$metrics")/metrics"
  echo "health     http://$(url_host "$health")/readyz"
fi
cat <<TEXT

To see a reconcile, give an environment a revision: copy the entry e7a2915d3b08_let_users_have_a_locale.sql of
$manifests/local.yaml, give the copy an id of its own in its name and head, name e7a2915d3b08 as its
down_revision, change its statements, and save.
TEXT
if [ $once = yes ]; then
  echo "The next run applies it."
  exit 0
fi
echo "The operator applies it a second later; its log follows. Ctrl-C ends it."
echo
tail -n 0 -f --pid="$operator" "$log" &
follower=$!
code=0
wait "$operator" || code=$?
kill "$follower" 2>/dev/null || true
[ $code -eq 0 ] || die "the operator has ended with exit code $code; see $log"
