// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.firmware;

import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskOptions;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.engine.device.FrameBuffer;
import dev.malachite.engine.device.SerialBackend;
import dev.malachite.engine.machine.Drive;
import dev.malachite.engine.machine.FirmwareSettings;
import dev.malachite.engine.machine.Machine;
import dev.malachite.engine.machine.MachineConfiguration;
import dev.malachite.engine.machine.MachineEnd;
import dev.malachite.tests.EngineUnderTest;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A Generation 2 machine that boots by firmware from one disk or DVD; its console is serial. */
final class FirmwareRun implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final StringBuilder text = new StringBuilder();
  private final DiskExecutor executor = DiskExecutor.create();
  private final List<VirtualDisk> disks = new ArrayList<>();
  private final Machine machine;
  private int seen;

  FirmwareRun(Path image, Drive.Kind kind, long mebibytes, FirmwareSettings settings)
      throws IOException {
    this(Map.of(image, kind), mebibytes, settings);
  }

  /** A machine with several drives, numbered as the map's iterator gives them. */
  FirmwareRun(Map<Path, Drive.Kind> images, long mebibytes, FirmwareSettings settings)
      throws IOException {
    List<Drive> drives = new ArrayList<>();
    for (Map.Entry<Path, Drive.Kind> image : images.entrySet()) {
      boolean dvd = image.getValue() == Drive.Kind.DVD;
      VirtualDisk disk =
          VirtualDisks.open(
              image.getKey(), executor, dvd ? DiskOptions.readOnly() : DiskOptions.readWrite());
      disks.add(disk);
      drives.add(new Drive(image.getValue(), disk));
    }
    machine =
        new Machine(
            new MachineConfiguration(
                "firmware",
                UUID.randomUUID(),
                2,
                mebibytes << 20,
                1,
                EngineUnderTest.kind(),
                null,
                drives,
                new Line(),
                settings));
    machine.start();
  }

  private final class Line implements SerialBackend {
    @Override
    public void connect(Receiver receiver) {
      // Keys come from the keyboard.
    }

    @Override
    public void transmit(byte value) {
      synchronized (text) {
        text.append((char) (value & 0xFF));
        text.notifyAll();
      }
    }
  }

  /** Waits until the console has shown a text, behind what was waited for before. */
  void await(String wanted) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    synchronized (text) {
      while (true) {
        int at = text.indexOf(wanted, seen);
        if (at >= 0) {
          seen = at + wanted.length();
          return;
        }
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          throw new AssertionError("'" + wanted + "' did not come:\n" + text());
        }
        text.wait(Math.min(left, 1000));
      }
    }
  }

  /** All that the console has shown, escape sequences left out. */
  String text() {
    synchronized (text) {
      byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
      String all = new String(bytes, StandardCharsets.UTF_8);
      return all.replaceAll("\033\\[[0-9;?]*[A-Za-z]", "\n");
    }
  }

  void type(String keys) {
    machine.type(keys);
  }

  boolean key(int scanCode) {
    return machine.key(scanCode, true) && machine.key(scanCode, false);
  }

  /** Presses a letter with the control key. */
  void control(char letter) {
    int scanCode = "..............asdfghjkl....\0zxcvbnm".indexOf(letter);
    scanCode = scanCode < 0 ? 0x10 + "qwertyuiop".indexOf(letter) : 0x10 + scanCode;
    machine.key(0x1D, true);
    key(scanCode);
    machine.key(0x1D, false);
  }

  /** Presses the key with the arrow down. */
  void down() {
    key(0xE050);
  }

  /** The screen's pixels, red, green and blue in each; empty if there is no picture. */
  int[][] screen() {
    FrameBuffer picture = machine.frameBuffer().orElse(null);
    if (picture == null) {
      return new int[0][];
    }
    int[][] rows = new int[picture.height()][picture.width()];
    for (int y = 0; y < rows.length; y++) {
      for (int x = 0; x < rows[y].length; x++) {
        long at = (long) y * picture.stride() + 4L * x;
        rows[y][x] = picture.pixels().get(ValueLayout.JAVA_INT_UNALIGNED, at) & 0xFFFFFF;
      }
    }
    return rows;
  }

  MachineEnd end() throws InterruptedException {
    return machine
        .awaitEnd(PATIENCE)
        .orElseThrow(() -> new AssertionError("still running; its console:\n" + text()));
  }

  @Override
  public void close() throws IOException {
    machine.close();
    for (VirtualDisk disk : disks) {
      disk.close();
    }
    executor.close();
  }
}
