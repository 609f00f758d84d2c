#!/bin/sh
# Puts beside a dynamically linked program what it takes to run where libc is another one: into lib/ the
# loader and the shared objects that it needs, and bootstrap, which starts it with these alone.
# In place of libraries that talk to the world outside, which the others ask for and the program must not
# use, lib/ has objects of their names whose functions do nothing and return 0 (NULL, if it is a pointer).
# Usage: bundle.sh PROGRAM CC READELF LIBRARY_FOLDER ...
set -eu
program=$1 cc=$2 readelf=$3
shift 3
cd "$(dirname "$program")"
program=$(basename "$program")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C

needed() { "$readelf" -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'; }

add() { # NAME FOLDER ...: that shared object, and those that it needs
  name=$1
  shift
  case $name in
    libcurl*) echo "$name CURL_" >>"$work/empty" && return ;;
    libsystemd*) echo "$name LIBSYSTEMD_" >>"$work/empty" && return ;;
  esac
  [ ! -e "lib/$name" ] || return 0
  for from; do
    [ ! -e "$from/$name" ] || break
  done
  cp -L "$from/$name" "lib/$name"
  for name in $(needed "lib/$name"); do add "$name" "$@"; done
}

add_empty() { # NAME PREFIX: with the functions of such versions that lib/ asks for
  "$readelf" -W --dyn-syms lib/* | sed -n "s/.* UND \([a-z_0-9]*\)@\($2[A-Z_0-9]*\).*/\1 \2/p" | sort -u >"$work/asked"
  awk '{ print "long " $1 "(void);\nlong " $1 "(void) { return 0; }" }' "$work/asked" >"$work/empty.c"
  awk '{ names[$2] = names[$2] " " $1 ";" }
       END { for (version in names) print version " { global:" names[version] " local: *; };" }' "$work/asked" >"$work/versions"
  "$cc" -shared -nostdlib -fPIC -O2 -s -Wl,--build-id=none "-Wl,-soname,$1" "-Wl,--version-script=$work/versions" \
    -o "lib/$1" "$work/empty.c"
}

rm -rf lib
mkdir lib
: >"$work/empty"
loader=$("$readelf" -l "$program" | sed -n 's|.*program interpreter: .*/\([^/]*\)\]|\1|p')
for name in "$loader" $(needed "$program"); do add "$name" "$@"; done
sort -u "$work/empty" | while read -r name prefix; do add_empty "$name" "$prefix"; done
chmod 644 lib/*
chmod 755 "lib/$loader"
cat >bootstrap <<END
#!/bin/sh
here=\${0%/*}
exec "\$here/lib/$loader" --inhibit-cache --library-path "\$here/lib" "\$here/$program"
END
chmod 755 bootstrap
