#!/usr/bin/env bash
# From a fresh Debian 12 to this machine's own first report on the screen, in one command.
#   packaging/quickstart.sh [--data DIR] [--port N] [--once] [--demo [--students N]] [--bin DIR]
#     --data DIR   where the server and the agent keep what they know (default build/quickstart or build/demo)
#     --port N     the console's port (default 8443); agents use N+1, the captive-portal probe N+4
#     --once       exit 0 as soon as the first report is read back through the API, else non-zero
#     --demo       a school district of simulated laptops (2,000 students) instead of this machine's agent
#     --bin DIR    programs that are built already; nothing is installed or built
# It stays in the foreground until Ctrl-C, which stops the agent, then the server.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

data='' port=8443 once=false demo=false students=2000 bin=''
usage() { sed -n '2,9s/^# \{0,1\}//p' "$0"; }
while [ $# -gt 0 ]; do
  case "$1" in
    --data) data=${2:?--data needs a folder}; shift 2 ;;
    --port) port=${2:?--port needs a number}; shift 2 ;;
    --once) once=true; shift ;;
    --demo) demo=true; shift ;;
    --students) students=${2:?--students needs a number}; shift 2 ;;
    --bin) bin=$(realpath "${2:?--bin needs a folder}"); shift 2 ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
done
if ! [[ $port =~ ^[0-9]+$ ]] || [ "$port" -lt 1 ] || [ "$port" -gt 65531 ]; then
  echo "--port $port: a number from 1 to 65531 is needed (the console and four ports above it)" >&2
  exit 2
fi
if [ -z "$data" ]; then data=build/quickstart; if $demo; then data=build/demo; fi; fi
# Its mode is changed below, so somebody's own folder must not be taken by a slip.
if [ -e "$data" ] && [ ! -f "$data/server.yaml" ] && [ -n "$(ls -A "$data" 2>&1)" ]; then
  echo "--data $data: this is neither empty nor a folder of an earlier quickstart; name another" >&2
  exit 2
fi
mkdir -p "$data"
chmod 700 "$data"
data=$(cd "$data" && pwd)
is_built=false
if [ -n "$bin" ]; then is_built=true; else bin=$PWD/build/bin; fi
programs=(rollcalld rollcall-agent rollcall) agent_name=agent

server_pid='' agent_pid=''
# A terminal sends Ctrl-C to the whole group; what is started here is stopped by us, in order.
launch() { setsid "$@" & }
step() { printf '\033[1m==>\033[0m %s\n' "$*"; }
die() {
  printf 'quickstart: %s\n' "$*" >&2
  exit 1
}

stop_one() {  # stop_one PID NAME
  [ -n "$1" ] && kill -TERM "$1" 2>/dev/null || return 0
  step "Stopping the $2"
  # Another signal ends a wait before the program has.
  while kill -0 "$1" 2>/dev/null; do wait "$1" 2>/dev/null || true; done
}
stop_both() {
  trap '' INT TERM HUP
  stop_one "$agent_pid" "$agent_name"
  stop_one "$server_pid" server
}
trap stop_both EXIT
ended_by=130  # before "Running" an interruption is a failure
# One terminal's Ctrl-C can arrive twice: `timeout`, say, passes on what its child has already got.
trap 'trap "" INT TERM HUP; exit $ended_by' INT TERM HUP

install_and_build() {
  if $is_built; then return; fi
  step "Installing what is missing (Debian packages)"
  packaging/packages.sh build
  step "Building the programs (the first time takes some minutes)"
  mkdir -p build
  # A folder that a test run has configured keeps its options.
  [ -f build/CMakeCache.txt ] || cmake -S . -B build -G Ninja -DROLLCALL_TESTS=OFF >build/configure.log || { cat build/configure.log; exit 1; }
  ninja -C build "${programs[@]}"
  step "Building the console (npm)"
  server/web/build.sh build/console
}

# With another --port than last time, or in a folder that was moved, everything that names the old one is made anew:
# the server's doors, the signed-in profile, what the agent keeps.
moved=false
write_configuration() {
  if [ -f "$data/server.yaml" ]; then
    grep -q "^    port: $port\$" "$data/server.yaml" && grep -qxF "data: \"$data/server\"" "$data/server.yaml" && return
    moved=true
  fi
  cat >"$data/server.yaml" <<YAML
# Made by packaging/quickstart.sh; config/server.yaml explains every key.
data: "$data/server"
console: "$PWD/build/console"
doors:
  people:
    port: $port
  agents:
    port: $((port + 1))
  probe:
    port: $((port + 4))
YAML
}

# Waits until `test` succeeds while the process lives; its log is the reason when it does not.
wait_for() {  # wait_for PID LOG SECONDS COMMAND…
  local pid=$1 log=$2 deadline=$((SECONDS + $3))
  shift 3
  until "$@" >/dev/null 2>&1; do
    kill -0 "$pid" 2>/dev/null || { tail -n 5 "$log" >&2; return 1; }
    [ $SECONDS -lt $deadline ] || { tail -n 5 "$log" >&2; return 1; }
    sleep 0.2
  done
}

healthy() { curl -fsS --max-time 2 --cacert "$data/server/ca.pem" "https://localhost:$port/healthz"; }

start_server() {
  step "Starting the server"
  launch "$bin/rollcalld" serve --config "$data/server.yaml" >>"$data/server.log" 2>&1
  server_pid=$!
  wait_for "$server_pid" "$data/server.log" 30 healthy || die "the server did not start; see $data/server.log"
}

make_administrator() {
  local password
  if [ -f "$data/rollcall.yaml" ]; then
    if $moved; then "$bin/rollcalld" admin profile admin --out "$data/rollcall.yaml" --config "$data/server.yaml" >/dev/null; fi
    sign_in="your account 'admin' (a new one-time password: build/bin/rollcalld admin create admin --config $data/server.yaml)"
    return
  fi
  step "Making the first administrator"
  password=$("$bin/rollcalld" admin create admin --config "$data/server.yaml") || die "no administrator could be made"
  "$bin/rollcalld" admin profile admin --out "$data/rollcall.yaml" --config "$data/server.yaml" >/dev/null
  sign_in="name 'admin', one-time password '$password'"
}

write_agent_configuration() {
  printf '# Made by packaging/quickstart.sh; config/agent.yaml explains every key.\nstate: "%s"\n' "$data/agent" >"$data/agent.yaml"
}

enrol_agent() {
  # The folder may have been moved; what somebody added stays.
  if [ -f "$data/agent.yaml" ]; then sed -i "s|^state: .*|state: \"$data/agent\"|" "$data/agent.yaml"; fi
  if [ ! -f "$data/agent.yaml" ] || ! "$bin/rollcall-agent" status --config "$data/agent.yaml" >/dev/null 2>&1; then
    step "Enrolling this machine's agent"
    local token
    token=$("$bin/rollcall" --profile "$data/rollcall.yaml" --json tokens create --note quickstart | jq_text text)
    write_agent_configuration
    "$bin/rollcall-agent" enroll --server "https://localhost:$((port + 1))" --token "$token" --config "$data/agent.yaml" ||
      die "the agent could not be enrolled"
  elif $moved; then
    printf 'https://localhost:%s\n' $((port + 1)) >"$data/agent/server"
  fi
}

# One member of the JSON on standard input, by its path; Node.js is there for the console anyway.
jq_text() {
  node -e 'let it = JSON.parse(require("fs").readFileSync(0)); for (const key of process.argv.slice(1)) it = it?.[key];
    process.stdout.write(String(it ?? ""))' "$@"
}

rollcall_json() { "$bin/rollcall" --profile "$data/rollcall.yaml" --json "$@"; }

# "DEVICE LAST_REPORT_MS" of this machine's own agent: other laptops may report to this server as well.
own_report() {
  local agent id
  agent=$(cat "$data/agent/agent_id")
  for id in $(rollcall_json devices list --sort last_report --order desc --limit 50 |
    node -e 'for (const device of JSON.parse(require("fs").readFileSync(0)).items) console.log(device.id)'); do
    rollcall_json devices show "$id" | node -e 'const device = JSON.parse(require("fs").readFileSync(0));
      const own = device.agents.find(({ id }) => id === process.argv[1]);
      own ? console.log(device.id, own.last_report_ms ?? 0) : process.exit(1)' "$agent" && return
  done
  false
}

# A report that was there before this agent started proves nothing.
reported_since() {  # reported_since MS
  local newest
  newest=$(own_report) && [ "${newest#* }" -gt "$1" ]
}

start_agent() {
  local before
  before=$(own_report) || die "the server knows no device of this machine's agent; see $data/server.log"
  step "Starting the agent"
  launch "$bin/rollcall-agent" run --config "$data/agent.yaml" >>"$data/agent.log" 2>&1
  agent_pid=$!
  wait_for "$agent_pid" "$data/agent.log" 60 reported_since "${before#* }" ||
    die "no report arrived; see $data/agent.log and $data/server.log"
  step "The first stored report, read back through the API:"
  "$bin/rollcall" --profile "$data/rollcall.yaml" devices show "${before% *}"
}

# It goes its own way with what stands above.
if $demo; then . packaging/demo.sh; fi
[ ! -f "$data/demo" ] || die "$data is the folder of a demonstration; add --demo or name another --data"

install_and_build
write_configuration
start_server
make_administrator
enrol_agent
start_agent

cat <<TEXT

  Console        https://localhost:$port/
  Sign in with   $sign_in
  Trust its CA   $data/server/ca.pem (or https://localhost:$port/ca.pem)
  Command line   build/bin/rollcall --profile $data/rollcall.yaml devices list
  Logs           $data/server.log, $data/agent.log

TEXT
$once && exit 0
ended_by=0
echo "Running; Ctrl-C stops the agent, then the server."
wait -n "$server_pid" "$agent_pid" || true
die "a program ended by itself; see $data/server.log and $data/agent.log"
