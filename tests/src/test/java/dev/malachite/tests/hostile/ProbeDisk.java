// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.vmbus.LittleEndian;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The probe's driver for the SCSI controller: a channel whose ring lies where the test can spoil
 * it.
 */
final class ProbeDisk {
  static final int PAGE = 4096;
  static final long RING = 0x80_0000;
  static final int DOWNSTREAM = 4;
  static final int PAGES = 8;
  static final int RING_BYTES = (DOWNSTREAM - 1) * PAGE;

  /** Where commands' data goes when they are meant well. */
  static final long DATA = 0x90_0000;

  static final long WRITE_INDEX = RING;
  static final long READ_INDEX = RING + 4;
  static final long RECEIVE = RING + DOWNSTREAM * PAGE;
  static final int IN_BAND = 6;
  static final int GPA_DIRECT = 9;
  static final int PACKET = 64;

  private static final int GPADL = 0x51;
  private static final long PATIENCE_NANOSECONDS = 20_000_000_000L;

  private final Probe probe;
  private final ProbeBus bus;
  private ProbeBus.Offer offer;
  private int write;
  private int read;

  /** Connects and opens the channel. */
  ProbeDisk(Probe probe) {
    this.probe = probe;
    bus = new ProbeBus(probe);
    bus.connect();
    offer = bus.offer(ProbeBus.SCSI);
    open();
  }

  /** Opens the channel with a clean ring and initializes the controller. */
  void open() {
    probe.write(RING, new byte[PAGE]);
    probe.write(RECEIVE, new byte[PAGE]);
    probe.writeLong(RING + 64, 1);
    probe.writeLong(RECEIVE + 64, 1);
    write = 0;
    read = 0;
    assertThat(bus.share(offer.relid(), GPADL, RING, PAGES)).isZero();
    assertThat(bus.open(offer.relid(), GPADL, DOWNSTREAM, 0)).isZero();
    int[][] steps = {{7, 0}, {9, 0x0602}, {10, 0}, {8, 0}};
    for (int[] step : steps) {
      byte[] packet = new byte[PACKET];
      LittleEndian.putInt(packet, 0, step[0]);
      LittleEndian.putInt(packet, 4, 1);
      LittleEndian.putInt(packet, 12, step[1]);
      send(packet(IN_BAND, 1, 0x77, new byte[0], packet));
      assertThat(LittleEndian.getInt(await(0x77), 8)).as("status of a first step").isZero();
    }
  }

  /** Closes the channel, whatever has become of it, and opens it again. */
  void reopen() {
    bus.post(ProbeBus.CLOSE, offer.relid());
    bus.tearDown(offer.relid(), GPADL);
    open();
  }

  /** Ends the connection, whatever has become of it, and begins another. */
  void reconnect() {
    bus.connect();
    offer = bus.offer(ProbeBus.SCSI);
    open();
  }

  Step signal() {
    return ProbeBus.signal(offer.connection());
  }

  /** A packet with its descriptor. */
  static byte[] packet(int type, int flags, long transaction, byte[] header, byte[] payload) {
    byte[] packet = new byte[16 + header.length + (payload.length + 7) / 8 * 8];
    LittleEndian.putShort(packet, 0, type);
    LittleEndian.putShort(packet, 2, (16 + header.length) / 8);
    LittleEndian.putShort(packet, 4, packet.length / 8);
    LittleEndian.putShort(packet, 6, flags);
    LittleEndian.putLong(packet, 8, transaction);
    System.arraycopy(header, 0, packet, 16, header.length);
    System.arraycopy(payload, 0, packet, 16 + header.length, payload.length);
    return packet;
  }

  /** The header of a packet whose data is one range. */
  static byte[] range(int length, int offset, long... pages) {
    byte[] header = new byte[16 + pages.length * 8];
    LittleEndian.putInt(header, 4, 1);
    LittleEndian.putInt(header, 8, length);
    LittleEndian.putInt(header, 12, offset);
    for (int i = 0; i < pages.length; i++) {
      LittleEndian.putLong(header, 16 + i * 8, pages[i]);
    }
    return header;
  }

  /** The payload of a command. */
  static byte[] command(int lun, byte[] cdb, int direction, int length) {
    byte[] packet = new byte[PACKET];
    LittleEndian.putInt(packet, 0, 3);
    LittleEndian.putInt(packet, 4, 1);
    LittleEndian.putShort(packet, 12, 0x34);
    packet[19] = (byte) lun;
    packet[20] = (byte) cdb.length;
    packet[21] = 20;
    packet[22] = (byte) direction;
    LittleEndian.putInt(packet, 24, length);
    System.arraycopy(cdb, 0, packet, 28, Math.min(cdb.length, 16));
    return packet;
  }

  /** The steps that write bytes behind what has been written, and no more. */
  List<Step> put(byte[] bytes) {
    List<Step> steps = new ArrayList<>();
    long data = RING + PAGE;
    int first = Math.min(bytes.length, RING_BYTES - write);
    steps.add(Step.write(data + write, Arrays.copyOf(bytes, first)));
    if (first < bytes.length) {
      steps.add(Step.write(data, Arrays.copyOfRange(bytes, first, bytes.length)));
    }
    write = (write + bytes.length) % RING_BYTES;
    return steps;
  }

  /** The steps that send a packet, whether there is room or not. */
  List<Step> sending(byte[] packet) {
    byte[] whole = Arrays.copyOf(packet, packet.length + 8);
    LittleEndian.putInt(whole, packet.length + 4, write);
    List<Step> steps = put(whole);
    steps.add(Step.store(WRITE_INDEX, 4, write));
    steps.add(signal());
    return steps;
  }

  void send(byte[] packet) {
    assertThat(probe.steps(sending(packet))).noneMatch(Probe.Outcome::fault);
  }

  /** The step that frees the ring to the guest, read or not. */
  Step drain() {
    read = (int) probe.load(RECEIVE, 4).value();
    return Step.store(RECEIVE + 4, 4, read);
  }

  /** The payload of the answer to a transaction; others before it are thrown away. */
  byte[] await(long transaction) {
    long deadline = System.nanoTime() + PATIENCE_NANOSECONDS;
    while (System.nanoTime() < deadline) {
      int available = (int) probe.load(RECEIVE, 4).value() - read;
      if (available == 0) {
        continue;
      }
      byte[] descriptor = fromRing(read, 16);
      int offset = LittleEndian.getShort(descriptor, 2) * 8;
      int length = LittleEndian.getShort(descriptor, 4) * 8;
      assertThat(length).isBetween(16, RING_BYTES);
      byte[] payload = fromRing(read + offset, length - offset);
      read = (read + length + 8) % RING_BYTES;
      probe.steps(List.of(Step.store(RECEIVE + 4, 4, read), signal()));
      if (LittleEndian.getLong(descriptor, 8) == transaction) {
        return payload;
      }
    }
    throw new AssertionError("no answer to transaction 0x" + Long.toHexString(transaction));
  }

  private byte[] fromRing(int position, int length) {
    int at = position % RING_BYTES;
    int first = Math.min(length, RING_BYTES - at);
    byte[] bytes = Arrays.copyOf(probe.read(RECEIVE + PAGE + at, first), length);
    if (first < length) {
      System.arraycopy(probe.read(RECEIVE + PAGE, length - first), 0, bytes, first, length - first);
    }
    return bytes;
  }

  /** Writes a sector and reads it back: everything must work. */
  void mustWork(int sector) {
    byte[] data = new byte[512];
    Arrays.fill(data, (byte) (0x41 + sector));
    probe.write(DATA, data);
    byte[] wrote = execute(0, cdb10(0x2A, sector, 1), 0, 512, DATA);
    assertThat(wrote[14]).as("status of a write").isEqualTo((byte) 1);
    byte[] got = execute(0, cdb10(0x28, sector, 1), 1, 512, DATA + PAGE);
    assertThat(got[14]).as("status of a read").isEqualTo((byte) 1);
    assertThat(probe.read(DATA + PAGE, 512)).isEqualTo(data);
  }

  /** Carries out a command with data at an address, all of it in one page; returns the answer. */
  byte[] execute(int lun, byte[] cdb, int direction, int length, long address) {
    long transaction = 0x1_0000_0000L + write;
    send(
        packet(
            GPA_DIRECT,
            1,
            transaction,
            range(length, (int) (address % PAGE), address / PAGE),
            command(lun, cdb, direction, length)));
    return await(transaction);
  }

  static byte[] cdb10(int opcode, int sector, int count) {
    byte[] cdb = new byte[10];
    cdb[0] = (byte) opcode;
    for (int i = 0; i < 4; i++) {
      cdb[2 + i] = (byte) (sector >>> 24 - 8 * i);
    }
    cdb[7] = (byte) (count >>> 8);
    cdb[8] = (byte) count;
    return cdb;
  }
}
