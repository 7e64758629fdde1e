#!/usr/bin/env bash
# The benches of the server, on the disk that holds build/. Needs the packages that tests/run.sh installs.
#   tests/bench/run.sh [--quick] [--json FILE]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
mkdir -p build/bench
cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo >build/bench.configure.log 2>&1 ||
  { cat build/bench.configure.log; exit 1; }
ninja -C build --quiet rollcalld rollcall-bench-floor rollcall-bench-ingest rollcall-bench-restart

json=
quick=()
district=()
while [ $# -gt 0 ]; do
  case "$1" in
    --quick) quick=(--quick) district=(--devices 20000 --each 2) ;;
    --json) json=$2; shift ;;
    *) echo "usage: $0 [--quick] [--json FILE]" >&2; exit 2 ;;
  esac
  shift
done

build/bin/rollcall-bench-ingest "${quick[@]}" --json build/bench/ingest.json
build/bin/rollcall-bench-restart "${district[@]}" --json build/bench/restart.json
[ -z "$json" ] || jq -s add build/bench/ingest.json build/bench/restart.json >"$json"
