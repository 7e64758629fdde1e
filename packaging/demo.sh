# The demonstration of packaging/quickstart.sh --demo, which runs this file: a server with a district of
# simulated laptops, in a folder of its own. Its first start lets five days pass in a minute or two on a
# server whose clock runs fast; then rollcalld itself takes over in real time, and so does every later start.
# shellcheck shell=bash disable=SC2154

history_days=5
history_speed=$((students > 500 ? 5000 : 20000))
if ! [[ $students =~ ^[0-9]+$ ]] || [ "$students" -lt 1 ]; then
  echo "--students $students: a number is needed" >&2
  exit 2
fi
if [ -f "$data/server.yaml" ] && [ ! -f "$data/demo" ]; then
  die "$data is the folder of a real server; a demonstration needs another --data"
fi
touch "$data/demo"  # with a word in it once there is a history
programs=(rollcalld rollcall rollcalld-sim rollcall-sim) agent_name="simulated laptops"

# It is always a school morning in the district: where this machine's zone has none now, it lies elsewhere.
write_schools() {
  sed -i '/^schools:/,$d' "$data/server.yaml"
  "$bin/rollcall-sim" schools --in-session --zone "$(cat /etc/timezone 2>/dev/null || echo UTC)" >>"$data/server.yaml"
  zone=$(sed -n 's/^ *time_zone: //p' "$data/server.yaml" | head -n 1)
}

laptops=("$bin/rollcall-sim" run --config "$data/server.yaml" --state "$data/laptops" --devices "$students" --no-holidays)

# One token a school, good for all of its laptops; "--token SCHOOL=TOKEN" each, into the array `tokens`.
make_tokens() {  # make_tokens PROFILE
  local school
  tokens=()
  for school in $("$bin/rollcall-sim" schools --ids); do
    tokens+=(--token "$school=$("$bin/rollcall" --profile "$1" --json tokens create --uses "$students" --hours 720 \
      --school "$school" --note "simulated laptops" | jq_text text)")
  done
}

make_history() {
  local log=$data/history.log
  # What a history that was broken off has left.
  rm -rf "$data/server" "$data/laptops" "$data/rollcall.yaml"
  step "Simulating the last $history_days days of $students laptops (about $((history_days * 86400 / history_speed)) seconds and more)"
  launch "$bin/rollcalld-sim" --config "$data/server.yaml" --days $history_days --speed $history_speed >"$log" 2>&1
  server_pid=$!
  wait_for "$server_pid" "$log" 30 healthy || die "the server did not start; see $log"
  "$bin/rollcalld" admin create admin --config "$data/server.yaml" >/dev/null
  "$bin/rollcalld" admin profile admin --out "$data/history.yaml" --config "$data/server.yaml" >/dev/null
  make_tokens "$data/history.yaml"
  # In the background, so that Ctrl-C is heard at once.
  launch "${laptops[@]}" --history --status 5 "${tokens[@]}"
  agent_pid=$!
  wait $agent_pid || die "the simulated laptops stopped; see $log"
  agent_pid=''
  kill -TERM "$server_pid"
  wait "$server_pid" || die "the server of the history ended badly; see $log"
  server_pid=''
  rm -f "$data/history.yaml" "$data/server/simulated-clock"
  echo done >"$data/demo"
}

all_present() { [ "$("$bin/rollcall" --profile "$data/rollcall.yaml" --json devices list --limit 1 | jq_text total)" -ge "$students" ]; }
reported_now() { grep -q " [1-9][0-9]* reports acknowledged" "$data/laptops.log"; }

start_laptops() {
  step "Starting the simulated laptops"
  # Who is enrolled stays so; --students may have grown.
  make_tokens "$data/rollcall.yaml"
  launch "${laptops[@]}" --status 5 "${tokens[@]}" >"$data/laptops.log" 2>&1
  agent_pid=$!
  wait_for "$agent_pid" "$data/laptops.log" 120 reported_now || die "no report arrived; see $data/laptops.log and $data/server.log"
  all_present || die "not every laptop has a device; see $data/laptops.log"
  step "Some of the devices, read back through the API:"
  "$bin/rollcall" --profile "$data/rollcall.yaml" devices list --limit 5
}

install_and_build
write_configuration
write_schools
[ -s "$data/demo" ] || make_history
start_server
make_administrator
start_laptops

cat <<TEXT

  A DEMONSTRATION: $students simulated laptops in six made-up schools, not one of them real. The days before
  today were simulated a moment ago; from now on the laptops live in real time. In their district
  ($zone) it is $(TZ=$zone date '+%A, %H:%M'). Everything lies in $data; remove it to start anew.

  Console        https://localhost:$port/
  Sign in with   $sign_in
  Trust its CA   $data/server/ca.pem (or https://localhost:$port/ca.pem)
  Command line   $bin/rollcall --profile $data/rollcall.yaml devices list
  Logs           $data/server.log, $data/laptops.log

TEXT
if $once; then exit 0; fi
ended_by=0
echo "Running; Ctrl-C stops the simulated laptops, then the server."
wait -n "$server_pid" "$agent_pid" || true
die "a program ended by itself; see $data/server.log and $data/laptops.log"
