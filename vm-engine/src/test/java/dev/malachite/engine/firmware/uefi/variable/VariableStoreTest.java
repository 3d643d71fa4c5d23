// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.variable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.engine.firmware.uefi.call.EfiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Variables and their file. */
class VariableStoreTest {
  private static final UUID VENDOR = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");
  private static final byte[] NONE = {};

  @TempDir private Path folder = Path.of("");

  private Path path() {
    return folder.resolve("nvram");
  }

  private VariableStore open() throws IOException {
    return new VariableStore(new NvramFile(path()));
  }

  private static Variable variable(String name, int attributes, int... data) {
    byte[] bytes = new byte[data.length];
    for (int i = 0; i < data.length; i++) {
      bytes[i] = (byte) data[i];
    }
    return new Variable(name, VENDOR, attributes, bytes, NONE);
  }

  @Test
  void keepsWhatIsToBeKept() throws IOException {
    VariableStore store = open();
    store.put(variable("Größe", 7, 1, 2, 3));
    store.put(variable("passing", 6, 9));
    store.put(variable("gone", 7, 4));
    store.remove(VENDOR, "gone");
    VariableStore again = open();
    assertThat(again.all()).extracting(Variable::name).containsExactly("Größe");
    Variable kept = again.all().getFirst();
    assertThat(kept.data()).containsExactly(1, 2, 3);
    assertThat(kept.attributes()).isEqualTo(7);
    assertThat(kept.vendor()).isEqualTo(VENDOR);
    store.reset();
    assertThat(store.get(VENDOR, "passing")).isNull();
    assertThat(store.get(VENDOR, "Größe")).isNotNull();
  }

  @Test
  void refusesADamagedFileWithAReason() throws IOException {
    open().put(variable("a", 7, 1, 2, 3));
    byte[] good = Files.readAllBytes(path());
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 0x41;
      Files.write(path(), bad);
      assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("nvram");
    }
    for (int length = 0; length < good.length; length++) {
      Files.write(path(), java.util.Arrays.copyOf(good, length));
      assertThatThrownBy(this::open).isInstanceOf(IOException.class);
    }
  }

  @Test
  void takesBackWhatItCantWrite() throws IOException {
    VariableStore store = open();
    store.put(variable("a", 7, 1));
    Files.delete(path());
    Files.createDirectories(path().resolve("in the way"));
    assertThatThrownBy(() -> store.put(variable("a", 7, 2))).isInstanceOf(EfiException.class);
    Variable a = store.get(VENDOR, "a");
    assertThat(a).isNotNull();
    assertThat(a == null ? NONE : a.data()).containsExactly(1);
  }

  @Test
  void hasLimits() {
    VariableStore store = VariableStore.inMemory();
    Variable large = new Variable("x", VENDOR, 7, new byte[VariableStore.MAX_VARIABLE + 1], NONE);
    assertThatThrownBy(() -> store.put(large)).isInstanceOf(EfiException.class);
    for (int i = 0; i < 15; i++) {
      store.put(new Variable("v" + i, VENDOR, 7, new byte[VariableStore.MAX_VARIABLE], NONE));
    }
    Variable last = new Variable("v", VENDOR, 7, new byte[VariableStore.MAX_VARIABLE], NONE);
    assertThatThrownBy(() -> store.put(last)).isInstanceOf(EfiException.class);
  }
}
