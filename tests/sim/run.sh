#!/usr/bin/env bash
# Simulated school days: 1,000 of 50 laptops and 5 of 2,000, and a flood of 1,000,000 reports, in two processes; the
# last line is "N passed, N failed, N skipped". Every failure names its seed and the command that replays it alone.
#   tests/sim/run.sh [--build FOLDER] [--short]   --short: 40 days of 50 laptops, 1 of 500, 20,000 reports
#   tests/sim/run.sh [--build FOLDER] --flood     the flood alone: a fifth of it twice, out of order, 20 power cuts
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit

build=build
mode=long
while [ $# -gt 0 ]; do
  case $1 in
    --build) build=${2:?}; shift 2 ;;
    --short) mode=short; shift ;;
    --flood) mode=flood; shift ;;
    *) echo "usage: tests/sim/run.sh [--build FOLDER] [--short|--flood]" >&2; exit 2 ;;
  esac
done
program=$build/bin/tests/sim_school
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

part() {  # part NAME ARGUMENT…
  local name=$1
  shift
  timeout 1200 "$program" "$@" >"$out/$name.part" 2>"$out/$name.errors" ||
    echo "$program $* ended with status $?" >>"$out/$name.part"
}

# The halves take about the same time: a large school is worth fifty small ones, the flood as much.
case $mode in
  long)
    { part 1-small --seeds 1-510 --laptops 50; part 1-large --seeds 1-3 --laptops 2000; } &
    { part 2-small --seeds 511-1000 --laptops 50
      part 2-large --seeds 4-5 --laptops 2000
      part 2-flood --reports 1000000; } &
    ;;
  short)
    { part 1-small --seeds 1-20 --laptops 50; part 1-large --seeds 1 --laptops 500; } &
    { part 2-small --seeds 21-40 --laptops 50; part 2-flood --reports 20000; } &
    ;;
  flood) part flood --reports 1000000 & ;;
esac
wait

passed=0 failed=0
for part in "$out"/*.part; do
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed, 0 skipped$' "$part")
  if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed ]]; then
    passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
  else
    failed=$((failed + 1))
    tail -n 20 "$part" "${part%.part}.errors"
  fi
  grep -E '^  (FAILED|again:)|check-ins' "$part"
  awk '$1 == "seed" { n++; made += $4; cpu += $(NF - 2) }
       END { if (n) printf "%d school days, %d reports, %.0f CPU s\n", n, made, cpu }' "$part"
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
