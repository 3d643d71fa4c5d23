// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.memory.GuestMemory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The message protocol, in the order and with the values a guest uses or abuses. */
final class VmbusTest {
  private static final int PAGE = GuestMemory.PAGE_SIZE;
  private static final int RING = 0x100;

  private final GuestMemory memory = new GuestMemory();
  private final TestPorts ports = new TestPorts();
  private final EchoDevice device = new EchoDevice();
  private Vmbus bus;
  private int relid;

  @BeforeEach
  void start() {
    memory.addRegion("ram", 0, 4 << 20, true);
    bus = new Vmbus(ports, memory, 1);
    relid = bus.add(device);
  }

  @AfterEach
  void end() {
    bus.close();
    memory.close();
  }

  private static byte[] message(int type, int size, int... fields) {
    byte[] message = new byte[size];
    LittleEndian.putInt(message, 0, type);
    for (int i = 0; i < fields.length; i++) {
      LittleEndian.putInt(message, 8 + i * 4, fields[i]);
    }
    return message;
  }

  private void post(byte[] message) {
    assertThat(ports.post(4, message)).isTrue();
  }

  private TestPorts.Message contact(int version, int vp) {
    boolean modern = version >= 5 << 16;
    byte[] contact = message(14, 40, version, vp, modern ? 2 : PAGE);
    assertThat(ports.post(modern ? 4 : 1, contact)).isTrue();
    return ports.take(15);
  }

  private void connect() {
    assertThat(contact(VmbusVersion.V5_3.number(), 0).bytes()[8]).isEqualTo((byte) 1);
  }

  private void requestOffers() {
    post(message(3, 8));
    ports.take(1);
    ports.take(4);
  }

  private int gpadl(int id, int pages) {
    byte[] header = new byte[20 + 8 + pages * 8];
    LittleEndian.putInt(header, 0, 8);
    LittleEndian.putInt(header, 8, relid);
    LittleEndian.putInt(header, 12, id);
    LittleEndian.putShort(header, 16, 8 + pages * 8);
    LittleEndian.putShort(header, 18, 1);
    LittleEndian.putInt(header, 20, pages * PAGE);
    for (int i = 0; i < pages; i++) {
      LittleEndian.putLong(header, 28 + i * 8, RING + i);
    }
    post(header);
    return ports.take(10).getInt(16);
  }

  private int open(int gpadl, int downstream, int vp) {
    post(message(5, 148, relid, 99, gpadl, vp, downstream));
    TestPorts.Message result = ports.take(6);
    assertThat(result.getInt(8)).isEqualTo(relid);
    assertThat(result.getInt(12)).isEqualTo(99);
    return result.getInt(16);
  }

  private void openEcho() {
    connect();
    requestOffers();
    assertThat(gpadl(0x11, 4)).isZero();
    assertThat(open(0x11, 2, 3)).isZero();
  }

  @ParameterizedTest
  @EnumSource(VmbusVersion.class)
  void everyVersionOfTheTableIsAccepted(VmbusVersion version) {
    TestPorts.Message response = contact(version.number(), 3);
    assertThat(response.vp()).isEqualTo(3);
    assertThat(response.bytes()).hasSize(16);
    assertThat(response.bytes()[8]).isEqualTo((byte) 1);
    assertThat(response.bytes()[9]).as("state").isZero();
    assertThat(response.getInt(12)).isEqualTo(version.atLeast(VmbusVersion.V5_0) ? 4 : 0);
    assertThat(bus.version()).isEqualTo(version);
  }

  @Test
  void otherVersionsAreRefusedAndTheGuestStepsDown() {
    for (int version : new int[] {6 << 16, 5 << 16 | 4, 0, -1, 3 << 16 | 1}) {
      TestPorts.Message response = contact(version, 0);
      assertThat(response.bytes()).hasSize(16);
      assertThat(response.bytes()[8]).isZero();
      assertThat(bus.isConnected()).isFalse();
    }
    connect();
    assertThat(contact(VmbusVersion.V5_3.number(), 17).bytes()[8]).as("no such VP").isZero();
  }

  @Test
  void offersCarryTheDevice() {
    connect();
    post(message(3, 8));
    byte[] offer = ports.take(1).bytes();
    assertThat(offer).hasSize(196);
    assertThat(LittleEndian.getGuid(offer, 8)).isEqualTo(EchoDevice.INTERFACE);
    assertThat(LittleEndian.getGuid(offer, 24)).isEqualTo(UUID.nameUUIDFromBytes(new byte[0]));
    assertThat(Arrays.copyOfRange(offer, 8, 24))
        .as("GUIDs are mixed-endian")
        .startsWith(0x78, 0x56, 0x34, 0x12, 0xBC, 0x9A, 0xF0, 0xDE, 0x11, 0x22);
    assertThat(LittleEndian.getShort(offer, 56)).as("flags").isEqualTo(1);
    assertThat(LittleEndian.getShort(offer, 58)).as("MMIO").isEqualTo(7);
    assertThat(Arrays.copyOfRange(offer, 60, 64)).containsExactly(1, 2, 3, 0);
    assertThat(LittleEndian.getInt(offer, 184)).isEqualTo(relid);
    assertThat(offer[189]).as("monitored").isZero();
    assertThat(LittleEndian.getShort(offer, 190)).as("dedicated interrupt").isEqualTo(1);
    assertThat(LittleEndian.getInt(offer, 192)).isEqualTo(0x2000 | relid);
    ports.take(4);
    post(message(3, 8));
    assertThat(ports.take().type()).as("nothing new to offer").isEqualTo(4);
    int late = bus.add(new EchoDevice());
    assertThat(ports.take(1).getInt(184)).isEqualTo(late);
  }

  @Test
  void messagesWithoutConnectionOrSenseAreLeft() {
    post(message(3, 8));
    post(message(5, 148, relid));
    post(new byte[3]);
    post(new byte[0]);
    post(message(14, 12, VmbusVersion.V5_3.number()));
    connect();
    post(message(77, 240));
    post(message(-1, 240));
    post(message(5, 20, relid));
    post(message(8, 12, relid));
    post(message(9, 24, 0, 5));
    post(message(7, 12, 2000));
    post(message(7, 12, -1));
    requestOffers();
  }

  @Test
  void anOpenChannelEchoesOnTheProcessorTheGuestChose() {
    openEcho();
    sendPacket(2, "hello at");
    ports.signal(0x2000 | relid);
    assertThat(ports.event()).isEqualTo(new TestPorts.Event(3, relid));
    byte[] echo = new byte[24];
    memory.read((RING + 3L) * PAGE, echo, 0, 24);
    assertThat(LittleEndian.getShort(echo, 0)).isEqualTo(PacketType.COMPLETION);
    assertThat(LittleEndian.getShort(echo, 4)).isEqualTo(3);
    assertThat(new String(echo, 16, 8, StandardCharsets.US_ASCII)).isEqualTo("hello at");
    post(message(22, 16, relid, 1));
    assertThat(ports.take(24).getInt(12)).isZero();
    memory.writeInt((RING + 2L) * PAGE + 4, memory.readInt((RING + 2L) * PAGE));
    sendPacket(2, "hello on");
    ports.signal(0x2000 | relid);
    assertThat(ports.event()).isEqualTo(new TestPorts.Event(1, relid));
    post(message(22, 16, relid, 9));
    assertThat(ports.take(24).getInt(12)).as("no such VP").isNotZero();
    post(message(7, 12, relid));
    post(message(11, 16, relid, 0x11));
    assertThat(ports.take(12).getInt(8)).isEqualTo(0x11);
    assertThat(device.closed).hasValue(1);
  }

  /** Appends an in-band packet of one payload unit to the ring to the host. */
  private void sendPacket(int ringPages, String payload) {
    long control = RING * (long) PAGE;
    int write = memory.readInt(control);
    assertThat(ringPages).isEqualTo(2);
    byte[] packet = new byte[32];
    LittleEndian.putShort(packet, 0, PacketType.IN_BAND);
    LittleEndian.putShort(packet, 2, 2);
    LittleEndian.putShort(packet, 4, 3);
    byte[] text = payload.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, packet, 16, 8);
    memory.write(control + PAGE + write, packet, 0, 32);
    memory.writeInt(control, write + 32);
  }

  @Test
  void beforeVersion24SignalsShareAPage() {
    assertThat(contact(VmbusVersion.V0_13.number(), 0).bytes()[8]).isEqualTo((byte) 1);
    ports.post(1, message(3, 8));
    byte[] offer = ports.take(1).bytes();
    assertThat(LittleEndian.getShort(offer, 190)).as("dedicated interrupt").isZero();
    ports.take(4);
    assertThat(gpadl(0x11, 4)).isZero();
    assertThat(open(0x11, 2, 3)).isZero();
    sendPacket(2, "old road");
    memory.writeLong(PAGE + PAGE / 2, 1L << relid);
    ports.signal(2);
    assertThat(ports.event()).isEqualTo(new TestPorts.Event(0, 0));
    assertThat(memory.readLong(PAGE)).isEqualTo(1L << relid);
    assertThat(memory.readLong(PAGE + PAGE / 2)).isZero();
    ports.post(1, message(22, 16, relid, 1));
    ports.post(1, message(3, 8));
    assertThat(ports.take().type()).as("no answer to moving before 5.3").isEqualTo(4);
  }

  @Test
  void ringsThatDontFitAreRefused() {
    connect();
    requestOffers();
    assertThat(open(0x11, 2, 0)).as("no memory").isNotZero();
    assertThat(gpadl(0x11, 4)).isZero();
    for (int downstream : new int[] {0, 1, 3, 4, 100, -1, Integer.MIN_VALUE}) {
      assertThat(open(0x11, downstream, 0)).as("second ring at %d", downstream).isNotZero();
    }
    assertThat(open(0x11, 2, 4)).as("no such VP").isNotZero();
    memory.writeInt(RING * (long) PAGE, 4097);
    assertThat(open(0x11, 2, 0)).as("index outside").isNotZero();
    memory.writeInt(RING * (long) PAGE, 12);
    assertThat(open(0x11, 2, 0)).as("index not aligned").isNotZero();
    memory.writeInt(RING * (long) PAGE, 0);
    assertThat(open(0x11, 2, -1)).as("no interrupts wanted").isZero();
    assertThat(open(0x11, 2, 0)).as("open already").isNotZero();
    assertThat(device.opened).hasValue(1);
  }

  @Test
  void memoryOutOfOrderIsRefused() {
    connect();
    requestOffers();
    assertThat(gpadl(0, 1)).as("number 0").isNotZero();
    assertThat(gpadl(0x11, 2)).isZero();
    assertThat(gpadl(0x11, 2)).as("number twice").isNotZero();
    byte[] header = message(8, 36, relid, 0x12);
    LittleEndian.putShort(header, 16, 16);
    LittleEndian.putShort(header, 18, 1);
    LittleEndian.putInt(header, 20, PAGE);
    LittleEndian.putLong(header, 28, 0x0FFF_FFFF_FFFF_FFFFL);
    post(header);
    assertThat(ports.take(10).getInt(16)).as("no such page").isNotZero();
    LittleEndian.putLong(header, 28, 1);
    LittleEndian.putInt(header, 20, 2 * PAGE);
    post(header);
    assertThat(ports.take(10).getInt(16)).as("more bytes than pages").isNotZero();
    LittleEndian.putInt(header, 20, PAGE);
    LittleEndian.putShort(header, 18, 2);
    post(header);
    assertThat(ports.take(10).getInt(16)).as("a range missing").isNotZero();
    LittleEndian.putInt(header, 8, 55);
    post(header);
    assertThat(ports.take(10).getInt(16)).as("no such channel").isNotZero();
  }

  @Test
  void takingTheRingAwayClosesTheChannel() {
    openEcho();
    post(message(11, 16, relid, 0x11));
    ports.take(12);
    assertThat(device.closed).hasValue(1);
  }

  @Test
  void aBadRingClosesTheChannelAndItCanBeOpenedAgain() {
    openEcho();
    memory.writeInt(RING * (long) PAGE, 0x7FFFFFF8);
    ports.signal(0x2000 | relid);
    while (device.closed.get() == 0) {
      Thread.onSpinWait();
    }
    post(message(7, 12, relid));
    memory.writeInt(RING * (long) PAGE, 0);
    assertThat(open(0x11, 2, 0)).isZero();
    sendPacket(2, "go on so");
    ports.signal(0x2000 | relid);
    assertThat(ports.event()).isEqualTo(new TestPorts.Event(0, relid));
  }

  @Test
  void devicesCanBeTakenAway() {
    openEcho();
    bus.remove(relid);
    assertThat(ports.take(2).getInt(8)).isEqualTo(relid);
    assertThat(device.closed).hasValue(1);
    assertThat(open(0x11, 2, 0)).as("rescinded").isNotZero();
    EchoDevice other = new EchoDevice();
    assertThat(bus.add(other)).as("the number isn't free yet").isNotEqualTo(relid);
    ports.take(1);
    post(message(13, 12, relid));
    post(message(3, 8));
    ports.take(4);
    assertThat(bus.add(new EchoDevice())).isEqualTo(relid);
  }

  @Test
  void unloadAndASecondContactForgetEverything() {
    openEcho();
    post(message(16, 8));
    ports.take(17);
    assertThat(device.closed).hasValue(1);
    assertThat(bus.isConnected()).isFalse();
    openEcho();
    connect();
    assertThat(device.closed).as("a kernel after a crash").hasValue(2);
    requestOffers();
    assertThat(gpadl(0x11, 4)).isZero();
  }

  @Test
  void resetClosesAndForgets() {
    openEcho();
    bus.reset();
    assertThat(device.closed).hasValue(1);
    assertThat(bus.isConnected()).isFalse();
    openEcho();
  }

  @Test
  void socketsAreRefused() {
    connect();
    byte[] request = message(21, 40, 1, 2, 3, 4, 5, 6, 7, 8);
    post(request);
    byte[] result = ports.take(23).bytes();
    assertThat(Arrays.copyOfRange(result, 8, 40)).isEqualTo(Arrays.copyOfRange(request, 8, 40));
    assertThat(LittleEndian.getInt(result, 40)).isEqualTo(0xC0000236);
  }

  @Test
  void answersWaitForAGuestThatIsSlowAndItIsSlowedDown() {
    connect();
    requestOffers();
    ports.full = true;
    int posted = 0;
    while (ports.post(4, message(11, 16, relid, posted))) {
      posted++;
      assertThat(posted).as("a guest that never reads is stopped").isLessThan(10_000);
    }
    ports.full = false;
    for (int i = 0; i < posted; i++) {
      assertThat(ports.take(12).getInt(8)).isEqualTo(i);
    }
  }
}
