#!/usr/bin/env bash
# The benches, on the disk that holds build/. Needs the packages that tests/run.sh installs.
#   tests/bench/run.sh [--quick] [--json FILE]
# --quick measures for less than a minute, on fewer laptops; its figures show that the benches work, not more.
# Ends with an error when a promise is broken that no busy machine excuses: an acknowledged report that is missing, one
# that was refused or not sent in time at 5,800 a second.
set -euo pipefail
json= quick=
while [ $# -gt 0 ]; do
  case "$1" in
    --quick) quick=yes ;;
    --json) [ $# -ge 2 ] || { echo "--json needs a file" >&2; exit 2; }; json=$(realpath -m "$2"); shift ;;
    *) echo "usage: $0 [--quick] [--json FILE]" >&2; exit 2 ;;
  esac
  shift
done

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
mkdir -p build/bench
cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo >build/bench.configure.log 2>&1 ||
  { cat build/bench.configure.log; exit 1; }
ninja -C build --quiet rollcalld rollcall-bench-{floor,ingest,core,district,agent,roster,devices,search}

measure() {  # measure NAME QUICK_ARGUMENT…
  local name=$1
  shift
  printf '\n== rollcall-bench-%s\n' "$name"
  "build/bin/rollcall-bench-$name" ${quick:+"$@"} --json "build/bench/$name.json" || failed+=" $name"
}

rm -f build/bench/*.json
began=$SECONDS failed=
measure ingest --quick
measure core --agents 20000 --reports 60000 --paced 3 --merging 100
measure district --devices 20000 --laptops 1000 --each 2 --seconds 3
measure agent --days 1
measure roster --people 20000 --enrollments 100000
measure devices --devices 20000 --people 20000
measure search --devices 20000 --people 20000
echo "measured in $((SECONDS - began)) s; curves in build/bench/ingest/*.svg"
[ -z "$json" ] || jq -s add build/bench/*.json >"$json"
[ -z "$failed" ] || { echo "failed:$failed" >&2; exit 1; }
