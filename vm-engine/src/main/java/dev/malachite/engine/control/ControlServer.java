// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.control;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Consumer;

/**
 * Listens on a machine's control socket, mode 0600, and passes on connections of the user who owns
 * it.
 */
public final class ControlServer implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(ControlServer.class.getName());

  /** Bytes in the longest name of a socket, sun_path without its end (unix(7)). */
  private static final int LONGEST_NAME = 107;

  private final Path path;
  private final ServerSocketChannel server;
  private final Thread thread;

  /**
   * Binds the socket; a dead one of that name is replaced. The caller holds the machine, so that no
   * live one can be there.
   *
   * @param accepted takes connections, on this server's thread
   */
  public ControlServer(Path path, Consumer<SocketChannel> accepted) throws IOException {
    this.path = path;
    requireShort(path);
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    boolean bound = false;
    try {
      // Nobody can connect before the mode is set: the name isn't known yet.
      Path hidden = path.resolveSibling("." + path.getFileName());
      requireShort(hidden);
      Files.deleteIfExists(hidden);
      server.bind(UnixDomainSocketAddress.of(hidden));
      Files.setPosixFilePermissions(hidden, PosixFilePermissions.fromString("rw-------"));
      Files.move(hidden, path, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
      bound = true;
    } finally {
      if (!bound) {
        server.close();
      }
    }
    thread = Thread.ofPlatform().daemon().name("control").unstarted(() -> serve(accepted));
  }

  /** Starts to take connections. */
  public void start() {
    thread.start();
  }

  static void requireShort(Path path) throws IOException {
    if (path.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      throw new IOException(
          path
              + ": too long for a socket's name, "
              + LONGEST_NAME
              + " bytes at most; set XDG_RUNTIME_DIR or MALACHITE_HOME to a shorter one");
    }
  }

  private void serve(Consumer<SocketChannel> accepted) {
    while (server.isOpen()) {
      try {
        take(server.accept(), accepted);
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        LOGGER.log(System.Logger.Level.WARNING, path + ": a connection was lost", e);
      }
    }
  }

  private void take(SocketChannel peer, Consumer<SocketChannel> accepted) throws IOException {
    boolean taken = false;
    try {
      if (PeerCredentials.isOwnerOf(path, peer)) {
        accepted.accept(peer);
        taken = true;
      } else {
        LOGGER.log(System.Logger.Level.WARNING, "{0}: another user was turned away", path);
      }
    } finally {
      if (!taken) {
        peer.close();
      }
    }
  }

  /** Stops listening and removes the socket's name. */
  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(path);
  }
}
