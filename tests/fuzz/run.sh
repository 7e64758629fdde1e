#!/usr/bin/env bash
# Searches: builds the harnesses with clang and libFuzzer in build/fuzz, runs each until it has had so many
# executions in all, and keeps what it learned, made small, in tests/fuzz/corpus. Executions are counted in
# tests/fuzz/executions.json after every slice, with the commit that was searched last, so a run that was stopped
# goes on where it was; two runs of different harnesses may go side by side. Commit both.
#   tests/fuzz/run.sh                                   every harness up to 10,000,000 executions
#   tests/fuzz/run.sh --executions N [--seconds S] [NAME…]   up to N each, or S seconds of this run each
#   tests/fuzz/run.sh --merge-only [NAME…]              only makes the corpora small again
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit

executions=10000000 seconds=0 merge_only=false names=()
while [ $# -gt 0 ]; do
  case $1 in
    --executions) executions=${2:?}; shift ;;
    --seconds) seconds=${2:?}; shift ;;
    --merge-only) merge_only=true ;;
    -*) sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    *) names+=("$1") ;;
  esac
  shift
done

folder=build/fuzz record=tests/fuzz/executions.json
slice_executions=1000000 slice_seconds=120
max_input=4096   # bytes; a body has 64 KiB, but nothing new is found behind the first four
max_kept=512     # inputs a harness in the tree

compiler=$(command -v clang++-19 || command -v clang++-20 || command -v clang++-18 || true)
if [ -z "$compiler" ] || ! command -v jq >/dev/null; then
  echo "fuzzing needs clang 18 or later with its runtime, and jq: apt-get install clang-19 libclang-rt-19-dev jq"
  echo "0 passed, 0 failed, 1 skipped"
  exit 77
fi

mkdir -p "$folder"
cmake -S . -B "$folder" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_CXX_COMPILER="$compiler" \
  -DROLLCALL_SANITIZE=fuzzer >"$folder/configure.log" 2>&1 || { cat "$folder/configure.log"; exit 1; }
[ ${#names[@]} -gt 0 ] || mapfile -t names < <(cut -d' ' -f1 "$folder/harnesses.txt" | grep .)
for name in "${names[@]}"; do
  grep -q "^$name " "$folder/harnesses.txt" || { echo "no harness is called $name" >&2; exit 2; }
done
ninja -C "$folder" --quiet "${names[@]/#/fuzz_}" || exit 1

# Leaks are looked for once, in the replay: here the look costs more than the parsing.
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1
export ASAN_SYMBOLIZER_PATH=${ASAN_SYMBOLIZER_PATH:-$(command -v llvm-symbolizer-19 || command -v llvm-symbolizer || true)}

done_so_far() { jq -r --arg name "$1" '.[$name].executions // 0' "$record" 2>/dev/null || echo 0; }

note() {  # note NAME EXECUTIONS SECONDS
  (
    flock 9
    [ -s "$record" ] || echo '{}' >"$record"
    jq -S --arg name "$1" --argjson executions "$2" --argjson seconds "$3" --arg commit "$(git rev-parse --short HEAD 2>/dev/null)" \
      '.[$name] |= {executions: ((.executions // 0) + $executions), seconds: ((.seconds // 0) + $seconds), commit: $commit}' \
      "$record" >"$folder/executions.new" && cp "$folder/executions.new" "$record"
  ) 9>"$folder/executions.lock"
}

unpack() {  # what the tree keeps joins what earlier runs found here
  mkdir -p "$folder/corpus/$1" "$folder/found/$1"
  [ ! -f "tests/fuzz/corpus/$1.tar" ] || tar -xf "tests/fuzz/corpus/$1.tar" -C "$folder/corpus/$1"
  [ ! -d "tests/fuzz/found/$1" ] || cp tests/fuzz/found/"$1"/* "$folder/corpus/$1/"
}

# Runs until the count is reached or time is up. False when an input broke a promise.
search() {  # search NAME
  local name=$1 dictionary begun=$SECONDS runs left before counted status log=$folder/$1.log
  dictionary=$(sed -n "s/^$name //p" "$folder/harnesses.txt")
  while :; do
    runs=$((executions - $(done_so_far "$name")))
    left=$((seconds > 0 ? seconds - (SECONDS - begun) : slice_seconds))
    if [ "$runs" -le 0 ] || [ "$left" -le 0 ]; then return 0; fi
    [ "$runs" -le "$slice_executions" ] || runs=$slice_executions
    [ "$left" -le "$slice_seconds" ] || left=$slice_seconds
    before=$SECONDS
    "$folder/bin/fuzz_$name" -runs="$runs" -max_total_time="$left" -max_len="$max_input" -timeout=25 -rss_limit_mb=3000 \
      -dict="tests/fuzz/dictionaries/$dictionary.dict" -artifact_prefix="$folder/found/$name/" -print_final_stats=1 \
      "$folder/corpus/$name" >"$log" 2>&1
    status=$?
    counted=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    note "$name" "${counted:-0}" $((SECONDS - before))
    [ $status -eq 0 ] || return 1
  done
}

# The fewest inputs that reach what all of them reach, small ones first.
keep() {  # keep NAME
  local name=$1 small=$folder/kept/$1
  rm -rf "$small"
  mkdir -p "$small"
  "$folder/bin/fuzz_$name" -set_cover_merge=1 -max_len="$max_input" -timeout=25 "$small" "$folder/corpus/$name" \
    >"$folder/$name.merge.log" 2>&1 || return 1
  find "$small" -type f -printf '%s %f\n' | sort -n | head -n "$max_kept" | cut -d' ' -f2 | sort |
    tar -cf "$small.tar" --format=ustar --owner=0 --group=0 --numeric-owner --mode=0644 --mtime=@0 -C "$small" -T -
  mkdir -p tests/fuzz/corpus
  cmp -s "$small.tar" "tests/fuzz/corpus/$name.tar" || cp "$small.tar" "tests/fuzz/corpus/$name.tar"
}

passed=0 failed=0 skipped=0
for name in "${names[@]}"; do
  unpack "$name"
  outcome=passed
  if ! $merge_only && ! search "$name"; then
    outcome=failed
    grep -E 'ERROR|SUMMARY|runtime error|what\(\)|Test unit written' "$folder/$name.log" | head -n 8
  elif ! keep "$name"; then
    outcome=failed
    tail -n 5 "$folder/$name.merge.log"
  elif ! $merge_only && [ "$(done_so_far "$name")" -lt "$executions" ]; then
    outcome=skipped  # not enough yet
  fi
  case $outcome in passed) passed=$((passed + 1)) ;; failed) failed=$((failed + 1)) ;; *) skipped=$((skipped + 1)) ;; esac
  printf '%-16s %-8s %12s executions in all, %s inputs kept\n' "$name" "$outcome" "$(done_so_far "$name")" \
    "$(tar -tf "tests/fuzz/corpus/$name.tar" 2>/dev/null | wc -l)"
done
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
