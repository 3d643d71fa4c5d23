// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.device;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the device behind a port or a physical address outside memory.
 *
 * <p>Mapped while the machine is being built; immutable while it runs, so look-ups take no lock. As
 * on a PC, reads that no device answers return all ones, and writes vanish.
 */
public final class IoBus {
  private record MmioRange(long start, long size, MmioHandler handler) {}

  private final @Nullable PortHandler[] ports = new @Nullable PortHandler[0x10000];
  private MmioRange[] ranges = new MmioRange[0];

  /** A bus without devices. */
  public IoBus() {}

  /**
   * Maps a handler to ports.
   *
   * @param first the first port, 0 to 65535
   * @param count how many ports
   * @throws IllegalArgumentException if one of them has a handler already
   */
  public void mapPorts(int first, int count, PortHandler handler) {
    for (int port = first; port < first + count; port++) {
      if (ports[port] != null) {
        throw new IllegalArgumentException("port 0x%x has a device already".formatted(port));
      }
      ports[port] = handler;
    }
  }

  /**
   * Maps a handler to physical addresses.
   *
   * @param start the first physical address
   * @param size how many bytes
   * @throws IllegalArgumentException if the range overlaps another
   */
  public void mapMmio(long start, long size, MmioHandler handler) {
    List<MmioRange> all = new ArrayList<>(List.of(ranges));
    for (MmioRange range : all) {
      if (start < range.start + range.size && range.start < start + size) {
        throw new IllegalArgumentException(
            "address 0x%x has a device already".formatted(Math.max(start, range.start)));
      }
    }
    all.add(new MmioRange(start, size, handler));
    ranges = all.toArray(MmioRange[]::new);
  }

  /** Reads a port. See {@link PortHandler#readPort}. */
  public int readPort(int port, int size) {
    PortHandler handler = ports[port & 0xFFFF];
    return handler == null ? -1 : handler.readPort(port & 0xFFFF, size);
  }

  /** Writes a port. See {@link PortHandler#writePort}. */
  public void writePort(int port, int size, int value) {
    PortHandler handler = ports[port & 0xFFFF];
    if (handler != null) {
      handler.writePort(port & 0xFFFF, size, value);
    }
  }

  /** Reads a physical address. See {@link MmioHandler#readMmio}. */
  public long readMmio(long gpa, int size) {
    for (MmioRange range : ranges) {
      long offset = gpa - range.start;
      if (offset >= 0 && offset <= range.size - size) {
        return range.handler.readMmio(offset, size);
      }
    }
    return -1;
  }

  /** Writes a physical address. See {@link MmioHandler#writeMmio}. */
  public void writeMmio(long gpa, int size, long value) {
    for (MmioRange range : ranges) {
      long offset = gpa - range.start;
      if (offset >= 0 && offset <= range.size - size) {
        range.handler.writeMmio(offset, size, value);
        return;
      }
    }
  }
}
