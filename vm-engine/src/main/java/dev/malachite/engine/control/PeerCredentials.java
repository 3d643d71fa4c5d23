// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.control;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/** Makes sure that whoever is at the other end of a socket is the user who owns the machine. */
final class PeerCredentials {
  private PeerCredentials() {}

  /**
   * Whether the peer's process belongs to the owner of a file.
   *
   * @throws IOException if the host can't tell
   */
  static boolean isOwnerOf(Path file, SocketChannel peer) throws IOException {
    UnixDomainPrincipal principal = peer.getOption(ExtendedSocketOptions.SO_PEERCRED);
    return principal.user().equals(Files.getOwner(file));
  }
}
