// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.chipset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.engine.device.IoBus;
import dev.malachite.engine.device.PortHandler;
import dev.malachite.engine.memory.GuestMemory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Configuration mechanism 1 and base addresses (PCI 3.0, sections 3.2.2.3.2 and 6.2.5.1). */
class PciBusTest {
  private final GuestMemory memory = new GuestMemory();
  private final GuestMemory.Window window = memory.addWindow("video", 1 << 20);
  private final IoBus io = new IoBus();
  private final AtomicInteger resets = new AtomicInteger();
  private final PciBus pci = new PciBus(resets::incrementAndGet);

  private static final class Answering implements PortHandler {
    @Override
    public int readPort(int port, int size) {
      return 0x5A;
    }

    @Override
    public void writePort(int port, int size, int value) {
      // Nothing to keep.
    }
  }

  private final class Sample extends PciFunction {
    Sample() {
      super(0x1234, 0x5678, 9, 0x02_00_00);
      addPorts(0, 32, io.window(32, new Answering()));
      addMemory(1, window);
    }
  }

  @AfterEach
  void close() {
    memory.close();
  }

  private int read(int device, int offset, int size) {
    io.writePort(0xCF8, 4, 1 << 31 | device << 11 | offset & 0xFC);
    return io.readPort(0xCFC + (offset & 3), size);
  }

  private void write(int device, int offset, int size, int value) {
    io.writePort(0xCF8, 4, 1 << 31 | device << 11 | offset & 0xFC);
    io.writePort(0xCFC + (offset & 3), size, value);
  }

  private void connect() {
    pci.connect(io);
    pci.add(3, 0, new Sample());
    pci.reset();
  }

  @Test
  void findsFunctionsByTheirAddress() {
    connect();
    assertThat(read(3, 0, 4)).isEqualTo(0x5678_1234);
    assertThat(read(3, 2, 2)).isEqualTo(0x5678);
    assertThat(read(3, 0x0B, 1)).isEqualTo(2);
    assertThat(read(3, 8, 1)).isEqualTo(9);
    assertThat(read(4, 0, 4)).as("nobody").isEqualTo(-1);
    io.writePort(0xCF8, 4, 3 << 11);
    assertThat(io.readPort(0xCFC, 4)).as("not enabled").isEqualTo(-1);
    assertThat(io.readPort(0xCF8, 4)).isEqualTo(3 << 11);
    io.writePort(0xCF8, 4, 1 << 31 | 1 << 16 | 3 << 11);
    assertThat(io.readPort(0xCFC, 4)).as("bus 1").isEqualTo(-1);
    assertThatThrownBy(() -> pci.add(3, 0, new Sample()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void identityCannotBeWritten() {
    connect();
    write(3, 0, 4, 0);
    write(3, 8, 4, 0);
    assertThat(read(3, 0, 4)).isEqualTo(0x5678_1234);
    assertThat(read(3, 8, 4)).isEqualTo(0x02_00_00_09);
  }

  @Test
  void portsGoWhereTheGuestPutsThem() {
    connect();
    write(3, 0x10, 4, -1);
    assertThat(read(3, 0x10, 4)).as("32 ports").isEqualTo(0xFFFF_FFE1);
    write(3, 0x10, 4, 0xC040);
    assertThat(io.readPort(0xC040, 1)).as("not decoded yet").isEqualTo(-1);
    write(3, 4, 2, 1);
    assertThat(io.readPort(0xC040, 1)).isEqualTo(0x5A);
    assertThat(io.readPort(0xC05F, 1)).isEqualTo(0x5A);
    assertThat(io.readPort(0xC060, 1)).isEqualTo(-1);
    write(3, 0x10, 4, 0xD000);
    assertThat(io.readPort(0xC040, 1)).isEqualTo(-1);
    assertThat(io.readPort(0xD000, 1)).isEqualTo(0x5A);
    pci.reset();
    assertThat(io.readPort(0xD000, 1)).isEqualTo(-1);
  }

  @Test
  void memoryGoesWhereTheGuestPutsIt() {
    connect();
    write(3, 4, 2, 2);
    write(3, 0x14, 4, -1);
    assertThat(read(3, 0x14, 4)).as("1 MiB, prefetchable").isEqualTo(0xFFF0_0008);
    assertThat(window.gpa()).as("learning the size places nothing").isEqualTo(-1);
    write(3, 0x14, 4, 0xFD00_0000);
    assertThat(window.gpa()).isEqualTo(0xFD00_0000L);
    write(3, 4, 2, 0);
    assertThat(window.gpa()).isEqualTo(-1);
  }

  @Test
  void resetControlResetsOnItsRisingBit() {
    connect();
    io.writePort(0xCF9, 1, 2);
    assertThat(resets).hasValue(0);
    io.writePort(0xCF9, 1, 6);
    assertThat(resets).hasValue(1);
    io.writePort(0xCF9, 1, 6);
    assertThat(resets).hasValue(1);
    io.writePort(0xCF8, 4, 0x8000_0600);
    assertThat(resets).as("a wide write is an address").hasValue(1);
  }
}
