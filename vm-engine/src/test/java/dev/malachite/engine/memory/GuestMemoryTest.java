// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GuestMemoryTest {
  private final GuestMemory memory = new GuestMemory();
  private final AtomicInteger changes = new AtomicInteger();

  @AfterEach
  void close() {
    memory.close();
  }

  @Test
  void regionsMayNotOverlap() {
    memory.addRegion("a", 0x1000, 0x2000, true);
    assertThatThrownBy(() -> memory.addRegion("b", 0x2000, 0x1000, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("b overlaps");
    memory.addRegion("c", 0x3000, 0x1000, true);
    assertThat(memory.regions()).hasSize(2);
  }

  @Test
  void romIsARegionThatProcessorsDoNotReach() {
    GuestMemory.Region rom = memory.addRom("rom", 0xFFFF_0000L, 0x1_0000);
    memory.addRegion("ram", 0, 0x1000, true);
    assertThat(memory.regions()).contains(rom);
    assertThat(memory.hostAddress(0xFFFF_FFF0L)).isZero();
    assertThat(memory.hostAddress(0xFF0)).isNotZero();
    memory.writeInt(0xFFFF_FFF0L, 42);
    assertThat(memory.readInt(0xFFFF_FFF0L)).isEqualTo(42);
  }

  @Test
  void shieldsHidePagesFromProcessorsOnly() {
    memory.observeMappings(changes::incrementAndGet);
    memory.addRegion("ram", 0, 0x10_0000, true);
    memory.shield(0xF_0000, 0x2000, true);
    assertThat(changes).hasValue(1);
    assertThat(memory.hostAddress(0xE_FFFF)).isNotZero();
    assertThat(memory.hostAddress(0xF_0000)).isZero();
    assertThat(memory.hostAddress(0xF_1FFF)).isZero();
    assertThat(memory.hostAddress(0xF_2000)).isNotZero();
    memory.writeInt(0xF_0000, 7);
    assertThat(memory.readInt(0xF_0000)).isEqualTo(7);
    memory.shield(0xF_0000, 0x2000, true);
    memory.shield(0xF_0000, 0x1000, false);
    assertThat(changes).as("what is opened needs no forgetting").hasValue(1);
    assertThat(memory.hostAddress(0xF_0000)).isNotZero();
    assertThatThrownBy(() -> memory.shield(0xF_F000, 0x2000, true))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void windowsMove() {
    memory.observeMappings(changes::incrementAndGet);
    memory.addRegion("ram", 0, 0x1000, true);
    GuestMemory.Window window = memory.addWindow("video", 0x2000);
    assertThat(window.gpa()).isEqualTo(-1);
    assertThat(memory.hostAddress(0xE000_0000L)).isZero();
    window.move(0xE000_0000L);
    window.segment().set(ValueLayout.JAVA_BYTE, 0x1FFF, (byte) 9);
    assertThat(memory.hostAddress(0xE000_1FFFL)).isEqualTo(window.segment().address() + 0x1FFF);
    assertThat(memory.hostAddress(0xE000_2000L)).isZero();
    window.move(0);
    assertThat(memory.hostAddress(0xE000_0000L)).isZero();
    assertThat(memory.hostAddress(0))
        .as("memory goes before")
        .isNotEqualTo(window.segment().address());
    assertThat(memory.hostAddress(0x1000)).isEqualTo(window.segment().address() + 0x1000);
    window.move(-1);
    assertThat(memory.hostAddress(0x1000)).isZero();
    assertThat(changes).hasValue(3);
    assertThat(memory.regions()).hasSize(1);
  }
}
