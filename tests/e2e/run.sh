#!/usr/bin/env bash
# The console in Debian's Chromium against the real server and the real agent. Screenshots go to build/screens.
#   tests/e2e/run.sh [--json FILE] [--only CASE[,CASE…]]
# --json: FILE gets task times, step counts and other figures as flat keys. --only: signing in, then the cases of these
# names (see browser/run.mjs). ROLLCALL_BIN names the folder of the programs (default build/bin), KEEP=1 keeps the
# server's folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

json='' only=''
while [ $# -gt 0 ]; do
  case "$1" in
    --json) json=$(realpath -m "${2:?--json needs a file}"); shift 2 ;;
    --only) only=${2:?--only needs names of cases}; shift 2 ;;
    *) sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done
bin=${ROLLCALL_BIN:-build/bin}
for program in rollcalld rollcall-agent tests/seed_district; do
  [ -x "$bin/$program" ] || { echo "$bin/$program is missing: build it, or set ROLLCALL_BIN" >&2; exit 1; }
done
for tool in chromium certutil openssl node npm pdftoppm zbarimg; do
  command -v $tool >/dev/null || { echo "$tool is missing: packaging/packages.sh test installs it" >&2; exit 1; }
done
server/web/build.sh build/console
(cd tests/e2e/browser && cmp -s package-lock.json node_modules/.lock || { npm ci --silent && cp package-lock.json node_modules/.lock; })
rm -rf build/screens
exec node tests/e2e/browser/run.mjs "$PWD/build/console" "$json" "$only"
