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

# True if something accepts connections at HOST:PORT.
listens() { (exec 3<>"/dev/tcp/${1%:*}/${1##*:}") 2>/dev/null; }
# An address of our own: the one that was asked for, or a free port on loopback, counted up from $2.
address() {
  local wanted=$1 port=$2
  if [ -n "$wanted" ]; then
    [[ $wanted == *:* ]] || die "$wanted is no HOST:PORT"
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

# Prints /metrics; nothing while the operator isn't up yet.
scrape() {
  { exec 3<>"/dev/tcp/${metrics%:*}/${metrics##*:}"; } 2>/dev/null || return 0
  printf 'GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
  cat <&3
  exec 3>&-
}

# One line an environment: name, current, target, pending, ready. Metrics rather than the state folder: what
# stands there may be from an earlier run.
environments() {
  scrape | awk '
    function label(name,   rest) {
      if (!match($0, "[{,]" name "=\"[^\"]*\"")) return ""
      rest = substr($0, RSTART, RLENGTH)
      sub(/^[^"]*"/, "", rest); sub(/"$/, "", rest)
      return rest
    }
    { name = label("name") }
    /^athanor_environment_info[{]/ { current[name] = label("current"); target[name] = label("target") }
    /^athanor_environment_pending_revisions[{]/ { pending[name] = $NF }
    /^athanor_environment_condition[{]/ && $NF == 1 && label("type") == "Ready" { ready[name] = label("status") }
    END {
      for (name in current)
        printf "%s|%s|%s|%s|%s\n", name, current[name], target[name], pending[name], ready[name]
    }' | sort -t '|' -k 1,1
}

table() {
  printf '\n%-12s %-27s %-27s %-8s %s\n' ENVIRONMENT CURRENT TARGET PENDING READY
  environments | while IFS='|' read -r name current target pending ready; do
    printf '%-12s %-27s %-27s %-8s %s\n' "$name" "${current:--}" "${target:--}" "${pending:--}" "${ready:-Unknown}"
  done
  echo
}

# Every environment of the manifests is ready: each file is named after one.
all_ready() {
  local file name seen
  seen=$(environments)
  for file in "$manifests"/*.yaml; do
    name=$(basename "$file" .yaml)
    grep -q "^$name|.*|True$" <<<"$seen" || return 1
  done
}

say "waiting until every environment is ready"
deadline=$((SECONDS + patience))
until all_ready; do
  if ! kill -0 "$operator" 2>/dev/null; then
    tail -n 20 "$log" >&2
    die "the operator has ended; its last words stand above"
  fi
  if [ $SECONDS -ge $deadline ]; then
    table
    die "not every environment got ready within $patience s; the reasons stand in $home/state/*/*.yaml and $log"
  fi
  sleep 0.2
done
table
echo "databases  $home/*.db"
echo "status     $home/state/shop/*.yaml"
if [ $once = yes ]; then
  echo "metrics    http://$metrics/metrics while it runs; start it without --once and it stays"
  exit 0
fi
cat <<TEXT
metrics    http://$metrics/metrics
health     http://$health/readyz

To see a reconcile, give an environment a revision: copy the entry e7a2915d3b08_let_users_have_a_locale.sql of
$manifests/local.yaml, give the copy an id of its own in its name and head, name e7a2915d3b08 as its
down_revision, change its statements, and save. The operator applies it at once; its log follows. Ctrl-C ends it.

TEXT
tail -n 0 -f --pid="$operator" "$log" &
follower=$!
code=0
wait "$operator" || code=$?
kill "$follower" 2>/dev/null || true
[ $code -eq 0 ] || die "the operator has ended with exit code $code; see $log"
