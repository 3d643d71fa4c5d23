// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.storage;

import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import dev.malachite.engine.vmbus.ChannelFault;
import dev.malachite.engine.vmbus.ChannelHandler;
import dev.malachite.engine.vmbus.LittleEndian;
import dev.malachite.engine.vmbus.Packet;
import dev.malachite.engine.vmbus.VmbusChannel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;

/**
 * One opening of a SCSI controller's channel: agrees on a version, then carries out commands, many
 * at a time.
 *
 * <p>Packets arrive in turns; disks finish commands on their own threads and answer from there. A
 * command's slot is in use until its answer is in the ring, so that slots bound everything.
 */
final class StorChannel implements ChannelHandler {
  /** Commands at a time; what the guest sends beyond waits in the ring. */
  private static final int SLOTS = 256;

  private enum State {
    BEGIN,
    VERSION,
    PROPERTIES,
    END,
    READY
  }

  /** A command under way and the packet that answers it. */
  private final class Slot {
    final ScsiCommand command = new ScsiCommand(done -> finished(this), channel.newRanges());
    final byte[] packet = new byte[StorProtocol.SIZE_2];
    long transactionId;
    int size;
    boolean answerWanted;
    int senseRoom;
    int errorStatus;
  }

  private final StorVsp controller;
  private final VmbusChannel channel;
  private final Object lock = new Object();

  // Guarded by lock.
  private final ArrayDeque<Slot> free = new ArrayDeque<>(SLOTS);
  private final ArrayDeque<Slot> unsent = new ArrayDeque<>(SLOTS);
  private final ArrayDeque<Slot> resets = new ArrayDeque<>(SLOTS);
  private int slots;
  private int executing;
  private boolean starved;
  private boolean rescan;

  // Turns only.
  private State state = State.BEGIN;
  private int packetSize = StorProtocol.SIZE_2;

  StorChannel(StorVsp controller, VmbusChannel channel) {
    this.controller = controller;
    this.channel = channel;
  }

  /** Asks the guest to look for new and lost logical units. */
  void rescan() {
    synchronized (lock) {
      rescan = true;
    }
    channel.schedule();
  }

  @Override
  public void turn() {
    while (true) {
      Slot slot;
      synchronized (lock) {
        slot = unsent.peek();
      }
      if (slot == null) {
        break;
      }
      if (!channel.complete(slot.transactionId, slot.packet, 0, slot.size)) {
        return;
      }
      synchronized (lock) {
        unsent.remove();
        release(slot);
      }
    }
    boolean announce;
    synchronized (lock) {
      announce = rescan && state == State.READY;
    }
    if (announce) {
      byte[] packet = new byte[packetSize];
      LittleEndian.putInt(packet, StorProtocol.OPERATION, StorProtocol.ENUMERATE_BUS);
      if (channel.send(0, false, packet, 0, packet.length)) {
        synchronized (lock) {
          rescan = false;
        }
      }
    }
  }

  @Override
  public boolean ready() {
    synchronized (lock) {
      boolean room = !free.isEmpty() || slots < SLOTS;
      starved = !room;
      return room;
    }
  }

  @Override
  public void received(Packet packet) throws ChannelFault {
    int length = packet.payloadLength();
    if (length < StorProtocol.BODY) {
      throw new ChannelFault("storage packet of %d bytes".formatted(length));
    }
    Slot slot = take();
    slot.transactionId = packet.transactionId();
    slot.answerWanted = packet.completionRequested();
    slot.size = Math.min(length, packetSize);
    Arrays.fill(slot.packet, (byte) 0);
    packet.copy(0, slot.packet, 0, slot.size);
    int operation = LittleEndian.getInt(slot.packet, StorProtocol.OPERATION);
    if (state != State.READY) {
      initialize(slot, operation);
      return;
    }
    switch (operation) {
      case StorProtocol.EXECUTE_SRB -> execute(slot, packet);
      case StorProtocol.RESET_LUN, StorProtocol.RESET_ADAPTER, StorProtocol.RESET_BUS ->
          reset(slot);
      case StorProtocol.CREATE_SUB_CHANNELS -> {
        boolean none = LittleEndian.getShort(slot.packet, StorProtocol.SUB_CHANNELS) == 0;
        answer(slot, none ? StorProtocol.NT_SUCCESS : StorProtocol.NT_INVALID_PARAMETER);
      }
      default -> answer(slot, StorProtocol.NT_INVALID_DEVICE_REQUEST);
    }
  }

  /** The steps before the first command, each in its turn. */
  private void initialize(Slot slot, int operation) {
    int status = StorProtocol.NT_SUCCESS;
    if (state == State.BEGIN && operation == StorProtocol.BEGIN_INITIALIZATION) {
      state = State.VERSION;
    } else if (state == State.VERSION && operation == StorProtocol.QUERY_PROTOCOL_VERSION) {
      int version = LittleEndian.getShort(slot.packet, StorProtocol.VERSION);
      if (StorProtocol.isSupported(version)) {
        packetSize = version >= 0x0501 ? StorProtocol.SIZE_2 : StorProtocol.SIZE_1;
        state = State.PROPERTIES;
      } else {
        status = StorProtocol.NT_REVISION_MISMATCH;
      }
    } else if (state == State.PROPERTIES && operation == StorProtocol.QUERY_PROPERTIES) {
      Arrays.fill(slot.packet, StorProtocol.BODY, StorProtocol.SIZE_2, (byte) 0);
      // One channel: the flag for more stays off and their number 0.
      LittleEndian.putShort(slot.packet, StorProtocol.MAX_CHANNELS, 0);
      LittleEndian.putInt(slot.packet, StorProtocol.PROPERTY_FLAGS, 0);
      LittleEndian.putInt(slot.packet, StorProtocol.MAX_TRANSFER, StorVsp.MAX_TRANSFER);
      state = State.END;
    } else if (state == State.END && operation == StorProtocol.END_INITIALIZATION) {
      state = State.READY;
      synchronized (lock) {
        rescan = false;
      }
    } else {
      status = StorProtocol.NT_INVALID_DEVICE_STATE;
    }
    answer(slot, status);
  }

  private void execute(Slot slot, Packet packet) {
    byte[] p = slot.packet;
    ScsiCommand command = slot.command;
    int cdbLength = p[StorProtocol.CDB_LENGTH] & 0xFF;
    slot.senseRoom = Math.min(p[StorProtocol.SENSE_LENGTH] & 0xFF, StorProtocol.SENSE_SIZE);
    slot.errorStatus = StorProtocol.SRB_ERROR;
    int path = p[StorProtocol.PATH] & 0xFF;
    int targetId = p[StorProtocol.TARGET] & 0xFF;
    int lun = p[StorProtocol.LUN] & 0xFF;
    synchronized (lock) {
      executing++;
    }
    boolean backed = packet.ranges(command.data());
    if (slot.size < StorProtocol.SIZE_1
        || cdbLength > ScsiCommand.CDB_SIZE
        || !backed
        || command.data().length() > StorVsp.MAX_TRANSFER) {
      slot.errorStatus = StorProtocol.SRB_INVALID_REQUEST;
      command.fail(Sense.INVALID_FIELD);
      return;
    }
    byte[] cdb = command.cdb();
    Arrays.fill(cdb, (byte) 0);
    System.arraycopy(p, StorProtocol.CDB, cdb, 0, cdbLength);
    ScsiTarget target = controller.target(path, targetId, lun);
    if (command.opcode() == ScsiOpcode.REPORT_LUNS) {
      controller.reportLuns(command, path, targetId);
    } else if (target != null) {
      target.execute(command);
    } else if (command.opcode() == ScsiOpcode.INQUIRY) {
      Inquiry.answerNotPresent(command);
    } else {
      slot.errorStatus = StorProtocol.SRB_INVALID_LUN;
      command.fail(Sense.NONE);
    }
  }

  /** A command is finished; any thread. */
  private void finished(Slot slot) {
    byte[] p = slot.packet;
    ScsiCommand command = slot.command;
    boolean good = command.status() == ScsiCommand.GOOD;
    int srbStatus = slot.errorStatus;
    int senseLength = 0;
    Arrays.fill(p, StorProtocol.CDB, StorProtocol.CDB + StorProtocol.SENSE_SIZE, (byte) 0);
    if (good) {
      srbStatus = StorProtocol.SRB_SUCCESS;
    } else if (srbStatus != StorProtocol.SRB_INVALID_LUN) {
      senseLength = command.copySense(p, StorProtocol.CDB, slot.senseRoom);
      srbStatus |= senseLength > 0 ? StorProtocol.SRB_AUTOSENSE_VALID : 0;
    }
    p[StorProtocol.SRB_STATUS] = (byte) srbStatus;
    p[StorProtocol.SCSI_STATUS] = (byte) command.status();
    p[StorProtocol.SENSE_LENGTH] = (byte) senseLength;
    LittleEndian.putInt(p, StorProtocol.TRANSFER_LENGTH, (int) command.transferred());
    controller.count(command.transferred());
    command.data().clear();
    answer(slot, good ? StorProtocol.NT_SUCCESS : failure(slot.errorStatus));
    Slot reset = null;
    synchronized (lock) {
      executing--;
      if (executing == 0) {
        reset = resets.poll();
        lock.notifyAll();
      }
    }
    while (reset != null) {
      answer(reset, StorProtocol.NT_SUCCESS);
      synchronized (lock) {
        reset = resets.poll();
      }
    }
  }

  private static int failure(int srbStatus) {
    return switch (srbStatus) {
      case StorProtocol.SRB_INVALID_LUN -> StorProtocol.NT_DEVICE_DOES_NOT_EXIST;
      case StorProtocol.SRB_INVALID_REQUEST -> StorProtocol.NT_INVALID_DEVICE_REQUEST;
      default -> StorProtocol.NT_IO_DEVICE_ERROR;
    };
  }

  /** A reset is done once the commands before it are. */
  private void reset(Slot slot) {
    synchronized (lock) {
      if (executing > 0) {
        resets.add(slot);
        return;
      }
    }
    answer(slot, StorProtocol.NT_SUCCESS);
  }

  private Slot take() {
    synchronized (lock) {
      Slot slot = free.poll();
      if (slot == null) {
        slots++;
        slot = new Slot();
      }
      return slot;
    }
  }

  /** Answers and gives the slot back, now or when the ring has room. */
  private void answer(Slot slot, int status) {
    LittleEndian.putInt(slot.packet, StorProtocol.OPERATION, StorProtocol.COMPLETE_IO);
    LittleEndian.putInt(slot.packet, StorProtocol.FLAGS, 0);
    LittleEndian.putInt(slot.packet, StorProtocol.STATUS, status);
    boolean sent;
    synchronized (lock) {
      // What waits is sent first, so that a full ring starves nobody.
      if (!slot.answerWanted) {
        sent = true;
      } else {
        sent = unsent.isEmpty() && channel.complete(slot.transactionId, slot.packet, 0, slot.size);
      }
      if (sent) {
        release(slot);
      } else {
        unsent.add(slot);
      }
    }
  }

  /** With the lock held. */
  private void release(Slot slot) {
    free.add(slot);
    if (starved) {
      starved = false;
      channel.schedule();
    }
  }

  @Override
  public void closed() {
    controller.closed(this);
    awaitQuiet();
  }

  private void awaitQuiet() {
    boolean interrupted = false;
    synchronized (lock) {
      while (executing > 0) {
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

  /** For tests: slots in use. */
  int slotsInUse() {
    synchronized (lock) {
      return slots - free.size();
    }
  }

  @Override
  public void drain() {
    awaitQuiet();
  }

  @Override
  public void transfer(StateTransfer s) throws StateException {
    synchronized (lock) {
      if (executing > 0) {
        throw new IllegalStateException("a disk is at work while its state is saved");
      }
      state = s.choice(state, State.class);
      packetSize = s.number(packetSize, StorProtocol.SIZE_1, StorProtocol.SIZE_2);
      rescan = s.flag(rescan);
      List<Slot> waiting = List.copyOf(unsent);
      int count = s.number(waiting.size(), 0, SLOTS);
      for (int i = 0; i < count; i++) {
        Slot slot = s.loading() ? take() : waiting.get(i);
        slot.transactionId = s.int64(slot.transactionId);
        slot.size = s.number(slot.size, 0, StorProtocol.SIZE_2);
        s.bytes(slot.packet);
        if (s.loading()) {
          slot.answerWanted = true;
          unsent.add(slot);
        }
      }
    }
  }
}
