// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

/** The kinds of packet in a ring, as on the wire, and their flag. */
public final class PacketType {
  /** Data inside the ring only. */
  public static final int IN_BAND = 0x6;

  /** Data in the ring, and ranges of a set of pages shared before. */
  public static final int TRANSFER_PAGES = 0x7;

  /** Data in the ring, and ranges of guest physical memory. */
  public static final int GPA_DIRECT = 0x9;

  /** The answer to a packet that asked for one; has its transaction number. */
  public static final int COMPLETION = 0xB;

  /** Flag: the sender wants a completion. */
  public static final int COMPLETION_REQUESTED = 1;

  private PacketType() {}
}
