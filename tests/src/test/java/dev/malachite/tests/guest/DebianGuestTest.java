// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskOptions;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.engine.device.FrameBuffer;
import dev.malachite.engine.machine.DirectBoot;
import dev.malachite.engine.machine.MachineEnd;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian 12 with systemd and its ordinary kernel, from a dynamic VHDX over VMBus. */
class DebianGuestTest {
  private static final Duration PATIENCE = Duration.ofMinutes(12);

  @TempDir private Path folder = Path.of("");

  @Test
  void bootsToALoginPromptAndIsRunning() throws Exception {
    GuestImage image = GuestImage.build("debian");
    Path vhdx = folder.resolve("debian.vhdx");
    TinyGuestTest.copyToVhdx(image.file("debian.raw"), vhdx);
    // The uncompressed kernel out of the same package: unpacking XZ is half of a boot's work.
    DirectBoot boot =
        new DirectBoot(
            image.file("vmlinux"),
            image.file("initrd.img"),
            image.commandLine("malachite.report=stay"));
    try (DiskExecutor executor = DiskExecutor.create();
        VirtualDisk disk = VirtualDisks.open(vhdx, executor, DiskOptions.readWrite());
        GuestRun run = new GuestRun.Plan(boot).memory(1L << 30).processors(2).disk(disk).start()) {
      run.console().await("login:", PATIENCE);
      String text = run.console().await("MALACHITE: report end", PATIENCE);
      FrameBuffer screen = run.machine().frameBuffer().orElseThrow();
      assertThat(colours(screen)).as("the screen shows text, not one colour").isGreaterThan(1);
      assertThat(run.machine().requestShutdown()).isTrue();
      assertThat(run.awaitEnd(PATIENCE).cause()).isEqualTo(MachineEnd.Cause.POWERED_OFF);
      List<String> report = text.lines().filter(line -> line.contains("MALACHITE: ")).toList();
      assertThat(text)
          .contains("MALACHITE: state running")
          .contains("MALACHITE: module hv_vmbus")
          .contains("MALACHITE: module hv_storvsc")
          .contains("MALACHITE: module hyperv_drm")
          .contains("MALACHITE: processors 2");
      assertThat(report.stream().filter(DebianGuestTest::isHypervError).toList()).isEmpty();
    }
    assertThat(Tool.run("qemu-img", "check", vhdx.toString())).contains("No errors");
  }

  private static boolean isHypervError(String line) {
    String lower = line.toLowerCase(Locale.ROOT);
    return lower.contains("malachite: kernel")
        && (lower.contains("hv_") || lower.contains("hyperv") || lower.contains("vmbus"));
  }

  private static long colours(FrameBuffer screen) {
    return IntStream.range(0, screen.height())
        .flatMap(
            y ->
                IntStream.range(0, screen.width())
                    .map(
                        x ->
                            screen
                                .pixels()
                                .get(
                                    ValueLayout.JAVA_INT_UNALIGNED,
                                    (long) y * screen.stride() + 4L * x)))
        .distinct()
        .count();
  }
}
