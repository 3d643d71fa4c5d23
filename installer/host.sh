# Copyright 2026 The Malachite Authors
# SPDX-License-Identifier: Apache-2.0
#
# What ./malachite and ./verify ask of this host. Sourced by both; bash 4 or newer.

# Prints one line on stderr and ends with exit code 1.
fail() {
  printf 'malachite: %s\n' "$1" >&2
  exit 1
}

# True when the folder $1 holds a whole JDK of version 25 or newer; sets jdk_version.
is_jdk() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  local line
  while IFS= read -r line; do
    if [[ $line =~ ^JAVA_VERSION=\"?(([0-9]+)[0-9.]*) ]]; then
      jdk_version=${BASH_REMATCH[1]}
      [ "${BASH_REMATCH[2]}" -ge 25 ]
      return
    fi
  done <"$1/release"
  return 1
}

# Sets JAVA_HOME (and jdk_version) to the first JDK 25 or newer: JAVA_HOME itself, then the usual folders, then the path.
find_jdk() {
  local folder
  for folder in ${JAVA_HOME:+"$JAVA_HOME"} /usr/lib/jvm/* /usr/java/* /opt/* /opt/*/jdk* \
    ~/.sdkman/candidates/java/* ~/.jdks/*; do
    if is_jdk "$folder"; then
      export JAVA_HOME=$folder
      return
    fi
  done
  folder=$(readlink -f "$(command -v javac)") && folder=${folder%/bin/javac}
  if is_jdk "$folder"; then
    export JAVA_HOME=$folder
    return
  fi
  fail "no JDK 25 or newer in JAVA_HOME, /usr/lib/jvm, /usr/java, /opt, ~/.sdkman or ~/.jdks; install one (Temurin 25, for example) or set JAVA_HOME to it"
}

# Installs the Debian packages named, those that are missing; says the one command when it may not.
need_packages() {
  local package state missing=() administrator=()
  for package; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || state=
    [ "$state" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null ||
    fail "needs ${missing[*]} (Debian's names); install them and run this again"
  if [ "$(id -u)" != 0 ]; then
    if command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
      administrator=(sudo)
    else
      fail "needs ${missing[*]}; run: sudo apt-get install -y ${missing[*]}"
    fi
  fi
  echo "malachite: installing ${missing[*]}" >&2
  "${administrator[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2 ||
    { "${administrator[@]}" apt-get update -qq >&2 &&
      "${administrator[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2; } ||
    fail "could not install ${missing[*]}; apt-get's own words are above"
}
