// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.storage;

import dev.malachite.disk.DiskRequest;
import dev.malachite.engine.vmbus.GuestRanges;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One SCSI command under way: descriptor block and data memory in, status and sense out; used again
 * for the next.
 *
 * <p>Belongs to its transport until execution and again once finished.
 */
public final class ScsiCommand {
  /** SAM status: done. */
  public static final int GOOD = 0x00;

  /** SAM status: failed, sense data says why. */
  public static final int CHECK_CONDITION = 0x02;

  /** Bytes of command descriptor block. */
  public static final int CDB_SIZE = 16;

  static final int SCRATCH_SIZE = 4104;

  /** Is told when a command is finished. */
  @FunctionalInterface
  public interface Transport {
    /** The command is finished; any thread. */
    void finished(ScsiCommand command);
  }

  /** What a target does when its disk is done. */
  @FunctionalInterface
  interface DiskStep {
    void completed(ScsiCommand command, @Nullable IOException error);
  }

  private final Transport transport;
  private final GuestRanges data;
  private final byte[] cdb = new byte[CDB_SIZE];
  private final byte[] sense = new byte[Sense.SIZE];
  private final byte[] scratch = new byte[SCRATCH_SIZE];
  private final DiskRequest request = new DiskRequest(this::diskDone);
  private @Nullable DiskStep step;
  private int status;
  private long transferred;

  /** How far a command of several disk requests has got. */
  int progress;

  /** How many disk requests it has. */
  int steps;

  /**
   * A command of a transport.
   *
   * @param data an empty list, to be filled by the transport before each execution with the memory
   *     the command reads or writes
   */
  public ScsiCommand(Transport transport, GuestRanges data) {
    this.transport = transport;
    this.data = data;
  }

  /** The descriptor block, for the transport to fill; what it doesn't use is 0. */
  public byte[] cdb() {
    return cdb;
  }

  /** The memory data comes from or goes to. */
  public GuestRanges data() {
    return data;
  }

  /** {@link #GOOD} or {@link #CHECK_CONDITION}, once finished. */
  public int status() {
    return status;
  }

  /** Bytes read into or taken from {@link #data}, once finished. */
  public long transferred() {
    return transferred;
  }

  /** Copies the sense data of a failed command; returns how many bytes, at most {@code room}. */
  public int copySense(byte[] target, int offset, int room) {
    int length = Math.min(room, sense.length);
    System.arraycopy(sense, 0, target, offset, length);
    return length;
  }

  int opcode() {
    return cdb[0] & 0xFF;
  }

  int cdbByte(int index) {
    return cdb[index] & 0xFF;
  }

  /** Room for a reply or a parameter list, {@value #SCRATCH_SIZE} bytes. */
  byte[] scratch() {
    return scratch;
  }

  /** The room for a reply, zeroed. */
  byte[] newReply() {
    Arrays.fill(scratch, (byte) 0);
    return scratch;
  }

  /** Finishes well. */
  void finish(long bytes) {
    status = GOOD;
    transferred = bytes;
    transport.finished(this);
  }

  /** Finishes with an error. */
  void fail(Sense reason) {
    status = CHECK_CONDITION;
    transferred = 0;
    reason.write(sense, 0);
    transport.finished(this);
  }

  /** Finishes with what is in {@link #scratch}, cut to the guest's allocation length. */
  void reply(int length, int allocationLength) {
    int bytes = (int) Math.min(Math.min(length, allocationLength), data.length());
    data.write(0, scratch, 0, bytes);
    finish(bytes);
  }

  /** The request to set up; what is submitted goes on with {@code next}. */
  DiskRequest request(DiskStep next) {
    step = next;
    return request;
  }

  /** The request as it was submitted. */
  DiskRequest request() {
    return request;
  }

  /** Adds the first {@code length} bytes of {@link #data} to the request. */
  void addData(long length) {
    long left = length;
    for (int i = 0; left > 0; i++) {
      long part = Math.min(data.length(i), left);
      request.addMemory(data.segment(i), data.offset(i), part);
      left -= part;
    }
  }

  private void diskDone(DiskRequest done, @Nullable IOException error) {
    DiskStep next = step;
    if (next != null) {
      next.completed(this, error);
    }
  }
}
