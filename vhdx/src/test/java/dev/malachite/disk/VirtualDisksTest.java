// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Opening, describing and creating disk files, and what requests promise. */
class VirtualDisksTest {
  private static final long MIB = 1L << 20;

  @TempDir Path directory;
  private DiskExecutor executor = DiskExecutor.create("unused", 1);

  @BeforeEach
  void start() {
    executor.close();
    executor = DiskExecutor.create("disks-test", 2);
  }

  @AfterEach
  void stop() {
    executor.close();
  }

  private Path dynamicDisk(String name) throws IOException {
    Path file = directory.resolve(name);
    VirtualDisks.createVhdx(file, VhdxSettings.dynamic(64 * MIB).withBlockSize(1 << 20));
    return file;
  }

  @Test
  void describesWhatItCreates() throws IOException {
    Path file = directory.resolve("disk.vhdx");
    UUID identity = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");
    DiskInformation information =
        VirtualDisks.createVhdx(
            file,
            VhdxSettings.dynamic(10L << 30)
                .withBlockSize(2 << 20)
                .withLogicalSectorSize(4096)
                .withPhysicalSectorSize(4096)
                .withIdentity(identity));
    assertThat(information.format()).isEqualTo(DiskFormat.VHDX);
    assertThat(information.type()).isEqualTo(DiskType.DYNAMIC);
    assertThat(information.virtualSize()).isEqualTo(10L << 30);
    assertThat(information.blockSize()).isEqualTo(2 << 20);
    assertThat(information.logicalSectorSize()).isEqualTo(4096);
    assertThat(information.identity()).isEqualTo(identity);
    assertThat(information.creator()).isEqualTo("Malachite");
    assertThat(information.needsReplay()).isFalse();
    assertThat(information.fileSize()).isEqualTo(Files.size(file)).isLessThan(5 * MIB);
    assertThat(filesIn(directory)).containsExactly(file);
  }

  private static List<Path> filesIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  @Test
  void storesGuidsInMicrosoftsByteOrder() throws IOException {
    Path file = directory.resolve("disk.vhdx");
    VirtualDisks.createVhdx(
        file,
        VhdxSettings.dynamic(MIB)
            .withIdentity(UUID.fromString("00112233-4455-6677-8899-aabbccddeeff")));
    byte[] bytes = Files.readAllBytes(file);
    byte[] expected = {
      0x33,
      0x22,
      0x11,
      0x00,
      0x55,
      0x44,
      0x77,
      0x66,
      (byte) 0x88,
      (byte) 0x99,
      (byte) 0xaa,
      (byte) 0xbb,
      (byte) 0xcc,
      (byte) 0xdd,
      (byte) 0xee,
      (byte) 0xff
    };
    int at = (2 << 20) + 0x1_0000 + 16;
    assertThat(Arrays.copyOfRange(bytes, at, at + 16)).isEqualTo(expected);
  }

  @Test
  void refusesToReplaceAFile() throws IOException {
    Path file = dynamicDisk("disk.vhdx");
    byte[] before = Files.readAllBytes(file);
    assertThatThrownBy(() -> VirtualDisks.createVhdx(file, VhdxSettings.dynamic(MIB)))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("disk.vhdx");
    assertThatThrownBy(() -> VirtualDisks.createRaw(file, MIB))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    assertThat(filesIn(directory)).containsExactly(file);
  }

  @Test
  void fixedDisksHaveTheirSpaceFromTheStart() throws IOException {
    Path file = directory.resolve("fixed.vhdx");
    DiskInformation information =
        VirtualDisks.createVhdx(file, VhdxSettings.fixed(20 * MIB).withBlockSize(1 << 20));
    assertThat(information.type()).isEqualTo(DiskType.FIXED);
    assertThat(information.fileSize()).isEqualTo(24 * MIB);
    assertThat(information.allocatedSize()).isGreaterThanOrEqualTo(20 * MIB);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 33554432, 512, 4096, The size",
    "1000, 33554432, 512, 4096, The size",
    "1536, 33554432, 4096, 4096, The size",
    "70368744178176, 33554432, 512, 4096, The size",
    "1048576, 524288, 512, 4096, The block size",
    "1048576, 3145728, 512, 4096, The block size",
    "1048576, 536870912, 512, 4096, The block size",
    "1048576, 33554432, 1024, 4096, The logical sector size",
    "1048576, 33554432, 512, 8192, The physical sector size",
  })
  void refusesSettingsOutsideTheFormat(
      long size, int block, int logical, int physical, String message) {
    long bytes = size == 70368744178176L ? size + 512 : size;
    assertThatThrownBy(
            () -> new VhdxSettings(bytes, false, block, logical, physical, new UUID(1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void aDiskOpenToWriteIsNobodyElses() throws IOException {
    Path file = dynamicDisk("disk.vhdx");
    try (VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readWrite())) {
      disk.write(0, MemorySegment.ofArray(new byte[512]));
      assertThatThrownBy(() -> VirtualDisks.open(file, executor, DiskOptions.readWrite()).close())
          .isInstanceOf(DiskInUseException.class)
          .hasMessageContaining("disk.vhdx: in use by");
      assertThatThrownBy(() -> VirtualDisks.open(file, executor, DiskOptions.readOnly()).close())
          .isInstanceOf(DiskInUseException.class);
      assertThat(VirtualDisks.information(file).virtualSize()).isEqualTo(64 * MIB);
      assertThatThrownBy(() -> VirtualDisks.open(file, executor, DiskOptions.readWrite()).close())
          .as("describing the disk has not let go of its lock")
          .isInstanceOf(DiskInUseException.class);
    }
    VirtualDisks.open(file, executor, DiskOptions.readWrite()).close();
  }

  @Test
  void readersShareADisk() throws IOException {
    Path file = dynamicDisk("disk.vhdx");
    try (VirtualDisk one = VirtualDisks.open(file, executor, DiskOptions.readOnly());
        VirtualDisk two = VirtualDisks.open(file, executor, DiskOptions.snapshot())) {
      assertThat(one.size()).isEqualTo(two.size());
      assertThatThrownBy(() -> VirtualDisks.open(file, executor, DiskOptions.readWrite()).close())
          .isInstanceOf(DiskInUseException.class);
    }
  }

  @Test
  void qemuCannotOpenWhatWeWrite() throws Exception {
    QemuTools.assumeInstalled();
    Path file = dynamicDisk("disk.vhdx");
    try (VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readWrite())) {
      Process process =
          new ProcessBuilder("qemu-io", "-f", "vhdx", "-c", "write 0 512", file.toString())
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).isNotZero();
      assertThat(output).contains("lock");
      assertThat(disk.readOnly()).isFalse();
    }
  }

  @Test
  void openingWithoutWritingLeavesTheFileAlone() throws IOException {
    Path file = dynamicDisk("disk.vhdx");
    byte[] before = Files.readAllBytes(file);
    try (VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readWrite())) {
      disk.read(0, MemorySegment.ofArray(new byte[4096]));
      disk.flush();
      disk.unmap(0, disk.size());
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void writeGuidsChangeWithTheContents() throws IOException {
    Path file = dynamicDisk("disk.vhdx");
    DiskInformation before = VirtualDisks.information(file);
    try (VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readWrite())) {
      disk.write(0, MemorySegment.ofArray(new byte[512]));
    }
    DiskInformation after = VirtualDisks.information(file);
    assertThat(after.fileWriteId()).isNotEqualTo(before.fileWriteId());
    assertThat(after.dataWriteId()).isNotEqualTo(before.dataWriteId());
    assertThat(after.identity()).isEqualTo(before.identity());
  }

  @Test
  void readOnlyDisksRefuseWrites() throws IOException {
    Path file = dynamicDisk("disk.vhdx");
    try (VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readOnly())) {
      assertThat(disk.readOnly()).isTrue();
      assertThatThrownBy(() -> disk.write(0, MemorySegment.ofArray(new byte[512])))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("read-only");
      assertThatThrownBy(() -> disk.unmap(0, MIB)).hasMessageContaining("read-only");
      assertThatThrownBy(() -> disk.writeZeroes(0, MIB)).hasMessageContaining("read-only");
      disk.flush();
    }
  }

  @Test
  void requestsOutsideTheDiskFail() throws IOException {
    Path file = dynamicDisk("disk.vhdx");
    try (VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readWrite())) {
      MemorySegment data = MemorySegment.ofArray(new byte[1024]);
      for (long offset : new long[] {-512, 64 * MIB - 512, 64 * MIB, Long.MAX_VALUE - 511}) {
        assertThatThrownBy(() -> disk.read(offset, data)).hasMessageContaining("outside the disk");
        assertThatThrownBy(() -> disk.write(offset, data)).hasMessageContaining("outside");
        assertThatThrownBy(() -> disk.unmap(offset, 1024)).hasMessageContaining("outside");
      }
      assertThatThrownBy(() -> disk.unmap(0, Long.MAX_VALUE)).hasMessageContaining("outside");
      assertThatThrownBy(() -> disk.writeZeroes(0, -1)).hasMessageContaining("outside");
    }
  }

  @Test
  void unmappedBlocksReadAsZeroesAndAreUsedAgain() throws IOException {
    Path file = dynamicDisk("disk.vhdx");
    byte[] ones = new byte[(int) MIB];
    Arrays.fill(ones, (byte) 1);
    try (VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readWrite())) {
      for (int round = 0; round < 6; round++) {
        for (int block = 0; block < 8; block++) {
          disk.write(block * MIB, MemorySegment.ofArray(ones));
        }
        disk.unmap(0, 8 * MIB);
        byte[] found = new byte[(int) MIB];
        disk.read(3 * MIB, MemorySegment.ofArray(found));
        assertThat(found).containsOnly(0);
        disk.flush();
        disk.write(20 * MIB, MemorySegment.ofArray(new byte[512]));
        disk.read(20 * MIB, MemorySegment.ofArray(found));
        assertThat(found).containsOnly(0);
      }
    }
    assertThat(Files.size(file)).isLessThanOrEqualTo(4 * MIB + 10 * MIB);
  }

  @Test
  void isosAreToldByContentAndReadOnly() throws IOException {
    Path file = directory.resolve("not-an.img");
    byte[] bytes = new byte[40 * 2048 + 100];
    System.arraycopy("CD001".getBytes(StandardCharsets.US_ASCII), 0, bytes, 0x8001, 5);
    bytes[bytes.length - 1] = 77;
    Files.write(file, bytes);
    for (DiskOptions options :
        List.of(DiskOptions.readWrite(), DiskOptions.readOnly(), DiskOptions.snapshot())) {
      try (VirtualDisk disk = VirtualDisks.open(file, executor, options)) {
        assertThat(disk.format()).isEqualTo(DiskFormat.ISO);
        assertThat(disk.readOnly()).isTrue();
        assertThat(disk.logicalSectorSize()).isEqualTo(2048);
        assertThat(disk.size()).isEqualTo(41 * 2048);
        byte[] last = new byte[2048];
        disk.read(40 * 2048, MemorySegment.ofArray(last));
        assertThat(Arrays.copyOf(last, 100)).isEqualTo(Arrays.copyOfRange(bytes, 81920, 82020));
        assertThat(last[2047]).isZero();
      }
    }
  }

  @Test
  void otherFormatsAreRefusedWithAMend() throws IOException {
    byte[] vhd = new byte[4096];
    System.arraycopy("conectix".getBytes(StandardCharsets.US_ASCII), 0, vhd, 3584, 8);
    Path file = directory.resolve("disk.vhd");
    Files.write(file, vhd);
    assertThatThrownBy(() -> VirtualDisks.open(file, executor, DiskOptions.readOnly()))
        .isInstanceOf(DiskFormatException.class)
        .hasMessageContaining("footer at byte 3584")
        .hasMessageContaining("checksum");
    byte[] qcow = new byte[4096];
    System.arraycopy(new byte[] {'Q', 'F', 'I', (byte) 0xFB}, 0, qcow, 0, 4);
    Files.write(file, qcow);
    assertThatThrownBy(() -> VirtualDisks.information(file))
        .isInstanceOf(DiskFormatException.class)
        .hasMessageContaining("qcow2 disk, which is not supported");
  }

  @Test
  void whatIsNoDiskIsRefused() throws IOException {
    Path missing = directory.resolve("missing");
    assertThatThrownBy(() -> VirtualDisks.open(missing, executor, DiskOptions.readWrite()))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> VirtualDisks.open(directory, executor, DiskOptions.readWrite()))
        .hasMessageContaining("not a regular file");
    Path empty = Files.createFile(directory.resolve("empty"));
    assertThatThrownBy(() -> VirtualDisks.open(empty, executor, DiskOptions.readWrite()))
        .hasMessageContaining("is empty");
    Path cut = dynamicDisk("cut.vhdx");
    try (FileChannel channel = FileChannel.open(cut, StandardOpenOption.WRITE)) {
      channel.truncate(100_000);
    }
    assertThatThrownBy(() -> VirtualDisks.open(cut, executor, DiskOptions.readWrite()))
        .isInstanceOf(DiskFormatException.class)
        .hasMessageContaining("its length of 100000 bytes");
  }

  @Test
  void rawDisksThatEndWithinASectorGoOnWithZeroes() throws IOException {
    Path file = directory.resolve("raw");
    byte[] bytes = new byte[1000];
    Arrays.fill(bytes, (byte) 9);
    Files.write(file, bytes);
    try (VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readWrite())) {
      assertThat(disk.format()).isEqualTo(DiskFormat.RAW);
      assertThat(disk.size()).isEqualTo(1024);
      byte[] found = new byte[1024];
      disk.read(0, MemorySegment.ofArray(found));
      assertThat(found).isEqualTo(Arrays.copyOf(bytes, 1024));
      disk.write(512, MemorySegment.ofArray(new byte[512]));
    }
    assertThat(Files.size(file)).isEqualTo(1024);
  }

  @Test
  void snapshotsKeepWritesToThemselves() throws IOException {
    Path file = dynamicDisk("disk.vhdx");
    try (VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readWrite())) {
      disk.write(0, MemorySegment.ofArray("base".getBytes(StandardCharsets.US_ASCII)));
    }
    byte[] before = Files.readAllBytes(file);
    Path temporary = Files.createDirectory(directory.resolve("temporary"));
    DiskOptions options = DiskOptions.snapshot().withSnapshotDirectory(temporary);
    try (VirtualDisk disk = VirtualDisks.open(file, executor, options)) {
      disk.write(2, MemorySegment.ofArray("NK".getBytes(StandardCharsets.US_ASCII)));
      byte[] found = new byte[4];
      disk.read(0, MemorySegment.ofArray(found));
      assertThat(new String(found, StandardCharsets.US_ASCII)).isEqualTo("baNK");
      assertThat(filesIn(temporary)).as("the temporary file has no name").isEmpty();
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void scatteredMemoryIsFilledAndDrainedInOrder() throws Exception {
    Path file = dynamicDisk("disk.vhdx");
    try (VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readWrite());
        Arena arena = Arena.ofShared()) {
      MemorySegment guest = arena.allocate(4 * MIB, 4096);
      for (long i = 0; i < guest.byteSize(); i += 8) {
        guest.set(ValueLayout.JAVA_LONG, i, i * 0x9E37_79B9L);
      }
      MemorySegment expected = arena.allocate(2 * MIB, 8);
      CompletableFuture<Void> done = new CompletableFuture<>();
      DiskRequest write = request(done);
      // Runs across two block bounds, in more pieces than one system call takes.
      write.write(MIB - 512);
      long at = 0;
      for (int i = 0; i < 2000; i++) {
        long from = (i * 7919L % 4000) * 1024;
        long length = 8L * (1 + i % 120);
        write.addMemory(guest, from, length);
        MemorySegment.copy(guest, from, expected, at, length);
        at += length;
      }
      disk.submit(write.forceUnitAccess());
      done.get(1, TimeUnit.MINUTES);

      CompletableFuture<Void> read = new CompletableFuture<>();
      MemorySegment found = arena.allocate(2 * MIB, 8);
      DiskRequest back = request(read).read(MIB - 512);
      back.addMemory(found, 1000, at - 1000).addMemory(found, 0, 1000);
      disk.submit(back);
      read.get(1, TimeUnit.MINUTES);
      assertThat(found.asSlice(1000, at - 1000).mismatch(expected.asSlice(0, at - 1000)))
          .isEqualTo(-1);
      assertThat(found.asSlice(0, 1000).mismatch(expected.asSlice(at - 1000, 1000))).isEqualTo(-1);
    }
  }

  private static DiskRequest request(CompletableFuture<Void> done) {
    return new DiskRequest(
        (finished, error) -> {
          if (error == null) {
            done.complete(null);
          } else {
            done.completeExceptionally(error);
          }
        });
  }

  @Test
  void memoryIsCheckedWhenItIsAdded() {
    DiskRequest request = new DiskRequest((finished, error) -> {}).read(0);
    MemorySegment memory = Arena.ofAuto().allocate(4096, 8);
    assertThatThrownBy(() -> request.addMemory(memory, 4000, 97))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> request.addMemory(memory, -1, 8))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> request.addMemory(memory, 0, Long.MIN_VALUE))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> request.addMemory(MemorySegment.ofArray(new byte[8]), 0, 8))
        .isInstanceOf(IllegalArgumentException.class);
    request.addMemory(memory, 0, 1024).addMemory(memory, 1024, 1024);
    assertThat(request.memory().count()).as("adjacent ranges are joined").isEqualTo(1);
    assertThat(request.length()).isEqualTo(2048);
  }

  @Test
  void memoryClosedBeforeTheTransferFailsTheRequest() throws Exception {
    Path file = dynamicDisk("disk.vhdx");
    try (VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readWrite())) {
      disk.write(0, MemorySegment.ofArray(new byte[512]));
      CompletableFuture<Void> done = new CompletableFuture<>();
      DiskRequest request = request(done).read(0);
      try (Arena arena = Arena.ofShared()) {
        request.addMemory(arena.allocate(512, 8), 0, 512);
      }
      disk.submit(request);
      assertThatThrownBy(() -> done.get(1, TimeUnit.MINUTES)).hasCauseInstanceOf(IOException.class);
    }
  }

  @Test
  void aRequestInFlightIsNotSubmittedTwice() throws Exception {
    Path file = dynamicDisk("disk.vhdx");
    try (VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readWrite())) {
      CountDownLatch mayGo = new CountDownLatch(1);
      CountDownLatch blocked = new CountDownLatch(2);
      CountDownLatch done = new CountDownLatch(1);
      for (int i = 0; i < 2; i++) {
        disk.submit(
            new DiskRequest(
                    (finished, error) -> {
                      blocked.countDown();
                      awaitQuietly(mayGo);
                    })
                .flush());
      }
      assertThat(blocked.await(1, TimeUnit.MINUTES)).isTrue();
      DiskRequest request = new DiskRequest((finished, error) -> done.countDown()).flush();
      disk.submit(request);
      assertThat(request.isInFlight()).isTrue();
      assertThatThrownBy(() -> disk.submit(request)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> request.read(0)).isInstanceOf(IllegalStateException.class);
      mayGo.countDown();
      assertThat(done.await(1, TimeUnit.MINUTES)).isTrue();
      assertThat(request.isInFlight()).isFalse();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void closedDisksAndExecutorsFailRequestsAtOnce() throws Exception {
    Path file = dynamicDisk("disk.vhdx");
    VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readWrite());
    disk.close();
    disk.close();
    assertThatThrownBy(() -> disk.read(0, MemorySegment.ofArray(new byte[512])))
        .hasMessageContaining("the virtual disk is closed");
    DiskExecutor other = DiskExecutor.create("other", 1);
    try (VirtualDisk second = VirtualDisks.open(file, other, DiskOptions.readWrite())) {
      other.close();
      assertThatThrownBy(second::flush).hasMessageContaining("executor is closed");
    }
  }

  @Test
  void completionsMaySubmitAgainAndEvenWait() throws Exception {
    Path file = dynamicDisk("disk.vhdx");
    CompletableFuture<Integer> rounds = new CompletableFuture<>();
    try (DiskExecutor single = DiskExecutor.create("single", 1);
        VirtualDisk disk = VirtualDisks.open(file, single, DiskOptions.readWrite())) {
      int[] count = {0};
      DiskRequest request =
          new DiskRequest(
              (finished, error) -> {
                try {
                  disk.write(0, MemorySegment.ofArray(new byte[512]));
                } catch (IOException e) {
                  rounds.completeExceptionally(e);
                }
                if (++count[0] == 100) {
                  rounds.complete(count[0]);
                } else {
                  disk.submit(finished.flush());
                }
              });
      disk.submit(request.flush());
      assertThat(rounds.get(1, TimeUnit.MINUTES)).isEqualTo(100);
    }
  }

  @Test
  void interruptsDoNotHarmTheDisk() throws Exception {
    Path file = dynamicDisk("disk.vhdx");
    VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readWrite());
    Thread.currentThread().interrupt();
    disk.write(0, MemorySegment.ofArray(new byte[] {1, 2, 3, 4}));
    disk.close();
    assertThat(Thread.interrupted()).isTrue();
    try (VirtualDisk again = VirtualDisks.open(file, executor, DiskOptions.readOnly())) {
      byte[] found = new byte[4];
      again.read(0, MemorySegment.ofArray(found));
      assertThat(found).containsExactly(1, 2, 3, 4);
      assertThat(again.information().needsReplay()).isFalse();
    }
  }

  @Test
  void theLargestDiskOpensQuicklyAndHoldsDataAtItsEnd() throws IOException {
    Path file = directory.resolve("large.vhdx");
    long size = 64L << 40;
    VirtualDisks.createVhdx(
        file, VhdxSettings.dynamic(size).withBlockSize(1 << 20).withLogicalSectorSize(4096));
    ByteBuffer data = ByteBuffer.allocate(4096).putLong(0, 0x1234_5678_9ABC_DEF0L);
    try (VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readWrite())) {
      disk.write(size - 4096, MemorySegment.ofArray(data.array()));
      disk.write(size / 2, MemorySegment.ofArray(data.array()));
    }
    try (VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readOnly())) {
      byte[] found = new byte[4096];
      disk.read(size - 4096, MemorySegment.ofArray(found));
      assertThat(found).isEqualTo(data.array());
      disk.read(size / 2, MemorySegment.ofArray(found));
      assertThat(found).isEqualTo(data.array());
    }
    assertThat(VirtualDisks.information(file).allocatedSize()).isLessThan(64 * MIB);
  }
}
