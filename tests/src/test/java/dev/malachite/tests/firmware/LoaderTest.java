// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.firmware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.machine.Drive;
import dev.malachite.engine.machine.FirmwareSettings;
import dev.malachite.engine.machine.MachineEnd;
import dev.malachite.tests.guest.GuestFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole systems by loaders as Debian packages them, by our UEFI. */
class LoaderTest {
  private static final String LOADER = "EFI/BOOT/BOOTX64.EFI";
  private static final Path STUB = Path.of("/usr/lib/systemd/boot/efi/linuxx64.efi.stub");
  private static final Path IPXE = Path.of("/usr/lib/ipxe/ipxe.efi");
  private static final Path INSTALLER =
      Path.of("/usr/lib/debian-installer/images/12/amd64/text/debian-installer/amd64");
  private static final long MEBIBYTE = 1 << 20;

  @TempDir private Path folder = Path.of("");

  // Sections of a unified kernel image lie above the stub's own.
  private Path unifiedKernelImage(GuestFiles guest, String words) throws Exception {
    Path release = Files.writeString(folder.resolve("os-release"), "ID=tiny\nVERSION_ID=1\n");
    String line = guest.commandLine(words).replace("efi=noruntime", "").replace("quiet", "");
    Path options = Files.writeString(folder.resolve("line"), line);
    List<Object> command = new ArrayList<>(List.of("objcopy"));
    long address = 0x1_0000_0000L;
    for (String header : BootDisk.run("objdump", "-h", STUB).split("\n", -1)) {
      String[] words2 = header.strip().split(" +", -1);
      if (words2.length > 3 && words2[0].matches("[0-9]+")) {
        long end = Long.parseLong(words2[3], 16) + Long.parseLong(words2[2], 16);
        address = address == 0x1_0000_0000L ? end : Math.max(address, end);
      }
    }
    String[] names = {".osrel", ".cmdline", ".linux", ".initrd"};
    Path[] files = {release, options, guest.file("vmlinuz"), guest.file("initrd.img")};
    for (int i = 0; i < names.length; i++) {
      address = address + 0xFFF & -0x1000L;
      command.add("--add-section=" + names[i] + "=" + files[i]);
      command.add("--change-section-vma=" + names[i] + "=0x" + Long.toHexString(address));
      address += Files.size(files[i]);
    }
    Path image = folder.resolve("unified.efi");
    command.add(STUB);
    command.add(image);
    BootDisk.run(command.toArray());
    return image;
  }

  @Test
  void unifiedKernelImageStarts() throws Exception {
    GuestFiles guest = GuestFiles.build("tiny");
    Path image = unifiedKernelImage(guest, "malachite.test=boot");
    int mebibytes = (int) (Files.size(image) / MEBIBYTE) + 16;
    Path disk = new BootDisk(folder, mebibytes * 1024).put(image, LOADER).build();
    try (FirmwareRun run = new FirmwareRun(disk, Drive.Kind.DISK, 512, FirmwareSettings.DEFAULT)) {
      assertThat(run.end().cause()).isEqualTo(MachineEnd.Cause.POWERED_OFF);
      assertThat(run.text())
          .contains("MALACHITE: init", "MALACHITE: power off")
          .containsPattern("efi: .*MEMATTR=0x")
          .doesNotContain("memattr:")
          .contains("Freeing EFI boot services memory");
    }
  }

  @Test
  void networkBootProgramWorksByKeyboard() throws Exception {
    Path disk = new BootDisk(folder, 16 * 1024).put(IPXE, LOADER).build();
    try (FirmwareRun run = new FirmwareRun(disk, Drive.Kind.DISK, 256, FirmwareSettings.DEFAULT)) {
      run.await("Ctrl-B");
      run.control('b');
      run.await("iPXE>");
      run.type("echo Typed: ${platform} ${buildarch}\n");
      run.await("Typed: efi x86_64");
      run.type("exit\n");
      run.await("Press a key to try again.");
    }
  }

  /** The installer's netboot kernel and RAM disk on a disc with GRUB. */
  @Test
  void debianInstallerShowsItsMenu() throws Exception {
    Path tree = folder.resolve("tree");
    Files.createDirectories(tree.resolve("boot/grub"));
    Files.copy(INSTALLER.resolve("linux"), tree.resolve("linux"));
    Files.copy(INSTALLER.resolve("initrd.gz"), tree.resolve("initrd.gz"));
    Files.writeString(
        tree.resolve("boot/grub/grub.cfg"),
        """
        set timeout=-1
        menuentry 'Reboot' { reboot; }
        menuentry 'Install' {
          linux /linux console=ttyS0 TERM=vt102 cryptomgr.notests quiet
          initrd /initrd.gz
        }
        """);
    Path disc = folder.resolve("installer.iso");
    BootDisk.run("grub-mkrescue", "-d", "/usr/lib/grub/x86_64-efi", "-o", disc, tree);
    try (FirmwareRun run = new FirmwareRun(disc, Drive.Kind.DVD, 1024, FirmwareSettings.DEFAULT)) {
      run.await("Install");
      run.down();
      run.type("\n");
      run.await("Select a language");
      run.await("English");
    }
  }
}
