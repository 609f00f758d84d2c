#!/bin/sh
# Packs a function's program as a package whose bytes depend on the program alone: one entry named
# bootstrap, mode 755, of a fixed time, without owner. Usage: zip_bootstrap.sh PROGRAM OUT.zip
set -eu
program=$1 out=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$program" "$work/bootstrap"
chmod 755 "$work/bootstrap"
export TZ=UTC # the format keeps local time
touch -d 1980-01-01T00:00:00 "$work/bootstrap"
rm -f "$work/package.zip"
(cd "$work" && zip -X -9 -q package.zip bootstrap)
mv "$work/package.zip" "$out"
