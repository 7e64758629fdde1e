#!/usr/bin/env bash
# The one test command. Installs what the tests need, builds, runs everything, and ends with
# "N passed, N failed, N skipped". A program that cannot run here exits 77 and counts as skipped, loudly.
#   tests/run.sh           everything: unit, contract, tidy, end to end, browser, sanitizers
#   tests/run.sh --quick   the edit-test loop: what changed is built, the fast tests run
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

quick=false
case "${1:-}" in
  "") ;;
  --quick) quick=true ;;
  *) echo "usage: tests/run.sh [--quick]" >&2; exit 2 ;;
esac

export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
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

configure_and_build() {  # configure_and_build FOLDER CMAKE_ARGUMENT…
  local folder=$1
  shift
  mkdir -p "$folder"
  cmake -S . -B "$folder" -G Ninja "$@" >"$folder/configure.log" 2>&1 || { cat "$folder/configure.log"; return 1; }
  ninja -C "$folder" --quiet
}

# Runs one Catch2 program; its test cases are counted from its own report, a crash counts as a failure.
run_catch() {  # run_catch LABEL PROGRAM [ARGUMENT…]
  local label=$1 program=$2 report status cases
  shift 2
  report=build/results/$label.xml
  rm -f "$report"
  timeout 900 "$program" -r xml -o "$report" "$@" >"build/results/$label.log" 2>&1
  status=$?
  if [ $status -eq 77 ]; then
    printf '%-44s SKIPPED: %s\n' "$label" "$(tail -n 1 "build/results/$label.log")"
    count 0 0 1
    return
  fi
  cases=$(grep -o '<OverallResultsCases [^>]*>' "$report" 2>/dev/null | tail -n 1)
  if [[ $cases =~ successes=\"([0-9]+)\"\ failures=\"([0-9]+)\" ]]; then
    count "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" 0
    printf '%-44s %4d passed, %d failed\n' "$label" "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
    if [ "${BASH_REMATCH[2]}" -ne 0 ]; then
      timeout 900 "$program" "$@" 2>&1 | tail -n 60
    elif [ $status -ne 0 ]; then
      echo "$label passed its cases and then exited $status:"
      tail -n 60 "build/results/$label.log"
      count 0 1 0
    fi
  else
    echo "$label ended with status $status before its report was whole:"
    tail -n 60 "build/results/$label.log"
    count 0 1 0
  fi
}

run_all_catch() {  # run_all_catch BUILD_FOLDER LABEL_PREFIX PATTERN…
  local folder=$1 prefix=$2 pattern program
  shift 2
  for pattern in "$@"; do
    for program in "$folder"/bin/tests/$pattern; do
      if [ ! -f "$program" ]; then echo "no test program matches $pattern"; count 0 1 0; continue; fi
      run_catch "$prefix$(basename "$program")" "$program"
    done
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

if $quick; then
  must configure_and_build build/quick -DCMAKE_BUILD_TYPE=Debug
  run_all_catch build/quick quick- 'unit_*' 'contract' 'tidy'
  finish
fi

say "Installing what the tests need"
must packaging/packages.sh test
say "Building"
must configure_and_build build -DCMAKE_BUILD_TYPE=RelWithDebInfo
say "Building the console"
must server/web/build.sh build/console
say "Unit, contract and tidy tests"
run_all_catch build "" 'unit_*' 'contract' 'tidy'
say "End to end: the real programs over real TLS"
run_all_catch build "" 'e2e_*'
say "The console in Chromium"
run_suite browser tests/e2e/run.sh
say "Quickstart, as a newcomer runs it"
run_suite quickstart tests/e2e/quickstart.sh
for sanitizer in address thread; do
  say "Sanitizer: $sanitizer"
  must configure_and_build "build/$sanitizer" -DCMAKE_BUILD_TYPE=Debug -DROLLCALL_SANITIZE=$sanitizer
  run_all_catch "build/$sanitizer" "$sanitizer-" 'unit_*' 'contract' 'e2e_*'
done
finish
