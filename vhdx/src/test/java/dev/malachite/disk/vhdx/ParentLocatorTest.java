// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.disk.DiskFormatException;
import dev.malachite.disk.io.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Parent locators as MS-VHDX, section 2.6.2.6, lays them out, by Windows and by hostile hands. */
class ParentLocatorTest {
  private static final Path FILE = Path.of("/disks/child.vhdx");
  private static final UUID TYPE = UUID.fromString("B04AEFB7-D19E-4A81-B789-25B8E9445913");
  private static final String GUID = "{4a2f7bb0-9b1f-4fd5-9ac2-b6a5b8a3c001}";

  /** An item with these keys and values in turn, as the specification lays it out. */
  private static byte[] item(String... texts) {
    int count = texts.length / 2;
    byte[] item = new byte[4096];
    MemorySegment bytes = MemorySegment.ofArray(item);
    LittleEndian.putGuid(bytes, 0, TYPE);
    LittleEndian.putShort(bytes, 18, count);
    int at = 20 + 12 * count;
    for (int i = 0; i < texts.length; i++) {
      byte[] text = texts[i].getBytes(StandardCharsets.UTF_16LE);
      int entry = 20 + 12 * (i / 2);
      LittleEndian.putInt(bytes, entry + 4 * (i % 2), at);
      LittleEndian.putShort(bytes, entry + 8 + 2 * (i % 2), text.length);
      System.arraycopy(text, 0, item, at, text.length);
      at += text.length;
    }
    return Arrays.copyOf(item, at);
  }

  private static ParentLocator parse(byte[] item) throws DiskFormatException {
    return ParentLocator.parse(FILE, MemorySegment.ofArray(item), 0x20_0000);
  }

  private static void assertRefused(byte[] item, String problem) {
    assertThatThrownBy(() -> parse(item))
        .isInstanceOf(DiskFormatException.class)
        .hasMessageContaining("parent locator at byte")
        .hasMessageContaining(problem);
  }

  @Test
  void whatWindowsWritesIsUnderstood() throws Exception {
    ParentLocator locator =
        parse(
            item(
                "parent_linkage", GUID,
                "parent_linkage2", "{4a2f7bb0-9b1f-4fd5-9ac2-b6a5b8a3c002}",
                "relative_path", "..\\bases\\base.vhdx",
                "volume_path", "\\\\?\\Volume{26a21bda-a627-11d7-9931-806e6f6e6963}\\base.vhdx",
                "absolute_win32_path", "C:\\bases\\base.vhdx"));
    assertThat(locator.dataWriteGuids())
        .containsExactly(
            UUID.fromString("4a2f7bb0-9b1f-4fd5-9ac2-b6a5b8a3c001"),
            UUID.fromString("4a2f7bb0-9b1f-4fd5-9ac2-b6a5b8a3c002"));
    assertThat(locator.candidates(FILE))
        .containsExactly(Path.of("/bases/base.vhdx"), Path.of("/disks/base.vhdx"));
    assertThat(locator.paths()).hasSize(3);
    ParentLocator again = parse(locator.encode());
    assertThat(again).isEqualTo(locator);
  }

  @Test
  void keysAreTakenInAnyCaseAndGuidsWithoutBraces() throws Exception {
    ParentLocator locator =
        parse(
            item(
                "Parent_Linkage", " 4a2f7bb0-9b1f-4fd5-9ac2-b6a5b8a3c001 ",
                "parent_linkage2", "{not a guid, but as long as one is...}",
                "relative_path", ""));
    assertThat(locator.dataWriteGuids()).hasSize(1);
    assertThat(locator.candidates(FILE)).isEmpty();
  }

  @Test
  void pathsOfThisHostAreAbsolute() throws Exception {
    ParentLocator locator =
        parse(
            item(
                "parent_linkage", GUID,
                "relative_path", ".\\base.vhdx",
                "absolute_win32_path", "/elsewhere/base.vhdx"));
    assertThat(locator.candidates(FILE))
        .containsExactly(Path.of("/disks/base.vhdx"), Path.of("/elsewhere/base.vhdx"));
    assertThat(locator.candidates(Path.of("/"))).isEmpty();
    ParentLocator impossible = parse(item("parent_linkage", GUID, "relative_path", "a\0b"));
    assertThat(impossible.candidates(FILE)).isEmpty();
  }

  @Test
  void pathsAreWrittenAsWindowsWritesThem() {
    UUID guid = new UUID(1, 2);
    Path parent = Path.of("/disks/base.vhdx");
    assertThat(ParentLocator.of(FILE, parent, guid).entries())
        .containsEntry("relative_path", ".\\base.vhdx")
        .containsEntry("absolute_win32_path", "/disks/base.vhdx")
        .containsEntry("parent_linkage", "{00000000-0000-0001-0000-000000000002}");
    assertThat(ParentLocator.of(FILE, Path.of("/a/b/base.vhdx"), guid).entries())
        .containsEntry("relative_path", "..\\a\\b\\base.vhdx");
    assertThat(ParentLocator.of(FILE, Path.of("/disks/in/base.vhdx"), guid).entries())
        .containsEntry("relative_path", ".\\in\\base.vhdx");
    assertThat(ParentLocator.of(FILE, Path.of("/disks/back\\slash.vhdx"), guid).entries())
        .as("such a name has no spelling there")
        .doesNotContainKey("relative_path");
  }

  @Test
  void nonsenseIsRefused() {
    assertRefused(new byte[19], "has only 19 bytes");
    byte[] other = item("parent_linkage", GUID);
    other[0]++;
    assertRefused(other, "which is not known");
    assertRefused(item("parent_linkage", GUID, "PARENT_LINKAGE", GUID), "is there twice");
    assertRefused(item("relative_path", "x"), "doesn't say which data write GUID");
    assertRefused(item("parent_linkage", "{too short}"), "doesn't say which data write GUID");
    assertRefused(
        item("parent_linkage", "{4a2f7bb0x9b1f-4fd5-9ac2-b6a5b8a3c001"), "doesn't say which");
    assertRefused(item("parent_linkage", "{4a2f7bb0"), "doesn't say which data write GUID");
    byte[] many = item("parent_linkage", GUID);
    LittleEndian.putShort(MemorySegment.ofArray(many), 18, 257);
    assertRefused(many, "says it has 257 entries");
    byte[] few = item("parent_linkage", GUID);
    LittleEndian.putShort(MemorySegment.ofArray(few), 18, 200);
    assertRefused(few, "says it has 200 entries");
    List<int[]> fields = new ArrayList<>();
    fields.add(new int[] {20, 1 << 30});
    fields.add(new int[] {20, -1});
    for (int[] field : fields) {
      byte[] outside = item("parent_linkage", GUID);
      LittleEndian.putInt(MemorySegment.ofArray(outside), field[0], field[1]);
      assertRefused(outside, "lies outside the item");
    }
    byte[] longer = item("parent_linkage", GUID);
    LittleEndian.putShort(MemorySegment.ofArray(longer), 28, 4000);
    assertRefused(longer, "lies outside the item");
    byte[] odd = item("parent_linkage", GUID);
    LittleEndian.putShort(MemorySegment.ofArray(odd), 28, 27);
    assertRefused(odd, "lies outside the item");
  }
}
