// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.storage.ide;

import dev.malachite.engine.device.InterruptLine;
import dev.malachite.engine.device.IoBus;
import dev.malachite.engine.device.PortHandler;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One IDE channel with up to two drives (ATA/ATAPI-7 volume 2): command block, control block, and
 * the bus master's registers. Any thread.
 */
final class IdeChannel implements PortHandler {
  private static final int CONTROL_OFFSET = 0x206;
  private static final int EXECUTE_DIAGNOSTIC = 0x90;
  private static final int DEVICE_RESET = 0x08;

  // Device control register.
  private static final int NO_INTERRUPT = 2;
  private static final int SOFT_RESET = 4;
  private static final int PREVIOUS = 0x80;

  private final Object lock = new Object();
  private final int base;
  private final InterruptLine line;
  private final BusMaster master;
  private final @Nullable IdeDrive[] drives = new @Nullable IdeDrive[2];
  private int selected;
  private int control;
  private boolean pending;

  /**
   * @param base the command block's first port
   */
  IdeChannel(int base, InterruptLine line, GuestMemory memory) {
    this.base = base;
    this.line = line;
    master = new BusMaster(memory);
  }

  void connect(IoBus bus) {
    bus.mapPorts(base, 8, this);
    bus.mapPorts(base + CONTROL_OFFSET, 1, this);
  }

  /** The lock that drives hold while they change. */
  Object lock() {
    return lock;
  }

  BusMaster master() {
    return master;
  }

  void attach(int device, IdeDrive drive) {
    synchronized (lock) {
      drives[device] = drive;
      drive.reset();
    }
  }

  /** Waits for what disks still do for the drives, then closes these. */
  void close() {
    drain();
    synchronized (lock) {
      for (IdeDrive drive : drives) {
        if (drive != null) {
          drive.close();
        }
      }
    }
  }

  /** While no processor runs, and after {@link #drain}. */
  void transfer(StateTransfer s) throws StateException {
    synchronized (lock) {
      selected = s.number(selected, 0, 1);
      control = s.number(control, 0, 0xFF);
      pending = s.flag(pending);
      master.transfer(s);
      for (IdeDrive drive : drives) {
        if (s.flag(drive != null) != (drive != null)) {
          throw s.impossible("the machine has other drives");
        }
        if (drive != null) {
          drive.transfer(s);
        }
      }
    }
  }

  /** Waits for what disks still do for the drives. */
  void drain() {
    boolean interrupted = false;
    synchronized (lock) {
      while (isUnderWay()) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isUnderWay() {
    for (IdeDrive drive : drives) {
      if (drive != null && drive.isUnderWay()) {
        return true;
      }
    }
    return false;
  }

  void reset() {
    synchronized (lock) {
      control = 0;
      master.reset();
      selected = 0;
      for (IdeDrive drive : drives) {
        if (drive != null) {
          drive.powerOn();
        }
      }
      clearInterrupt();
    }
  }

  private void resetDrives() {
    selected = 0;
    for (IdeDrive drive : drives) {
      if (drive != null) {
        drive.reset();
      }
    }
    clearInterrupt();
  }

  // ---- interrupts ----------------------------------------------------------------------------

  void interrupt(IdeDrive drive) {
    if (Objects.equals(drive, drives[selected])) {
      pending = true;
      updateLine();
    }
  }

  private void clearInterrupt() {
    pending = false;
    updateLine();
  }

  private void updateLine() {
    boolean level = pending && (control & NO_INTERRUPT) == 0;
    if (level) {
      master.interrupted();
    }
    line.set(level);
  }

  // ---- registers -----------------------------------------------------------------------------

  @Override
  public int readPort(int port, int size) {
    synchronized (lock) {
      IdeDrive drive = drives[selected];
      int register = port - base;
      if (register == TaskFile.DATA) {
        return drive == null ? -1 : drive.readData(size);
      }
      if (drive == null) {
        // The other drive answers for one that isn't there; with none, the lines are pulled down.
        boolean other = drives[1 - selected] != null;
        return other && register == TaskFile.DEVICE ? 0xA0 | selected << 4 : 0;
      }
      if (register == CONTROL_OFFSET) {
        return drive.registers.status();
      }
      int value = drive.registers.read(register, (control & PREVIOUS) != 0);
      if (register == TaskFile.DEVICE) {
        return value & ~TaskFile.DEVICE_1 | selected << 4;
      }
      if (register == TaskFile.STATUS) {
        clearInterrupt();
      }
      return value;
    }
  }

  @Override
  public void writePort(int port, int size, int value) {
    synchronized (lock) {
      int register = port - base;
      if (register == TaskFile.DATA) {
        IdeDrive drive = drives[selected];
        if (drive != null) {
          drive.writeData(size, value);
        }
      } else if (register == CONTROL_OFFSET) {
        writeControl(value & 0xFF);
      } else {
        control &= ~PREVIOUS;
        if (register == TaskFile.STATUS) {
          command(value & 0xFF);
        } else {
          writeRegister(register, value & 0xFF);
        }
      }
    }
  }

  private void writeRegister(int register, int value) {
    if (register == TaskFile.DEVICE) {
      selected = (value & TaskFile.DEVICE_1) != 0 ? 1 : 0;
    }
    // Both drives see what is written.
    for (IdeDrive drive : drives) {
      if (drive != null && (drive.registers.status() & TaskFile.BUSY) == 0) {
        drive.registers.write(register, value);
      }
    }
  }

  private void writeControl(int value) {
    boolean wasReset = (control & SOFT_RESET) != 0;
    control = value;
    boolean reset = (value & SOFT_RESET) != 0;
    if (reset && !wasReset) {
      resetDrives();
      for (IdeDrive drive : drives) {
        if (drive != null) {
          drive.busy();
        }
      }
    } else if (!reset && wasReset) {
      resetDrives();
    }
    updateLine();
  }

  private void command(int code) {
    if (code == EXECUTE_DIAGNOSTIC) {
      resetDrives();
      pending = drives[0] != null || drives[1] != null;
      updateLine();
      return;
    }
    IdeDrive drive = drives[selected];
    if (drive == null) {
      return;
    }
    boolean busy = (drive.registers.status() & (TaskFile.BUSY | TaskFile.DRQ)) != 0;
    if (busy && code != DEVICE_RESET) {
      return;
    }
    clearInterrupt();
    drive.execute(code);
  }

  // ---- bus master ----------------------------------------------------------------------------

  /** Starts the transfer if both the drive and the bus master are ready for it. */
  void tryDma() {
    IdeDrive drive = drives[selected];
    if (drive != null && drive.waitsForDma() && master.isStarted()) {
      drive.dmaStarted();
      drive.startDma(master);
    }
  }

  int readMaster(int register) {
    synchronized (lock) {
      return master.read(register);
    }
  }

  void writeMaster(int register, int value) {
    synchronized (lock) {
      master.write(register, value);
      tryDma();
    }
  }
}
