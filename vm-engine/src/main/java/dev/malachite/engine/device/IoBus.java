// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.device;

import dev.malachite.engine.processor.RegisterAccess;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Finds the device behind a port or a physical address outside memory.
 *
 * <p>Mapped while the machine is being built; only the ports of a {@link PortWindow} move while it
 * runs. Look-ups take no lock. As on a PC, reads that no device answers return all ones, and writes
 * vanish.
 */
public final class IoBus {
  private record MmioRange(long start, long size, MmioHandler handler) {}

  /**
   * Ports whose place the guest chooses, such as those behind a PCI base address register. Ports
   * that have a device already keep it. Any thread.
   */
  public final class PortWindow {
    private final int count;
    private final PortHandler handler;
    private int first = -1;

    private PortWindow(int count, PortHandler handler) {
      this.count = count;
      this.handler = handler;
    }

    /**
     * Moves the window.
     *
     * @param newFirst its first port, or -1 for none
     */
    public void move(int newFirst) {
      synchronized (ports) {
        if (newFirst == first) {
          return;
        }
        for (int port = Math.max(first, 0); port < Math.min(first + count, 0x10000); port++) {
          ports.compareAndSet(port, handler, null);
        }
        first = newFirst;
        for (int port = first; first >= 0 && port < Math.min(first + count, 0x10000); port++) {
          ports.compareAndSet(port, null, handler);
        }
      }
    }
  }

  private final AtomicReferenceArray<@Nullable PortHandler> ports =
      new AtomicReferenceArray<>(0x10000);
  private MmioRange[] ranges = new MmioRange[0];
  private int callPort = -1;
  private CallHandler calls = registers -> {};

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
      if (!ports.compareAndSet(port, null, handler)) {
        throw new IllegalArgumentException("port 0x%x has a device already".formatted(port));
      }
    }
  }

  /**
   * Makes a window of ports, mapped nowhere yet.
   *
   * @param count how many ports it has
   * @param handler used by this window only
   */
  public PortWindow window(int count, PortHandler handler) {
    return new PortWindow(count, handler);
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

  /**
   * Maps the one handler of calls from guest code. Before the machine runs.
   *
   * @param port the port whose writes of 4 bytes are calls
   */
  public void mapCalls(int port, CallHandler handler) {
    callPort = port;
    calls = handler;
  }

  /** Writes a port for a processor whose registers a handler of calls may want. */
  public void writePort(RegisterAccess registers, int port, int size, int value) {
    if (port == callPort) {
      calls.call(registers);
    } else {
      writePort(port, size, value);
    }
  }

  /** Reads a port. See {@link PortHandler#readPort}. */
  public int readPort(int port, int size) {
    PortHandler handler = ports.get(port & 0xFFFF);
    return handler == null ? -1 : handler.readPort(port & 0xFFFF, size);
  }

  /** Writes a port. See {@link PortHandler#writePort}. */
  public void writePort(int port, int size, int value) {
    PortHandler handler = ports.get(port & 0xFFFF);
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
