// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import java.util.UUID;

/** Sizes, places and identifiers of the VHDX format. */
final class VhdxConstants {
  /** Alignment of everything in the file (section 2.1). */
  static final long MIB = 1L << 20;

  static final int MIB_SHIFT = 20;

  /** Alignment and unit of log entries and of what they update (section 2.3). */
  static final int SECTOR = 4096;

  /** Size of the header section (section 2.2). */
  static final long HEADER_SECTION_SIZE = MIB;

  // Section 2.2.1, file type identifier.
  static final long FILE_IDENTIFIER_OFFSET = 0;
  static final long FILE_IDENTIFIER_SIGNATURE = 0x656C_6966_7864_6876L; // "vhdxfile"
  static final int FILE_IDENTIFIER_CREATOR = 8;
  static final int FILE_IDENTIFIER_CREATOR_SIZE = 512;

  /** Largest virtual disk (section 2.6.2.2). */
  static final long MAX_DISK_SIZE = 64L << 40;

  /** Largest file accepted: every block of the largest disk present, and as much again. */
  static final long MAX_FILE_SIZE = 128L << 40;

  /** Bounds of the payload block size (section 2.6.2.1). */
  static final int MIN_BLOCK_SIZE = 1 << 20;

  static final int MAX_BLOCK_SIZE = 256 << 20;

  /** Sectors that one sector bitmap block describes (section 2.4). */
  static final long SECTORS_PER_BITMAP_BLOCK = 1L << 23;

  static final UUID NIL = new UUID(0, 0);

  // Section 2.2.3.2, known regions.
  static final UUID BAT_REGION = UUID.fromString("2DC27766-F623-4200-9D64-115E9BFD4A08");
  static final UUID METADATA_REGION = UUID.fromString("8B7CA206-4790-4B9A-B8FE-575F050F886E");

  private VhdxConstants() {}
}
