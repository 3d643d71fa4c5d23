// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.serial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.device.SerialBackend;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Register behaviour by the PC16550D data sheet; numbers in comments are its register names. */
class Uart16550Test {
  private static final int BASE = 0x3F8;
  private static final int RBR = BASE;
  private static final int THR = BASE;
  private static final int DLL = BASE;
  private static final int IER = BASE + 1;
  private static final int DLM = BASE + 1;
  private static final int IIR = BASE + 2;
  private static final int FCR = BASE + 2;
  private static final int LCR = BASE + 3;
  private static final int MCR = BASE + 4;
  private static final int LSR = BASE + 5;
  private static final int MSR = BASE + 6;
  private static final int SCR = BASE + 7;

  /** The other end. */
  private static final class Peer implements SerialBackend {
    final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    Receiver receiver = (bytes, offset, length) -> 0;
    int readied;

    @Override
    public void connect(Receiver port) {
      receiver = port;
    }

    @Override
    public void transmit(byte value) {
      sent.write(value);
    }

    @Override
    public void ready() {
      readied++;
    }

    int offer(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      return receiver.receive(bytes, 0, bytes.length);
    }
  }

  private final Peer peer = new Peer();
  private boolean line;
  private final Uart16550 uart = new Uart16550(BASE, asserted -> line = asserted, peer);

  private int in(int port) {
    return uart.readPort(port, 1);
  }

  private void out(int port, int value) {
    uart.writePort(port, 1, value);
  }

  @Test
  void sendsWhatIsWrittenAndIsAlwaysReadyForMore() {
    out(THR, 'H');
    out(THR, 'i');
    assertThat(peer.sent.toString(StandardCharsets.US_ASCII)).isEqualTo("Hi");
    assertThat(in(LSR)).isEqualTo(0x60);
  }

  @Test
  void keepsTheDivisorApartFromData() {
    out(LCR, 0x83);
    out(DLL, 0x34);
    out(DLM, 0x12);
    assertThat(in(DLL)).isEqualTo(0x34);
    assertThat(in(DLM)).isEqualTo(0x12);
    out(LCR, 0x03);
    assertThat(in(IER)).isZero();
    assertThat(peer.sent.size()).isZero();
  }

  @Test
  void takesOneByteWithoutFifoAndSixteenWithIt() {
    assertThat(peer.offer("abc")).isEqualTo(1);
    assertThat(in(LSR) & 1).isEqualTo(1);
    assertThat(in(RBR)).isEqualTo('a');
    assertThat(peer.readied).isEqualTo(1);
    out(FCR, 1);
    assertThat(peer.offer("0123456789abcdefXY")).isEqualTo(16);
    assertThat(in(RBR)).isEqualTo('0');
  }

  @Test
  void reportsFifosInTheIdentityRegister() {
    assertThat(in(IIR)).isEqualTo(1);
    out(FCR, 1);
    assertThat(in(IIR)).isEqualTo(0xC1);
  }

  @Test
  void interruptsForReceivedDataUntilItIsRead() {
    out(MCR, 8);
    out(IER, 1);
    assertThat(line).isFalse();
    peer.offer("x");
    assertThat(line).isTrue();
    assertThat(in(IIR) & 15).isEqualTo(4);
    in(RBR);
    assertThat(line).isFalse();
  }

  @Test
  void tellsATimeoutFromAReachedTriggerLevel() {
    out(MCR, 8);
    out(FCR, 0x41);
    out(IER, 1);
    peer.offer("abc");
    assertThat(in(IIR) & 15).isEqualTo(12);
    peer.offer("d");
    assertThat(in(IIR) & 15).isEqualTo(4);
  }

  @Test
  void interruptsWhenTheTransmitterIsEmptyAndReadingIdentityAcknowledges() {
    out(MCR, 8);
    out(IER, 2);
    assertThat(line).isTrue();
    assertThat(in(IIR) & 15).isEqualTo(2);
    assertThat(line).isFalse();
    out(THR, 'x');
    assertThat(line).isTrue();
  }

  @Test
  void holdsTheLineBackWithoutTheSecondOutput() {
    out(IER, 3);
    peer.offer("x");
    assertThat(line).isFalse();
  }

  @Test
  void loopsBackDataAndModemLines() {
    out(MCR, 0x10 | 0x0F);
    out(THR, 0x5A);
    assertThat(in(RBR)).isEqualTo(0x5A);
    assertThat(peer.sent.size()).isZero();
    assertThat(in(MSR) & 0xF0).isEqualTo(0xF0);
    out(MCR, 0x10 | 0x02);
    assertThat(in(MSR) & 0xF0).isEqualTo(0x10);
  }

  @Test
  void reportsAnOverrunOnce() {
    out(MCR, 0x10);
    out(THR, 1);
    out(THR, 2);
    assertThat(in(LSR) & 2).isEqualTo(2);
    assertThat(in(LSR) & 2).isZero();
  }

  @Property
  void keepsItsScratchRegisterWhateverElseIsWritten(
      @ForAll @IntRange(max = 255) int scratch,
      @ForAll @IntRange(max = 6) int register,
      @ForAll @IntRange(max = 255) int value) {
    out(SCR, scratch);
    out(BASE + register, value);
    in(BASE + register);
    assertThat(in(SCR)).isEqualTo(scratch);
  }
}
