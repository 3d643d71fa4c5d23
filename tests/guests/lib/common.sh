# Copyright 2026 The Malachite Authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # build, common.sh and the recipes share variables
#
# What the guest recipes share: progress, the cache, and Debian packages by content.
# Sourced by ../build; a recipe runs in the folder it fills and uses these functions.

# Prints a progress line on stderr.
step() {
  printf '[%3ds] %s\n' "$SECONDS" "$*" >&2
}

# Ends the build; $1 says what is wrong and how to mend it.
die() {
  printf 'guests/build: %s\n' "$*" >&2
  exit 1
}

# Checks that every program of "$@" (program=package) is there.
require() {
  local pair missing=()
  for pair in "$@"; do
    [[ -n $(PATH=$PATH:/usr/sbin:/sbin type -P "${pair%%=*}") ]] || missing+=("${pair#*=}")
  done
  [[ ${#missing[@]} -eq 0 ]] || die "missing programs; run: apt-get install -y ${missing[*]}"
}

# The folder that holds built guests and downloaded packages.
cache_folder() {
  if [[ -n ${MALACHITE_HOME:-} ]]; then
    echo "$MALACHITE_HOME/cache"
  else
    echo "${XDG_CACHE_HOME:-$HOME/.cache}/malachite"
  fi
}

# apt-get with package lists of our own, for when the system's are missing or out of date; works without root.
private_apt() {
  local state=$cache/apt
  mkdir -p "$state/lists/partial" "$state/archives/partial"
  apt-get -qq -o Dir::State::lists="$state/lists" -o Dir::Cache="$state" -o APT::Sandbox::User="$(id -un)" "$@"
}

# Sets the array uris: one line "'URI' file size hash" for each package in "$@".
# Versions and hashes come from the package lists, so this is the part of a cache key that follows Debian.
locate_packages() {
  if [[ ${apt_command:-apt-get} == apt-get ]] && mapfile -t uris < <(apt-get -qq --print-uris download "$@" 2>/dev/null) \
    && [[ ${#uris[@]} -eq $# ]]; then
    return
  fi
  if [[ ${apt_command:-apt-get} == apt-get ]]; then
    step "package lists are missing or old; fetching our own"
    private_apt update >&2 || die "no package lists; run: apt-get update"
    apt_command=private_apt
  fi
  mapfile -t uris < <(private_apt --print-uris download "$@")
  [[ ${#uris[@]} -eq $# ]] || die "a package of '$*' is in no package list; check /etc/apt/sources.list"
}

# Downloads the packages of the array uris, checks them, and sets the map deb (package name to file).
declare -A deb
download_packages() {
  local line uri file size sum name folder=$cache/packages
  mkdir -p "$folder"
  for line in "${uris[@]}"; do
    read -r uri file size sum <<<"$line"
    name=${file%%_*}
    if ! check_package "$folder/$file" "$size" "$sum"; then
      step "downloading $name ($((size / 1024)) KiB)"
      if ! fetch_package "$name" "$folder" || ! check_package "$folder/$file" "$size" "$sum"; then
        die "download of $uri failed or gave another file; run: apt-get update"
      fi
    fi
    deb[$name]=$folder/$file
  done
}

# Is file $1 there with size $2 and hash $3 (kind:hex)?
check_package() {
  local have
  [[ -f $1 && $(stat -c %s "$1") == "$2" ]] || return 1
  case $3 in
    SHA256:*) have=SHA256:$(sha256sum <"$1") ;;
    SHA512:*) have=SHA512:$(sha512sum <"$1") ;;
    MD5Sum:*) have=MD5Sum:$(md5sum <"$1") ;;
    *) die "package hash of an unknown kind: $3" ;;
  esac
  [[ ${have%% *} == "$3" ]]
}

# Downloads package $1 into folder $2.
fetch_package() {
  local temporary result=0
  temporary=$(mktemp -d "$2/.download.XXXXXX")
  (cd "$temporary" && "${apt_command:-apt-get}" -qq -o APT::Sandbox::User="$(id -un)" download "$1" >&2) || result=1
  [[ $result -ne 0 ]] || mv "$temporary"/*.deb "$2/" || result=1
  rm -rf "$temporary"
  return "$result"
}

# Prints the one package that meta-package $1 depends on with a name that matches pattern $2.
dependency() {
  local name
  name=$({ apt-cache depends "$1" 2>/dev/null || true; } | sed -n "s/^ *Depends: \\($2\\)\$/\\1/p" | head -n 1)
  if [[ -z $name ]]; then
    step "package lists are missing; fetching our own"
    private_apt update >&2 || die "no package lists; run: apt-get update"
    name=$(apt-cache -o Dir::State::lists="$cache/apt/lists" -o Dir::Cache="$cache/apt" depends "$1" \
      | sed -n "s/^ *Depends: \\($2\\)\$/\\1/p" | head -n 1)
  fi
  [[ -n $name ]] || die "package $1 depends on nothing like $2; check /etc/apt/sources.list"
  echo "$name"
}

# Packs folder $1 as an uncompressed newc archive $2 that depends on nothing but the files' content.
pack_initrd() {
  find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
  (cd "$1" && find . -mindepth 1 -printf '%P\0' | LC_ALL=C sort -z \
    | cpio --quiet --null --create --format=newc --reproducible --owner=0:0) >"$2"
}

# Prints the module files that modules "$2"… of the unpacked kernel in folder $1 need, in loading order,
# relative to its lib/modules/<version>/; a file in the map loaded is left out.
declare -A loaded
resolve_modules() {
  local root=$1 dependencies name file line item
  shift
  dependencies=("$root"/lib/modules/*/modules.dep)
  for name in "$@"; do
    line=$(grep -E "/${name//_/[-_]}\\.ko:" "${dependencies[0]}") || die "this kernel has no module $name"
    file=${line%%:*}
    # shellcheck disable=SC2086 # a list of files
    for item in $(printf '%s\n' ${line#*:} | tac) "$file"; do
      [[ -n ${loaded[$item]:-} ]] && continue
      loaded[$item]=1
      echo "$item"
    done
  done
}

# Unpacks every downloaded package into unpacked/<package name>.
unpack_packages() {
  local package
  mkdir -p unpacked
  for package in "${!deb[@]}"; do
    dpkg-deb -x "${deb[$package]}" "unpacked/$package"
  done
}

# Makes an ext4 file system out of folder $1 in file $2 at byte $3, $4 blocks of 4 KiB long, with label $5; further
# arguments go to mke2fs. Every time in it is the epoch's.
make_ext4() {
  local root=$1 image=$2 offset=$3 blocks=$4 label=$5 uuid=6d616c61-6368-4974-8500-7465737464aa field
  shift 5
  find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
  E2FSPROGS_FAKE_TIME=$SOURCE_DATE_EPOCH mke2fs -q -F -t ext4 -b 4096 -L "$label" -U "$uuid" -m 0 \
    -E "offset=$offset,hash_seed=$uuid,root_owner=0:0,lazy_itable_init=0,lazy_journal_init=0" -d "$root" "$@" "$image" "$blocks"
  # mke2fs copies this machine's access and change times.
  (cd "$root" && find . -printf '%P\n') | sort | while read -r path; do
    for field in atime ctime mtime crtime; do
      printf 'set_inode_field "/%s" %s @%s\n' "$path" "$field" "$SOURCE_DATE_EPOCH"
      printf 'set_inode_field "/%s" %s_extra 0\n' "$path" "$field"
    done
  done | edit_ext4 "$image" "$offset"
}

# Gives every file of folder $1 in the ext4 file system in file $2 at byte $3 to root.
own_by_root() {
  (cd "$1" && find . -printf '%P\n') | sort | while read -r path; do
    printf 'set_inode_field "/%s" uid 0\nset_inode_field "/%s" gid 0\n' "$path" "$path"
  done | edit_ext4 "$2" "$3"
}

# Runs the debugfs commands of standard input on the file system in file $1 at byte $2.
edit_ext4() {
  E2FSPROGS_FAKE_TIME=$SOURCE_DATE_EPOCH debugfs -w -f - "$1?offset=$2" >/dev/null 2>debugfs.log
  # debugfs ends with 0 whatever its commands say.
  if grep -v '^debugfs [0-9.]* ' debugfs.log >&2; then
    die "debugfs could not edit $1"
  fi
}

# Unpacks the ELF kernel out of bzImage $1 into $2: the same kernel, without its own unpacking at every boot.
extract_vmlinux() {
  local start length magic unpack
  # Linux boot protocol: setup_sects at 0x1F1, payload_offset at 0x248, payload_length at 0x24C.
  start=$((($(peek "$1" $((0x1f1)) 1) + 1) * 512 + $(peek "$1" $((0x248)) 4)))
  # The payload's last four bytes are its unpacked size.
  length=$(($(peek "$1" $((0x24c)) 4) - 4))
  magic=$(peek "$1" "$start" 4)
  case $(printf '%08x' "$magic") in
    184c2102) unpack=(lz4 -dc) ;;
    587a37fd) unpack=(xz -dc) ;;
    *) die "the kernel is packed in a way unknown here (it begins with $magic)" ;;
  esac
  dd if="$1" bs=1M iflag=skip_bytes,count_bytes skip="$start" count="$length" status=none | "${unpack[@]}" >"$2"
  [[ $(head -c 4 "$2") == $'\x7fELF' ]] || die "the unpacked kernel is no ELF file"
}

# Prints the little-endian number in $3 bytes at offset $2 of file $1.
peek() {
  od -An -v -j "$2" -N "$3" -t "u$3" --endian=little "$1" | tr -d ' '
}
