#!/usr/bin/env bash
# Runs a command as a user who isn't root, because PostgreSQL and PgBouncer refuse to run as root.
#   unprivileged.sh COMMAND ...
# Root becomes `postgres`, whom Debian's package brings; anyone else runs the command as he is. The command
# ends when its parent does (PDEATHSIG), so that a killed test run leaves no server behind.
set -euo pipefail
[ $# -gt 0 ] || { echo "usage: unprivileged.sh COMMAND ..." >&2; exit 2; }
as_user=()
[ "$(id -u)" != 0 ] || as_user=(--reuid postgres --regid postgres --clear-groups)
exec setpriv "${as_user[@]}" --pdeathsig INT -- "$@"
