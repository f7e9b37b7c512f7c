#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# Install what "make all" built:
#
#	install.sh BUILD DESTDIR PREFIX VERSION ABI
set -eu

build=$1
to=$2$3
prefix=$3
version=$4
abi=$5

for program in keurmerkd keurmerkctl keurmerk keurmerk-sync; do
	[ -f "$build/$program" ] || continue
	case $program in
	keurmerkd) where=sbin ;;
	keurmerk-sync) where=libexec/keurmerk ;;	# keurmerk runs it
	*) where=bin ;;
	esac
	install -D -m 755 "$build/$program" "$to/$where/$program"
done

install -D -m 644 "$build/libkeurmerk.a" "$to/lib/libkeurmerk.a"
if [ -f "$build/libkeurmerk.so" ]; then
	install -D -m 755 "$build/libkeurmerk.so" \
	    "$to/lib/libkeurmerk.so.$version"
	ln -sf "libkeurmerk.so.$version" "$to/lib/libkeurmerk.so.$abi"
	ln -sf "libkeurmerk.so.$abi" "$to/lib/libkeurmerk.so"
fi

for header in include/*.h; do
	[ -f "$header" ] &&
	    install -D -m 644 "$header" "$to/$header"
done

find verifier ca -name '*.[1-8]' | while IFS= read -r page; do
	install -D -m 644 "$page" \
	    "$to/share/man/man${page##*.}/${page##*/}"
done

# The Python package, which finds the library that was installed with it.
python=$to/lib/python3/dist-packages/keurmerk
for file in verifier/python/keurmerk/*.py verifier/python/keurmerk/py.typed; do
	install -D -m 644 "$file" "$python/${file##*/}"
done
sed "s|^LIBRARY = .*|LIBRARY = '$prefix/lib/libkeurmerk.so.$abi'|" \
    verifier/python/keurmerk/_where.py >"$python/_where.py"

mkdir -p "$to/lib/pkgconfig"
cat >"$to/lib/pkgconfig/keurmerk.pc" <<END
prefix=$prefix
includedir=\${prefix}/include
libdir=\${prefix}/lib

Name: keurmerk
Description: Checks the quality mark for ICT service providers, offline
Version: $version
Requires.private: libcrypto
Cflags: -I\${includedir}
Libs: -L\${libdir} -lkeurmerk
END
