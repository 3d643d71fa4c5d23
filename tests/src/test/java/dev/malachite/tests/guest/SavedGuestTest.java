// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskOptions;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.engine.machine.DirectBoot;
import dev.malachite.engine.machine.Drive;
import dev.malachite.engine.machine.EngineKind;
import dev.malachite.engine.machine.Machine;
import dev.malachite.engine.machine.MachineConfiguration;
import dev.malachite.engine.machine.MachineEnd;
import dev.malachite.engine.state.StateProgress;
import dev.malachite.engine.state.StateReader;
import dev.malachite.engine.state.StateWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Linux guests that are saved in the middle of their work and go on in another machine. */
@Timeout(600)
class SavedGuestTest {
  private static final System.Logger LOGGER = System.getLogger(SavedGuestTest.class.getName());
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final UUID ID = UUID.fromString("6a0f9c55-7dd4-4f0e-9d4f-0a3a0d2f7b11");
  private static final Pattern COUNT = Pattern.compile("count=(\\d+)");

  // Works on files, in the background and in memory, all at once.
  private static final List<String> WORK =
      List.of(
          "mount -t ext4 -o noatime /dev/sda /data",
          "exec 3>/data/open.txt; echo before >&3",
          "head -c 4m /dev/urandom >/noise; sha256sum /noise >/noise.sum",
          // The file is empty for a moment each time.
          "count() { c=; while [ -z $c ]; do c=$(cat /data/count); done; echo count=$c; }",
          "(i=0; while :; do i=$((i+1)); echo $i >/data/count; sync; done) & :",
          "(while :; do sha256sum -c /noise.sum || echo BRO''KEN; sleep 1; done) & :",
          "dd if=/dev/zero of=/data/big bs=1M count=20 2>/dev/null & :");

  @TempDir private Path folder = Path.of("");

  private record Place(int generation, EngineKind engine, DirectBoot boot) {}

  private static Machine machine(Place place, VirtualDisk disk, SerialConsole console) {
    return new Machine(
        new MachineConfiguration(
            "saved",
            ID,
            place.generation,
            256L << 20,
            2,
            place.engine,
            place.boot,
            List.of(new Drive(Drive.Kind.DISK, disk)),
            console));
  }

  private static void enter(SerialConsole console, String line, String answer) throws Exception {
    console.type(line + "\n");
    console.await(answer, PATIENCE);
  }

  private static long save(Machine machine, Path file) throws Exception {
    machine.pause().get();
    long start = System.nanoTime();
    Files.deleteIfExists(file);
    try (StateWriter writer = new StateWriter(file)) {
      machine.save(writer, StateProgress.NONE);
      writer.finish();
    }
    LOGGER.log(
        System.Logger.Level.INFO,
        "saved in {0} ms, {1} KiB",
        (System.nanoTime() - start) / 1_000_000,
        Files.size(file) >> 10);
    return System.nanoTime() - start;
  }

  @ParameterizedTest
  @CsvSource({"2, TRANSLATOR, INTERPRETER", "1, INTERPRETER, TRANSLATOR"})
  void aRunningLinuxGoesOn(int generation, EngineKind first, EngineKind second) throws Exception {
    GuestImage image = GuestImage.build("tiny");
    Path raw = Files.copy(image.file("data.raw"), folder.resolve("data.raw"));
    Path state = folder.resolve("state");
    // Without firmware the kernel is unpacked beforehand.
    DirectBoot boot =
        new DirectBoot(
            image.file(generation == 2 ? "vmlinux" : "vmlinuz"),
            image.file("initrd.img"),
            image.commandLine("malachite.test=shell"));
    String before;
    try (DiskExecutor executor = DiskExecutor.create();
        VirtualDisk disk = VirtualDisks.open(raw, executor, DiskOptions.readWrite())) {
      SerialConsole console = new SerialConsole();
      try (Machine machine = machine(new Place(generation, first, boot), disk, console)) {
        machine.start();
        console.await("MALACHITE: shell", PATIENCE);
        for (String line : WORK) {
          console.type(line + "\n");
        }
        enter(console, "sleep 2; count; echo wor''king", "working");
        before = console.text();
        save(machine, state);
      }
    }
    long counted = counted(before);
    assertThat(counted).isPositive();

    try (DiskExecutor executor = DiskExecutor.create();
        VirtualDisk disk = VirtualDisks.open(raw, executor, DiskOptions.readWrite())) {
      SerialConsole console = new SerialConsole();
      try (Machine machine = machine(new Place(generation, second, boot), disk, console);
          StateReader reader = new StateReader(state)) {
        machine.startFrom(reader, StateProgress.NONE);
        reader.requireAllRead();
        enter(console, "count; echo al''ive", "alive");
        assertThat(counted(console.text())).isGreaterThanOrEqualTo(counted);
        enter(console, "sleep 2; count; echo sle''pt", "slept");
        assertThat(counted(console.text())).isGreaterThan(counted);
        console.await("/noise: OK", PATIENCE);
        enter(console, "echo now=$(date +%s) da''te", " date");
        long now = Instant.now().getEpochSecond();
        Matcher date = Pattern.compile("now=(\\d+)").matcher(console.text());
        assertThat(date.find()).isTrue();
        assertThat(Long.parseLong(date.group(1))).isBetween(now - 60, now + 60);
        enter(
            console, "echo after >&3; cat /data/open.txt; echo f''ile", "before\r\nafter\r\nfile");
        enter(console, "cat >/typed </dev/tty1 & :; sleep 1; echo key''s", "keys");
        machine.type("by hand\n");
        enter(console, "sleep 1; cat /typed; echo ty''ped", "by hand\r\ntyped");
        enter(
            console, "kill $(jobs -p); exec 3>&-; sleep 3; umount /data && echo cle''an", "clean");
        assertThat(console.text()).doesNotContain("BROKEN").doesNotContain("Call Trace");
        console.type("poweroff -f\n");
        assertThat(machine.awaitEnd(PATIENCE).orElseThrow().cause())
            .isEqualTo(MachineEnd.Cause.POWERED_OFF);
      }
    }
    assertThat(Tool.run("/sbin/e2fsck", "-fn", raw.toString())).contains("Pass 5");
  }

  private static long counted(String text) {
    Matcher matcher = COUNT.matcher(text);
    long last = -1;
    while (matcher.find()) {
      last = Long.parseLong(matcher.group(1));
    }
    return last;
  }
}
