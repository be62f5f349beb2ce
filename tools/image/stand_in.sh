#!/bin/bash
# stand_in.sh VERSION PREFIX - where no image registry is reachable: makes python:VERSION-slim-bookworm from Debian's
# packages and the interpreter that lies under PREFIX, under the public name, so that the Dockerfile builds as it is.
# It differs from the official image in patch version; it is for tests and is never pushed. Needs root, debootstrap,
# podman.
set -euo pipefail
version=$1 prefix=$2
image=docker.io/library/python:$version-slim-bookworm
root=$(mktemp -d "${TMPDIR:-/tmp}/stand-in.XXXXXX")
trap 'rm -rf "$root" "$root.log"' EXIT
libraries=ca-certificates,netbase,tzdata,libssl3,libffi8,libsqlite3-0,libreadline8,libbz2-1.0,libexpat1,libuuid1
libraries=$libraries,libncursesw6,zlib1g,liblzma5,libnsl2,libtirpc3,libcrypt1
debootstrap --variant=minbase --include=$libraries bookworm "$root" > "$root.log" || { tail -5 "$root.log" >&2; exit 1; }
tar -C "$prefix" --exclude=__pycache__ --exclude=test --exclude=tests --exclude=tkinter --exclude=idlelib \
  --exclude='lib*.a' --exclude='lib/python*/config-*' --exclude='site-packages/*' -c bin include lib |
  tar -C "$root/usr/local" -x
mkdir -p "$root/usr/local/lib/python$version/site-packages"
ln -sf "python$version" "$root/usr/local/bin/python"
ln -sf "python$version" "$root/usr/local/bin/python3"
rm -f "$root"/usr/local/bin/{pip*,2to3*,idle*,pydoc*}
chroot "$root" /sbin/ldconfig
chroot "$root" "/usr/local/bin/python$version" -m ensurepip > "$root.log"
ln -sf pip3 "$root/usr/local/bin/pip"
rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/var/log/* "$root"/usr/share/{doc,man,locale}/*
tar -C "$root" --one-file-system -c . | podman import -q --change 'CMD ["python3"]' --change 'ENV LANG=C.UTF-8' \
  --change 'ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin' - "$image"
