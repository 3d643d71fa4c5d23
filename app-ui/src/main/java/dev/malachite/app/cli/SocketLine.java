// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A serial line on a Unix-domain socket that we listen on. One peer is connected at a time; what
 * the guest sends while there is none is lost.
 */
final class SocketLine extends SerialLine {
  private static final System.Logger LOGGER = System.getLogger(SocketLine.class.getName());
  private static final int CHUNK = 1 << 10;

  private final Path path;
  private final ServerSocketChannel server;
  private volatile @Nullable SocketChannel peer;

  /** Binds the socket. */
  SocketLine(Path path) throws IOException {
    super("com1");
    this.path = path;
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(path));
    } catch (IOException | IllegalArgumentException e) {
      server.close();
      throw new IOException(
          path + ": can't listen there (" + Failures.describe(e) + "); remove it or choose another",
          e);
    }
    begin();
    Thread.ofPlatform().daemon().name("com1-socket").start(this::serve);
  }

  @Override
  void write(byte[] bytes, int length) {
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
      LOGGER.log(System.Logger.Level.WARNING, "{0}: {1}", path, Failures.describe(e));
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
