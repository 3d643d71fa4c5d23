// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.memory.GuestMemory;
import java.util.ArrayDeque;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Rings and their packets: what goes in comes out, and rubbish does no harm. */
final class RingTest {
  private static final int PAGE = GuestMemory.PAGE_SIZE;

  /** A ring of four data pages that are nowhere next to each other, but for two. */
  private static final long[] FRAMES = {3, 40, 7, 8, 1 << 20};

  private static final GuestMemory MEMORY = new GuestMemory();
  private static GuestRegions regions = new GuestRegions(MEMORY);

  @BeforeContainer
  static void start() {
    MEMORY.addRegion("low", 0, 64 * PAGE, true);
    MEMORY.addRegion("high", 1L << 32, 16 * PAGE, true);
    regions = new GuestRegions(MEMORY);
  }

  @AfterContainer
  static void end() {
    MEMORY.close();
  }

  private static RingMemory ring() throws ChannelFault {
    GpadlAssembly assembly = new GpadlAssembly(1, 1, 1, 8 + FRAMES.length * 8);
    byte[] data = new byte[8 + FRAMES.length * 8];
    LittleEndian.putInt(data, 0, FRAMES.length * PAGE);
    for (int i = 0; i < FRAMES.length; i++) {
      LittleEndian.putLong(data, 8 + i * 8, FRAMES[i]);
    }
    assembly.append(data, 0, data.length);
    Gpadl gpadl = assembly.build(regions);
    if (gpadl == null) {
      throw new AssertionError();
    }
    MEMORY.write(FRAMES[0] * PAGE, new byte[PAGE], 0, PAGE);
    return new RingMemory(regions, gpadl, 0, FRAMES.length);
  }

  @Property(tries = 300)
  void packetsComeOutAsTheyWentIn(@ForAll @Size(min = 1, max = 200) byte[] sizes)
      throws ChannelFault {
    RingMemory memory = ring();
    OutgoingRing out = new OutgoingRing(memory);
    IncomingRing in = new IncomingRing(memory);
    Random random = new Random(sizes.length);
    ArrayDeque<byte[]> expected = new ArrayDeque<>();
    Packet packet = new Packet();
    long number = 0;
    long next = 0;
    for (byte size : sizes) {
      byte[] payload = new byte[(size & 0xFF) * 16 + random.nextInt(8)];
      random.nextBytes(payload);
      boolean empty = expected.isEmpty();
      OutgoingRing.Result result =
          out.write(PacketType.IN_BAND, 1, number, payload, 0, payload, 0, payload.length);
      if (result == OutgoingRing.Result.FULL) {
        assertThat(memory.getAcquire(RingMemory.PENDING_SEND_SIZE)).isPositive();
      } else {
        number++;
        expected.add(payload);
        // The index the reader publishes is what counts, and it publishes when it has all.
        assertThat(result == OutgoingRing.Result.WRITTEN_SIGNAL).isEqualTo(empty);
      }
      if (result == OutgoingRing.Result.FULL || random.nextInt(3) == 0) {
        while (in.next(packet)) {
          byte[] wanted = expected.remove();
          assertThat(packet.transactionId()).isEqualTo(next++);
          assertThat(packet.completionRequested()).isTrue();
          assertThat(packet.payloadLength()).isEqualTo((wanted.length + 7) / 8 * 8);
          byte[] got = new byte[wanted.length];
          packet.copy(0, got, 0, got.length);
          assertThat(got).isEqualTo(wanted);
        }
        assertThat(expected).isEmpty();
        boolean waited = memory.getAcquire(RingMemory.PENDING_SEND_SIZE) != 0;
        assertThat(in.commit()).as("the writer is told").isEqualTo(waited);
      }
    }
  }

  @Property(tries = 100)
  void aMaskedReaderIsNotSignalled(@ForAll @IntRange(max = 100) int size) throws ChannelFault {
    RingMemory memory = ring();
    OutgoingRing out = new OutgoingRing(memory);
    IncomingRing in = new IncomingRing(memory);
    in.maskInterrupts(true);
    byte[] payload = new byte[size];
    assertThat(out.write(6, 0, 0, payload, 0, payload, 0, size))
        .isEqualTo(OutgoingRing.Result.WRITTEN);
    in.maskInterrupts(false);
    assertThat(in.hasPackets()).isTrue();
  }

  @Property(tries = 3000)
  void rubbishInARingIsRefusedOrRead(@ForAll long seed, @ForAll boolean almostRight) {
    Random random = new Random(seed);
    Packet packet = new Packet();
    GuestRanges ranges = new GuestRanges(regions);
    try {
      RingMemory memory = ring();
      IncomingRing in = new IncomingRing(memory);
      byte[] content = new byte[PAGE];
      random.nextBytes(content);
      if (almostRight) {
        LittleEndian.putShort(content, 0, new int[] {6, 7, 9, 0xB}[random.nextInt(4)]);
        int offset = 2 + random.nextInt(20);
        LittleEndian.putShort(content, 2, offset);
        LittleEndian.putShort(content, 4, offset + random.nextInt(20));
        LittleEndian.putInt(content, 20, random.nextInt(4));
        LittleEndian.putInt(content, 24, random.nextInt(3 * PAGE));
        LittleEndian.putInt(content, 28, random.nextInt(PAGE));
        for (int i = 0; i < 5; i++) {
          LittleEndian.putLong(content, 32 + i * 8, random.nextInt(70));
        }
      }
      MEMORY.write(FRAMES[1] * PAGE, content, 0, PAGE);
      memory.setRelease(
          RingMemory.WRITE_INDEX,
          almostRight ? random.nextInt(PAGE * 4 / 8) * 8 : random.nextInt());
      memory.setRelease(RingMemory.PENDING_SEND_SIZE, random.nextInt());
      for (int i = 0; i < 1000 && in.next(packet); i++) {
        if (packet.ranges(ranges)) {
          assertThat(ranges.length()).isLessThanOrEqualTo(64L * PAGE * 64);
          ranges.written(ranges.length());
        }
        for (int r = 0; r < packet.rangeCount() && packet.type() == 7; r++) {
          assertThat(packet.transferLength(r)).isNotNegative();
          assertThat(packet.transferOffset(r)).isNotNegative();
        }
        in.commit();
      }
    } catch (ChannelFault e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }

  @Property(tries = 3000)
  void rubbishInMemoryListsIsRefusedOrConsistent(@ForAll long seed, @ForAll boolean almostRight) {
    Random random = new Random(seed);
    int size = random.nextInt(400);
    int count = random.nextInt(5);
    byte[] data = new byte[size];
    random.nextBytes(data);
    if (almostRight) {
      for (int at = 0; at + 8 <= size; ) {
        int pages = random.nextInt(4);
        LittleEndian.putInt(data, at, pages * PAGE - random.nextInt(2));
        LittleEndian.putInt(data, at + 4, random.nextInt(2));
        at += 8;
        for (int i = 0; i < pages && at + 8 <= size; i++, at += 8) {
          LittleEndian.putLong(data, at, random.nextInt(66));
        }
      }
    }
    GpadlAssembly assembly = new GpadlAssembly(1, 2, count, size);
    int at = 0;
    while (!assembly.isComplete()) {
      int part = Math.min(size - at, 1 + random.nextInt(100));
      assembly.append(data, at, at + part);
      at += part;
    }
    Gpadl gpadl = assembly.build(regions);
    if (gpadl != null) {
      assertThat(gpadl.rangeCount()).isEqualTo(count);
      assertThat(gpadl.length()).isLessThanOrEqualTo((long) gpadl.pageCount() * PAGE);
      byte[] all = new byte[(int) gpadl.length()];
      gpadl.read(0, all, 0, all.length);
    }
  }
}
