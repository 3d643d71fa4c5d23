// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.chipset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.memory.GuestMemory;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The attribute map by the i440FX data sheet, section 3.2.18, through the bridge's registers. */
class ShadowMemoryTest {
  private static final int PAM0 = 0x59;

  private final GuestMemory memory = new GuestMemory();
  private final ShadowMemory shadow;
  private final HostBridge bridge;

  ShadowMemoryTest() {
    memory.addRegion("shadow", ShadowMemory.START, ShadowMemory.SIZE, true);
    byte[] firmware = new byte[256 << 10];
    Arrays.fill(firmware, (byte) 0x11);
    Arrays.fill(firmware, 192 << 10, 256 << 10, (byte) 0x22);
    shadow = new ShadowMemory(memory, firmware);
    bridge = new HostBridge(shadow);
    bridge.reset();
  }

  @AfterEach
  void close() {
    memory.close();
  }

  private int read(long gpa) {
    // As a processor does: by memory where it may, else by the bus.
    return memory.hostAddress(gpa) != 0
        ? memory.readByte(gpa)
        : (int) shadow.readMmio(gpa - ShadowMemory.START, 1);
  }

  private void write(long gpa, int value) {
    if (memory.hostAddress(gpa) != 0) {
      memory.writeByte(gpa, value);
    } else {
      shadow.writeMmio(gpa - ShadowMemory.START, 1, value);
    }
  }

  @Test
  void showsTheLastOfTheRomAfterReset() {
    assertThat(read(0xF_FFF0)).isEqualTo(0x22);
    assertThat(read(0xE_0000)).isEqualTo(0x11);
    assertThat(read(0xD_FFFF)).as("nothing decodes that").isEqualTo(0xFF);
    write(0xF_FFF0, 1);
    assertThat(read(0xF_FFF0)).isEqualTo(0x22);
    assertThat(memory.readByte(0xF_FFF0)).as("code runs from there").isEqualTo(0x22);
  }

  @Test
  void memoryAndRomAreSeparate() {
    bridge.write(PAM0, 1, 0x30);
    assertThat(read(0xF_0000)).as("memory, never written").isZero();
    write(0xF_0000, 7);
    assertThat(memory.hostAddress(0xF_0000)).as("straight to memory").isNotZero();
    bridge.write(PAM0, 1, 0x10);
    assertThat(read(0xF_0000)).isEqualTo(7);
    write(0xF_0000, 8);
    assertThat(read(0xF_0000)).as("read only").isEqualTo(7);
    bridge.write(PAM0, 1, 0x00);
    assertThat(read(0xF_0000)).as("the ROM again").isEqualTo(0x22);
    bridge.write(PAM0, 1, 0x30);
    assertThat(read(0xF_0000)).as("and memory as it was").isEqualTo(7);
  }

  @Test
  void romCanBeCopiedOntoItself() {
    bridge.write(PAM0, 1, 0x20);
    for (long gpa = 0xF_0000; gpa < 0xF_0010; gpa++) {
      write(gpa, read(gpa) + 1);
    }
    assertThat(read(0xF_0000)).as("reads still show the ROM").isEqualTo(0x22);
    bridge.write(PAM0, 1, 0x30);
    assertThat(read(0xF_0000)).isEqualTo(0x23);
    assertThat(read(0xF_0010)).isZero();
  }

  @Test
  void eachRegisterHasTwoParts() {
    bridge.write(PAM0 + 1, 1, 0x03);
    assertThat(memory.hostAddress(0xC_0000)).isNotZero();
    assertThat(memory.hostAddress(0xC_4000)).isZero();
    bridge.write(PAM0 + 6, 1, 0x30);
    assertThat(memory.hostAddress(0xE_8000)).isZero();
    assertThat(memory.hostAddress(0xE_C000)).isNotZero();
    bridge.write(PAM0 - 1, 4, 0x3333_3300);
    assertThat(memory.hostAddress(0xC_4000)).isNotZero();
    assertThat(bridge.read(PAM0, 1)).as("the first one has no low part").isEqualTo(0x30);
    bridge.reset();
    assertThat(memory.hostAddress(0xC_0000)).isZero();
    assertThat(read(0xF_0000)).isEqualTo(0x22);
  }

  @Test
  void wideAccessesWork() {
    bridge.write(PAM0, 1, 0x20);
    shadow.writeMmio(0x3_0000, 8, 0x0807_0605_0403_0201L);
    bridge.write(PAM0, 1, 0x10);
    assertThat(shadow.readMmio(0x3_0000, 4)).isEqualTo(0x0403_0201L);
    assertThat(shadow.readMmio(0x3_0000, 8)).isEqualTo(0x0807_0605_0403_0201L);
  }
}
