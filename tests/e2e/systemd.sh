#!/usr/bin/env bash
# The units under a real systemd: a Debian 12 of its own is booted as a container, with the packages installed in it as
# a district would, and both services live through what systemd does to services.
# ROLLCALL_BUILD names the folder with the programs and the console (default build). Exits 77 where no container can be.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit

build=${ROLLCALL_BUILD:-build}
source tests/e2e/checks.sh
root=$work/root boot_log=$work/boot.log
logs+=("$boot_log")
container=''
power_on() {
  SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 systemd-nspawn --quiet --register=no --keep-unit --private-network --boot \
    --directory="$root" --machine=rollcall-test --console=pipe </dev/null >>"$boot_log" 2>&1 &
  container=$!
  eventually 20 init_of_container && eventually 60 inside systemctl is-active multi-user.target
}
init_of_container() { init=$(pgrep -P "$container") && [ -n "$init" ]; }
inside() { nsenter --target "$init" --all "$@"; }
signal() { inside sh -c "kill -$1 $2"; }  # signal NAME PID
gone() { ! kill -0 "$container" 2>/dev/null; }
power_off() {
  [ -n "$container" ] || return 0
  inside systemctl poweroff >/dev/null 2>&1
  eventually 60 gone || kill -KILL "$container"
  wait "$container" 2>/dev/null
  container=''
}
trap 'power_off; rm -rf "$work"' EXIT

cannot() {
  echo "a container with a systemd of its own cannot be here: $1"
  echo "0 passed, 0 failed, 1 skipped"
  exit 77
}

# ---- The machine

[ "$(id -u)" -eq 0 ] || cannot "only root can make one"
quiet packaging/deb/build.sh --build "$build" "$work/debs" || { cat "$work/said"; exit 1; }
mirror=$(apt-cache policy libc6 | sed -n 's/^ *[0-9]* \(https\?:[^ ]*\) bookworm\/main.*/\1/p' | head -n 1)
quiet debootstrap --variant=minbase --include=systemd-sysv,dbus,curl,smartmontools bookworm "$root" "${mirror:-http://deb.debian.org/debian}" ||
  cannot "debootstrap: $(tail -n 1 "$work/said")"
cp "$work"/debs/*.deb "$root/root/"
cp /etc/resolv.conf /etc/hosts "$root/etc/"
check "the packages are installed, with what they need" quiet chroot "$root" sh -c 'DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends /root/*.deb'
sed -i 's|    url: ""|    url: "https://localhost:8444"|' "$root/etc/rollcall/server.yaml"
sed -i 's|^start_jitter: .*|start_jitter: 0|' "$root/etc/rollcall/agent.yaml"
# systemd kills what is silent for too long; half a minute of it is too long for a test.
mkdir -p "$root/etc/systemd/system/rollcalld.service.d"
printf '[Service]\nWatchdogSec=4\nTimeoutAbortSec=1\n' >"$root/etc/systemd/system/rollcalld.service.d/soon.conf"

property() { inside systemctl show --property="$2" --value "$1"; }  # property UNIT NAME
active() { [ "$(property "$1" ActiveState)/$(property "$1" SubState)" = active/running ]; }
journal() { inside journalctl --unit="$1" --output=cat --no-pager; }
says() { journal "$1" >"$work/said" && contains "$work/said" "$2"; }  # says UNIT PATTERN
get() { inside curl --fail --silent --show-error --cacert /var/lib/rollcall/ca.pem "https://localhost:8443$1"; }
cli() { inside rollcall --profile /root/profile.yaml "$@"; }
device() { cli --json devices list | jq -r ".items[0] | $1"; }
is() { [ "$("${@:2}")" = "$1" ]; }  # is VALUE COMMAND…
differs() { [ "$("${@:2}")" != "$1" ]; }

power_on || { tail -n 20 "$boot_log"; cannot "it does not boot"; }

# ---- The server

check "the server starts with the machine" eventually 30 active rollcalld
check "as its own user" is rollcall inside stat -c %U "/proc/$(property rollcalld MainPID)"
check "it answers" quiet eventually 10 get /healthz
check "it serves the console" quiet get /
check "its folder is its own" is "rollcall 700" inside stat -c '%U %a' /var/lib/rollcall
check "the unit leaves it little" quiet inside systemd-analyze security rollcalld --threshold=20
fed=$(property rollcalld WatchdogTimestampMonotonic)
check "it feeds systemd's watchdog" eventually 10 differs "$fed" property rollcalld WatchdogTimestampMonotonic
pid=$(property rollcalld MainPID)
check "it reloads" quiet inside systemctl reload rollcalld
check "and stays the process that it was" is "$pid" property rollcalld MainPID
check "an administrator is made on the machine itself" quiet inside rollcalld admin create ada --config /etc/rollcall/server.yaml
check "and can be asked" quiet inside rollcalld check --config /etc/rollcall/server.yaml
quiet inside rollcalld admin profile ada --out /root/profile.yaml --config /etc/rollcall/server.yaml

# ---- The agent

check "the agent starts with the machine and waits for its file" eventually 30 active rollcall-agent
quiet cli tokens create --out /etc/rollcall/enroll.yaml
reported_ms() { device '.last_report_ms // 0'; }
check "with the file it enrolls and reports" eventually 60 differs 0 reported_ms
check "the file is taken away" inside test ! -e /etc/rollcall/enroll.yaml
holds_back() { inside systemd-inhibit --list --no-legend >"$work/said" && contains "$work/said" "[Rr]ollcall.*shutdown:sleep|[Rr]ollcall.*sleep:shutdown|[Rr]ollcall.*(sleep|shutdown).*delay"; }
check "logind lets it speak before sleep and shutdown" eventually 10 holds_back
check "its state is root's alone" test -z "$(find "$root/var/lib/rollcall-agent" \( -name '*key*' -o -type d \) -perm /077)"
check "the unit leaves it little" quiet inside systemd-analyze security rollcall-agent --threshold=40

# ---- What systemd does to services

pid=$(property rollcalld MainPID)
signal STOP "$pid"
check "a server that hangs is killed and started anew" eventually 30 differs "$pid" property rollcalld MainPID
check "it answers again" quiet eventually 30 get /healthz
check "and has its records" is 1 device '.id | select(. != null) | 1'
pid=$(property rollcall-agent MainPID) before_ms=$(reported_ms)
signal KILL "$pid"
again() { active rollcall-agent && differs "$pid" property rollcall-agent MainPID; }
check "an agent that is killed starts anew" eventually 40 again
check "and reports again" eventually 60 differs "$before_ms" reported_ms
check "stopping is in order" quiet inside systemctl stop rollcalld
check "and a success" is success property rollcalld Result
check "the journal holds no warning of systemd's about the units" fails says rollcalld "[Uu]nknown key|[Ff]ailed to (set up|apply)"
check "it starts again" quiet inside systemctl start rollcalld
check "and is ready when systemctl comes back" quiet get /healthz

# ---- Last words

quiet inside systemctl disable rollcall-agent
check "the laptop is switched off" quiet inside systemctl poweroff
check "in time" eventually 60 gone
wait "$container" 2>/dev/null
container=''
check "the district's server is back" power_on
check "it answers" quiet eventually 30 get /healthz
check "it knows that the laptop said so before it went" is shut_down device .state

power_off
finish
