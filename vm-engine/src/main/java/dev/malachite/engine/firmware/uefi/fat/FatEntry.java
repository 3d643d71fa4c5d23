// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.fat;

import java.time.DateTimeException;
import java.time.LocalDateTime;

/**
 * A directory's entry (FAT specification, section 6).
 *
 * @param name its long name, or the short one
 * @param attributes read-only 1, hidden 2, system 4, volume label 8, directory 16, archive 32
 * @param cluster its first cluster, or 0
 * @param size in bytes; 0 for directories
 * @param created when it was made
 * @param modified when it was changed
 * @param accessed when it was read, to the day
 * @param first offset in the directory of its first entry, long ones included
 * @param last offset of its short entry
 */
public record FatEntry(
    String name,
    int attributes,
    int cluster,
    long size,
    LocalDateTime created,
    LocalDateTime modified,
    LocalDateTime accessed,
    int first,
    int last) {
  /** Attribute of what can't be written. */
  public static final int READ_ONLY = 1;

  /** Attribute of the volume's label. */
  public static final int LABEL = 8;

  /** Attribute of directories. */
  public static final int DIRECTORY = 16;

  /** Attribute of files to be archived. */
  public static final int ARCHIVE = 32;

  /** True for a directory. */
  public boolean isDirectory() {
    return (attributes & DIRECTORY) != 0;
  }

  FatEntry at(int newFirst, int newLast) {
    return new FatEntry(
        name, attributes, cluster, size, created, modified, accessed, newFirst, newLast);
  }

  static LocalDateTime time(int date, int time) {
    try {
      return LocalDateTime.of(
          1980 + (date >> 9),
          date >> 5 & 15,
          date & 31,
          time >> 11,
          time >> 5 & 63,
          (time & 31) * 2);
    } catch (DateTimeException e) {
      return LocalDateTime.of(1980, 1, 1, 0, 0);
    }
  }

  static int date(LocalDateTime t) {
    int year = Math.clamp(t.getYear() - 1980, 0, 127);
    return year << 9 | t.getMonthValue() << 5 | t.getDayOfMonth();
  }

  static int time(LocalDateTime t) {
    return t.getHour() << 11 | t.getMinute() << 5 | t.getSecond() / 2;
  }
}
