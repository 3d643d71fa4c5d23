# Copyright 2026 The Malachite Authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # build, common.sh and the recipes share variables
#
# The bench guest: Debian's cloud kernel and a root in memory with openssl, perl, gzip, a C compiler and workloads of our own.

base_packages=(busybox-static coreutils gzip libc6 libcrypt1 libssl3 openssl perl-base)
compiler_packages=(binutils-x86-64-linux-gnu cpp-12 gcc-12 libbinutils libc6-dev libctf-nobfd0 libgcc-12-dev libgmp10 libisl23 libjansson4
  libmpc3 libmpfr6 libzstd1 linux-libc-dev zlib1g)

recipe_packages() {
  require lz4=lz4 xz=xz-utils cpio=cpio gcc=gcc
  [[ $(gcc -print-file-name=libc.a) == */* ]] || die "no static C library; run: apt-get install -y libc6-dev"
  kernel=$(dependency linux-image-cloud-amd64 'linux-image-[0-9].*')
  locate_packages "$kernel" "${base_packages[@]}" "${compiler_packages[@]}"
}

# What else the result depends on.
recipe_inputs() {
  dpkg-query -W cpio
  gcc --version
}

recipe_build() {
  local out=$1
  download_packages
  unpack_packages
  cp "unpacked/$kernel"/boot/vmlinuz-* "$out/vmlinuz"
  extract_vmlinux "$out/vmlinuz" "$out/vmlinux"
  cp "$recipe/cmdline" "$out/cmdline"
  build_base
  step "RAM disks"
  pack_initrd base "$out/initrd.img"
  build_compiler
  pack_initrd compiler "$out/compiler.img"
  # The same files natively: a folder to change root into.
  mv base "$out/root"
  cp -a compiler/. "$out/root/"
}

# Copies what the paths "$3"… name in unpacked package $2 into folder $1, where /bin and /lib lie in /usr.
take() {
  local root=$1 package=$2 path
  shift 2
  for path; do
    mkdir -p "$root/usr/$(dirname "${path#usr/}")"
    cp -a "unpacked/$package/$path" "$root/usr/$(dirname "${path#usr/}")/"
  done
}

# The folder base: all but the compiler.
build_base() {
  local applet folder
  mkdir -p base/{bench,dev,proc,sys,tmp,etc,usr/{bin,sbin,lib,lib64}}
  for folder in bin sbin lib lib64; do
    ln -s "usr/$folder" "base/$folder"
  done
  take base libc6 lib/x86_64-linux-gnu lib64
  rm -rf base/usr/lib/x86_64-linux-gnu/gconv
  take base libcrypt1 lib/x86_64-linux-gnu
  take base libssl3 usr/lib/x86_64-linux-gnu/lib{crypto,ssl}.so.3
  take base openssl usr/bin/openssl
  take base perl-base usr/bin/perl usr/lib/x86_64-linux-gnu/perl-base
  take base gzip bin/gzip
  take base coreutils bin/true
  take base busybox-static bin/busybox
  for applet in $(unpacked/busybox-static/bin/busybox --list); do
    [[ -e base/usr/bin/$applet ]] || ln -s busybox "base/usr/bin/$applet"
  done
  install -m 755 "$recipe/init" base/init
  install -m 755 "$recipe/run" base/bench/run
  install -m 644 "$recipe/sample.c.in" base/bench/sample.c.in
  gcc -O2 -static -s -o base/bench/work "$recipe/work.c"
}

# The folder compiler: gcc, as, and the C library's headers, without what only linking and other languages need.
build_compiler() {
  local package
  mkdir -p compiler
  take compiler gcc-12 usr/bin/x86_64-linux-gnu-gcc-12 usr/bin/gcc-12
  take compiler cpp-12 usr/lib/gcc/x86_64-linux-gnu/12/cc1
  take compiler binutils-x86-64-linux-gnu usr/bin/x86_64-linux-gnu-as
  ln -s x86_64-linux-gnu-as compiler/usr/bin/as
  take compiler libgcc-12-dev usr/lib/gcc/x86_64-linux-gnu/12/include
  take compiler libc6-dev usr/include
  take compiler linux-libc-dev usr/include
  for package in libbinutils libctf-nobfd0 libgmp10 libisl23 libjansson4 libmpc3 libmpfr6 libzstd1; do
    take compiler "$package" usr/lib/x86_64-linux-gnu
  done
  take compiler zlib1g lib/x86_64-linux-gnu
}
