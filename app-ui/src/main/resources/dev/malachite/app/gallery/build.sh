#!/bin/bash
# Copyright 2026 The Malachite Authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2034,SC2154 # the recipes share variables with this file
#
# build.sh IMAGE WORK CACHE: builds a gallery image as WORK/disk.raw out of Debian packages. Needs no root, no loop device,
# no mount. Lines "progress PERCENT TEXT" on standard output tell how far it is, the last line of standard error why it failed.
# CACHE keeps package lists and packages between builds.

set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
image=$1 work=$2 cache=$3
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL=C TZ=UTC
umask 022
suite=bookworm
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

progress() {
  echo "progress $*"
}

# Ends the build; $1 says what is wrong and how to mend it.
die() {
  echo "$*" >&2
  exit 1
}

# Checks that every program of "$@" (program=package) is there.
require() {
  local pair missing=()
  for pair in "$@"; do
    [[ -n $(type -P "${pair%%=*}") ]] || missing+=("${pair#*=}")
  done
  [[ -r $keyring ]] || missing+=(debian-archive-keyring)
  [[ ${#missing[@]} -eq 0 ]] ||
    die "building the image needs Debian packages that aren't installed; run: sudo apt-get install -y ${missing[*]}"
}

# Checks that folder $1 has $2 MiB of room.
require_room() {
  local free
  free=$(df --output=avail -BM "$1" | tail -n 1 | tr -dc '0-9')
  [[ $free -ge $2 ]] || die "$1: building the image needs $2 MiB there and $free MiB are free; make room, or set $3 to another folder"
}

# The package sources: this system's where it is of our suite, else Debian's.
write_sources() {
  # shellcheck disable=SC2016 # apt expands the format
  local created uri codename component format='$(CREATED_BY) $(REPO_URI) $(CODENAME) $(COMPONENT)' lines=''
  while read -r created uri codename component; do
    [[ $created == Packages && $codename == "$suite"* && $component == main ]] || continue
    lines+="deb [signed-by=$keyring] $uri $codename main"$'\n'
  done < <(apt-get indextargets --format "$format" 2>/dev/null)
  if [[ $lines != *" $suite "* ]]; then
    lines="deb [signed-by=$keyring] http://deb.debian.org/debian $suite main"$'\n'
    lines+="deb [signed-by=$keyring] http://deb.debian.org/debian-security $suite-security main"$'\n'
  fi
  printf '%s' "$lines" >sources.list
}

# apt-get or apt-cache ($1) with sources, lists and archives of our own.
private() {
  local program=$1
  shift
  "$program" -qq -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::State="$cache/apt" -o Dir::State::status=/dev/null -o Dir::Cache="$cache/apt" \
    -o APT::Architecture=amd64 -o APT::Architectures=amd64 -o APT::Sandbox::User="$(id -un)" \
    -o Acquire::Languages=none -o Acquire::Retries=2 -o Acquire::http::Timeout=20 -o Debug::NoLocking=1 "$@"
}

update_lists() {
  mkdir -p "$cache/apt/lists/partial" "$cache/apt/archives/partial" "$cache/packages"
  # apt-get update ends with 0 when a mirror can't be reached.
  private apt-get -o APT::Update::Error-Mode=any update >apt.log 2>&1 ||
    die "Debian's package lists can't be fetched ($(sed -n 's/^E: //p' apt.log | head -n 1)); check the network and the mirrors in /etc/apt"
}

# Fetches packages "$@" and unpacks each into unpacked/<its name>.
unpack() {
  local package file
  mkdir -p unpacked
  for package in "$@"; do
    (cd "$cache/packages" && private apt-get download "$package") >apt.log 2>&1 ||
      die "Debian's package $package can't be fetched ($(sed -n 's/^E: //p' apt.log | head -n 1)); check the network and the mirrors in /etc/apt"
    # The newest of those that earlier builds left.
    file=$(private apt-cache --no-all-versions show "$package" | sed -n 's|^Filename: .*/||p' | head -n 1)
    file=$(find "$cache/packages" -name "${package}_*.deb" -newermt '1970-01-02' -printf '%C@ %p\n' | sort -n | tail -n 1 | cut -d' ' -f2-)
    dpkg-deb -x "$file" "unpacked/$package" || die "$file: the package is damaged; remove it and try again"
  done
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

# Places on every disk, in sectors of 512 bytes.
bios_start=2048 bios_sectors=2048
esp_start=4096 esp_sectors=131072
root_start=$((esp_start + esp_sectors))

# Lays out disk.raw, $1 MiB long; $2 is not empty when there is a root partition.
make_partitions() {
  local root=
  [[ -z $2 ]] || root="start=$root_start, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, name=root"
  truncate -s "${1}M" disk.raw
  sfdisk -q disk.raw <<TABLE || die "sfdisk can't lay out the disk"
label: gpt
first-lba: 2048
start=$bios_start, size=$bios_sectors, type=21686148-6449-6E6F-744E-656564454649, name=bios
start=$esp_start, size=$esp_sectors, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, name=esp
$root
TABLE
}

# GRUB for both firmwares: for UEFI the shim and the GRUB that Debian signs, for BIOS one made here that knows file system
# label $1 and reads the configuration $2 there. esp/ holds what else goes into the EFI system partition.
install_boot_loaders() {
  local modules=(biosdisk part_gpt part_msdos ext2 fat normal configfile linux search search_label serial terminal echo test
    halt reboot all_video)
  unpack grub-pc-bin grub-efi-amd64-signed shim-signed
  local pc=unpacked/grub-pc-bin/usr/lib/grub/i386-pc
  printf 'search --no-floppy --label %s --set=root\nset prefix=($root)/boot/grub\nconfigfile ($root)%s\n' "$1" "$2" >early.cfg
  grub-mkimage -O i386-pc -d "$pc" -p /boot/grub -c early.cfg -o core.img "${modules[@]}" || die "grub-mkimage failed"
  # The first sector of core.img loads the rest: its block list names start, length in sectors and load segment.
  truncate -s %512 core.img
  local sectors=$(($(stat -c %s core.img) / 512))
  [[ $sectors -le $bios_sectors ]] || die "GRUB's image of $sectors sectors doesn't fit its partition"
  poke core.img $((0x1f4)) 8 $((bios_start + 1))
  poke core.img $((0x1fc)) 2 $((sectors - 1))
  poke core.img $((0x1fe)) 2 $((0x820))
  head -c 440 "$pc/boot.img" >boot.img
  poke boot.img $((0x5c)) 8 $bios_start
  # No check of the drive's number: two no-operations where the check would jump.
  poke boot.img $((0x66)) 2 $((0x9090))
  dd if=boot.img of=disk.raw conv=notrunc status=none
  dd if=core.img of=disk.raw bs=512 seek=$bios_start conv=notrunc status=none

  mkdir -p esp/EFI/BOOT esp/EFI/debian
  cp unpacked/shim-signed/usr/lib/shim/shimx64.efi.signed esp/EFI/BOOT/BOOTX64.EFI
  cp unpacked/grub-efi-amd64-signed/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed esp/EFI/BOOT/grubx64.efi
  printf 'search --no-floppy --label %s --set=root\nset prefix=($root)/boot/grub\nconfigfile ($root)%s\n' "$1" "$2" \
    >esp/EFI/debian/early.cfg
  [[ -e esp/EFI/debian/grub.cfg ]] || mv esp/EFI/debian/early.cfg esp/EFI/debian/grub.cfg
  rm -f esp/EFI/debian/early.cfg
  mkfs.vfat -C -F 16 -n MALACHITE esp.img $((esp_sectors / 2)) >/dev/null || die "mkfs.vfat failed"
  mcopy -s -i esp.img esp/* ::/ || die "mcopy can't fill the EFI system partition"
  dd if=esp.img of=disk.raw bs=1M seek=$((esp_start / 2048)) conv=notrunc,sparse status=none
}

# shellcheck source=/dev/null
. "$here/$image.sh"
cd "$work"
build_image
