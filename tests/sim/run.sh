#!/usr/bin/env bash
# Simulated school days: 1,000 of 50 laptops and 5 of 2,000, in two processes; the last line is
# "N passed, N failed, N skipped". Every failure names its seed and the command that replays it alone.
#   tests/sim/run.sh [--build FOLDER] [--short]      --short: 40 days of 50 laptops, 1 of 500
#   tests/sim/run.sh [--build FOLDER] --flood        1,000,000 reports, a fifth twice, out of order
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit

build=build
mode=days
while [ $# -gt 0 ]; do
  case $1 in
    --build) build=$2; shift 2 ;;
    --short) mode=short; shift ;;
    --flood) mode=flood; shift ;;
    *) echo "usage: tests/sim/run.sh [--build FOLDER] [--short|--flood]" >&2; exit 2 ;;
  esac
done
program=$build/bin/tests/sim_school
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

[ "$mode" = flood ] && exec "$program" --reports 1000000 2>"$out/errors"

# Each takes about half of the time, the large schools being twenty seconds each.
half() {  # half NAME SEEDS_OF_50 SEEDS LAPTOPS
  timeout 1200 "$program" --seeds "$2" --laptops 50 >"$out/$1.small" 2>"$out/$1.small.errors" ||
    echo "$program --seeds $2 ended with status $?" >>"$out/$1.small"
  timeout 1200 "$program" --seeds "$3" --laptops "$4" >"$out/$1.large" 2>"$out/$1.large.errors" ||
    echo "$program --seeds $3 --laptops $4 ended with status $?" >>"$out/$1.large"
}

if [ $mode = short ]; then
  half first 1-20 1 500 & half second 21-40 2 500 & wait
else
  half first 1-530 1-2 2000 & half second 531-1000 3-5 2000 & wait
fi

passed=0 failed=0
for part in "$out"/*.small "$out"/*.large; do
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed, 0 skipped$' "$part")
  if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed ]]; then
    passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
  else
    failed=$((failed + 1))
    tail -n 20 "$part" "$part.errors"
  fi
  grep -E '^  (FAILED|again:)' "$part"
  awk '$1 == "seed" { n++; made += $4; cpu += $(NF - 2) }
       END { printf "%d school days, %d reports, %.0f CPU s\n", n, made, cpu }' "$part"
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
