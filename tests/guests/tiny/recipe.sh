# Copyright 2026 The Malachite Authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # build, common.sh and the recipes share variables
#
# The tiny guest: Debian's cloud kernel, busybox, the Hyper-V modules, and a data disk.

data_mib=64
disk_mib=192

recipe_packages() {
  require lz4=lz4 xz=xz-utils depmod=kmod cpio=cpio mke2fs=e2fsprogs debugfs=e2fsprogs openssl=openssl
  kernel=$(dependency linux-image-cloud-amd64 'linux-image-[0-9].*')
  locate_packages "$kernel" busybox-static openssl libssl3 libc6
}

# What else the result depends on.
recipe_inputs() {
  dpkg-query -W e2fsprogs cpio
}

recipe_build() {
  local out=$1
  download_packages
  unpack_packages
  cp "unpacked/$kernel"/boot/vmlinuz-* "$out/vmlinuz"
  extract_vmlinux "$out/vmlinuz" "$out/vmlinux"
  cp "$recipe/cmdline" "$out/cmdline"
  build_initrds "$out"
  build_data_disk "$out"
}

# initrd.img for Malachite; initrd-qemu.img is the same with a disk driver for QEMU.
build_initrds() {
  local out=$1 root=initrd applet list
  step "initial RAM disk"
  depmod -b "unpacked/$kernel" "${kernel#linux-image-}"
  mkdir -p $root/{bin,sbin,data,dev,lib/modules,proc,sys,tmp}
  cp unpacked/busybox-static/bin/busybox $root/bin/busybox
  for applet in $(unpacked/busybox-static/bin/busybox --list); do
    case $applet in
      busybox | dpkg | dpkg-deb | rpm | rpm2cpio | run-init) ;;
      *) ln -s busybox "$root/bin/$applet" ;;
    esac
  done
  install -m 755 "$recipe/init" $root/init
  install -m 755 "$recipe/poweroff" $root/sbin/poweroff
  add_modules $root 1-malachite "$recipe/modules"
  pack_initrd $root "$out/initrd.img"
  add_modules $root 2-qemu "$recipe/modules-qemu"
  pack_initrd $root "$out/initrd-qemu.img"
}

# Adds the modules that file $3 names to the RAM disk in folder $1, with a list $2 in loading order.
add_modules() {
  local root=$1 list=$1/lib/modules/$2.list path names
  mapfile -t names < <(grep -v '^#' "$3")
  # Not in a subshell: resolve_modules remembers what is loaded already.
  resolve_modules "unpacked/$kernel" "${names[@]}" >paths
  while read -r path; do
    cp "unpacked/$kernel/lib/modules/${kernel#linux-image-}/$path" "$root/lib/modules/"
    basename "$path"
  done <paths >"$list"
}

# data.raw: ext4 on the whole disk, with files of known content and the program that hashes them.
build_data_disk() {
  local out=$1 root=data file
  step "data disk"
  mkdir -p $root/tools
  pseudo_random data $((data_mib * 1024 * 1024)) >$root/data.bin
  pseudo_random small $((1024 * 1024)) >$root/small.bin
  # The guest writes out.bin as this part of data.bin.
  tail -c +$((48 * 1024 * 1024 + 1)) $root/data.bin | head -c $((16 * 1024 * 1024)) | sha256sum \
    | sed 's/-$/out.bin/' >$root/out.bin.sha256
  for file in data.bin small.bin; do
    (cd $root && sha256sum $file >$file.sha256)
  done
  cp $root/*.sha256 "$out/"
  cp unpacked/openssl/usr/bin/openssl $root/tools/
  cp -L unpacked/libssl3/usr/lib/x86_64-linux-gnu/lib{crypto,ssl}.so.3 $root/tools/
  cp -L unpacked/libc6/lib/x86_64-linux-gnu/libc.so.6 $root/tools/
  cp -L unpacked/libc6/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 $root/tools/ld.so
  chmod 755 $root/tools/*
  truncate -s "${disk_mib}M" "$out/data.raw"
  make_ext4 $root "$out/data.raw" 0 $((disk_mib * 256)) data -N 256
  own_by_root $root "$out/data.raw" 0
}

# Prints $2 bytes that depend on the word $1 only.
pseudo_random() {
  local key
  key=$(printf 'malachite %s' "$1" | sha256sum | cut -c1-32)
  # head closes the pipe when it has enough.
  { openssl enc -aes-128-ctr -K "$key" -iv 00000000000000000000000000000000 -in /dev/zero 2>/dev/null || true; } | head -c "$2"
}
