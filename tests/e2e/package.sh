#!/usr/bin/env bash
# The Debian packages as a district gets them: built, installed into roots of their own, and laptops that enroll by the
# file that imaging leaves, against a server out of its own package.
# ROLLCALL_BUILD names the folder with the programs and the console (default build).
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit

source tests/e2e/checks.sh

build=${ROLLCALL_BUILD:-build}
logs+=("$work/agent.log" "$work/server.log")
agent_pid='' server_pid=''
stop() {  # stop PID; its exit code
  [ -n "$1" ] || return 0
  kill -TERM "$1" 2>/dev/null
  wait "$1"
}
trap 'stop "$agent_pid" 2>/dev/null; stop "$server_pid" 2>/dev/null; rm -rf "$work"' EXIT

# ---- The packages

check "the packages are built" quiet packaging/deb/build.sh --build "$build" "$work/first"
check "again they are the same bytes" quiet packaging/deb/build.sh --build "$build" "$work/second"
check "each of them" diff -r "$work/first" "$work/second"
agent_deb=$(echo "$work"/first/rollcall-agent_*.deb) server_deb=$(echo "$work"/first/rollcall-server_*.deb)
field() { dpkg-deb --field "$1" "$2"; }
depends_on() { [[ ", $(field "$1" Depends)," == *", $2"[\ ,]* ]]; }
for package in libc6 libssl3 libsqlite3-0 libsystemd0 libyaml-cpp0.7; do check "the agent depends on $package" depends_on "$agent_deb" $package; done
for package in libcairo2 libzint2.11 adduser; do check "the server depends on $package" depends_on "$server_deb" $package; done
check "the agent does not depend on what only the server needs" fails depends_on "$agent_deb" libcairo2
lists() { dpkg-deb --contents "$1" >"$work/said" && contains "$work/said" " \./$2\$"; }
for file in usr/share/man/man8/rollcalld.8.gz usr/share/man/man1/rollcall.1.gz usr/share/rollcall/console/index.html lib/systemd/system/rollcalld.service; do
  check "the server brings $file" lists "$server_deb" "$file"
done
check "lintian finds no fault" quiet lintian --fail-on error "$agent_deb" "$server_deb"
if [ "$(id -u)" -ne 0 ]; then
  skip "the packages are installed and used" "only root can install into a root"
  finish
fi

# ---- Installed, each machine a root of its own

new_machine() {  # new_machine NAME
  mkdir -p "$work/$1/var/lib/dpkg/info" "$work/$1/var/lib/dpkg/updates" "$work/$1/var/log" "$work/$1/etc/systemd/system"
  touch "$work/$1/var/lib/dpkg/status" "$work/$1/var/lib/dpkg/available"
}
# The scripts run here with DPKG_ROOT set: these roots hold no shell.
on() {  # on MACHINE DPKG_ARGUMENT…
  local root=$work/$1
  shift
  DEBIAN_FRONTEND=noninteractive dpkg --root="$root" --force-script-chrootless --force-depends "$@" >"$work/said" 2>&1
}
laptop=$work/laptop district=$work/district
new_machine laptop
new_machine district
check "the agent is installed" on laptop --install "$agent_deb"
check "its unit is enabled" test -L "$laptop/etc/systemd/system/multi-user.target.wants/rollcall-agent.service"
check "its configuration is as it ships" cmp config/agent.yaml "$laptop/etc/rollcall/agent.yaml"
check "the server is installed" on district --install "$server_deb"
all_found() { ! ldd "$@" 2>&1 | grep -q "not found"; }
check "every library is there" all_found "$laptop"/usr/bin/* "$district"/usr/bin/*

# ---- A district

port=$((20000 + RANDOM % 30000))
configure_server() {
  sed -i -e "s|^data: .*|data: \"$district/var/lib/rollcall\"|" -e "s|^console: .*|console: \"$district/usr/share/rollcall/console\"|" \
    -e "s|port: 8443|port: $port|; s|port: 8444|port: $((port + 1))|; s|port: 8447|port: $((port + 4))|" \
    -e "s|    url: \"\"|    url: \"https://localhost:$((port + 1))\"|" "$district/etc/rollcall/server.yaml"
}
server() { "$district/usr/bin/rollcalld" "$@" --config "$district/etc/rollcall/server.yaml"; }
cli() { "$district/usr/bin/rollcall" --profile "$work/profile.yaml" "$@"; }
start_server() {
  "$district/usr/bin/rollcalld" serve --config "$district/etc/rollcall/server.yaml" >>"$work/server.log" 2>&1 &
  server_pid=$!
  eventually 30 curl -fsS --cacert "$district/var/lib/rollcall/ca.pem" "https://localhost:$port/healthz"
}
configure_server
mkdir -p "$district/var/lib"
check "the packaged server starts from the packaged configuration" start_server
check "and serves the console" quiet eventually 5 curl -fsS --cacert "$district/var/lib/rollcall/ca.pem" "https://localhost:$port/"
server admin create admin >/dev/null
server admin profile admin --out "$work/profile.yaml" >/dev/null
check "a token for two laptops becomes a file for imaging" quiet cli tokens create --uses 2 --note imaging --out "$work/enroll.yaml"
check "that its owner alone can read" [ "$(stat -c %a "$work/enroll.yaml")" = 600 ]
check "and that names the agents' door" contains "$work/enroll.yaml" "^server: https://localhost:$((port + 1))$"

# ---- A laptop out of imaging, its network not there yet

configure_laptop() {  # configure_laptop ROOT
  sed -i -e "s|^state: .*|state: \"$1/var/lib/rollcall-agent\"|" -e "s|^runtime: .*|runtime: \"$1/run/rollcall-agent\"|" \
    -e "s|^enroll_file: .*|enroll_file: \"$1/etc/rollcall/enroll.yaml\"|" -e "s|^start_jitter: .*|start_jitter: 0|" "$1/etc/rollcall/agent.yaml"
}
image() { install -m 600 "${2:-$work/enroll.yaml}" "$1/etc/rollcall/enroll.yaml"; }  # image ROOT [FILE]
agent() { "$1/usr/bin/rollcall-agent" "${@:2}" --config "$1/etc/rollcall/agent.yaml"; }  # agent ROOT WORD…
start_agent() {  # start_agent ROOT FIXTURE
  "$1/usr/bin/rollcall-agent" run --root "tests/fixtures/machines/$2" --config "$1/etc/rollcall/agent.yaml" >"$work/agent.log" 2>&1 &
  agent_pid=$!
}
status_is() {  # status_is ROOT CODE PATTERN
  agent "$1" status >"$work/said" 2>&1
  [ $? -eq "$2" ] && contains "$work/said" "$3"
}
devices() { cli --json devices list | jq -r "$1"; }
reported() { [ "$(devices '[.items[] | select(.last_report_ms)] | length')" -ge "$1" ]; }

configure_laptop "$laptop"
check "a laptop without a file says that it waits" status_is "$laptop" 3 "not enrolled; .*enroll.yaml"
image "$laptop"
stop "$server_pid"
start_agent "$laptop" thinkpad-t470-two-packs
check "while the server is away, status says so" eventually 20 status_is "$laptop" 6 "not enrolled yet: .*next try at"
check "and the file stays" test -e "$laptop/etc/rollcall/enroll.yaml"
check "the server comes back" start_server
check "the laptop enrolls by itself and reports" eventually 120 reported 1
check "the file is gone" fails test -e "$laptop/etc/rollcall/enroll.yaml"
check "the journal says with whom" contains "$work/agent.log" "enrolled with https://localhost:$((port + 1))"
check "status is content" status_is "$laptop" 0 "^Running +yes"
check "key and state are root's alone" test -z "$(find "$laptop/var/lib/rollcall-agent" \( -name '*key*' -o -type d \) -perm /077)"
secret=$(sed -n 's/^token: rc1\.\([^.]*\)\..*/\1/p' "$work/enroll.yaml")
check "the secret is nowhere on the laptop" fails grep -rqF "$secret" "$laptop" "$work/agent.log"
check "it stops in order" stop "$agent_pid"
agent_pid=''

# ---- Imaged again

rm -rf "$laptop/var/lib/rollcall-agent"
image "$laptop"
start_agent "$laptop" thinkpad-t470-two-packs
check "imaged again it enrolls again" eventually 60 contains "$work/agent.log" "enrolled with"
check "and is the same device" [ "$(devices .total)" = 1 ]
stop "$agent_pid"
agent_pid=''

# ---- Files that do not enroll

other=$work/other
new_machine other
on other --install "$agent_deb"
configure_laptop "$other"
image "$other"
start_agent "$other" latitude-5400-dock-many-nics
check "a used-up token is named by status" eventually 20 status_is "$other" 5 "used up; ask for a new one"
check "and once by the journal" [ "$(grep -c "used up" "$work/agent.log")" = 1 ]
refusals() { sqlite3 "$district/var/lib/rollcall/rollcall.db" "SELECT count(*) FROM audit_log WHERE detail LIKE '%used up%'"; }
check "the server was asked once" [ "$(refusals)" = 1 ]
stop "$agent_pid"
start_agent "$other" latitude-5400-dock-many-nics
check "after a restart it says so again" eventually 20 contains "$work/agent.log" "used up.*waits for another"
check "and asks nobody" [ "$(refusals)" = 1 ]
stop "$agent_pid"
cli tokens create --serial ANOTHER-LAPTOP --out "$work/serials.yaml" >/dev/null
image "$other" "$work/serials.yaml"
start_agent "$other" latitude-5400-dock-many-nics
check "a token for other serial numbers is refused by name" eventually 20 status_is "$other" 5 "is not on this enrollment token's list"
stop "$agent_pid"
cli tokens create --out "$work/fresh.yaml" >/dev/null
install -m 644 "$work/fresh.yaml" "$other/etc/rollcall/enroll.yaml"
start_agent "$other" latitude-5400-dock-many-nics
check "a file that others can read is not used" eventually 20 status_is "$other" 2 "chmod 600"
stop "$agent_pid"
echo "nonsense" >"$work/nonsense.yaml"
image "$other" "$work/nonsense.yaml"
start_agent "$other" latitude-5400-dock-many-nics
check "a file of nonsense is named with its place" eventually 20 status_is "$other" 2 "enroll.yaml"
stop "$agent_pid"
image "$other" "$work/fresh.yaml"
start_agent "$other" latitude-5400-dock-many-nics
check "a good file enrolls it after all" eventually 60 reported 2
stop "$agent_pid"
agent_pid=''

# ---- Installed anew, removed, purged

check "the same package again keeps what an administrator wrote" on laptop --install "$agent_deb"
check "in its configuration" contains "$laptop/etc/rollcall/agent.yaml" "^state: \"$laptop"
image "$laptop"
check "a removed agent" on laptop --remove rollcall-agent
check "leaves its state" test -e "$laptop/var/lib/rollcall-agent/certificate.pem"
check "a purged one" on laptop --purge rollcall-agent
check "leaves nothing" [ -z "$(find "$laptop/var/lib/rollcall-agent" "$laptop/etc/rollcall" "$laptop/etc/systemd" -type f -o -type l 2>/dev/null)" ]
stop "$server_pid"
server_pid=''
check "a purged server" on district --purge rollcall-server
check "leaves the district's records" test -s "$district/var/lib/rollcall/rollcall.db"
check "and its CA" test -s "$district/var/lib/rollcall/ca.pem"

finish
