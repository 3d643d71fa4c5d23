// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.fat;

import dev.malachite.engine.firmware.uefi.disk.BlockDevice;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Reads and writes bytes of a device, keeping blocks; changes wait for {@link #sync}. */
final class SectorCache {
  private static final int MOST = 512;
  private static final int MOST_DIRTY = 2048;

  private final BlockDevice device;
  private final int size;
  private final TreeMap<Long, byte[]> dirty = new TreeMap<>();
  private final Map<Long, byte[]> clean =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, byte[]> eldest) {
          return size() > MOST;
        }
      };

  SectorCache(BlockDevice device) {
    this.device = device;
    size = device.blockSize();
  }

  BlockDevice device() {
    return device;
  }

  private byte[] block(long number) throws IOException {
    byte[] changed = dirty.get(number);
    if (changed != null) {
      return changed;
    }
    byte[] kept = clean.get(number);
    if (kept == null) {
      kept = device.read(number, 1);
      clean.put(number, kept);
    }
    return kept;
  }

  private byte[] change(long number) throws IOException {
    byte[] changed = dirty.get(number);
    if (changed == null) {
      if (dirty.size() >= MOST_DIRTY) {
        sync();
      }
      changed = block(number);
      clean.remove(number);
      dirty.put(number, changed);
    }
    return changed;
  }

  int u8(long at) throws IOException {
    return block(at / size)[(int) (at % size)] & 0xFF;
  }

  int u16(long at) throws IOException {
    return u8(at) | u8(at + 1) << 8;
  }

  int u32(long at) throws IOException {
    return u16(at) | u16(at + 2) << 16;
  }

  void u8(long at, int value) throws IOException {
    change(at / size)[(int) (at % size)] = (byte) value;
  }

  void u16(long at, int value) throws IOException {
    u8(at, value);
    u8(at + 1, value >> 8);
  }

  void u32(long at, int value) throws IOException {
    u16(at, value);
    u16(at + 2, value >>> 16);
  }

  /** Reads bytes that may begin and end inside blocks. */
  void read(long start, MemorySegment target) throws IOException {
    long done = 0;
    long length = target.byteSize();
    while (done < length) {
      long at = start + done;
      int inside = (int) (at % size);
      long whole = inside == 0 ? (length - done) / size : 0;
      if (whole > 0 && target.isNative()) {
        writeBack(at / size, whole);
        device.read(at / size, target.asSlice(done, whole * size));
        done += whole * size;
        continue;
      }
      int part = (int) Math.min(size - inside, length - done);
      MemorySegment.copy(block(at / size), inside, target, ValueLayout.JAVA_BYTE, done, part);
      done += part;
    }
  }

  /** Writes bytes that may begin and end inside blocks. */
  void write(long start, MemorySegment source) throws IOException {
    long done = 0;
    long length = source.byteSize();
    while (done < length) {
      long at = start + done;
      int inside = (int) (at % size);
      long whole = inside == 0 ? (length - done) / size : 0;
      if (whole > 0 && source.isNative()) {
        forget(at / size, whole);
        device.write(at / size, source.asSlice(done, whole * size));
        done += whole * size;
        continue;
      }
      int part = (int) Math.min(size - inside, length - done);
      MemorySegment.copy(source, ValueLayout.JAVA_BYTE, done, change(at / size), inside, part);
      done += part;
    }
  }

  private void writeBack(long first, long count) throws IOException {
    if (!dirty.subMap(first, first + count).isEmpty()) {
      sync();
    }
  }

  private void forget(long first, long count) {
    dirty.subMap(first, first + count).clear();
    clean.keySet().removeIf(n -> n >= first && n < first + count);
  }

  /** Writes all changes. */
  void sync() throws IOException {
    for (Map.Entry<Long, byte[]> e : dirty.entrySet()) {
      device.write(e.getKey(), e.getValue());
      clean.put(e.getKey(), e.getValue());
    }
    dirty.clear();
  }
}
