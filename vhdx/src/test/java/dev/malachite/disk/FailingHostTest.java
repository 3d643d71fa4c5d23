// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.disk.io.FaultyFile;
import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.MemoryFile;
import dev.malachite.disk.io.ParentFiles;
import dev.malachite.disk.vhd.VhdCreator;
import dev.malachite.disk.vhd.VhdDisk;
import dev.malachite.disk.vhdx.VhdxCreator;
import dev.malachite.disk.vhdx.VhdxDisk;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The host fails at any one of the things that a disk asks of its file. */
class FailingHostTest {
  private static final int SIZE = 8 << 20;
  private static final int BLOCK = 1 << 20;

  private final DiskExecutor executor = DiskExecutor.create("failing", 1);

  @AfterEach
  void stop() {
    executor.close();
  }

  private AbstractVirtualDisk open(DiskFormat format, HostFile file, boolean readOnly)
      throws IOException {
    return format == DiskFormat.VHDX
        ? VhdxDisk.open(file, readOnly, ParentFiles.DEFAULT, executor)
        : VhdDisk.open(file, readOnly, ParentFiles.DEFAULT, executor);
  }

  /** What a block may hold: what was there at the last flush, or what was put there since. */
  private static final class Model {
    final byte[] flushed = new byte[SIZE / BLOCK];
    final byte[] written = new byte[SIZE / BLOCK];

    void flush() {
      System.arraycopy(written, 0, flushed, 0, written.length);
    }
  }

  private static void work(AbstractVirtualDisk disk, Model model) throws IOException {
    byte[] data = new byte[4096];
    for (int i = 1; i <= 20; i++) {
      int block = i * 5 % model.written.length;
      Arrays.fill(data, (byte) i);
      if (i % 7 == 0) {
        model.written[block] = 0;
        disk.writeZeroes((long) block * BLOCK, BLOCK);
      } else {
        model.written[block] = (byte) i;
        disk.write((long) block * BLOCK, MemorySegment.ofArray(data));
      }
      if (i % 3 == 0) {
        disk.flush();
        model.flush();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"VHDX once", "VHDX for ever", "VHD once", "VHD for ever"})
  void nothingAcknowledgedIsLost(String what) throws IOException {
    DiskFormat format = what.startsWith("VHDX") ? DiskFormat.VHDX : DiskFormat.VHD;
    MemoryFile fresh = new MemoryFile();
    if (format == DiskFormat.VHDX) {
      VhdxCreator.create(fresh, VhdxSettings.dynamic(SIZE).withBlockSize(BLOCK));
    } else {
      VhdCreator.create(fresh, VhdSettings.dynamic(SIZE));
    }
    boolean finished = false;
    int failures = 0;
    for (int moment = 0; !finished; moment++) {
      MemoryFile left = fresh.copy();
      HostFile file = new FaultyFile(left, left.path(), moment, what.endsWith("ever"));
      Model model = new Model();
      boolean failed = false;
      AbstractVirtualDisk disk = open(format, file, false);
      try {
        work(disk, model);
      } catch (IOException e) {
        failed = true;
        assertThat(e).hasMessageContaining("host has failed");
        // What the host failed to make durable it may have dropped without saying so again.
        if (what.endsWith("ever")) {
          assertThatThrownBy(disk::flush).isInstanceOf(IOException.class);
        }
      }
      try {
        disk.close();
      } catch (IOException e) {
        failed = true;
      }
      finished = !failed;
      failures += failed ? 1 : 0;
      byte[] found = new byte[4096];
      try (AbstractVirtualDisk after = open(format, left, false)) {
        for (int block = 0; block < model.flushed.length; block++) {
          after.read((long) block * BLOCK, MemorySegment.ofArray(found));
          for (int i = 0; i < found.length; i += 512) {
            assertThat(found[i])
                .as("block %d after failure at %d", block, moment)
                .isIn(model.flushed[block], model.written[block]);
          }
        }
      }
    }
    assertThat(failures).isGreaterThan(30);
  }
}
