#!/usr/bin/env bash
# Builds rollcall-agent_VERSION_ARCH.deb and rollcall-server_VERSION_ARCH.deb for this Debian release.
#   packaging/deb/build.sh [--build DIR] OUTDIR
#     --build DIR   programs (DIR/bin) and console (DIR/console) that are built already; else they are built in build/deb
# Needs what packaging/packages.sh build installs. Dependencies are what dpkg-shlibdeps finds in the programs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

usage() { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2; }
build='' out=''
while [ $# -gt 0 ]; do
  case "$1" in
    --build) build=${2:?--build needs a folder}; shift 2 ;;
    -*) usage ;;
    *) [ -z "$out" ] || usage; out=$1; shift ;;
  esac
done
[ -n "$out" ] || usage
for tool in dpkg-deb dpkg-shlibdeps strip gzip; do
  command -v $tool >/dev/null || { echo "$tool is missing: packaging/packages.sh build installs it" >&2; exit 1; }
done
mkdir -p "$out"
out=$(cd "$out" && pwd)

if [ -z "$build" ]; then
  build=build/deb
  mkdir -p $build
  cmake -S . -B $build -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DROLLCALL_TESTS=OFF >$build/configure.log || { cat $build/configure.log >&2; exit 1; }
  ninja -C $build rollcall-agent rollcalld rollcall
  server/web/build.sh $build/console
fi
for needed in bin/rollcall-agent bin/rollcalld bin/rollcall console/index.html; do
  [ -e "$build/$needed" ] || { echo "$build/$needed is missing: build it, or leave out --build" >&2; exit 1; }
done

version=$(sed -n 's/^project(rollcall VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
architecture=$(dpkg --print-architecture)
# The same tree gives the same bytes: files are dated by its last change.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y CMakeLists.txt)}
export SOURCE_DATE_EPOCH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

put() {  # put MODE FILE PATH_IN_PACKAGE
  install -D -m "$1" "$2" "$root/$3"
}

program() {  # program NAME
  put 755 "$build/bin/$1" "usr/bin/$1"
  strip --strip-unneeded --remove-section=.comment --remove-section=.note "$root/usr/bin/$1"
}

manual() {  # manual SECTION NAME…
  local section=$1 name
  shift
  for name; do
    put 644 "packaging/man/$name.$section" "usr/share/man/man$section/$name.$section"
    gzip -9n "$root/usr/share/man/man$section/$name.$section"
  done
}

# The libraries that the programs of a package are linked with, as packages with versions.
libraries() {
  mkdir -p "$work/debian"
  touch "$work/debian/control"
  (cd "$work" && dpkg-shlibdeps -O "$root"/usr/bin/* 2>"$work/shlibdeps.log" || { cat "$work/shlibdeps.log" >&2; exit 1; }) |
    sed -n 's/^shlibs:Depends=//p'
}

documents() {  # documents PACKAGE
  local folder=usr/share/doc/$1
  put 644 packaging/deb/copyright "$folder/copyright"
  install -d "$root/$folder"
  printf 'rollcall (%s) unstable; urgency=medium\n\n  * Built from its source; the history of the source is its change log.\n\n -- Rollcall maintainers <maintainers@rollcall.example>  %s\n' \
    "$version" "$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9n >"$root/$folder/changelog.gz"
}

finish() {  # finish PACKAGE
  local package=$1 source=packaging/deb/${1#rollcall-} depends size script
  documents "$package"
  depends=$(libraries)
  size=$(du -k --apparent-size -s "$root" | cut -f1)
  install -d "$root/DEBIAN"
  sed -e "s/@VERSION@/$version/; s/@ARCHITECTURE@/$architecture/; s/@LIBRARIES@/$depends/; s/@SIZE@/$size/" \
    "$source/control" >"$root/DEBIAN/control"
  for script in postinst prerm postrm; do install -m 755 "$source/$script" "$root/DEBIAN/$script"; done
  (cd "$root" && find etc -type f -printf '/%p\n' | sort >DEBIAN/conffiles)
  (cd "$root" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
  chmod 644 "$root"/DEBIAN/{control,conffiles,md5sums}
  find "$root" -type d -exec chmod 755 {} +
  dpkg-deb --root-owner-group --build "$root" "$out/${package}_${version}_${architecture}.deb"
}

root=$work/agent
program rollcall-agent
put 644 config/agent.yaml etc/rollcall/agent.yaml
put 644 packaging/systemd/rollcall-agent.service lib/systemd/system/rollcall-agent.service
manual 8 rollcall-agent
finish rollcall-agent

root=$work/server
program rollcalld
program rollcall
put 644 config/server.yaml etc/rollcall/server.yaml
put 644 packaging/systemd/rollcalld.service lib/systemd/system/rollcalld.service
manual 8 rollcalld
manual 1 rollcall
install -d "$root/usr/share/rollcall" "$root/usr/share/bash-completion/completions"
cp -r "$build/console" "$root/usr/share/rollcall/console"
find "$root/usr/share/rollcall" -type f -exec chmod 644 {} + -name '.*' -delete
"$build/bin/rollcall" completion bash >"$root/usr/share/bash-completion/completions/rollcall"
chmod 644 "$root/usr/share/bash-completion/completions/rollcall"
finish rollcall-server
