// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.crypto;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/** Binds the instructions of {@link Opcode.Group#CRYPTO} to their operations. */
public final class CryptoBinder {
  private CryptoBinder() {}

  /**
   * The operation of an instruction.
   *
   * @param address its memory operand, or null if it has none
   * @return null if the instruction isn't of this group
   */
  public static @Nullable Operation bind(Instruction i, @Nullable Address address) {
    return switch (i.opcode) {
      case RDRAND, RDSEED -> new RandomOperation(i);
      case AESENC, AESENCLAST, AESDEC, AESDECLAST, AESIMC, AESKEYGENASSIST ->
          AesOperations.bind(i, address);
      case PCLMULQDQ -> new CarrylessMultiply(i, address);
      case SHA1RNDS4, SHA1NEXTE, SHA1MSG1, SHA1MSG2 -> Sha1Operations.bind(i, address);
      case SHA256RNDS2, SHA256MSG1, SHA256MSG2 -> Sha256Operations.bind(i, address);
      default -> null;
    };
  }
}
