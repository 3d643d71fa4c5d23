# Copyright 2026 The Malachite Authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154,SC2016 # shares variables with build.sh; mmdebstrap's shell expands $1
#
# The debian image: Debian 12 with systemd and the stock kernel, small enough to be built in minutes.

disk_mib=8192
packages=(apt systemd-sysv systemd-resolved dbus udev kmod initramfs-tools lz4 login passwd iproute2 procps
  ca-certificates less nano hyperv-daemons linux-image-amd64)
# Drivers no machine of ours has; without them the image is half as large.
unwanted_modules=(sound drivers/{accel,bluetooth,comedi,gpu/drm/{amd,ast,gma500,i915,nouveau,radeon,vmwgfx,xe}}
  drivers/{hwmon,iio,infiniband,isdn,leds,media,mmc,mtd,net/{can,wireless},nfc,platform,staging,thunderbolt}
  net/{bluetooth,mac80211,wireless})

build_image() {
  require apt-get=apt dpkg-deb=dpkg mmdebstrap=mmdebstrap sfdisk=fdisk mke2fs=e2fsprogs mkfs.vfat=dosfstools mcopy=mtools \
    grub-mkimage=grub-common
  require_namespaces
  find_temporary_folder
  require_room "$temporary" 2500 TMPDIR
  require_room "$work" 4000 XDG_CACHE_HOME
  write_sources
  progress 1 fetching package lists
  update_lists
  install_debian
  progress 72 laying out the disk
  make_partitions "$disk_mib" root
  as_root fill_root
  progress 92 installing boot loaders
  install_boot_loaders root /boot/grub/grub.cfg
}

# mmdebstrap's chroot needs what a container needs.
require_namespaces() {
  [[ $(id -u) != 0 ]] || return 0
  require fakeroot=fakeroot newuidmap=uidmap
  unshare --user --map-root-user true 2>/dev/null ||
    die "this system doesn't let users make user namespaces, which building as $(id -un) needs; run as root, or: sudo sysctl -w kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0"
  grep -qE "^($(id -un)|$(id -u)):" /etc/subuid && grep -qE "^($(id -un)|$(id -u)):" /etc/subgid ||
    die "$(id -un) has no range in /etc/subuid and /etc/subgid, which building needs; run: sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $(id -un)"
}

# The namespace's root must be able to enter it, which rules out a home folder.
find_temporary_folder() {
  temporary=${TMPDIR:-/var/tmp}
  remove_rests
  temporary=$(mktemp -d "$temporary/malachite-$(id -u).XXXXXX") || die "$temporary: no folder can be made there; set TMPDIR to another"
  chmod 711 "$temporary"
  trap 'remove_temporary "$temporary"' EXIT
  trap 'exit 130' INT TERM HUP
}

remove_temporary() {
  rm -rf "$1" 2>/dev/null || unshare --map-root-user --map-auto rm -rf "$1" 2>/dev/null || true
}

# What builds left that were killed; builds hold a lock, so none goes on.
remove_rests() {
  local rest
  for rest in "$temporary/malachite-$(id -u)".??????; do
    [[ ! -d $rest || ! -O $rest ]] || remove_temporary "$rest"
  done
}

# Runs function $1 as root, or as fakeroot's idea of root.
as_root() {
  if [[ $(id -u) == 0 ]]; then
    "$@"
  else
    export here root_start disk_mib
    fakeroot -- bash -euc 'set -o pipefail; progress() { echo "progress $*"; }; die() { echo "$*" >&2; exit 1; }
      . "$here/debian.sh"; "$@"' - "$@"
  fi
}

# root.tar: the installed system.
install_debian() {
  local mode=unshare module excludes=()
  [[ $(id -u) != 0 ]] || mode=root
  for module in "${unwanted_modules[@]}"; do
    excludes+=("--dpkgopt=path-exclude=/lib/modules/*/kernel/$module/*")
  done
  progress 5 installing Debian
  TMPDIR=$temporary mmdebstrap --mode=$mode --variant=minbase --format=tar --include="$(IFS=,; echo "${packages[*]}")" \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*' "${excludes[@]}" \
    --aptopt='Acquire::Retries "2"' --aptopt='Acquire::http::Timeout "20"' \
    --essential-hook='mkdir -p "$1/etc/initramfs-tools/conf.d" "$1/etc/initramfs-tools/hooks"' \
    --essential-hook='printf "MODULES=list\nCOMPRESS=lz4\n" >"$1/etc/initramfs-tools/conf.d/malachite"' \
    --essential-hook="upload '$here/initramfs-modules' /etc/initramfs-tools/modules" \
    --customize-hook="upload '$here/debian-setup' /root/setup" \
    --customize-hook='chroot "$1" sh /root/setup' \
    --customize-hook='rm "$1/root/setup"; rm -f "$1"/etc/resolv.conf "$1"/var/cache/apt/*.bin "$1"/var/lib/apt/lists/*_*; ln -s ../run/systemd/resolve/stub-resolv.conf "$1/etc/resolv.conf"' \
    "$suite" root.tar sources.list >mmdebstrap.log 2>&1 &
  local pid=$! line
  # mmdebstrap ends with its children when it is told to.
  trap 'kill "$pid" 2>/dev/null || true; wait "$pid" || true; exit 130' INT TERM HUP
  while read -r line; do
    case $line in
      *'downloading packages with apt'*) progress 8 downloading packages ;;
      *'extracting archives'*) progress 22 unpacking essential packages ;;
      *'installing essential packages'*) progress 28 installing essential packages ;;
      *'installing remaining packages'*) progress 35 installing the system ;;
      *'Setting up linux-image'*) progress 55 installing the kernel ;;
      *'running --customize-hook'*'setup'*) progress 60 setting the system up ;;
      *'cleaning package lists'*) progress 65 packing the system ;;
    esac
  done < <(tail -n +1 --pid="$pid" -s 0.2 -F mmdebstrap.log 2>/dev/null)
  wait "$pid" ||
    die "Debian can't be installed ($(grep -E '^(E|dpkg: error|.*unshare.*failed)' mmdebstrap.log | tail -n 1)); check the network and the mirrors in /etc/apt, and that there is room in $temporary"
  trap 'exit 130' INT TERM HUP
}

# Fills the root partition from root.tar. Runs as (fake) root.
fill_root() {
  local offset=$((root_start * 512))
  mkdir root
  tar -C root --numeric-owner -xf root.tar || die "$PWD: the system can't be unpacked; is there room?"
  rm root.tar
  mkdir -p root/boot/grub
  cp "$here/debian-grub.cfg" root/boot/grub/grub.cfg
  progress 80 making the root file system
  # The last MiB holds the second partition table.
  mke2fs -q -F -t ext4 -b 4096 -L root -m 1 -E "offset=$offset,root_owner=0:0,lazy_itable_init=1,lazy_journal_init=1" \
    -d root disk.raw $(((disk_mib - 1) * 256 - root_start / 8)) || die "mke2fs can't make the root file system"
  chmod -R u+rwX root
  rm -rf root
}
