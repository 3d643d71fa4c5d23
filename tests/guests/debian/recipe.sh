# Copyright 2026 The Malachite Authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # build, common.sh and the recipes share variables
#
# The debian guest: a small Debian 12 with systemd and the stock kernel, on a disk that BIOS, UEFI and direct boot can start.

suite=bookworm
disk_mib=1536
packages=(apt systemd-sysv dbus udev kmod initramfs-tools lz4 login iproute2 procps linux-image-amd64)
# Drivers no machine of ours has; leaving them out halves the disk.
unwanted_modules=(sound drivers/{accel,bluetooth,comedi,gpu/drm/{amd,ast,gma500,i915,nouveau,radeon,vmwgfx,xe}}
  drivers/{hwmon,iio,infiniband,isdn,leds,media,mmc,mtd,net/{can,wireless,ethernet},nfc,platform,staging,thunderbolt}
  fs/{afs,ceph,cifs,gfs2,jfs,nfs,nfsd,ocfs2,reiserfs,smb,ubifs,xfs} net/{bluetooth,ceph,mac80211,wireless})

# Places on the disk, in sectors of 512 bytes: the BIOS's boot code, the EFI system partition, the root.
bios_start=2048 bios_sectors=2048
esp_start=4096 esp_sectors=65536
root_start=69632

recipe_packages() {
  require lz4=lz4 xz=xz-utils mmdebstrap=mmdebstrap sfdisk=fdisk mke2fs=e2fsprogs debugfs=e2fsprogs mkfs.vfat=dosfstools mmd=mtools \
    mcopy=mtools grub-mkimage=grub-common
  [[ $(id -u) == 0 ]] || require fakeroot=fakeroot newuidmap=uidmap
  locate_packages grub-pc-bin grub-efi-amd64-bin
  grub_uris=("${uris[@]}")
  locate_installation "${packages[@]}"
  uris+=("${grub_uris[@]}")
}

recipe_inputs() {
  dpkg-query -W mmdebstrap e2fsprogs dosfstools mtools fdisk grub-common
}

# Sets uris as locate_packages does, for everything a fresh system with packages "$@" holds.
locate_installation() {
  local options=(-qq -o Dir::State::status=/dev/null -o Debug::NoLocking=1 -o APT::Install-Recommends=0 --print-uris install)
  mapfile -t uris < <("${apt_command:-apt-get}" "${options[@]}" '?essential' "$@")
  [[ ${#uris[@]} -gt $# ]] || die "apt-get can't resolve '$*'; run: apt-get update"
}

recipe_build() {
  local out=$1
  build_root
  make_partitions "$out/debian.raw"
  step "root file system"
  as_root fill_root "$out"
  build_boot_loaders "$out/debian.raw"
  extract_vmlinux "$out/vmlinuz" "$out/vmlinux"
  cp "$recipe/cmdline" "$out/cmdline"
}

# Runs function $1 with arguments as root, or as fakeroot's idea of root.
as_root() {
  if [[ $(id -u) == 0 ]]; then
    "$@"
  else
    export SECONDS recipe root_start disk_mib
    # shellcheck disable=SC2016 # expanded by the inner shell
    fakeroot -- bash -euc 'set -o pipefail; . "$1/../lib/common.sh"; . "$1/recipe.sh"; shift; "$@"' - "$recipe" "$@"
  fi
}

# The apt sources of this system when it is of our suite, else Debian's.
print_sources() {
  # shellcheck disable=SC2016 # apt expands the format
  local created uri codename component printed='' format='$(CREATED_BY) $(REPO_URI) $(CODENAME) $(COMPONENT)'
  while read -r created uri codename component; do
    [[ $created == Packages && $codename == "$suite"* && $component == main ]] || continue
    echo "deb $uri $codename $component"
    printed=1
  done < <(apt-get indextargets --format "$format")
  if [[ -z $printed ]]; then
    echo "deb http://deb.debian.org/debian $suite main"
    echo "deb http://deb.debian.org/debian-security $suite-security main"
  fi
}

# root.tar: the installed system.
build_root() {
  local mode=unshare module excludes=()
  [[ $(id -u) != 0 ]] || mode=root
  for module in "${unwanted_modules[@]}"; do
    excludes+=("--dpkgopt=path-exclude=/lib/modules/*/kernel/$module/*")
  done
  step "installing Debian packages (mmdebstrap, $mode mode)"
  print_sources >sources.list
  # shellcheck disable=SC2016 # $1 is for mmdebstrap's shell
  mmdebstrap --quiet --mode=$mode --variant=minbase --include="$(IFS=,; echo "${packages[*]}")" \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*' "${excludes[@]}" \
    --essential-hook='mkdir -p "$1/etc/initramfs-tools/conf.d" "$1/etc/initramfs-tools/hooks"' \
    --essential-hook="upload $recipe/files/initramfs.conf /etc/initramfs-tools/conf.d/malachite" \
    --essential-hook="upload $recipe/files/initramfs-modules /etc/initramfs-tools/modules" \
    --essential-hook="upload $recipe/files/initramfs-hook /etc/initramfs-tools/hooks/malachite" \
    --essential-hook='chmod 755 "$1/etc/initramfs-tools/hooks/malachite"' \
    --customize-hook="upload $recipe/files/fstab /etc/fstab" \
    --customize-hook="upload $recipe/files/report /usr/local/sbin/malachite-report" \
    --customize-hook="upload $recipe/files/malachite-report.service /etc/systemd/system/malachite-report.service" \
    --customize-hook="copy-in $recipe/files/setup /root" \
    --customize-hook='chroot "$1" sh /root/setup' \
    --customize-hook='rm "$1/root/setup" "$1"/etc/resolv.conf "$1"/var/cache/apt/*.bin "$1"/var/lib/apt/lists/*_*' \
    "$suite" root.tar sources.list >&2
}

# Lays an empty disk $1 out.
make_partitions() {
  step "partitions"
  truncate -s "${disk_mib}M" "$1"
  sfdisk -q "$1" <<TABLE
label: gpt
label-id: 6D616C61-6368-4974-8500-000000000000
first-lba: 2048
start=$bios_start, size=$bios_sectors, type=21686148-6449-6E6F-744E-656564454649, uuid=6D616C61-6368-4974-8500-000000000001, name=bios
start=$esp_start, size=$esp_sectors, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, uuid=6D616C61-6368-4974-8500-000000000002, name=esp
start=$root_start, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, uuid=6D616C61-6368-4974-8500-000000000003, name=root
TABLE
}

# Fills the root partition from root.tar; kernel and RAM disk go to folder $1 as well. Runs as (fake) root.
fill_root() {
  local out=$1 version
  mkdir root
  tar -C root --numeric-owner --xattrs -xf root.tar
  version=$(basename root/lib/modules/*)
  mkdir -p root/boot/grub
  cp "$recipe/files/grub.cfg" root/boot/grub/grub.cfg
  ln -sfn "vmlinuz-$version" root/boot/vmlinuz
  ln -sfn "initrd.img-$version" root/boot/initrd.img
  cp -L root/boot/vmlinuz root/boot/initrd.img "$out/"
  chmod 644 "$out/initrd.img"
  # The last MiB holds the second partition table.
  make_ext4 root "$out/debian.raw" $((root_start * 512)) $(((disk_mib - 1) * 256 - root_start / 8)) root
}

# GRUB for both firmwares on disk $1, with all it needs inside; it finds the root by label.
build_boot_loaders() {
  local disk=$1 modules=(part_gpt ext2 fat normal configfile linux search search_label serial terminal echo test halt reboot)
  step "boot loaders"
  uris=("${grub_uris[@]}")
  download_packages
  unpack_packages
  local pc=unpacked/grub-pc-bin/usr/lib/grub/i386-pc efi=unpacked/grub-efi-amd64-bin/usr/lib/grub/x86_64-efi
  grub-mkimage -O i386-pc -d "$pc" -p /boot/grub -c "$recipe/files/grub-early.cfg" -o core.img biosdisk part_msdos "${modules[@]}"
  grub-mkimage -O x86_64-efi -d "$efi" -p /boot/grub -c "$recipe/files/grub-early.cfg" -o bootx64.efi efi_gop "${modules[@]}"

  # The first sector of core.img loads the rest: its block list names start, length in sectors and load segment.
  truncate -s %512 core.img
  local sectors=$(($(stat -c %s core.img) / 512))
  [[ $sectors -le $bios_sectors ]] || die "GRUB's core image of $sectors sectors doesn't fit its partition"
  poke core.img $((0x1f4)) 8 $((bios_start + 1))
  poke core.img $((0x1fc)) 2 $((sectors - 1))
  poke core.img $((0x1fe)) 2 $((0x820))
  head -c 440 "$pc/boot.img" >boot.img
  poke boot.img $((0x5c)) 8 $bios_start
  # No check of the drive number: two no-operations where the check would jump.
  poke boot.img $((0x66)) 2 $((0x9090))
  dd if=boot.img of="$disk" conv=notrunc status=none
  dd if=core.img of="$disk" bs=512 seek=$bios_start conv=notrunc status=none

  rm -f esp.img
  mkfs.vfat -C -F 16 -n ESP -i 6d616c61 --invariant esp.img $((esp_sectors / 2)) >/dev/null
  touch -d "@$SOURCE_DATE_EPOCH" bootx64.efi
  mmd -i esp.img ::/EFI ::/EFI/BOOT
  mcopy -m -i esp.img bootx64.efi ::/EFI/BOOT/BOOTX64.EFI
  dd if=esp.img of="$disk" bs=512 seek=$esp_start conv=notrunc,sparse status=none
}

# Writes number $4 as $3 little-endian bytes at offset $2 of file $1.
poke() {
  local bytes='' value=$4 i
  for ((i = 0; i < $3; i++)); do
    bytes+=$(printf '\\x%02x' $((value & 255)))
    value=$((value >> 8))
  done
  # shellcheck disable=SC2059 # the bytes are the format
  printf "$bytes" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
