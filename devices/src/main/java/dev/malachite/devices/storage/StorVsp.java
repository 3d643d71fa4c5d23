// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.storage;

import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import dev.malachite.engine.vmbus.ChannelFault;
import dev.malachite.engine.vmbus.ChannelHandler;
import dev.malachite.engine.vmbus.ChannelOffer;
import dev.malachite.engine.vmbus.VmbusChannel;
import dev.malachite.engine.vmbus.VmbusDevice;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The synthetic SCSI controller: up to {@value #MAX_LUNS} disks and DVD drives as logical units of
 * one target. Any thread.
 */
public final class StorVsp implements VmbusDevice {
  /** Logical units of a controller. */
  public static final int MAX_LUNS = 64;

  /** Bytes one command may transfer. */
  public static final int MAX_TRANSFER = 1 << 20;

  private static final UUID INTERFACE = UUID.fromString("ba6163d9-04a1-4d29-b605-72e2ffb1dc7f");
  private static final UUID IDE = UUID.fromString("32412632-86cb-44a2-9b5c-50d1417354f5");

  private final ChannelOffer offer;
  private final int path;
  private final int target;
  private final @Nullable ScsiTarget[] targets = new @Nullable ScsiTarget[MAX_LUNS];
  private final LongAdder commands = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private volatile @Nullable StorChannel channel;

  /**
   * A controller without logical units.
   *
   * @param instance which controller it is; the same at every start of a machine
   */
  public StorVsp(UUID instance) {
    this(ChannelOffer.device("SCSI controller", INTERFACE, instance), 0, 0);
  }

  private StorVsp(ChannelOffer offer, int path, int target) {
    this.offer = offer;
    this.path = path;
    this.target = target;
  }

  /**
   * Makes the accelerator of one IDE disk: guests find by the instance which one it is, and take
   * the disk from here rather than from its channel.
   *
   * @param channel 0 or 1
   * @param device 0 or 1
   */
  public static StorVsp ide(int channel, int device, ScsiTarget disk) {
    UUID instance = UUID.fromString("%08x-%04x-8899-0000-000000000000".formatted(channel, device));
    StorVsp accelerator =
        new StorVsp(ChannelOffer.device("IDE accelerator", IDE, instance), channel, device);
    accelerator.attach(0, disk);
    return accelerator;
  }

  /**
   * Attaches a logical unit; a running guest is told to look again.
   *
   * @param lun 0 to {@value #MAX_LUNS} - 1
   * @throws IllegalArgumentException if the number is taken or out of range
   */
  public void attach(int lun, ScsiTarget target) {
    synchronized (targets) {
      if (lun < 0 || lun >= MAX_LUNS || targets[lun] != null) {
        throw new IllegalArgumentException("SCSI controller has no free place " + lun);
      }
      targets[lun] = target;
    }
    rescan();
  }

  /**
   * Detaches a logical unit; a running guest is told to look again. Commands under way go on.
   *
   * @throws IllegalArgumentException if there is none
   */
  public void detach(int lun) {
    synchronized (targets) {
      if (lun < 0 || lun >= MAX_LUNS || targets[lun] == null) {
        throw new IllegalArgumentException("SCSI controller has nothing at place " + lun);
      }
      targets[lun] = null;
    }
    rescan();
  }

  private void rescan() {
    StorChannel current = channel;
    if (current != null) {
      current.rescan();
    }
  }

  /** Commands carried out since the machine started. */
  public long commands() {
    return commands.sum();
  }

  /** Bytes transferred since the machine started. */
  public long bytes() {
    return bytes.sum();
  }

  @Override
  public ChannelOffer offer() {
    return offer;
  }

  @Override
  public ChannelHandler open(VmbusChannel vmbusChannel) throws ChannelFault {
    if (vmbusChannel.maximumPayload() < StorProtocol.SIZE_2) {
      throw new ChannelFault("the ring has no room for an answer");
    }
    StorChannel opened = new StorChannel(this, vmbusChannel);
    channel = opened;
    return opened;
  }

  void closed(StorChannel old) {
    if (channel == old) {
      channel = null;
    }
  }

  @Nullable ScsiTarget target(int pathId, int targetId, int lun) {
    if (pathId != path || targetId != target || lun >= MAX_LUNS) {
      return null;
    }
    synchronized (targets) {
      return targets[lun];
    }
  }

  void count(long transferred) {
    commands.increment();
    bytes.add(transferred);
  }

  /** Carries out REPORT LUNS, which is about the target rather than one logical unit. */
  void reportLuns(ScsiCommand command, int pathId, int targetId) {
    byte[] reply = command.newReply();
    int length = 8;
    if (pathId == path && targetId == target) {
      synchronized (targets) {
        for (int lun = 0; lun < MAX_LUNS; lun++) {
          if (targets[lun] != null) {
            reply[length + 1] = (byte) lun;
            length += 8;
          }
        }
      }
    }
    BigEndian.putInt(reply, 0, length - 8);
    command.reply(length, (int) Math.min(BigEndian.getInt(command.cdb(), 6), Integer.MAX_VALUE));
  }

  /** The machine was reset: so are the drives. */
  public void reset() {
    for (int lun = 0; lun < MAX_LUNS; lun++) {
      ScsiTarget there;
      synchronized (targets) {
        there = targets[lun];
      }
      if (there != null) {
        there.reset();
      }
    }
  }

  @Override
  public void transfer(StateTransfer s) throws StateException {
    for (int lun = 0; lun < MAX_LUNS; lun++) {
      ScsiTarget there;
      synchronized (targets) {
        there = targets[lun];
      }
      if (s.flag(there != null) != (there != null)) {
        throw s.impossible("the machine has other drives");
      }
      if (there != null) {
        there.transfer(s);
      }
    }
  }
}
