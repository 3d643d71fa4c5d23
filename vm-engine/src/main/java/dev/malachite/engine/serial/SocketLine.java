// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.serial;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * A serial line on a Unix-domain socket that we listen on. One peer is connected at a time; what
 * the guest sends while there is none is lost.
 */
public final class SocketLine extends SerialLine {
  private static final System.Logger LOGGER = System.getLogger(SocketLine.class.getName());
  private static final int CHUNK = 1 << 10;

  private final Path path;
  private final ServerSocketChannel server;
  private volatile @Nullable SocketChannel peer;

  /**
   * Binds the socket, for its owner only; one that nobody listens on any more is replaced.
   *
   * @param name for the line's threads
   * @param path the socket's name
   * @throws IOException if it can't be bound, naming it
   */
  public SocketLine(String name, Path path) throws IOException {
    super(name);
    this.path = path;
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      removeDead(path);
      server.bind(UnixDomainSocketAddress.of(path));
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException | IllegalArgumentException e) {
      server.close();
      throw new IOException(
          path + ": can't listen there (" + e.getMessage() + "); remove it or choose another", e);
    }
    begin();
    Thread.ofPlatform().daemon().name(name + "-socket").start(this::serve);
  }

  // What a process that was killed left behind.
  private static void removeDead(Path path) throws IOException {
    if (!Files.exists(path)
        || Files.isRegularFile(path)
        || Files.isDirectory(path)
        || Files.isSymbolicLink(path)) {
      return;
    }
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.connect(UnixDomainSocketAddress.of(path));
    } catch (ConnectException e) {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "what is at a socket's place is none", e);
    }
  }

  @Override
  protected void write(byte[] bytes, int length) {
    SocketChannel to = peer;
    if (to == null) {
      return;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
    try {
      while (buffer.hasRemaining()) {
        to.write(buffer);
      }
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "the serial line's peer has gone", e);
      closeQuietly(to);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      super.close();
    } finally {
      server.close();
      SocketChannel to = peer;
      if (to != null) {
        to.close();
      }
      Files.deleteIfExists(path);
    }
  }

  private void serve() {
    try {
      while (true) {
        try (SocketChannel accepted = server.accept()) {
          peer = accepted;
          read(accepted);
        } finally {
          peer = null;
        }
      }
    } catch (ClosedChannelException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "{0}: closed", path);
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.WARNING, "{0}: {1}", path, e.getMessage());
    }
  }

  private void read(SocketChannel from) {
    byte[] bytes = new byte[CHUNK];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    try {
      for (int length = from.read(buffer); length >= 0; length = from.read(buffer.clear())) {
        if (!offer(bytes, length)) {
          return;
        }
      }
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "the serial line's peer has gone", e);
    }
  }

  private static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "closing a broken connection", e);
    }
  }
}
