#!/usr/bin/env bash
# The bench of ingest, on the disk that holds build/. Needs the packages that tests/run.sh installs.
#   tests/bench/run.sh [--quick] [--json FILE] [further options of rollcall-bench-ingest]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
mkdir -p build
cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo >build/bench.configure.log 2>&1 ||
  { cat build/bench.configure.log; exit 1; }
ninja -C build --quiet rollcalld rollcall-bench-floor rollcall-bench-ingest
build/bin/rollcall-bench-ingest "$@"
