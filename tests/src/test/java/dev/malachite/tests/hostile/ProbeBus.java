// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.vmbus.LittleEndian;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** VMBus as the probe's kernel sees it: messages through the hypercall and the SynIC's page. */
final class ProbeBus {
  static final UUID SCSI = UUID.fromString("ba6163d9-04a1-4d29-b605-72e2ffb1dc7f");
  static final int VERSION_5_3 = 0x5_0003;

  static final int OFFER = 1;
  static final int REQUEST_OFFERS = 3;
  static final int ALL_OFFERS = 4;
  static final int OPEN = 5;
  static final int OPEN_RESULT = 6;
  static final int CLOSE = 7;
  static final int GPADL_HEADER = 8;
  static final int GPADL_BODY = 9;
  static final int GPADL_CREATED = 10;
  static final int GPADL_TEARDOWN = 11;
  static final int GPADL_TORN_DOWN = 12;
  static final int RELID_RELEASED = 13;
  static final int INITIATE_CONTACT = 14;
  static final int VERSION_RESPONSE = 15;
  static final int UNLOAD = 16;
  static final int UNLOAD_RESPONSE = 17;
  static final int CONNECT_REQUEST = 21;
  static final int MODIFY_CHANNEL = 22;

  private static final long MESSAGES = 0x30_0000;
  private static final long EVENTS = 0x30_1000;
  private static final long PARAMETERS = 0x30_2000;
  private static final int SINT = 2;
  private static final long SLOT = MESSAGES + SINT * 256;
  private static final int CONNECTION = 4;
  private static final int POST_MESSAGE = 0x5C;
  private static final int SIGNAL_EVENT_FAST = 0x1_005D;
  private static final int INSUFFICIENT_BUFFERS = 19;
  private static final int END_OF_MESSAGE = 0x4000_0084;
  private static final long PATIENCE_NANOSECONDS = 20_000_000_000L;

  /** An offer as the guest read it. */
  record Offer(UUID type, UUID instance, int relid, int connection) {}

  private final Probe probe;

  /** Sets up the hypercall page and a polled SynIC. */
  ProbeBus(Probe probe) {
    this.probe = probe;
    probe.enableHypercalls();
    for (Probe.Outcome outcome :
        probe.steps(
            List.of(
                Step.writeMsr(0x4000_0083, MESSAGES | 1),
                Step.writeMsr(0x4000_0082, EVENTS | 1),
                Step.writeMsr(0x4000_0090 + SINT, 0x1_0052),
                Step.writeMsr(0x4000_0080, 1)))) {
      assertThat(outcome.fault()).isFalse();
    }
  }

  /** The steps that post a message, whatever becomes of it, and throw an answer away. */
  static List<Step> blindly(byte[] message) {
    List<Step> steps = new ArrayList<>(posting(message));
    steps.addAll(taking());
    return steps;
  }

  /** The steps that throw away a message from the host, if there is one. */
  static List<Step> taking() {
    return List.of(Step.store(SLOT, 4, 0), Step.writeMsr(END_OF_MESSAGE, 0));
  }

  private static List<Step> posting(byte[] message) {
    byte[] parameters = new byte[16 + message.length];
    LittleEndian.putInt(parameters, 0, CONNECTION);
    LittleEndian.putInt(parameters, 8, 1);
    LittleEndian.putInt(parameters, 12, message.length);
    System.arraycopy(message, 0, parameters, 16, message.length);
    return List.of(Step.write(PARAMETERS, parameters), Step.hypercall(POST_MESSAGE, PARAMETERS, 0));
  }

  /** Posts a message; waits for room. */
  void post(byte[] message) {
    long deadline = System.nanoTime() + PATIENCE_NANOSECONDS;
    long status;
    do {
      status = probe.steps(posting(message)).getLast().value();
    } while (status == INSUFFICIENT_BUFFERS && System.nanoTime() < deadline);
    assertThat(status).as("status of a message").isZero();
  }

  void post(int type, int... fields) {
    post(message(type, fields));
  }

  /** A message of a type with 4-byte fields from offset 8 on. */
  static byte[] message(int type, int... fields) {
    byte[] message = new byte[8 + fields.length * 4];
    LittleEndian.putInt(message, 0, type);
    for (int i = 0; i < fields.length; i++) {
      LittleEndian.putInt(message, 8 + i * 4, fields[i]);
    }
    return message;
  }

  /** The next message of a type; others are thrown away. */
  byte[] take(int... types) {
    long deadline = System.nanoTime() + PATIENCE_NANOSECONDS;
    while (System.nanoTime() < deadline) {
      int type = (int) probe.load(SLOT, 4).value();
      if (type != 0) {
        byte[] slot = probe.read(SLOT, 256);
        probe.steps(taking());
        byte[] message = Arrays.copyOfRange(slot, 16, 16 + (slot[4] & 0xFF));
        int kind = LittleEndian.getInt(message, 0);
        if (Arrays.stream(types).anyMatch(wanted -> wanted == kind)) {
          return message;
        }
      }
    }
    throw new AssertionError("no message of types " + Arrays.toString(types));
  }

  /** Connects with the newest version; answers to what was before are thrown away. */
  void connect() {
    byte[] contact = new byte[40];
    LittleEndian.putInt(contact, 0, INITIATE_CONTACT);
    LittleEndian.putInt(contact, 8, VERSION_5_3);
    contact[16] = SINT;
    // Whoever connected before may have had answers sent to another processor; and an unload's
    // answer parts those to what was before from this contact's.
    post(contact);
    post(UNLOAD);
    take(UNLOAD_RESPONSE);
    post(contact);
    byte[] response = take(VERSION_RESPONSE);
    assertThat(response[8]).as("version supported").isEqualTo((byte) 1);
    assertThat(LittleEndian.getInt(response, 12)).isEqualTo(CONNECTION);
  }

  List<Offer> offers() {
    post(REQUEST_OFFERS);
    List<Offer> offers = new ArrayList<>();
    while (true) {
      byte[] m = take(OFFER, ALL_OFFERS);
      if (LittleEndian.getInt(m, 0) == ALL_OFFERS) {
        return offers;
      }
      offers.add(
          new Offer(
              LittleEndian.getGuid(m, 8),
              LittleEndian.getGuid(m, 24),
              LittleEndian.getInt(m, 184),
              LittleEndian.getInt(m, 192)));
    }
  }

  Offer offer(UUID type) {
    return offers().stream()
        .filter(o -> o.type().equals(type))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no offer of " + type));
  }

  /** Shares pages that follow each other; returns the status. */
  int share(int relid, int id, long address, int pages) {
    byte[] header = new byte[20 + 8 + pages * 8];
    LittleEndian.putInt(header, 0, GPADL_HEADER);
    LittleEndian.putInt(header, 8, relid);
    LittleEndian.putInt(header, 12, id);
    LittleEndian.putShort(header, 16, 8 + pages * 8);
    LittleEndian.putShort(header, 18, 1);
    LittleEndian.putInt(header, 20, pages * 4096);
    for (int i = 0; i < pages; i++) {
      LittleEndian.putLong(header, 28 + i * 8, address / 4096 + i);
    }
    post(header);
    byte[] created = take(GPADL_CREATED);
    assertThat(LittleEndian.getInt(created, 12)).isEqualTo(id);
    return LittleEndian.getInt(created, 16);
  }

  /** Opens a channel; returns the status. */
  int open(int relid, int gpadl, int downstream, int vp) {
    post(Arrays.copyOf(message(OPEN, relid, relid, gpadl, vp, downstream), 148));
    byte[] result = take(OPEN_RESULT);
    assertThat(LittleEndian.getInt(result, 8)).isEqualTo(relid);
    return LittleEndian.getInt(result, 16);
  }

  void tearDown(int relid, int gpadl) {
    post(GPADL_TEARDOWN, relid, gpadl);
    assertThat(LittleEndian.getInt(take(GPADL_TORN_DOWN), 8)).isEqualTo(gpadl);
  }

  static Step signal(int connection) {
    return Step.hypercall(SIGNAL_EVENT_FAST, connection & 0xFFFF_FFFFL, 0);
  }
}
