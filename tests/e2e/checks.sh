# What the scripts of this folder share: `source` it, say `check`, end with `finish`.
# `work` is a new folder of the test's own; `logs` names the files whose ends are shown when a check fails.

passed=0 failed=0 skipped=0
work=$(mktemp -d)
logs=("$work/said")

check() {  # check WHAT COMMAND…
  local what=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
    echo "ok    $what"
  else
    failed=$((failed + 1))
    echo "FAIL  $what"
    tail -n 15 "${logs[@]}" 2>/dev/null
  fi
}
skip() {  # skip WHAT WHY
  skipped=$((skipped + 1))
  echo "SKIP  $1: $2"
}
fails() { ! "$@"; }
quiet() { "$@" >"$work/said" 2>&1; }
contains() { grep -qE -- "$2" "$1"; }  # contains FILE PATTERN
eventually() {                         # eventually SECONDS COMMAND…
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $deadline ] || return 1
    sleep 0.2
  done
}
finish() {
  echo "$passed passed, $failed failed, $skipped skipped"
  [ $failed -eq 0 ]
  exit
}
