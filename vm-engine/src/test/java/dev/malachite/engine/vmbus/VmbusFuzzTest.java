// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.memory.GuestMemory;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whole sequences of channel messages and ring contents, right, almost right and random. */
final class VmbusFuzzTest {
  private static final int PAGE = GuestMemory.PAGE_SIZE;

  @Property(tries = 150)
  void theBusOutlivesItsGuests(@ForAll long seed) {
    Random random = new Random(seed);
    try (GuestMemory memory = new GuestMemory()) {
      memory.addRegion("ram", 0, 1 << 20, true);
      TestPorts ports = new TestPorts();
      EchoDevice device = new EchoDevice();
      try (Vmbus bus = new Vmbus(ports, memory, 1)) {
        int relid = bus.add(device);
        connect(ports);
        for (int i = 0; i < 120; i++) {
          byte[] message = message(random, relid);
          if (random.nextInt(8) == 0) {
            int at = random.nextInt(message.length);
            message[at] ^= (byte) (1 << random.nextInt(8));
          }
          while (!ports.post(4, message)) {
            Thread.onSpinWait();
          }
          if (random.nextInt(4) == 0) {
            int word = random.nextInt(2) * 4;
            memory.writeInt(
                (16 + random.nextInt(4)) * (long) PAGE + word, random.nextInt(PAGE * 2));
            memory.writeLong(17L * PAGE, random.nextLong() & 0x0001_0008_0008_000FL);
          }
          ports.signal(0x2000 | relid);
          if (random.nextInt(20) == 0) {
            connect(ports);
          }
        }
        // A fresh guest finds everything as it should be.
        connect(ports);
        post(ports, message(3, 8));
        assertThat(await(ports, 1).getInt(184)).isEqualTo(relid);
        await(ports, 4);
        memory.write(16L * PAGE, new byte[4 * PAGE], 0, 4 * PAGE);
        post(ports, gpadl(relid, 1, 16, 4));
        assertThat(await(ports, 10).getInt(16)).isZero();
        post(ports, message(5, 148, relid, 1, 1, 0, 2));
        assertThat(await(ports, 6).getInt(16)).isZero();
      }
      assertThat(device.closed.get()).isEqualTo(device.opened.get());
    }
  }

  private static void connect(TestPorts ports) {
    post(ports, message(14, 40, VmbusVersion.V5_3.number(), 0, 2));
    await(ports, 15);
  }

  private static void post(TestPorts ports, byte[] message) {
    while (!ports.post(4, message)) {
      Thread.onSpinWait();
    }
  }

  /** The next message of a type; what answers came before is of no interest. */
  private static TestPorts.Message await(TestPorts ports, int type) {
    TestPorts.Message message = ports.take();
    while (message.type() != type) {
      message = ports.take();
    }
    return message;
  }

  private static byte[] message(int type, int size, int... fields) {
    byte[] message = new byte[size];
    LittleEndian.putInt(message, 0, type);
    for (int i = 0; i < fields.length; i++) {
      LittleEndian.putInt(message, 8 + i * 4, fields[i]);
    }
    return message;
  }

  private static byte[] gpadl(int relid, int id, int frame, int pages) {
    byte[] header = message(8, 28 + pages * 8, relid, id);
    LittleEndian.putShort(header, 16, 8 + pages * 8);
    LittleEndian.putShort(header, 18, 1);
    LittleEndian.putInt(header, 20, pages * PAGE);
    for (int i = 0; i < pages; i++) {
      LittleEndian.putLong(header, 28 + i * 8, frame + i);
    }
    return header;
  }

  private static byte[] message(Random random, int relid) {
    int id = 1 + random.nextInt(3);
    return switch (random.nextInt(12)) {
      case 0 -> message(3, 8);
      case 1, 2 -> gpadl(relid, id, 16, 4);
      case 3, 4 -> message(5, 148, relid, 1, id, random.nextInt(3), 2);
      case 5 -> message(7, 12, relid);
      case 6 -> message(11, 16, relid, id);
      case 7 -> message(13, 12, relid);
      case 8 -> message(22, 16, relid, random.nextInt(6));
      case 9 -> {
        byte[] header = gpadl(relid, 10 + random.nextInt(200), 16, 4);
        LittleEndian.putShort(header, 16, random.nextInt(0x10000));
        yield header;
      }
      case 10 -> message(9, 40, 0, 10 + random.nextInt(200));
      default -> {
        byte[] rubbish = new byte[1 + random.nextInt(240)];
        random.nextBytes(rubbish);
        yield rubbish;
      }
    };
  }
}
