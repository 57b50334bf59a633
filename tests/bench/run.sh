#!/usr/bin/env bash
# Builds what ships, measures it side by side with psql and Alembic against a private PostgreSQL with fsync on, and
# prints one table. By hand: takes some minutes, and wants a machine that does nothing else.
#   tests/bench/run.sh [--only apply|plan|reconcile|memory|command] [--repetitions N] [--revisions N] [--environments N]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
repo=$PWD
build=${ATHANOR_BENCH_BUILD:-$repo/build/bench}

mkdir -p "$repo/build"
tests/tools/packages.sh build test
ATHANOR_KUBE_BIN=$(tests/tools/control-plane.sh)
ATHANOR_KUBECTL=$(tests/tools/clients.sh)/kubectl/kubectl
export ATHANOR_KUBE_BIN ATHANOR_KUBECTL

# The release preset, with tests on only so that the bench's own program is there to be built.
cmake --preset release -B "$build" -DATHANOR_TESTS=ON >"$repo/build/configure-bench.log" 2>&1 ||
  { cat "$repo/build/configure-bench.log" >&2; exit 1; }
cmake --build "$build" -j "$(nproc)" --target athanor athanor_bench
export ATHANOR_RELEASE_BINARY=$build/operator/athanor
export ATHANOR_BENCH_BINARY=$build/tests/bench/athanor_bench

exec /usr/bin/python3 -B tests/bench/bench.py "$@"
