#!/bin/sh
# Packs a function so that the package's bytes depend on the files' bytes alone: entries in order of
# their names, mode 755 or 644, of a fixed time, without owner.
# Usage: zip_package.sh OUT.zip FOLDER NAME ...     NAME: a file or a folder in FOLDER
set -eu
out=$1 folder=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/files"
for name; do cp -R "$folder/$name" "$work/files/"; done
cd "$work/files"
find . -type f -perm -100 -exec chmod 755 {} +
find . -type f ! -perm -100 -exec chmod 644 {} +
export TZ=UTC # the format keeps local time
find . -type f -exec touch -d 1980-01-01T00:00:00 {} +
find . -type f | LC_ALL=C sort | zip -X -9 -q ../package.zip -@
mv ../package.zip "$out"
