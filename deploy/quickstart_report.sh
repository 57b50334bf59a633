# shellcheck shell=bash
# What quickstart.sh asks of a running operator, and how it words the answers. Sourced; no side effects.

# Where to connect to what listens on HOST:PORT, as HOST and PORT: no host, 0.0.0.0 and [::] are every address,
# loopback among them.
reachable() {
  local host=${1%:*}
  host=${host#\[}
  host=${host%\]}
  case $host in
    '' | 0.0.0.0) host=127.0.0.1 ;;
    ::) host=::1 ;;
  esac
  echo "$host ${1##*:}"
}

# The address as a URL has it.
url_host() {
  local host port
  read -r host port < <(reachable "$1")
  case $host in *:*) host="[$host]" ;; esac
  echo "$host:$port"
}

# True if something accepts connections at HOST:PORT.
listens() {
  local host port
  read -r host port < <(reachable "$1")
  (exec 3<>"/dev/tcp/$host/$port") 2>/dev/null
}

# Prints /metrics of HOST:PORT; nothing while nobody is there.
scrape() {
  local host port
  read -r host port < <(reachable "$1")
  { exec 3<>"/dev/tcp/$host/$port"; } 2>/dev/null || return 0
  printf 'GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
  cat <&3
  exec 3>&-
}

# Metrics on standard input; one line an environment: namespace, name, current, target, pending, ready. Metrics
# rather than the state folder: what stands there may be from an earlier run.
environments() {
  awk '
    function label(name,   rest) {
      if (!match($0, "[{,]" name "=\"[^\"]*\"")) return ""
      rest = substr($0, RSTART, RLENGTH)
      sub(/^[^"]*"/, "", rest); sub(/"$/, "", rest)
      return rest
    }
    { key = label("namespace") "|" label("name") }
    /^athanor_environment_info[{]/ { current[key] = label("current"); target[key] = label("target") }
    /^athanor_environment_pending_revisions[{]/ { pending[key] = $NF }
    /^athanor_environment_condition[{]/ && $NF == 1 && label("type") == "Ready" { ready[key] = label("status") }
    END {
      for (key in ready)
        printf "%s|%s|%s|%s|%s\n", key, current[key], target[key], pending[key], ready[key]
    }' | sort
}

# The lines of environments() on standard input, as a table.
table() {
  local _ name current target pending ready
  printf '\n%-12s %-27s %-27s %-8s %s\n' ENVIRONMENT CURRENT TARGET PENDING READY
  while IFS='|' read -r _ name current target pending ready; do
    printf '%-12s %-27s %-27s %-8s %s\n' "$name" "${current:--}" "${target:--}" "${pending:--}" "$ready"
  done
  echo
}

# How many environments the operator found as it began, by its log: awaited LOG. Nothing before it has.
awaited() { sed -n 's/.* read the manifests environments=\([0-9]*\) .*/\1/p' "$1" | head -n 1; }

# The lines of environments() on standard input: true if there are as many as $1 says, and all of them are ready.
all_ready() {
  awk -F '|' -v awaited="$1" '$6 != "True" { waits = 1 } END { exit waits || awaited == "" || NR < awaited }'
}

# Why each environment of a state folder that isn't ready is not: reasons STATE
reasons() {
  local file
  for file in "$1"/*/*.yaml; do
    [ -f "$file" ] || continue
    # Written by the operator itself: keys sorted, `type` last, every text on one line.
    awk -v name="$(basename "$file" .yaml)" '
      function value(text) {
        sub(/^ *[a-z]+: /, "", text)
        if (text !~ /^".*"$/) return text
        text = substr(text, 2, length(text) - 2)
        gsub(/\\n/, " ", text)
        gsub(/\\"/, "\"", text)
        return text
      }
      /^    - lastTransitionTime: / { message = reason = status = "" }
      /^      message: / { message = value($0) }
      /^      reason: / { reason = value($0) }
      /^      status: / { status = value($0) }
      /^      type: Ready$/ && status != "True" { printf "%s: %s: %s\n", name, reason, message }' "$file"
  done
}
