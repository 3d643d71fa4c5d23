// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskOptions;
import dev.malachite.disk.DiskProgress;
import dev.malachite.disk.VhdxSettings;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.disk.io.LittleEndian;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that writes to a disk is killed; what it had flushed is there, and the disk is sound.
 */
class KilledWriterTest {
  private static final int KILLS = 50;

  @TempDir Path directory;

  @Test
  void killingTheWriterLosesNothingFlushed() throws Exception {
    Path parent = directory.resolve("parent.vhdx");
    Path file = directory.resolve("disk.vhdx");
    VirtualDisks.createVhdx(parent, VhdxSettings.dynamic(1L << 30).withBlockSize(1 << 20));
    VhdxMaintenance.createDifferencing(file, parent, 1 << 20);
    Random random = new Random();
    int flushed = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      flushed = killOnce(file, flushed + 1, random);
      assertThat(VhdxMaintenance.check(file, DiskProgress.NONE).problems())
          .as("after kill %d", kill)
          .allMatch(problem -> problem.structure().equals("header"));
      verify(file, flushed);
    }
  }

  /**
   * Lets a writer begin at a round and kills it; returns the last round that may be on the disk.
   */
  private int killOnce(Path file, int round, Random random)
      throws IOException, InterruptedException {
    Process writer =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                classPath(),
                KilledWriter.class.getName(),
                file.toString(),
                Integer.toString(round))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    int flushed = round - 1;
    try (InputStream output = writer.getInputStream()) {
      int rounds = 1 + random.nextInt(4);
      while (rounds-- > 0 && output.read() >= 0) {
        flushed++;
      }
      // Anywhere in the next round.
      Thread.sleep(0, random.nextInt(900_000));
      // Through the handle, which leaves the stream open.
      writer.toHandle().destroyForcibly();
      writer.waitFor();
      while (output.read() >= 0) {
        flushed++;
      }
    }
    assertThat(flushed).as("rounds flushed before the kill").isGreaterThanOrEqualTo(round);
    return flushed;
  }

  private static String classPath() {
    return String.join(
        System.getProperty("path.separator"),
        location(VirtualDisks.class),
        location(KilledWriter.class));
  }

  /** The folder that a class was loaded from, on the class path or in a patched module. */
  private static String location(Class<?> type) {
    String name = type.getName().replace('.', '/') + ".class";
    String url = String.valueOf(type.getClassLoader().getResource(name));
    assertThat(url).startsWith("file:").endsWith(name);
    return Path.of(URI.create(url.substring(0, url.length() - name.length()))).toString();
  }

  private static void verify(Path file, int flushed) throws IOException {
    try (DiskExecutor executor = DiskExecutor.create("killed", 1);
        VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readWrite())) {
      MemorySegment sector = MemorySegment.ofArray(new byte[512]);
      for (int i = 0; i < KilledWriter.SECTORS; i++) {
        disk.read(KilledWriter.offset(i), sector);
        assertThat(LittleEndian.getInt(sector, 0))
            .as("sector %d", i)
            .isBetween(flushed, flushed + 1)
            .isEqualTo(LittleEndian.getInt(sector, 508));
      }
    }
  }
}
