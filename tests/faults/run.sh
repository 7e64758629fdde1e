#!/usr/bin/env bash
# Every kind of fault with its controls; ends with "N passed, N failed, N skipped". What cannot run here says why.
#   tests/faults/run.sh            a sample of each, in minutes
#   tests/faults/run.sh --long     1,000 kills, 200 power cuts, every single fault of the sweeps, every siege
#     --json FILE                  writes seconds and outcome of each program as flat keys
#     --build FOLDER               programs of this build folder as they are; else build/ is brought up to date
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit

long=false json="" build=""
while [ $# -gt 0 ]; do
  case "$1" in
    --long) long=true ;;
    --json) json=${2:?}; shift ;;
    --build) build=${2:?}; shift ;;
    *) echo "usage: tests/faults/run.sh [--long] [--json FILE] [--build FOLDER]" >&2; exit 2 ;;
  esac
  shift
done

programs=(fault_memory fault_pages fault_clock fault_forgetful_disk fault_sweep fault_full_disk fault_read_only
          fault_kill fault_power fault_connections)
declare -A longer=([fault_sweep]="--all" [fault_kill]="--rounds 1000" [fault_power]="--rounds 200"
                   [fault_connections]="--rounds 2")

if [ -z "$build" ]; then
  build=build
  mkdir -p build/results
  cmake -S . -B "$build" -G Ninja >build/results/faults.configure.log 2>&1 && ninja -C "$build" --quiet "${programs[@]}" ||
    { cat build/results/faults.configure.log; echo "0 passed, 1 failed, 0 skipped"; exit 1; }
fi
mkdir -p build/results

passed=0 failed=0 skipped=0 lines=()
for program in "${programs[@]}"; do
  arguments=()
  $long && read -ra arguments <<<"${longer[$program]:-}"
  log=build/results/$program.log report=build/results/$program.xml
  rm -f "$report"
  started=$SECONDS
  timeout $($long && echo 14400 || echo 600) "$build/bin/tests/$program" "${arguments[@]}" -r xml -o "$report" >"$log" 2>&1
  status=$?
  took=$((SECONDS - started))
  # What the program has measured, without the log of what it provoked.
  grep -vE '^[0-9]{4}-[0-9]{2}-[0-9]{2}T' "$log" | sed 's/^/    /'
  cases=$(grep -o '<OverallResultsCases [^>]*>' "$report" 2>/dev/null | tail -n 1)
  good=0 bad=0 skip=0
  if [ $status -eq 77 ]; then
    skip=1
  elif [[ $cases =~ successes=\"([0-9]+)\"\ failures=\"([0-9]+)\" ]]; then
    good=${BASH_REMATCH[1]} bad=${BASH_REMATCH[2]}
    [ $status -ne 0 ] && [ "$bad" -eq 0 ] && bad=1
    [ "$bad" -ne 0 ] && sed -n '/<Failure\|success="false"/,/<\/Failure>\|<\/Expression>/p' "$report" | head -n 60
  else
    bad=1
    tail -n 40 "$log"
  fi
  printf '%-22s %3d passed, %d failed, %d skipped, %d s\n' "$program" "$good" "$bad" "$skip" "$took"
  passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + skip))
  lines+=("\"$program.seconds\": $took" "\"$program.failed\": $bad" "\"$program.skipped\": $skip")
done

if [ -n "$json" ]; then
  { echo "{"; printf '  %s,\n' "${lines[@]}"; echo "  \"faults.long\": $long"; echo "}"; } >"$json"
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
