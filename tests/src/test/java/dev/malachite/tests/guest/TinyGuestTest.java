// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskOptions;
import dev.malachite.disk.VhdxSettings;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.engine.machine.DirectBoot;
import dev.malachite.engine.machine.EngineKind;
import dev.malachite.engine.machine.MachineEnd;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tiny guest: Debian's cloud kernel with busybox and the Hyper-V modules. */
class TinyGuestTest {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private static GuestImage image = new GuestImage(Path.of(""));

  @TempDir private Path folder = Path.of("");

  @BeforeAll
  static void build() throws IOException, InterruptedException {
    image = GuestImage.build("tiny");
  }

  private static GuestRun.Plan plan(String words) throws IOException {
    return new GuestRun.Plan(
        new DirectBoot(image.file("vmlinuz"), image.file("initrd.img"), image.commandLine(words)));
  }

  @Test
  void bootsAndPowersOff() throws Exception {
    try (GuestRun run = plan("malachite.test=boot").start()) {
      assertThat(run.awaitEnd(PATIENCE).cause()).isEqualTo(MachineEnd.Cause.POWERED_OFF);
      assertThat(run.console().text()).contains("MALACHITE: init");
    }
  }

  @Test
  void bootsOnTheInterpreter() throws Exception {
    GuestRun.Plan plan = plan("malachite.test=boot").engine(EngineKind.INTERPRETER);
    try (GuestRun run = plan.start()) {
      assertThat(run.awaitEnd(PATIENCE).cause()).isEqualTo(MachineEnd.Cause.POWERED_OFF);
      assertThat(run.console().text()).contains("MALACHITE: init");
    }
  }

  @Test
  void readsAndWritesItsDiskOverVmbusAndShutsDownWhenAsked() throws Exception {
    Path vhdx = folder.resolve("data.vhdx");
    copyToVhdx(image.file("data.raw"), vhdx);
    try (DiskExecutor executor = DiskExecutor.create();
        VirtualDisk disk = VirtualDisks.open(vhdx, executor, DiskOptions.readWrite());
        GuestRun run = plan("malachite.test=disk").disk(disk).start()) {
      String text = run.console().await("MALACHITE: ready for shutdown", PATIENCE);
      assertThat(run.machine().requestShutdown()).isTrue();
      MachineEnd end = run.awaitEnd(PATIENCE);
      assertThat(end.cause()).isEqualTo(MachineEnd.Cause.POWERED_OFF);
      assertThat(run.console().text()).doesNotContain("no shutdown request");
      assertThat(text)
          .contains("MALACHITE: data.bin sha256 " + image.sha256("data.bin") + " ok")
          .contains("MALACHITE: out.bin sha256 " + image.sha256("out.bin") + " ok")
          .contains("hv_vmbus", "hv_storvsc", "hyperv_keyboard", "hv_utils", "hyperv_fb")
          .contains("MALACHITE: video");
    }
    assertThat(Tool.run("qemu-img", "check", vhdx.toString())).contains("No errors");
    assertThat(hashOfFileInside(vhdx)).isEqualTo(image.sha256("out.bin"));
  }

  // Through other people's tools: qemu-img reads the VHDX, debugfs the file system in it.
  private String hashOfFileInside(Path vhdx)
      throws IOException, InterruptedException, NoSuchAlgorithmException {
    Path raw = folder.resolve("after.raw");
    Tool.run("qemu-img", "convert", "-O", "raw", vhdx.toString(), raw.toString());
    Path file = folder.resolve("out.bin");
    Tool.run("/sbin/debugfs", "-R", "dump /out.bin " + file, raw.toString());
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return HexFormat.of().formatHex(digest);
  }

  static void copyToVhdx(Path raw, Path vhdx) throws IOException {
    VirtualDisks.createVhdx(vhdx, VhdxSettings.dynamic(Files.size(raw)));
    ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
    byte[] zeros = new byte[1 << 20];
    byte[] bytes = new byte[1 << 20];
    try (DiskExecutor executor = DiskExecutor.create();
        VirtualDisk disk = VirtualDisks.open(vhdx, executor, DiskOptions.readWrite());
        FileChannel channel = FileChannel.open(raw, StandardOpenOption.READ)) {
      for (long at = 0; at < disk.size(); at += buffer.capacity()) {
        buffer.clear();
        while (buffer.hasRemaining() && channel.read(buffer, at + buffer.position()) >= 0) {
          // Until the piece is whole or the file ends.
        }
        buffer.flip();
        int length = buffer.remaining();
        buffer.get(bytes, 0, length);
        if (Arrays.mismatch(bytes, 0, length, zeros, 0, length) >= 0) {
          disk.write(at, MemorySegment.ofBuffer(buffer.rewind()));
        }
      }
    }
  }

  @Test
  void runsOnTwoProcessors() throws Exception {
    try (GuestRun run = plan("malachite.test=smp").processors(2).start()) {
      assertThat(run.awaitEnd(PATIENCE).cause()).isEqualTo(MachineEnd.Cause.POWERED_OFF);
      assertThat(run.console().text())
          .contains("MALACHITE: processors 2 present 0-1 online 0-1")
          .contains("MALACHITE: smp pinned done")
          .contains("MALACHITE: smp free done")
          .contains("MALACHITE: smp pinning ok")
          .doesNotContain("FAILED");
    }
  }

  @Test
  void takesKeyStrokes() throws Exception {
    try (GuestRun run = plan("malachite.test=keyboard").start()) {
      run.console().await("MALACHITE: ready for keys", PATIENCE);
      run.machine().type("Hello, VMBus! 42\n");
      run.console().await("MALACHITE: typed Hello, VMBus! 42", PATIENCE);
    }
  }

  @Test
  void goesOnAfterAReset() throws Exception {
    try (GuestRun run = plan("malachite.test=reset").start()) {
      run.console().await("MALACHITE: reset", PATIENCE);
      run.console().awaitTimes("MALACHITE: init", 2, PATIENCE);
    }
  }

  @Test
  void reportsTheGuestsCrash() throws Exception {
    try (GuestRun run = plan("malachite.test=crash").start()) {
      MachineEnd end = run.awaitEnd(PATIENCE);
      assertThat(end.cause()).isEqualTo(MachineEnd.Cause.CRASHED);
      assertThat(end.detail()).contains("sysrq");
    }
  }
}
