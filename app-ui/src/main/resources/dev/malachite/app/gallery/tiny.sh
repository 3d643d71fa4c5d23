# Copyright 2026 The Malachite Authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # shares variables with build.sh
#
# The tiny image: Debian's cloud kernel and busybox, all in memory. For a first try and for tests.

modules=(sha256_ssse3 hv_vmbus hv_utils hyperv_keyboard hyperv_fb hv_storvsc sd_mod sr_mod hv_netvsc ext4 crc32c_intel vfat
  nls_ascii nls_cp437 atkbd i8042)

build_image() {
  local kernel version
  require apt-get=apt dpkg-deb=dpkg sfdisk=fdisk mkfs.vfat=dosfstools mcopy=mtools grub-mkimage=grub-common cpio=cpio depmod=kmod
  require_room "$work" 600 XDG_CACHE_HOME
  write_sources
  progress 5 fetching package lists
  update_lists
  kernel=$(private apt-cache depends linux-image-cloud-amd64 | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)$/\1/p' | head -n 1)
  [[ -n $kernel ]] || die "Debian's lists have no kernel for linux-image-cloud-amd64; check the mirrors in /etc/apt"
  progress 30 downloading packages
  unpack "$kernel" busybox-static
  version=${kernel#linux-image-}
  progress 60 making the RAM disk
  make_initrd "unpacked/$kernel" "$version"
  progress 80 making the disk
  make_partitions $((esp_start / 2048 + esp_sectors / 2048 + 2)) ''
  mkdir -p esp/EFI/debian esp/boot
  cp "unpacked/$kernel/boot/vmlinuz-$version" esp/boot/vmlinuz
  mv initrd.img esp/boot/initrd.img
  cp "$here/tiny-grub.cfg" esp/EFI/debian/grub.cfg
  install_boot_loaders MALACHITE /EFI/debian/grub.cfg
}

make_initrd() {
  local unpacked=$1 version=$2 root=initrd module file
  depmod -b "$unpacked" "$version"
  mkdir -p $root/{bin,sbin,dev,etc,lib/modules/"$version",mnt,proc,root,run,sys,tmp}
  cp unpacked/busybox-static/bin/busybox $root/bin/
  for module in $(unpacked/busybox-static/bin/busybox --list); do
    case $module in
      busybox | dpkg | dpkg-deb | rpm | rpm2cpio | run-init | init) ;;
      *) ln -s busybox "$root/bin/$module" ;;
    esac
  done
  ln -s ../bin/busybox $root/sbin/init
  ln -s ../bin/busybox $root/sbin/poweroff
  ln -s ../bin/busybox $root/sbin/modprobe
  cp "$here/tiny-init" $root/init
  cp "$here/tiny-inittab" $root/etc/inittab
  cp "$here/tiny-start" $root/etc/start
  printf 'root::0:0:root:/root:/bin/sh\n' >$root/etc/passwd
  printf 'tiny\n' >$root/etc/hostname
  chmod 755 $root/init $root/etc/start
  for module in "${modules[@]}"; do
    # One that is built into the kernel, or that this kernel hasn't, needs no file.
    modprobe -d "$unpacked" -S "$version" --show-depends "$module" 2>/dev/null | sed -n 's/^insmod \([^ ]*\).*/\1/p'
  done | awk '!seen[$0]++' >modules.list
  while read -r file; do
    cp "$file" "$root/lib/modules/$version/"
    basename "$file"
  done <modules.list >$root/lib/modules/list
  (cd $root && find . -mindepth 1 | LC_ALL=C sort | cpio --quiet --create --format=newc --owner=0:0) >initrd.img
}
