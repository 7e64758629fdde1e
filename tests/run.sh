#!/usr/bin/env bash
# The one test command. Installs what the tests need, builds, runs everything, and ends with
# "N passed, N failed, N skipped". A program that cannot run here exits 77 and counts as skipped, loudly.
#   tests/run.sh              everything: unit, contract, tidy, end to end, browser, faults, school days, and the
#                             rooms that handle bytes and threads under the sanitizers
#   tests/run.sh --quick      the edit-test loop: what changed is built, and of the fast tests those run that it reaches
#   tests/run.sh --sanitize   every program that has something to find under both sanitizers, and nothing else
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

quick=false sanitize_all=false
case "${1:-}" in
  "") ;;
  --quick) quick=true ;;
  --sanitize) sanitize_all=true ;;
  *) echo "usage: tests/run.sh [--quick | --sanitize]" >&2; exit 2 ;;
esac

passed=0 failed=0 skipped=0
mkdir -p build/results
started=$SECONDS

say() { printf '\n== %s (%d s)\n' "$*" $((SECONDS - started)); }

count() {  # count PASSED FAILED SKIPPED
  passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
}

finish() {
  printf '\n%d s in all\n%d passed, %d failed, %d skipped\n' $((SECONDS - started)) "$passed" "$failed" "$skipped"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
  exit
}

# A step that must work for anything after it to make sense.
must() {
  "$@" && return
  echo "FAILED: $*" >&2
  count 0 1 0
  finish
}

configure() {  # configure FOLDER CMAKE_ARGUMENT…
  local folder=$1
  shift
  mkdir -p "$folder"
  cmake -S . -B "$folder" -G Ninja "$@" >"$folder/configure.log" 2>&1 || { cat "$folder/configure.log"; return 1; }
}

configure_and_build() {  # configure_and_build FOLDER CMAKE_ARGUMENT…
  configure "$@" && ninja -C "$1" --quiet
}

# Builds only the test programs of these names and what they need.
build_tests() {  # build_tests FOLDER NAMES
  local targets
  mapfile -t targets < <(ninja -C "$1" -t targets all | grep -oE "^($2): phony" | cut -d: -f1)
  ninja -C "$1" --quiet "${targets[@]}"
}

configure_and_build_tests() {  # configure_and_build_tests FOLDER NAMES CMAKE_ARGUMENT…
  local folder=$1 names=$2
  shift 2
  configure "$folder" "$@" && build_tests "$folder" "$names"
}

# Runs one Catch2 program; its test cases are counted from its own report, a crash counts as a failure. Leaves
# "PASSED FAILED SKIPPED" in build/results/LABEL.counts.
run_catch() {  # run_catch LABEL PROGRAM
  local label=$1 program=$2 report=build/results/$1.xml log=build/results/$1.log status cases
  rm -f "$report"
  timeout 900 "$program" -r xml -o "$report" >"$log" 2>&1
  status=$?
  cases=$(grep -o '<OverallResultsCases [^>]*>' "$report" 2>/dev/null | tail -n 1)
  if [ $status -eq 77 ]; then
    printf '%-44s SKIPPED: %s\n' "$label" "$(tail -n 1 "$log")"
    echo 0 0 1
  elif ! [[ $cases =~ successes=\"([0-9]+)\"\ failures=\"([0-9]+)\" ]]; then
    printf '%-44s ended with status %d before its report was whole:\n%s\n' "$label" $status "$(tail -n 60 "$log")"
    echo 0 1 0
  elif [ "${BASH_REMATCH[2]}" -ne 0 ]; then
    printf '%-44s %4d passed, %d FAILED\n' "$label" "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
    timeout 900 "$program" 2>&1 | tail -n 60
    echo "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" 0
  elif [ $status -ne 0 ]; then
    printf '%-44s passed its cases and then exited %d:\n%s\n' "$label" $status "$(tail -n 60 "$log")"
    echo "${BASH_REMATCH[1]}" 1 0
  else
    printf '%-44s %4d passed\n' "$label" "${BASH_REMATCH[1]}"
    echo "${BASH_REMATCH[1]}" 0 0
  fi >"build/results/$label.said"
  tail -n 1 "build/results/$label.said" >"build/results/$label.counts"
  sed '$d' "build/results/$label.said"
}

# Neither the program nor what programs read has changed since. `tidy` reads the whole tree.
passed_before() {  # passed_before LABEL PROGRAM
  local stamp=build/results/$1.passed
  [ "$(basename "$2")" != tidy ] && [ "$stamp" -nt "$2" ] &&
    [ -z "$(find config packaging server/api tests/fixtures tests/fuzz -newer "$stamp" -type f -print -quit)" ]
}

# Two programs at a time; none of them may depend on how busy the machine is.
run_all_catch() {  # run_all_catch BUILD_FOLDER LABEL_PREFIX PATTERN…
  local folder=$1 prefix=$2 pattern program label labels=() counts
  shift 2
  for pattern in "$@"; do
    for program in "$folder"/bin/tests/$pattern; do
      if [ ! -f "$program" ]; then echo "no test program matches $pattern"; count 0 1 0; continue; fi
      label=$prefix$(basename "$program")
      if $quick && passed_before "$label" "$program"; then printf '%-44s unchanged since it passed\n' "$label"; continue; fi
      labels+=("$label")
      rm -f "build/results/$label.counts" "build/results/$label.passed"
      touch "build/results/$label.started"
      while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
      run_catch "$label" "$program" &
    done
  done
  wait
  for label in "${labels[@]}"; do
    read -ra counts <"build/results/$label.counts" || counts=(0 1 0)
    count "${counts[@]}"
    # What is edited while it runs is newer than this. A program that skipped itself says so every time.
    if [ "${counts[0]}" -gt 0 ] && [ "${counts[1]}" -eq 0 ]; then mv "build/results/$label.started" "build/results/$label.passed"; fi
  done
}

# Another suite that prints our closing line itself.
run_suite() {  # run_suite LABEL COMMAND…
  local label=$1 line
  shift
  timeout 1500 "$@" 2>&1 | tee "build/results/$label.log" | sed -u 's/^/  /'
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$' "build/results/$label.log" | tail -n 1)
  if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)?$ ]]; then
    count "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" "${BASH_REMATCH[4]:-0}"
  else
    echo "$label ended without its closing line"
    count 0 1 0
  fi
}

# Only what is run here; benches and simulations measure and search elsewhere. Races are looked for where threads are.
# A usual run takes the agent and the rooms at the bottom, on which everything stands; all of it is too long for that
# without a compiler's cache.
run_sanitized() {  # run_sanitized SANITIZER NAMES PATTERN…
  local sanitizer=$1 names=$2
  shift 2
  say "Sanitizer: $sanitizer"
  # What an earlier state of the tree has left there is not this one's.
  rm -rf "build/$sanitizer/bin/tests"
  must configure_and_build_tests "build/$sanitizer" "$names" -DCMAKE_BUILD_TYPE=Debug -DROLLCALL_SANITIZE="$sanitizer"
  run_all_catch "build/$sanitizer" "$sanitizer-" "$@"
}
if $sanitize_all; then
  say "Installing what the tests need"
  must packaging/packages.sh test
  run_sanitized address 'unit_[a-z]+|contract|e2e_[a-z]+|fuzz_replay' 'unit_*' contract 'e2e_*' fuzz_replay
  run_sanitized thread 'unit_(agent|api|base|collect|inventory|net|roster|search|service|sql)|contract|e2e_server' 'unit_*' contract 'e2e_*'
  finish
fi

if $quick; then
  must configure_and_build_tests build/quick 'unit_[a-z]+|contract|tidy|fuzz_replay' -DCMAKE_BUILD_TYPE=Debug
  run_all_catch build/quick quick- 'unit_*' 'contract' 'tidy' 'fuzz_*'
  finish
fi

say "Installing what the tests need"
must packaging/packages.sh test
say "Building"
must configure_and_build build -DCMAKE_BUILD_TYPE=RelWithDebInfo
say "Building the console"
must server/web/build.sh build/console
say "Unit, contract and tidy tests; what fuzzing has found, replayed"
run_all_catch build "" 'unit_*' 'contract' 'tidy' 'fuzz_*'
say "End to end: the real programs over real TLS"
run_all_catch build "" 'e2e_*'
say "The console in Chromium"
run_suite browser tests/e2e/run.sh
say "Quickstart, as a newcomer runs it"
run_suite quickstart tests/e2e/quickstart.sh
say "Debian packages: built, installed, enrolled by imaging's file, purged"
run_suite package tests/e2e/package.sh
say "Units: the packages under a systemd of their own"
run_suite systemd tests/e2e/systemd.sh
say "Demonstration: a simulated district"
run_suite demo env ROLLCALL_BIN=build/bin tests/e2e/demo.sh
say "Faults: kills, power cuts, failing disks and memory, each with its control"
run_suite faults tests/faults/run.sh --build build
say "Simulation: school days"
run_all_catch build "" 'sim_*'
run_suite days tests/sim/run.sh --build build --short
run_sanitized address 'unit_(agent|base|collect|sql|wire)' 'unit_*'
finish
