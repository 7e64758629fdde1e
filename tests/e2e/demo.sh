#!/usr/bin/env bash
# The demonstration as a newcomer runs it, with fewer students: a history of days, a living district, the same
# laptops at the second start, and never a demonstration among real data.
#   ROLLCALL_BIN names the folder of the programs (default: builds build/bin)
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit

source tests/e2e/checks.sh
logs=("$work/out")
trap 'rm -rf "$work"' EXIT
data=$work/data
port=$((20000 + RANDOM % 30000))
students=60
options=(--demo --students $students --port "$port")
[ -z "${ROLLCALL_BIN:-}" ] || options+=(--bin "$ROLLCALL_BIN")
bin=${ROLLCALL_BIN:-build/bin}
start() { timeout 1800 packaging/quickstart.sh "${options[@]}" --data "$data" "$@" >"$work/out" 2>&1; }
says() { grep -qE "$1" "$work/out"; }
ask() { "$bin/rollcall" --profile "$data/rollcall.yaml" --json devices list "$@"; }
total() { ask --limit 1 "$@" | jq .total; }
at_least() { [ "$1" -ge "$2" ]; }
stored() { sqlite3 "$data/server/rollcall.db" "$1"; }

check "the first start ends with laptops that report" start --once
check "it says that they are simulated" says "not one of them real"
check "it says where it is a school morning" says "In their district"
check "every student has a laptop, each enrolled once" [ "$(stored 'SELECT count(*) FROM agents')" = $students ]
# Days that are over move from the log into segments; rows that a segment holds already may wait for their deletion.
unmerged="report_log WHERE log_id > coalesce((SELECT max(last_log_id) FROM segments), 0)"
reports_sql="SELECT (SELECT count(*) FROM $unmerged) + coalesce((SELECT sum(reports) FROM segments), 0)"
days_sql="SELECT count(*) FROM (SELECT received_ms / 86400000 FROM $unmerged UNION SELECT day FROM segments)"
newest_sql="SELECT max(coalesce((SELECT max(received_ms) FROM report_log), 0), coalesce((SELECT max(newest_ms) FROM segments), 0))"
check "the last five days are there" at_least "$(stored "$days_sql")" 5
check "with more than thirty reports a laptop" at_least "$(stored "$reports_sql")" $((30 * students))
newest_ms=$(stored "$newest_sql")  # read before the clock, which is asked in milliseconds: it may be a moment old
check "nothing is from the future" at_least "$(date +%s%3N)" "$newest_ms"
check "nothing was refused" says " 0 refused, 0 failed"
check "keys are for the owner alone" test -z "$(find "$data" \( -name laptops -type f -o -name rollcall.yaml \) -perm /077)"

reports=$(stored "$reports_sql")
timeout --foreground 900 packaging/quickstart.sh "${options[@]}" --data "$data" >"$work/out" 2>&1 &
pid=$!
for _ in $(seq 600); do says "Running; Ctrl-C" && break; kill -0 $pid 2>/dev/null || break; sleep 0.2; done
check "the second start goes on without a history" fails says "Simulating the last"
check "it stays in the foreground" says "Running; Ctrl-C"
check "with the same laptops" [ "$(total)" = $students ]
check "of which many are at work, as on a school morning" at_least "$(total --state online)" $((students / 4))
kill -INT "$(pgrep -P $pid | head -n 1)"
wait $pid
check "Ctrl-C stops the laptops, then the server" [ "$(grep -oE 'Stopping the (simulated laptops|server)' "$work/out" | tr '\n' ' ')" = "Stopping the simulated laptops Stopping the server " ]
check "new reports came in" at_least "$(stored "$reports_sql")" $((reports + 1))
check "still each laptop once" [ "$(stored 'SELECT count(*) FROM agents')" = $students ]

check "a real quickstart does not take the demonstration's folder" fails packaging/quickstart.sh --bin "$bin" --data "$data" --once 2>"$work/out"
check "and says why" says "folder of a demonstration"
mkdir "$work/real" && touch "$work/real/server.yaml"
check "nor the demonstration a real one's" fails packaging/quickstart.sh --demo --bin "$bin" --data "$work/real" 2>"$work/out"
check "and says why" says "folder of a real server"

finish
