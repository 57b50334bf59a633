#!/usr/bin/env bash
# Prints a file with the SQL that makes the schema of a program which Debian ships, for psql or for SQLite.
#   real-schemas.sh ledgersmb|zabbix-server-pgsql|icingadb|kea-admin|icinga2-ido-pgsql
#   real-schemas.sh zabbix-proxy-sqlite3|roundcube-core|bacula-director-sqlite3|pdns-backend-sqlite3
# Nothing is installed: the package is fetched once, its SQL taken out and kept in the user's cache folder.
set -euo pipefail
package=${1:-}

# The SQL of an unpacked package, in the order that its own installer has.
schema_of() {
  case $package in
    ledgersmb)
      cd usr/share/ledgersmb/sql
      cat Pg-database.sql
      grep -v '^#' changes/LOADORDER | sed 's/ *#.*//; /^$/d' | while read -r name; do
        # Its installer runs each in a transaction, but those with a mark: their errors it goes past, since
        # what they correct may be in order already.
        case $name in
          !*) printf '\n\\set ON_ERROR_STOP off\n'; cat "changes/${name#!}"; printf '\n\\set ON_ERROR_STOP on\n' ;;
          *) echo 'BEGIN;'; cat "changes/$name"; printf '\nCOMMIT;\n' ;;
        esac
      done
      # The last module only checks, by a list in a file beside it.
      grep -v '^#\|^Duplicates_Functions' modules/LOADORDER | while read -r name; do cat "modules/$name"; echo; done ;;
    zabbix-server-pgsql) zcat usr/share/zabbix-server-pgsql/schema.sql.gz ;;
    icingadb) cat usr/share/icingadb/schema/pgsql/schema.sql ;;
    kea-admin) cat usr/share/kea/scripts/pgsql/dhcpdb_create.pgsql ;;
    icinga2-ido-pgsql) cat usr/share/icinga2-ido-pgsql/schema/pgsql.sql ;;
    zabbix-proxy-sqlite3) zcat usr/share/zabbix-proxy-sqlite3/schema.sql.gz ;;
    roundcube-core) cat usr/share/roundcube/SQL/sqlite.initial.sql ;;
    bacula-director-sqlite3) cat usr/share/dbconfig-common/data/bacula-director-sqlite3/install/sqlite3 ;;
    pdns-backend-sqlite3) cat usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql ;;
  esac
}
case $package in
  ledgersmb | zabbix-server-pgsql | icingadb | kea-admin | icinga2-ido-pgsql) ;;
  zabbix-proxy-sqlite3 | roundcube-core | bacula-director-sqlite3 | pdns-backend-sqlite3) ;;
  *) sed -n '3,4s/^#  */usage: /p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
esac

cache=${XDG_CACHE_HOME:-$HOME/.cache}/athanor/real-schemas
file=$cache/$package.sql
mkdir -p "$cache"
if [ ! -s "$file" ]; then
  exec 9>"$cache/lock"
  flock 9  # another run may be at it: wait, then look again
fi
if [ ! -s "$file" ]; then
  work=$(mktemp -d "$cache/XXXXXX")
  trap 'rm -rf "$work"' EXIT
  cd "$work"
  as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo -n)
  fetch() { apt-get -qq download -o Acquire::Retries=3 "$package" >apt.log 2>&1; }
  # The lists may be missing or old.
  fetch || { "${as_root[@]}" apt-get -qq update >>apt.log 2>&1 && fetch; } || {
    cat apt.log >&2
    echo "real-schemas.sh: apt-get could not download $package" >&2
    exit 1
  }
  dpkg-deb -x ./*.deb .
  schema_of >"$file.new"
  mv "$file.new" "$file"
fi
echo "$file"
