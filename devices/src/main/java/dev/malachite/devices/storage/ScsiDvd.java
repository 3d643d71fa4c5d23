// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.storage;

import dev.malachite.disk.DiskRequest;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A DVD-ROM drive (MMC-6) with or without a disc; discs can be changed while the machine runs.
 *
 * <p>A disc that is taken out stays its owner's to close, once commands under way are done.
 */
public final class ScsiDvd implements ScsiTarget {
  private static final System.Logger LOGGER = System.getLogger("malachite.storage");

  private static final int SECTOR_SIZE = 2048;
  private static final int PROFILE_CD_ROM = 0x0008;
  private static final int PROFILE_DVD_ROM = 0x0010;

  /** Bytes above which a disc is a DVD rather than a CD: 80 minutes. */
  private static final long CD_SIZE = 360_000L * SECTOR_SIZE;

  private static final int LEAD_OUT = 0xAA;
  private static final int MEDIA_EVENTS = 4;
  private static final int EVENT_NONE = 0;
  private static final int EVENT_EJECT_REQUEST = 1;
  private static final int EVENT_NEW_MEDIA = 2;
  private static final int EVENT_REMOVED = 3;

  private static final ModePages PAGES =
      new ModePages(
          0,
          List.of(
              // Read error recovery.
              new byte[] {0x01, 0x0A, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0},
              // CD parameters.
              new byte[] {0x0D, 0x06, 0, 0, 0, 60, 0, 75},
              // Capabilities: reads CD-R, CD-RW, DVD-ROM, DVD-R; tray, lockable, ejects.
              new byte[] {
                0x2A,
                0x12,
                0x1B,
                0,
                0x70,
                0,
                0x29,
                0,
                0x15,
                (byte) 0x90,
                0,
                2,
                0x08,
                0,
                0x15,
                (byte) 0x90,
                0,
                0,
                0,
                0
              }));

  private final Inquiry inquiry;
  private final ScsiCommand.DiskStep readDone = this::readDone;

  private final Object lock = new Object();
  private @Nullable VirtualDisk disc;
  private boolean unitAttention;
  private boolean locked;
  private int event = EVENT_NONE;
  private Runnable ejected = () -> {};

  /**
   * A drive.
   *
   * @param identity which drive it is, for the guest's device names
   * @param disc what is in it, or null
   */
  public ScsiDvd(UUID identity, @Nullable VirtualDisk disc) {
    inquiry = new Inquiry(Inquiry.DVD, "Virtual DVD-ROM", identity);
    this.disc = disc;
  }

  /**
   * Sets what is told, on any thread, that the guest has opened the drive; the disc is out then.
   */
  public void onEject(Runnable action) {
    synchronized (lock) {
      ejected = action;
    }
  }

  /** Puts a disc in, or with null takes it out, whatever the guest thinks of it. */
  public void insert(@Nullable VirtualDisk newDisc) {
    synchronized (lock) {
      disc = newDisc;
      unitAttention = newDisc != null;
      event = newDisc == null ? EVENT_REMOVED : EVENT_NEW_MEDIA;
    }
  }

  /** Asks the guest to let go of its disc, as the button on a drive does. */
  public void requestEject() {
    synchronized (lock) {
      event = EVENT_EJECT_REQUEST;
    }
  }

  /** True if the guest keeps the drive shut. */
  public boolean isLocked() {
    synchronized (lock) {
      return locked;
    }
  }

  private @Nullable VirtualDisk disc() {
    synchronized (lock) {
      return disc;
    }
  }

  /** The disc, if the command may have it now; if not, the command has failed. */
  private @Nullable VirtualDisk readyDisc(ScsiCommand c) {
    VirtualDisk current;
    boolean changed;
    synchronized (lock) {
      current = disc;
      changed = unitAttention;
      unitAttention = false;
    }
    if (changed) {
      c.fail(Sense.MEDIUM_CHANGED);
      return null;
    }
    if (current == null) {
      c.fail(Sense.NO_MEDIUM);
    }
    return current;
  }

  @Override
  public void execute(ScsiCommand c) {
    byte[] cdb = c.cdb();
    switch (c.opcode()) {
      case ScsiOpcode.TEST_UNIT_READY -> {
        if (readyDisc(c) != null) {
          c.finish(0);
        }
      }
      case ScsiOpcode.REQUEST_SENSE -> requestSense(c);
      case ScsiOpcode.INQUIRY -> inquiry.answer(c);
      case ScsiOpcode.MODE_SENSE_6, ScsiOpcode.MODE_SENSE_10 -> PAGES.sense(c, 0);
      case ScsiOpcode.START_STOP_UNIT -> startStop(c);
      case ScsiOpcode.PREVENT_ALLOW -> {
        synchronized (lock) {
          locked = (c.cdbByte(4) & 1) != 0;
        }
        c.finish(0);
      }
      case ScsiOpcode.READ_CAPACITY_10 -> readCapacity(c);
      case ScsiOpcode.READ_10 -> read(c, BigEndian.getInt(cdb, 2), BigEndian.getShort(cdb, 7));
      case ScsiOpcode.READ_12 -> read(c, BigEndian.getInt(cdb, 2), BigEndian.getInt(cdb, 6));
      case ScsiOpcode.READ_TOC -> readToc(c);
      case ScsiOpcode.GET_CONFIGURATION -> getConfiguration(c);
      case ScsiOpcode.GET_EVENT_STATUS -> getEventStatus(c);
      case ScsiOpcode.READ_DISC_INFORMATION -> readDiscInformation(c);
      case ScsiOpcode.MECHANISM_STATUS -> {
        byte[] reply = c.newReply();
        reply[5] = 0; // no changer
        c.reply(8, BigEndian.getShort(cdb, 8));
      }
      case ScsiOpcode.SET_CD_SPEED -> c.finish(0);
      default -> c.fail(Sense.INVALID_COMMAND);
    }
  }

  private void requestSense(ScsiCommand c) {
    Sense sense;
    synchronized (lock) {
      sense = unitAttention ? Sense.MEDIUM_CHANGED : disc == null ? Sense.NO_MEDIUM : Sense.NONE;
      unitAttention = false;
    }
    sense.write(c.newReply(), 0);
    c.reply(Sense.SIZE, c.cdbByte(4));
  }

  private void startStop(ScsiCommand c) {
    boolean loadEject = (c.cdbByte(4) & 2) != 0;
    boolean start = (c.cdbByte(4) & 1) != 0;
    if (!loadEject || start) {
      c.finish(0);
      return;
    }
    Runnable action = null;
    synchronized (lock) {
      if (locked) {
        action = null;
      } else {
        action = ejected;
        disc = null;
        unitAttention = false;
        event = EVENT_REMOVED;
      }
    }
    if (action == null) {
      c.fail(Sense.REMOVAL_PREVENTED);
    } else {
      c.finish(0);
      action.run();
    }
  }

  private static long sectors(VirtualDisk current) {
    return current.size() / SECTOR_SIZE;
  }

  private void readCapacity(ScsiCommand c) {
    VirtualDisk current = readyDisc(c);
    if (current != null) {
      byte[] reply = c.newReply();
      BigEndian.putInt(reply, 0, Math.min(sectors(current) - 1, 0xFFFFFFFFL));
      BigEndian.putInt(reply, 4, SECTOR_SIZE);
      c.reply(8, 8);
    }
  }

  private void read(ScsiCommand c, long lba, long count) {
    VirtualDisk current = readyDisc(c);
    if (current == null) {
      return;
    }
    if (lba > sectors(current) || count > sectors(current) - lba) {
      c.fail(Sense.OUT_OF_RANGE);
    } else if (count * SECTOR_SIZE > c.data().length()) {
      c.fail(Sense.INVALID_FIELD);
    } else if (count == 0) {
      c.finish(0);
    } else {
      DiskRequest request = c.request(readDone).read(lba * SECTOR_SIZE);
      c.addData(count * SECTOR_SIZE);
      current.submit(request);
    }
  }

  private void readDone(ScsiCommand c, @Nullable IOException error) {
    if (error != null) {
      LOGGER.log(
          System.Logger.Level.WARNING,
          "DVD: read at byte {0} failed: {1}",
          c.request().offset(),
          error.getMessage());
      c.fail(Sense.READ_FAILED);
    } else {
      long length = c.request().length();
      c.data().written(length);
      c.finish(length);
    }
  }

  /** One data track and the lead-out (MMC-6, 6.25). */
  private void readToc(ScsiCommand c) {
    VirtualDisk current = readyDisc(c);
    if (current == null) {
      return;
    }
    boolean minutes = (c.cdbByte(1) & 2) != 0;
    int format = c.cdbByte(2) & 0x0F;
    if (format == 0) {
      format = c.cdbByte(9) >> 6; // where older drives have it
    }
    int track = c.cdbByte(6);
    byte[] reply = c.newReply();
    int length = 4;
    reply[2] = 1;
    reply[3] = 1;
    switch (format) {
      case 0 -> {
        if (track > 1 && track != LEAD_OUT) {
          c.fail(Sense.INVALID_FIELD);
          return;
        }
        if (track <= 1) {
          length = putTrack(reply, length, 1, 0, minutes);
        }
        length = putTrack(reply, length, LEAD_OUT, sectors(current), minutes);
      }
      case 1 -> length = putTrack(reply, length, 1, 0, minutes);
      default -> {
        c.fail(Sense.INVALID_FIELD);
        return;
      }
    }
    BigEndian.putShort(reply, 0, length - 2);
    c.reply(length, BigEndian.getShort(c.cdb(), 7));
  }

  private static int putTrack(byte[] reply, int at, int track, long lba, boolean minutes) {
    reply[at + 1] = 0x14; // data track
    reply[at + 2] = (byte) track;
    if (minutes) {
      long frames = lba + 150;
      reply[at + 5] = (byte) Math.min(frames / (75 * 60), 255);
      reply[at + 6] = (byte) (frames / 75 % 60);
      reply[at + 7] = (byte) (frames % 75);
    } else {
      BigEndian.putInt(reply, at + 4, lba);
    }
    return at + 8;
  }

  /** Profiles and the features a read-only drive must list (MMC-6, 5.2 and 6.6). */
  private void getConfiguration(ScsiCommand c) {
    int requestType = c.cdbByte(1) & 3;
    int from = BigEndian.getShort(c.cdb(), 2);
    VirtualDisk current = disc();
    boolean dvd = current != null && current.size() > CD_SIZE;
    boolean cd = current != null && !dvd;
    byte[] reply = c.newReply();
    BigEndian.putShort(reply, 6, dvd ? PROFILE_DVD_ROM : cd ? PROFILE_CD_ROM : 0);
    int at = 8;
    int[] features = {0x0000, 0x0001, 0x0002, 0x0003, 0x0010, 0x001E, 0x001F};
    for (int feature : features) {
      boolean now =
          switch (feature) {
            case 0x0010 -> current != null;
            case 0x001E -> cd;
            case 0x001F -> dvd;
            default -> true;
          };
      boolean wanted =
          switch (requestType) {
            case 0 -> feature >= from;
            case 1 -> feature >= from && now;
            default -> feature == from;
          };
      if (wanted) {
        at = putFeature(reply, at, feature, now, dvd, cd);
      }
    }
    BigEndian.putInt(reply, 0, at - 4);
    c.reply(at, BigEndian.getShort(c.cdb(), 7));
  }

  private static int putFeature(
      byte[] reply, int at, int feature, boolean now, boolean dvd, boolean cd) {
    boolean persistent = feature <= 0x0003;
    BigEndian.putShort(reply, at, feature);
    reply[at + 2] = (byte) ((persistent ? 2 : 0) | (now ? 1 : 0));
    int data = at + 4;
    int length;
    switch (feature) {
      case 0x0000 -> { // profiles
        BigEndian.putShort(reply, data, PROFILE_DVD_ROM);
        reply[data + 2] = (byte) (dvd ? 1 : 0);
        BigEndian.putShort(reply, data + 4, PROFILE_CD_ROM);
        reply[data + 6] = (byte) (cd ? 1 : 0);
        length = 8;
      }
      case 0x0001 -> { // core
        BigEndian.putInt(reply, data, 1); // SCSI
        reply[data + 4] = 1;
        length = 8;
        reply[at + 2] |= 0x08; // version 2
      }
      case 0x0002 -> { // morphing
        reply[data] = 2; // answers event requests
        length = 4;
        reply[at + 2] |= 0x04;
      }
      case 0x0003 -> { // removable medium
        reply[data] = 0x29; // tray, ejects, can be locked
        length = 4;
      }
      case 0x0010 -> { // random readable
        BigEndian.putInt(reply, data, SECTOR_SIZE);
        BigEndian.putShort(reply, data + 4, 1);
        length = 8;
      }
      case 0x001E -> length = 4; // CD read
      default -> { // DVD read
        length = 4;
        reply[at + 2] |= 0x04;
      }
    }
    reply[at + 3] = (byte) length;
    return data + length;
  }

  /** Media events, polled (MMC-6, 6.7). */
  private void getEventStatus(ScsiCommand c) {
    if ((c.cdbByte(1) & 1) == 0) {
      c.fail(Sense.INVALID_FIELD); // asynchronous is not supported
      return;
    }
    boolean media = (c.cdbByte(4) & 1 << MEDIA_EVENTS) != 0;
    int allocation = BigEndian.getShort(c.cdb(), 7);
    byte[] reply = c.newReply();
    reply[3] = 1 << MEDIA_EVENTS;
    if (!media) {
      BigEndian.putShort(reply, 0, 2);
      reply[2] = (byte) 0x80;
      c.reply(4, allocation);
      return;
    }
    BigEndian.putShort(reply, 0, 6);
    reply[2] = MEDIA_EVENTS;
    synchronized (lock) {
      if (allocation >= 8) {
        reply[4] = (byte) event;
        event = EVENT_NONE;
      }
      reply[5] = (byte) (disc == null ? 0 : 2);
    }
    c.reply(8, allocation);
  }

  /** A finished disc of one session (MMC-6, 6.22). */
  private void readDiscInformation(ScsiCommand c) {
    if (readyDisc(c) == null) {
      return;
    }
    if ((c.cdbByte(1) & 7) != 0) {
      c.fail(Sense.INVALID_FIELD);
      return;
    }
    byte[] reply = c.newReply();
    BigEndian.putShort(reply, 0, 32);
    reply[2] = 0x0E; // complete disc, complete last session
    reply[3] = 1;
    reply[4] = 1;
    reply[5] = 1;
    reply[6] = 1;
    reply[7] = 0x20; // not restricted
    BigEndian.putInt(reply, 16, 0xFFFFFFFFL);
    BigEndian.putInt(reply, 20, 0xFFFFFFFFL);
    c.reply(34, BigEndian.getShort(c.cdb(), 7));
  }

  @Override
  public void reset() {
    synchronized (lock) {
      unitAttention = false;
      locked = false;
      event = EVENT_NONE;
    }
  }

  /**
   * Saves or restores what the drive remembers. A disc that was taken out stays out; one that has
   * gone meanwhile is missed, as if somebody had taken it out.
   */
  @Override
  public void transfer(StateTransfer s) throws StateException {
    synchronized (lock) {
      boolean there = s.flag(disc != null);
      unitAttention = s.flag(unitAttention);
      locked = s.flag(locked);
      event = s.number(event, EVENT_NONE, EVENT_REMOVED);
      if (!there) {
        disc = null;
      } else if (disc == null) {
        unitAttention = false;
        event = EVENT_REMOVED;
      }
    }
  }
}
