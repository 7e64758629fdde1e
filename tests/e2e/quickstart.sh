#!/usr/bin/env bash
# The quickstart as a newcomer runs it, in a copy of the tree that was never built: the first start, the second
# start on the same data, the foreground run that Ctrl-C ends in order, and the ways in which it must fail with
# a reason.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit

source tests/e2e/checks.sh
logs=("$work/out")
trap 'rm -rf "$work"' EXIT
mkdir "$work/tree"
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$work/tree"
cd "$work/tree" || exit
data=$work/data
port=$((20000 + RANDOM % 30000))
start() { timeout 1800 packaging/quickstart.sh --data "$data" --port "$port" "$@" >"$work/out" 2>&1; }
says() { grep -qE "$1" "$work/out"; }
devices() { build/bin/rollcall --profile "$data/rollcall.yaml" --json devices list; }

check "the first start reads its own report back" start --once
check "it names the console's address" says "https://localhost:$port/"
check "it prints a one-time password" says "one-time password '[^']{12,}'"
check "it shows each step" says "Enrolling this machine"
check "secrets are for the owner alone" test -z "$(find "$data" \( -name '*.key' -o -name rollcall.yaml -o -name '*.db' \) -perm /077)"
check "it prints the report, field by field" says "health.memory_total_mb +[0-9]"
check "the second start finds its data again" start --once
check "and does not enroll again" fails says "Enrolling"
cp "$data/agent.yaml" "$work/agent.yaml"
echo 'proxy: "http://127.0.0.1:1"' >>"$data/agent.yaml"
check "an agent that reaches nobody is not covered by an earlier report" fails start --once
check "and the reason is named" says "no report arrived"
cp "$work/agent.yaml" "$data/agent.yaml"
port=$((20000 + RANDOM % 30000))
check "another port takes the agent and the profile along" start --once

mv "$data" "$work/elsewhere"
data=$work/elsewhere
check "a folder that was moved is found again" start --once
check "with the laptop in it" fails says "Enrolling"

# In a session of its own, so that all of it can be sent what a terminal sends.
setsid timeout --foreground 900 packaging/quickstart.sh --data "$data" --port "$port" >"$work/out" 2>&1 &
pid=$!
for _ in $(seq 300); do says "Running; Ctrl-C" && break; sleep 0.2; done
check "it stays in the foreground" says "Running; Ctrl-C"
check "there is still one device" [ "$(devices | jq .total)" = 1 ]
kill -INT -- -$pid
wait $pid
check "and that is no failure" [ $? -eq 0 ]
stopped_at=$(grep -h "agent stopped" "$data/agent.log" | tail -n 1 | cut -c1-23)
stopping_at=$(grep -h "stopping" "$data/server.log" | tail -n 1 | cut -c1-23)
check "the agent had ended when the server began to" [ "$stopped_at" \< "$stopping_at" ]
check "Ctrl-C stops the agent, then the server" [ "$(grep -oE 'Stopping the (agent|server)' "$work/out" | tr '\n' ' ')" = "Stopping the agent Stopping the server " ]
echo 'proxy: "http://127.0.0.1:1"' >>"$data/agent.yaml"
setsid timeout --foreground 900 packaging/quickstart.sh --data "$data" --port "$port" --once >"$work/out" 2>&1 &
pid=$!
for _ in $(seq 300); do says "Starting the agent" && break; sleep 0.2; done
kill -TERM -- -$pid
wait $pid
check "whoever breaks off --once before a report gets a failure" [ $? -ne 0 ]
cp "$work/agent.yaml" "$data/agent.yaml"
check "a port that is no number is refused" fails packaging/quickstart.sh --port x --once 2>"$work/out"
check "and the remedy is named" says "a number from 1 to"
check "somebody else's folder is refused" fails packaging/quickstart.sh --data "$work/tree" --once 2>"$work/out"
check "and left as it is" says "neither empty nor"
node -e 'require("net").createServer().listen(+process.argv[1], "0.0.0.0", () => setTimeout(() => process.exit(), 60000))' "$port" &
holder=$!
sleep 1
check "a port in use is an error" fails start --once
check "that says so" says "$port.*in use"
kill $holder

finish
