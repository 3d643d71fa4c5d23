// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.board;

import dev.malachite.engine.device.PortHandler;
import dev.malachite.engine.machine.DirectBoot;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.state.Saveable;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Puts a Linux kernel into memory as its 16-bit boot protocol wants it
 * (Documentation/arch/x86/boot.rst), when {@link KernelRom} asks for it.
 */
final class KernelLoader implements PortHandler, Saveable {
  /** The port: a write loads, a read says whether that went well. */
  static final int PORT = 0x52C;

  private static final System.Logger LOGGER = System.getLogger("malachite.firmware");

  private static final long SETUP = 0x1_0000;
  private static final int SETUP_ROOM = 0x8000;
  private static final int HEAP_END = 0xE000 - 0x200;
  private static final long COMMAND_LINE = 0x2_0000;
  private static final long KERNEL = 0x10_0000;

  /** What firmware keeps for itself at the end of memory, and more. */
  private static final long FIRMWARE = 4L << 20;

  // Fields of the set-up header, by their offset in the file.
  private static final int SETUP_SECTORS = 0x1F1;
  private static final int VIDEO_MODE = 0x1FA;
  private static final int MAGIC = 0x202;
  private static final int VERSION = 0x206;
  private static final int LOADER_TYPE = 0x210;
  private static final int LOAD_FLAGS = 0x211;
  private static final int RAMDISK_ADDRESS = 0x218;
  private static final int RAMDISK_SIZE = 0x21C;
  private static final int HEAP_END_POINTER = 0x224;
  private static final int COMMAND_LINE_ADDRESS = 0x228;
  private static final int RAMDISK_MAXIMUM = 0x22C;
  private static final int COMMAND_LINE_SIZE = 0x238;
  private static final int INIT_SIZE = 0x260;
  private static final int HEADER_END = 0x264;

  private static final int SIGNATURE = 0x5372_6448;
  private static final int LOADED_HIGH = 1;
  private static final int CAN_USE_HEAP = 0x80;

  private final DirectBoot boot;
  private final GuestMemory memory;
  private final long top;
  private volatile boolean loaded;

  /**
   * A loader.
   *
   * @param top the end of memory below 4 GiB
   */
  KernelLoader(DirectBoot boot, GuestMemory memory, long top) {
    this.boot = boot;
    this.memory = memory;
    this.top = top - FIRMWARE;
  }

  @Override
  public int readPort(int port, int size) {
    return loaded ? 0 : 1;
  }

  @Override
  public void writePort(int port, int size, int value) {
    loaded = false;
    try {
      load();
      loaded = true;
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.ERROR, e.getMessage());
    }
  }

  /**
   * Loads everything, or says at power-on why that can't be.
   *
   * @throws IOException if a file can't be read, isn't a kernel this protocol starts, or has no
   *     room
   */
  void load() throws IOException {
    try (FileChannel file = FileChannel.open(boot.kernel(), StandardOpenOption.READ)) {
      ByteBuffer head = ByteBuffer.allocate(HEADER_END).order(ByteOrder.LITTLE_ENDIAN);
      file.read(head, 0);
      if (head.hasRemaining()
          || head.getInt(MAGIC) != SIGNATURE
          || (head.getShort(VERSION) & 0xFFFF) < 0x20A
          || (head.get(LOAD_FLAGS) & LOADED_HIGH) == 0) {
        throw refuse(boot.kernel(), "it is no bzImage, which a Generation 1 machine needs");
      }
      int sectors = head.get(SETUP_SECTORS) & 0xFF;
      int setup = 512 * ((sectors == 0 ? 4 : sectors) + 1);
      long length = file.size() - setup;
      long needed = Math.max(length, head.getInt(INIT_SIZE) & 0xFFFF_FFFFL);
      if (setup > SETUP_ROOM || length <= 0 || KERNEL + needed > top) {
        throw refuse(boot.kernel(), "it has no room; give the machine more memory");
      }
      read(boot.kernel(), file, 0, SETUP, setup);
      read(boot.kernel(), file, setup, KERNEL, length);
      memory.writeByte(SETUP + LOADER_TYPE, 0xFF);
      memory.writeByte(SETUP + LOAD_FLAGS, head.get(LOAD_FLAGS) | CAN_USE_HEAP);
      memory.writeShort(SETUP + HEAP_END_POINTER, HEAP_END);
      memory.writeShort(SETUP + VIDEO_MODE, 0xFFFF);
      commandLine(head.getInt(COMMAND_LINE_SIZE) & 0xFFFF_FFFFL);
      ramDisk(KERNEL + needed, head.getInt(RAMDISK_MAXIMUM) & 0xFFFF_FFFFL);
    }
  }

  private void commandLine(long most) throws IOException {
    byte[] text = (boot.commandLine() + "\0").getBytes(StandardCharsets.UTF_8);
    if (text.length - 1 > Math.min(most, 0xFFFF)) {
      throw new IOException(
          "the kernel command line has %d bytes; this kernel takes at most %d"
              .formatted(text.length - 1, most));
    }
    memory.write(COMMAND_LINE, text, 0, text.length);
    memory.writeInt(SETUP + COMMAND_LINE_ADDRESS, (int) COMMAND_LINE);
  }

  private void ramDisk(long from, long last) throws IOException {
    Path path = boot.initrd();
    if (path == null) {
      return;
    }
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      long length = file.size();
      long start = Math.min(top, last + 1) - length & -GuestMemory.PAGE_SIZE;
      if (start < from) {
        throw refuse(
            path,
            "its %d MiB don't fit beside the kernel; give the machine more memory"
                .formatted(length >> 20));
      }
      read(path, file, 0, start, length);
      memory.writeInt(SETUP + RAMDISK_ADDRESS, (int) start);
      memory.writeInt(SETUP + RAMDISK_SIZE, (int) length);
    }
  }

  private void read(Path path, FileChannel file, long position, long gpa, long length)
      throws IOException {
    ByteBuffer target = memory.slice(gpa, length).asByteBuffer();
    long at = position;
    while (target.hasRemaining()) {
      int count = file.read(target, at);
      if (count < 0) {
        throw refuse(path, "it ends at byte " + at);
      }
      at += count;
    }
    memory.written(gpa, length);
  }

  private static IOException refuse(Path path, String why) {
    return new IOException(path + ": cannot boot this file: " + why);
  }

  @Override
  public void transfer(StateTransfer s) throws StateException {
    loaded = s.flag(loaded);
  }
}
