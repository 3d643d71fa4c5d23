// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.serial;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SerialLineTest {
  @TempDir private Path folder;

  /** A line whose far end is an array. */
  private static final class ArrayLine extends SerialLine {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    ArrayLine() {
      super("test");
      begin();
    }

    @Override
    protected void write(byte[] bytes, int length) {
      written.write(bytes, 0, length);
    }
  }

  private static void send(SerialLine line, byte[] bytes) {
    for (byte value : bytes) {
      line.transmit(value);
    }
  }

  @Test
  void everythingTheGuestSentIsWrittenInOrder() throws IOException {
    byte[] sent = new byte[300_000];
    new Random(1).nextBytes(sent);
    ArrayLine line = new ArrayLine();
    send(line, sent);
    line.close();
    assertThat(line.written.toByteArray()).isEqualTo(sent);
  }

  @Test
  void aPortThatTakesAFewBytesAtATimeGetsAllInOrder() throws Exception {
    byte[] typed = new byte[20_000];
    new Random(2).nextBytes(typed);
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    CountDownLatch all = new CountDownLatch(1);
    try (ArrayLine line = new ArrayLine()) {
      line.connect(
          (bytes, offset, length) -> {
            int taken = Math.min(length, 14);
            received.write(bytes, offset, taken);
            line.ready();
            if (received.size() == typed.length) {
              all.countDown();
            }
            return taken;
          });
      assertThat(line.offer(typed, typed.length)).isTrue();
      assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(received.toByteArray()).isEqualTo(typed);
  }

  @Test
  void inputBeforeThereIsAPortWaitsForIt() throws Exception {
    AtomicReference<@Nullable String> received = new AtomicReference<>();
    CountDownLatch arrived = new CountDownLatch(1);
    try (ArrayLine line = new ArrayLine()) {
      line.offerNow("early".getBytes(ISO_8859_1), 5);
      line.connect(
          (bytes, offset, length) -> {
            received.set(new String(bytes, offset, length, ISO_8859_1));
            arrived.countDown();
            return length;
          });
      assertThat(arrived.await(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(received.get()).isEqualTo("early");
  }

  @Test
  void aGuestThatNeverReadsHoldsNothingUp() throws Exception {
    try (ArrayLine line = new ArrayLine()) {
      line.connect((bytes, offset, length) -> 0);
      byte[] flood = new byte[1 << 20];
      line.offerNow(flood, flood.length);
    }
  }

  @Test
  void aFileHoldsTheOutput() throws IOException {
    Path file = Files.writeString(folder.resolve("log"), "an older and longer run's output");
    try (FileLine line = new FileLine("test", file, false)) {
      send(line, "login: ".getBytes(ISO_8859_1));
    }
    assertThat(file).hasContent("login: ");
  }

  @Test
  void aSocketCarriesBothWays() throws Exception {
    Path path = folder.resolve("com1");
    CountDownLatch typed = new CountDownLatch(1);
    try (SocketLine line = new SocketLine("test", path);
        SocketChannel peer = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      line.connect(
          (bytes, offset, length) -> {
            typed.countDown();
            return length;
          });
      // What arrives shows that the peer is connected on both sides.
      peer.write(ByteBuffer.wrap("x".getBytes(ISO_8859_1)));
      assertThat(typed.await(30, TimeUnit.SECONDS)).isTrue();
      send(line, "hello".getBytes(ISO_8859_1));
      ByteBuffer buffer = ByteBuffer.allocate(5);
      while (buffer.hasRemaining() && peer.read(buffer) >= 0) {}
      assertThat(new String(buffer.array(), ISO_8859_1)).isEqualTo("hello");
    }
    assertThat(path).doesNotExist();
  }
}
