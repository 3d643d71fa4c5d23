// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes random programs that end: straight lines of instructions, or graphs of such lines with
 * jumps, loops, calls and returns, direct and indirect, within and across pages. A program ends at
 * a landing pad or by an exception.
 *
 * <p>A program is a function of its kind and seed. Backward jumps use up {@link
 * ProgramLayout#FUEL}.
 */
final class ProgramGenerator {
  /** What programs look like. */
  enum Kind {
    /** Instructions one behind the other. */
    LINE,
    /** Lines of instructions connected by jumps. */
    GRAPH,
    /** A graph that changes its own instructions. */
    SELF_MODIFYING,
    /** A graph with jumps and accesses to addresses that are nowhere. */
    HOSTILE
  }

  /** The port that tells of a normal end. */
  static final int END = 0;

  private static final int ROOM = 0x200;

  private final SplittableRandom random;
  private final Kind kind;
  private final boolean wide;
  private final byte[] code = new byte[ProgramLayout.CODE_SIZE];
  private final byte[] table = new byte[0x1000];
  private final RandomCode out;

  private int nodes;
  private int subs;
  private int[] nodeAt = new int[0];
  private final List<int[]> jumps = new ArrayList<>(); // where the distance is, the node
  private final List<int[]> tableEntries = new ArrayList<>(); // entry, node
  private final List<Integer> patchUses = new ArrayList<>(); // where an address goes
  private final List<Integer> patchPlaces = new ArrayList<>(); // immediates to change

  private ProgramGenerator(Kind kind, boolean wide, long seed) {
    random = new SplittableRandom(seed);
    this.kind = kind;
    this.wide = wide;
    out = new RandomCode(random, wide, code);
  }

  /**
   * A program.
   *
   * @param code from {@link ProgramLayout#CODE} on
   * @param table from {@link ProgramLayout#TABLE} on
   * @param start linear address of its first instruction
   * @param wide 64-bit code; else 32-bit code
   * @param undefined flags that are undefined at the end
   * @param registers knows which registers must have which values at the start
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Program(
      Kind kind,
      long seed,
      boolean wide,
      byte[] code,
      byte[] table,
      long start,
      RandomCode registers,
      int undefined) {}

  static Program generate(Kind kind, boolean wide, long seed) {
    for (long attempt = 0; ; attempt++) {
      ProgramGenerator g = new ProgramGenerator(kind, wide, seed + attempt * 0x9E37_79B9L);
      try {
        return kind == Kind.LINE ? g.line(seed) : g.graph(seed);
      } catch (ArrayIndexOutOfBoundsException e) {
        // It didn't fit.
      }
    }
  }

  private void startRegisters(int pointers) {
    out.known = 0x10;
    out.values[4] = ProgramLayout.STACK + 0x400 + random.nextInt(0x60) * 8L;
    for (int i = 0; i < pointers; i++) {
      int r = out.free();
      out.known |= 1 << r;
      out.values[r] =
          random.nextInt(4) == 0
              ? random.nextInt(64) - (wide ? 32 : 0)
              : ProgramLayout.WINDOW + 0x100 + (random.nextInt(0x1C00) & -64);
    }
  }

  private Program program(long seed, long start, int known, long[] values) {
    RandomCode registers = new RandomCode(random, wide, code);
    registers.known = known;
    System.arraycopy(values, 0, registers.values, 0, 16);
    return new Program(kind, seed, wide, code, table, start, registers, out.undefined);
  }

  // ---- lines ---------------------------------------------------------------------------------

  private Program line(long seed) {
    startRegisters(3 + random.nextInt(5));
    int known = out.known;
    long[] values = out.values.clone();
    int start = random.nextInt(3) == 0 ? 0xF80 + random.nextInt(0x80) : random.nextInt(0xE00);
    out.at = start;
    int count = 1 + random.nextInt(random.nextInt(3) == 0 ? 6 : 40);
    for (int i = 0; i < count; i++) {
      out.instruction();
    }
    out.putInt(EngineSide.pad(END), 4);
    return program(seed, ProgramLayout.CODE + start, known, values);
  }

  // ---- graphs --------------------------------------------------------------------------------

  private Program graph(long seed) {
    nodes = 2 + random.nextInt(9);
    subs = random.nextInt(4);
    nodeAt = new int[nodes + 1 + subs];
    startRegisters(3 + random.nextInt(3));
    out.pinned = out.known;
    out.stack = false;
    out.faultOnce = kind == Kind.HOSTILE ? 60 : 1500;
    int known = out.known;
    long[] values = out.values.clone();
    out.at = random.nextInt(3) == 0 ? 0xF00 + random.nextInt(0x100) : random.nextInt(0xC00);
    int start = out.at;
    for (int n = 0; n <= nodes + subs; n++) {
      if (n > 0 && n <= nodes && random.nextInt(5) == 0) {
        jump(0xE9, n);
        skip();
      } else if (n > nodes && random.nextInt(3) == 0) {
        skip();
      }
      if (out.at > ProgramLayout.CODE_SIZE - ROOM) {
        throw new ArrayIndexOutOfBoundsException(out.at);
      }
      nodeAt[n] = out.at;
      out.known = known;
      System.arraycopy(values, 0, out.values, 0, 16);
      if (n < nodes) {
        node(n);
      } else if (n == nodes) {
        out.putInt(EngineSide.pad(END), 4);
      } else {
        subroutine(n);
      }
    }
    connect();
    return program(seed, ProgramLayout.CODE + start, known, values);
  }

  // Goes on somewhere else, mostly in another page.
  private void skip() {
    int page = out.at >> 12;
    int next = random.nextInt(3) == 0 ? out.at + random.nextInt(0x80) : (page + 1) << 12;
    out.at = next + random.nextInt(random.nextBoolean() ? 16 : 0xF00);
  }

  private void body(int most) {
    int count = random.nextInt(most);
    for (int i = 0; i < count; i++) {
      if (kind == Kind.SELF_MODIFYING && random.nextInt(3) == 0) {
        modification();
      } else if (random.nextInt(12) == 0) {
        pair();
      } else {
        out.instruction();
      }
    }
    out.define();
  }

  // A value kept on the stack while other instructions run.
  private void pair() {
    int from = random.nextInt(8);
    int to = out.free();
    out.put(0x50 | from);
    out.instruction();
    if (to >= 8) {
      out.put(0x41);
    }
    out.put(0x58 | to & 7);
    out.known &= ~(1 << to);
  }

  // Immediates only change: flags that nobody reads may be out of date, and code that comes to read
  // them by being changed would see that.
  private void modification() {
    out.define();
    int r = out.free();
    int rex = r >> 3;
    switch (random.nextInt(4)) {
      case 0 -> {
        // An instruction with an immediate to change.
        if (rex != 0) {
          out.put(0x41);
        }
        out.put(0xB8 | r & 7);
        patchPlaces.add(out.at);
        out.putInt(random.nextInt(), 4);
        out.known &= ~(1 << r);
      }
      case 1 -> {
        if (rex != 0) {
          out.put(0x41);
        }
        out.put(0x81, 0xC0 | random.nextInt(8) << 3 | r & 7);
        patchPlaces.add(out.at);
        out.putInt(random.nextInt(), 4);
        out.known &= ~(1 << r);
      }
      case 2 -> {
        if (rex != 0) {
          out.put(0x44);
        }
        out.put(random.nextBoolean() ? 0x89 : 0x01, (r & 7) << 3 | 4, 0x25);
        patchUses.add(out.at);
        out.putInt(0, 4);
      }
      default -> {
        out.put(0x80, random.nextInt(8) << 3 | 4, 0x25);
        patchUses.add(out.at);
        out.putInt(0, 4);
        out.put(random.nextInt(256));
      }
    }
  }

  private void jump(int opcode, int node) {
    if (opcode > 0xFF) {
      out.put(opcode >> 8);
    }
    out.put(opcode);
    jumps.add(new int[] {out.at, node});
    out.putInt(0, 4);
  }

  private int condition() {
    return 0x0F80 | random.nextInt(16);
  }

  private int forward(int node) {
    return node + 1 + random.nextInt(nodes - node);
  }

  private void node(int n) {
    body(n == 0 ? 12 : 7);
    switch (random.nextInt(kind == Kind.HOSTILE ? 13 : 12)) {
      case 0, 1, 2 -> jump(condition(), forward(n));
      case 3, 4, 5 -> {
        out.put(0xFF, 0x0C, 0x25); // dec dword [fuel]
        out.putInt(ProgramLayout.FUEL, 4);
        jump(0x0F8E, nodes); // jle
        body(3);
        int opcode = random.nextInt(4) == 0 ? 0xE9 : condition();
        jump(opcode, random.nextInt(n + 1));
      }
      case 6 -> jump(0xE9, forward(n));
      case 7, 8 -> call();
      case 9 -> indirect(n);
      case 10 -> {
        out.put(0xE0 | random.nextInt(4), 2, 0xEB, 5); // loop and its kin
        jump(0xE9, forward(n));
      }
      case 11 -> {
        jump(condition(), forward(n));
        jump(condition(), forward(n));
      }
      default -> wildJump();
    }
  }

  private void subroutine(int n) {
    body(5);
    if (n < nodes + subs && random.nextInt(3) == 0) {
      callTo(n + 1 + random.nextInt(nodes + subs - n));
      body(3);
    }
    if ((n & 1) != 0) {
      out.put(0xC2, wide ? 8 : 4, 0);
    } else {
      out.put(0xC3);
    }
  }

  private void call() {
    if (subs > 0) {
      callTo(nodes + 1 + random.nextInt(subs));
    }
  }

  private void callTo(int node) {
    if ((node & 1) != 0) {
      out.put(0x50 | random.nextInt(8));
    }
    switch (random.nextInt(4)) {
      case 0 -> {
        int r = out.free();
        load(r, node);
        if (r >= 8) {
          out.put(0x41);
        }
        out.put(0xFF, 0xD0 | r & 7);
      }
      case 1 -> {
        out.put(0xFF, 0x14, 0x25); // call [table entry]
        out.putInt(entry(node), 4);
      }
      default -> jump(0xE8, node);
    }
  }

  // The address of a new entry of the table, which leads to a node.
  private long entry(int node) {
    int n = tableEntries.size();
    tableEntries.add(new int[] {n, node});
    return ProgramLayout.TABLE + 8L * n;
  }

  private void load(int r, int node) {
    if (wide) {
      out.put(r >= 8 ? 0x4C : 0x48);
    }
    out.put(0x8B, (r & 7) << 3 | 4, 0x25);
    out.putInt(entry(node), 4);
    out.known &= ~(1 << r);
  }

  private void indirect(int n) {
    int r = out.free();
    if (random.nextInt(3) == 0) {
      load(r, forward(n));
      if (r >= 8) {
        out.put(0x41);
      }
      out.put(0xFF, 0xE0 | r & 7);
      return;
    }
    // By a register's low bits.
    long first = entry(forward(n));
    for (int i = 1; i < 8; i++) {
      entry(forward(n));
    }
    if (wide) {
      out.put(r >= 8 ? 0x49 : 0x48);
    }
    out.put(0x83, 0xE0 | r & 7, 7); // and r, 7
    if (r >= 8) {
      out.put(0x42);
    }
    out.put(0xFF, 0x24, 0xC0 | (r & 7) << 3 | 5); // jmp [r * 8 + first]
    out.putInt(first, 4);
    out.known &= ~(1 << r);
  }

  private void wildJump() {
    int r = out.free();
    long target = ProgramLayout.wild(random);
    if (!wide) {
      target &= 0xFFFF_FFFFL;
    }
    if (random.nextInt(4) == 0) {
      target = random.nextBoolean() ? ProgramLayout.NO_EXECUTE : ProgramLayout.DEVICE;
    }
    out.constant(r, target);
    if (r >= 8) {
      out.put(0x41);
    }
    switch (random.nextInt(3)) {
      case 0 -> {
        out.put(0x50 | r & 7); // push r
        out.put(0xC3);
      }
      case 1 -> out.put(0xFF, 0xD0 | r & 7);
      default -> out.put(0xFF, 0xE0 | r & 7);
    }
  }

  private void connect() {
    for (int[] j : jumps) {
      out.at = j[0];
      out.putInt(nodeAt[j[1]] - (j[0] + 4), 4);
    }
    for (int[] e : tableEntries) {
      long address = ProgramLayout.CODE + nodeAt[e[1]];
      for (int i = 0; i < 8; i++) {
        table[8 * e[0] + i] = (byte) (address >>> 8 * i);
      }
    }
    for (int use : patchUses) {
      out.at = use;
      int place =
          patchPlaces.isEmpty()
              ? (int) (ProgramLayout.WINDOW - ProgramLayout.CODE)
              : patchPlaces.get(random.nextInt(patchPlaces.size()));
      out.putInt(ProgramLayout.CODE + place, 4);
    }
  }
}
