#!/usr/bin/env bash
# Installs what Rollcall needs from Debian 12's packages; what is there already is left alone.
#   packaging/packages.sh build    to build and run it
#   packaging/packages.sh test     that, and what the tests need
set -euo pipefail

build=(
  g++ cmake ninja-build ccache mold pkg-config dpkg-dev ca-certificates curl
  libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev
  libssl-dev libsqlite3-dev libyaml-cpp-dev libspdlog-dev libfmt-dev libcli11-dev
  libjemalloc-dev
  libnl-3-dev libnl-genl-3-dev
  libcsv-dev libicu-dev libzip-dev
  libsodium-dev libsystemd-dev libzstd-dev zlib1g-dev libhowardhinnant-date-dev tzdata
  libical-dev
  libzint-dev libcairo2-dev fonts-dejavu-core
)
test=(
  catch2 librapidcheck-dev jq openssl sqlite3
  chromium libnss3-tools prometheus dbus
  zbar-tools poppler-utils
  nbdkit libnbd-bin fuse3 slowhttptest
  lintian debootstrap systemd-container
)

wanted=("${build[@]}")
case "${1:-build}" in
  build) ;;
  test) wanted+=("${test[@]}") ;;
  *) echo "usage: $0 build|test" >&2; exit 2 ;;
esac

# Another Node.js than Debian's may be installed already; it serves as well.
command -v node >/dev/null || wanted+=(nodejs)
command -v npm >/dev/null || wanted+=(npm)

missing=()
for package in "${wanted[@]}"; do
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "These packages are missing and need root to install: ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
echo "Installing ${#missing[@]} Debian packages: ${missing[*]}" >&2
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
