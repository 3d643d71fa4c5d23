// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.serial;

import dev.malachite.engine.device.InterruptLine;
import dev.malachite.engine.device.PortHandler;
import dev.malachite.engine.device.SerialBackend;
import dev.malachite.engine.state.Saveable;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;

/**
 * A 16550A serial port (National Semiconductor PC16550D data sheet): eight registers, 16-byte
 * receive FIFO, interrupts by priority.
 *
 * <p>Bytes to send go to the backend at once, so the transmitter is always empty; the line speed
 * has no effect. Processors and the backend's thread may call at the same time.
 */
public final class Uart16550 implements PortHandler, Saveable {
  // Registers by offset; 0 and 1 are the divisor while LCR bit 7 is set.
  private static final int DATA = 0;
  private static final int INTERRUPT_ENABLE = 1;
  private static final int INTERRUPT_IDENTITY = 2;
  private static final int LINE_CONTROL = 3;
  private static final int MODEM_CONTROL = 4;
  private static final int LINE_STATUS = 5;
  private static final int MODEM_STATUS = 6;

  // Interrupt enable bits.
  private static final int RECEIVED = 1;
  private static final int TRANSMITTER_EMPTY = 2;
  private static final int LINE = 4;
  private static final int MODEM = 8;

  // Line status bits.
  private static final int DATA_READY = 1;
  private static final int OVERRUN = 2;
  private static final int TRANSMITTER_IDLE = 0x60;

  private static final int DIVISOR_ACCESS = 0x80;
  private static final int LOOPBACK = 0x10;
  private static final int INTERRUPT_OUTPUT = 8;
  private static final int FIFO = 16;

  // CTS, DSR and DCD: there is always somebody at the other end.
  private static final int CONNECTED = 0xB0;

  private final int base;
  private final InterruptLine line;
  private final SerialBackend backend;
  private final byte[] received = new byte[FIFO];
  private int head;
  private int count;
  private int interruptEnable;
  private int fifoControl;
  private int lineControl;
  private int modemControl;
  private int modemDelta;
  private int scratch;
  private int divisor;
  private boolean overrun;
  private boolean emptyPending;

  /**
   * A port in its reset state.
   *
   * @param base first of its eight I/O ports
   * @param line its interrupt
   * @param backend who is at the other end
   */
  public Uart16550(int base, InterruptLine line, SerialBackend backend) {
    this.base = base;
    this.line = line;
    this.backend = backend;
    reset();
    backend.connect(this::receive);
  }

  /** Master reset. What was received and not read is lost. */
  public synchronized void reset() {
    head = 0;
    count = 0;
    interruptEnable = 0;
    fifoControl = 0;
    lineControl = 0;
    modemControl = 0;
    modemDelta = 0;
    scratch = 0;
    divisor = 12;
    overrun = false;
    emptyPending = false;
    update();
  }

  private synchronized int receive(byte[] bytes, int offset, int length) {
    if ((modemControl & LOOPBACK) != 0) {
      return 0;
    }
    int room = capacity() - count;
    int taken = Math.min(room, length);
    for (int i = 0; i < taken; i++) {
      put(bytes[offset + i]);
    }
    update();
    return taken;
  }

  private int capacity() {
    return (fifoControl & 1) != 0 ? FIFO : 1;
  }

  private void put(byte value) {
    received[(head + count++) % FIFO] = value;
  }

  @Override
  public int readPort(int port, int size) {
    boolean drained;
    int value;
    synchronized (this) {
      int before = count;
      value = read(port - base);
      update();
      drained = before > 0 && count == 0;
    }
    if (drained) {
      backend.ready();
    }
    return value;
  }

  private int read(int register) {
    switch (register) {
      case DATA -> {
        if ((lineControl & DIVISOR_ACCESS) != 0) {
          return divisor & 0xFF;
        }
        if (count == 0) {
          return 0;
        }
        int value = received[head] & 0xFF;
        head = (head + 1) % FIFO;
        count--;
        return value;
      }
      case INTERRUPT_ENABLE -> {
        return (lineControl & DIVISOR_ACCESS) != 0 ? divisor >> 8 : interruptEnable;
      }
      case INTERRUPT_IDENTITY -> {
        int identity = identity();
        if (identity == 2) {
          emptyPending = false;
        }
        return identity | ((fifoControl & 1) != 0 ? 0xC0 : 0);
      }
      case LINE_CONTROL -> {
        return lineControl;
      }
      case MODEM_CONTROL -> {
        return modemControl;
      }
      case LINE_STATUS -> {
        int status = TRANSMITTER_IDLE | (count > 0 ? DATA_READY : 0) | (overrun ? OVERRUN : 0);
        overrun = false;
        return status;
      }
      case MODEM_STATUS -> {
        int status = modemStatus() | modemDelta;
        modemDelta = 0;
        return status;
      }
      default -> {
        return scratch;
      }
    }
  }

  // In loopback the modem inputs are the modem outputs: RTS is CTS, DTR is DSR, and so on.
  private int modemStatus() {
    if ((modemControl & LOOPBACK) == 0) {
      return CONNECTED;
    }
    return (modemControl & 2) << 3
        | (modemControl & 1) << 5
        | (modemControl & 4) << 4
        | (modemControl & 8) << 4;
  }

  // Table III of the data sheet: 1 is none, then by priority.
  private int identity() {
    if (overrun && (interruptEnable & LINE) != 0) {
      return 6;
    }
    if (count > 0 && (interruptEnable & RECEIVED) != 0) {
      return (fifoControl & 1) != 0 && count < trigger() ? 12 : 4;
    }
    if (emptyPending && (interruptEnable & TRANSMITTER_EMPTY) != 0) {
      return 2;
    }
    return modemDelta != 0 && (interruptEnable & MODEM) != 0 ? 0 : 1;
  }

  private int trigger() {
    return switch (fifoControl >> 6) {
      case 0 -> 1;
      case 1 -> 4;
      case 2 -> 8;
      default -> 14;
    };
  }

  @Override
  public void writePort(int port, int size, int value) {
    boolean send = false;
    synchronized (this) {
      int register = port - base;
      if (register == DATA && (lineControl & DIVISOR_ACCESS) == 0) {
        emptyPending = true;
        if ((modemControl & LOOPBACK) != 0) {
          loop((byte) value);
        } else {
          send = true;
        }
      } else {
        write(register, value & 0xFF);
      }
      update();
    }
    if (send) {
      backend.transmit((byte) value);
    }
  }

  private void loop(byte value) {
    if (count < capacity()) {
      put(value);
    } else {
      overrun = true;
    }
  }

  private void write(int register, int value) {
    switch (register) {
      case DATA -> divisor = divisor & 0xFF00 | value;
      case INTERRUPT_ENABLE -> {
        if ((lineControl & DIVISOR_ACCESS) != 0) {
          divisor = divisor & 0xFF | value << 8;
        } else {
          // Enabling the interrupt of an empty transmitter raises it.
          if ((value & ~interruptEnable & TRANSMITTER_EMPTY) != 0) {
            emptyPending = true;
          }
          interruptEnable = value & 15;
        }
      }
      case INTERRUPT_IDENTITY -> {
        if (((value ^ fifoControl) & 1) != 0 || (value & 2) != 0) {
          head = 0;
          count = 0;
        }
        fifoControl = (value & 1) != 0 ? value & 0xC9 : 0;
      }
      case LINE_CONTROL -> lineControl = value;
      case MODEM_CONTROL -> {
        int before = modemStatus();
        modemControl = value & 0x1F;
        int changed = (before ^ modemStatus()) >> 4;
        // The ring indicator's delta bit tells only its end.
        modemDelta |= changed & ~4 | (before >> 4 & ~(modemStatus() >> 4) & 4);
      }
      case LINE_STATUS, MODEM_STATUS -> {
        // Read only; factory tests write here.
      }
      default -> scratch = value;
    }
  }

  private void update() {
    boolean enabled = (modemControl & INTERRUPT_OUTPUT) != 0 && (modemControl & LOOPBACK) == 0;
    line.set(enabled && identity() != 1);
  }

  @Override
  public synchronized void transfer(StateTransfer s) throws StateException {
    byte[] waiting = new byte[count];
    for (int i = 0; i < count; i++) {
      waiting[i] = received[(head + i) % FIFO];
    }
    waiting = s.block(waiting, FIFO);
    if (s.loading()) {
      System.arraycopy(waiting, 0, received, 0, waiting.length);
      head = 0;
      count = waiting.length;
    }
    interruptEnable = s.number(interruptEnable, 0, 15);
    fifoControl = s.number(fifoControl, 0, 0xFF);
    lineControl = s.number(lineControl, 0, 0xFF);
    modemControl = s.number(modemControl, 0, 0x1F);
    modemDelta = s.number(modemDelta, 0, 15);
    scratch = s.number(scratch, 0, 0xFF);
    divisor = s.number(divisor, 0, 0xFFFF);
    overrun = s.flag(overrun);
    emptyPending = s.flag(emptyPending);
  }
}
