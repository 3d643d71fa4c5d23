// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.crypto;

import static dev.malachite.engine.processor.interpreter.crypto.AesTables.join;
import static dev.malachite.engine.processor.interpreter.crypto.AesTables.substitute;
import static dev.malachite.engine.processor.interpreter.crypto.BlockOperation.pair;
import static dev.malachite.engine.processor.interpreter.crypto.BlockOperation.upper;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/**
 * The AES instructions (SDM volume 2; FIPS 197): a state's four columns are the double words of its
 * register, column 0 lowest.
 */
public final class AesOperations {
  private AesOperations() {}

  /** The operation, or null if it isn't one of these. */
  static @Nullable Operation bind(Instruction i, @Nullable Address memory) {
    return switch (i.opcode) {
      case AESENC -> new Encrypt(i, memory);
      case AESENCLAST -> new EncryptLast(i, memory);
      case AESDEC -> new Decrypt(i, memory);
      case AESDECLAST -> new DecryptLast(i, memory);
      case AESIMC -> new InverseMixColumns(i, memory);
      case AESKEYGENASSIST -> new KeyGeneration(i, memory);
      default -> null;
    };
  }

  // In what follows, the four arguments are the columns that rows 0 to 3 of the result come from.

  private static int encrypt(int row0, int row1, int row2, int row3) {
    int[] t = AesTables.FORWARD_COLUMN;
    return t[row0 & 0xFF]
        ^ Integer.rotateLeft(t[row1 >>> 8 & 0xFF], 8)
        ^ Integer.rotateLeft(t[row2 >>> 16 & 0xFF], 16)
        ^ Integer.rotateLeft(t[row3 >>> 24], 24);
  }

  private static int decrypt(int row0, int row1, int row2, int row3) {
    int[] t = AesTables.INVERSE_COLUMN;
    return t[row0 & 0xFF]
        ^ Integer.rotateLeft(t[row1 >>> 8 & 0xFF], 8)
        ^ Integer.rotateLeft(t[row2 >>> 16 & 0xFF], 16)
        ^ Integer.rotateLeft(t[row3 >>> 24], 24);
  }

  private static int look(byte[] s, int row0, int row1, int row2, int row3) {
    return join(s[row0 & 0xFF], s[row1 >>> 8 & 0xFF], s[row2 >>> 16 & 0xFF], s[row3 >>> 24]);
  }

  private static int inverseMix(int column) {
    int s = substitute(column); // undone by the table
    return decrypt(s, s, s, s);
  }

  /** AESENC of state a with round key k, to x[t] and x[t + 1]. */
  public static void encrypt(long[] x, int t, long a0, long a1, long k0, long k1, int unused) {
    int c0 = (int) a0;
    int c1 = upper(a0);
    int c2 = (int) a1;
    int c3 = upper(a1);
    x[t] = k0 ^ pair(encrypt(c0, c1, c2, c3), encrypt(c1, c2, c3, c0));
    x[t + 1] = k1 ^ pair(encrypt(c2, c3, c0, c1), encrypt(c3, c0, c1, c2));
  }

  private static final class Encrypt extends BlockOperation {
    Encrypt(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      long at = begin(cpu);
      long k0 = low(cpu, at);
      long k1 = high(cpu, at);
      long[] x = cpu.xmm;
      encrypt(x, target, x[target], x[target + 1], k0, k1, 0);
    }
  }

  /** AESENCLAST of state a with round key k, to x[t] and x[t + 1]. */
  public static void encryptLast(long[] x, int t, long a0, long a1, long k0, long k1, int unused) {
    byte[] s = AesTables.FORWARD;
    int c0 = (int) a0;
    int c1 = upper(a0);
    int c2 = (int) a1;
    int c3 = upper(a1);
    x[t] = k0 ^ pair(look(s, c0, c1, c2, c3), look(s, c1, c2, c3, c0));
    x[t + 1] = k1 ^ pair(look(s, c2, c3, c0, c1), look(s, c3, c0, c1, c2));
  }

  private static final class EncryptLast extends BlockOperation {
    EncryptLast(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      long at = begin(cpu);
      long k0 = low(cpu, at);
      long k1 = high(cpu, at);
      long[] x = cpu.xmm;
      encryptLast(x, target, x[target], x[target + 1], k0, k1, 0);
    }
  }

  /** AESDEC of state a with round key k, to x[t] and x[t + 1]. */
  public static void decrypt(long[] x, int t, long a0, long a1, long k0, long k1, int unused) {
    int c0 = (int) a0;
    int c1 = upper(a0);
    int c2 = (int) a1;
    int c3 = upper(a1);
    x[t] = k0 ^ pair(decrypt(c0, c3, c2, c1), decrypt(c1, c0, c3, c2));
    x[t + 1] = k1 ^ pair(decrypt(c2, c1, c0, c3), decrypt(c3, c2, c1, c0));
  }

  private static final class Decrypt extends BlockOperation {
    Decrypt(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      long at = begin(cpu);
      long k0 = low(cpu, at);
      long k1 = high(cpu, at);
      long[] x = cpu.xmm;
      decrypt(x, target, x[target], x[target + 1], k0, k1, 0);
    }
  }

  /** AESDECLAST of state a with round key k, to x[t] and x[t + 1]. */
  public static void decryptLast(long[] x, int t, long a0, long a1, long k0, long k1, int unused) {
    byte[] s = AesTables.INVERSE;
    int c0 = (int) a0;
    int c1 = upper(a0);
    int c2 = (int) a1;
    int c3 = upper(a1);
    x[t] = k0 ^ pair(look(s, c0, c3, c2, c1), look(s, c1, c0, c3, c2));
    x[t + 1] = k1 ^ pair(look(s, c2, c1, c0, c3), look(s, c3, c2, c1, c0));
  }

  private static final class DecryptLast extends BlockOperation {
    DecryptLast(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      long at = begin(cpu);
      long k0 = low(cpu, at);
      long k1 = high(cpu, at);
      long[] x = cpu.xmm;
      decryptLast(x, target, x[target], x[target + 1], k0, k1, 0);
    }
  }

  /** AESIMC of b, to x[t] and x[t + 1]. */
  public static void inverseMixColumns(
      long[] x, int t, long a0, long a1, long b0, long b1, int unused) {
    x[t] = pair(inverseMix((int) b0), inverseMix(upper(b0)));
    x[t + 1] = pair(inverseMix((int) b1), inverseMix(upper(b1)));
  }

  private static final class InverseMixColumns extends BlockOperation {
    InverseMixColumns(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      long at = begin(cpu);
      long low = low(cpu, at);
      long high = high(cpu, at);
      inverseMixColumns(cpu.xmm, target, 0, 0, low, high, 0);
    }
  }

  /** AESKEYGENASSIST of b, to x[t] and x[t + 1]. */
  public static void generateKey(
      long[] x, int t, long a0, long a1, long b0, long b1, int roundConstant) {
    x[t] = keyWords(upper(b0), roundConstant);
    x[t + 1] = keyWords(upper(b1), roundConstant);
  }

  private static long keyWords(int column, int roundConstant) {
    int s = substitute(column);
    return pair(s, Integer.rotateRight(s, 8) ^ roundConstant);
  }

  private static final class KeyGeneration extends BlockOperation {
    private final int roundConstant;

    KeyGeneration(Instruction i, @Nullable Address memory) {
      super(i, memory);
      roundConstant = (int) i.operands[2].value & 0xFF;
    }

    @Override
    public void execute(Cpu cpu) {
      long at = begin(cpu);
      long low = low(cpu, at);
      long high = high(cpu, at);
      generateKey(cpu.xmm, target, 0, 0, low, high, roundConstant);
    }
  }
}
