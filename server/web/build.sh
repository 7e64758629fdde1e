#!/bin/sh
# Builds the console into OUTDIR; does nothing when neither the sources nor the API's description changed.
# Usage: server/web/build.sh OUTDIR
set -eu
[ $# -eq 1 ] || { echo "usage: $0 OUTDIR" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
cd "$(dirname "$0")"

stamp() { find . ../api/openapi.yaml -path ./node_modules -prune -o -type f ! -name '*.gen.ts' -print0 |
  LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1; }
now=$(stamp)
if [ -f "$out.stamp" ] && [ -f "$out/index.html" ] && [ "$(cat "$out.stamp")" = "$now" ]; then
  exit 0
fi
lock=$(sha256sum package-lock.json | cut -d' ' -f1)
if [ "$(cat node_modules/.lock-stamp 2>/dev/null || true)" != "$lock" ]; then
  npm ci --no-audit --no-fund --loglevel=error
  echo "$lock" > node_modules/.lock-stamp
fi
npm run --silent build -- --outDir "$out" --logLevel warn
echo "$now" > "$out.stamp"
