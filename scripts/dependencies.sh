#!/bin/bash
# Installs what the project needs on Debian (12 and later) or Ubuntu (22.04 and later).
# Usage: scripts/dependencies.sh run|test|package|arm64
#   run      to build and run the programs        package  to build the functions' packages
#   test     and to run their tests               arm64    and those for arm64, on another machine
# Does nothing, and needs no network, when all is there.
set -eu

# The C library of msgpack changed its package name with its version 6.
msgpack() {
  if dpkg-query -W -f '${Status}' libmsgpack-c-dev 2>/dev/null | grep -q 'ok installed' ||
     apt-cache show libmsgpack-c-dev >/dev/null 2>&1; then echo libmsgpack-c-dev
  else echo libmsgpack-dev; fi
}

# Ubuntu 24.04 has no package of the aws command line: test.sh then takes it from PyPI.
aws() {
  if dpkg-query -W -f '${Status}' awscli 2>/dev/null | grep -q 'ok installed' ||
     apt-cache show awscli >/dev/null 2>&1; then echo awscli
  else echo python3-venv; fi
}

packages_package() {
  echo gcc g++ libc6-dev musl-tools cmake ninja-build pkg-config zip libjansson-dev librhonabwy-dev
}
packages_arm64() {
  packages_package
  echo gcc-aarch64-linux-gnu g++-aarch64-linux-gnu qemu-user-static googletest
  echo libc6-dev:arm64 libjansson-dev:arm64 librhonabwy-dev:arm64
}
packages_run() {
  packages_package
  echo ca-certificates openmpi-bin libopenmpi-dev libcurl4-openssl-dev libssl-dev "$(msgpack)"
  echo libcyaml-dev libyaml-dev libgsl-dev libevent-dev libzip-dev zlib1g-dev
  echo gnuplot-nox cmark-gfm weasyprint fonts-dejavu-core
}
packages_test() {
  packages_run
  echo libgtest-dev python3 python3-botocore python3-msgpack python3-jwt python3-cryptography
  echo "$(aws)" curl procps openssl tinyproxy-bin
}

missing() {
  for package in $("packages_$1"); do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
      echo "$package"
  done
}

what=${1:-run}
case $what in
  run | test | package | arm64) ;;
  *) echo "usage: $0 run|test|package|arm64" >&2; exit 2 ;;
esac
command -v dpkg-query >/dev/null && command -v apt-get >/dev/null || {
  echo "$0: this script knows Debian and Ubuntu; elsewhere install: $(packages_"$what" 2>/dev/null | xargs)" >&2
  exit 1
}
[ -n "$(missing "$what")" ] || exit 0

root=
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || { echo "$0: needs root or sudo to install: $(missing "$what" | xargs)" >&2; exit 1; }
  root=sudo
fi
# dpkg names packages of other architectures only once it has been told of these
added=
if [ "$what" = arm64 ] && ! dpkg --print-foreign-architectures | grep -qx arm64; then
  $root dpkg --add-architecture arm64
  added=arm64
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "Installing packages (once; some minutes) ..." >&2
if ! { $root apt-get update -q &&
       $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $(missing "$what"); } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  # where the servers have nothing for it, it would spoil every later update
  [ -z "$added" ] || $root dpkg --remove-architecture "$added" || true
  echo "$0: apt-get failed; its last lines stand above" >&2
  exit 1
fi
