// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.catalogue;

import dev.malachite.engine.json.OptionalMember;
import dev.malachite.engine.machine.EngineKind;
import dev.malachite.engine.machine.FirmwareSettings;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is set about a machine: what {@code machine.json} holds. Nothing is checked here:
 * see {@link SettingsCheck}.
 *
 * @param schema the version of this structure, {@link #SCHEMA}
 * @param id the machine's own identifier, for good
 * @param name for people
 * @param notes for people, any text
 * @param group the group it is listed in; empty for none
 * @param generation 1 or 2, for good
 * @param created when it was made
 * @param boot how it starts
 * @param firmware what is set of its firmware
 * @param memory its memory
 * @param processor its processors
 * @param drives disks and DVDs, in the order of their numbers
 * @param serial its serial ports
 * @param automatic what happens without anybody asking
 */
public record MachineSettings(
    int schema,
    UUID id,
    String name,
    String notes,
    String group,
    int generation,
    Instant created,
    Boot boot,
    Firmware firmware,
    Memory memory,
    Processor processor,
    List<DriveSlot> drives,
    Serial serial,
    Automatic automatic) {
  /** The version of the structure that this program writes. */
  public static final int SCHEMA = 1;

  private static final long DEFAULT_MEMORY = 1L << 30;

  /**
   * How a machine starts.
   *
   * @param kernel a Linux kernel to start without firmware, or null for firmware
   * @param initrd the kernel's initial RAM disk, or null
   * @param commandLine the kernel's command line; may be empty
   */
  public record Boot(
      @OptionalMember @Nullable Path kernel,
      @OptionalMember @Nullable Path initrd,
      String commandLine) {}

  /**
   * What is set of a machine's firmware.
   *
   * @param secureBoot which programs a Generation 2 machine starts
   * @param bootOrder numbers of drives in the order in which to try them; those not named come
   *     after these
   */
  public record Firmware(FirmwareSettings.SecureBoot secureBoot, List<Integer> bootOrder) {
    /** Copies the list. */
    public Firmware {
      bootOrder = List.copyOf(bootOrder);
    }
  }

  /**
   * A machine's memory.
   *
   * @param startup bytes it has when it starts
   */
  public record Memory(@ByteCount long startup) {}

  /**
   * A machine's processors.
   *
   * @param count how many
   * @param engine which backend runs them
   */
  public record Processor(int count, EngineKind engine) {}

  /** What a drive is. */
  public enum DriveType {
    /** A hard disk. */
    DISK,
    /** A DVD drive. */
    DVD,
    /** A floppy drive, of Generation 1 machines. */
    FLOPPY
  }

  /**
   * A disk or DVD.
   *
   * @param type what the guest sees
   * @param file the disk file; a relative one is in the machine's folder
   * @param snapshot whether the file stays untouched and what is written is thrown away
   */
  public record DriveSlot(DriveType type, Path file, boolean snapshot) {}

  /**
   * A machine's serial ports. A port is {@code none}, {@code socket} (a Unix-domain socket in the
   * machine's runtime folder), {@code socket:PATH}, {@code pty}, {@code file:PATH}.
   *
   * @param com1 the first port
   */
  public record Serial(String com1) {}

  /** What becomes of a machine when its user logs in or the computer starts. */
  public enum StartAction {
    /** Nothing. */
    NOTHING,
    /** It starts if it ran when the user logged out or the computer stopped. */
    IF_IT_RAN,
    /** It starts. */
    ALWAYS
  }

  /** What becomes of a running machine when its user logs out or the computer stops. */
  public enum StopAction {
    /** Its state is saved. */
    SAVE,
    /** Its guest is asked to shut down. */
    SHUT_DOWN,
    /** It is turned off. */
    TURN_OFF
  }

  /** What becomes of a machine that has failed. */
  public enum FailureAction {
    /** It stays off. */
    NOTHING,
    /** It starts again. */
    RESTART
  }

  /**
   * What happens without anybody asking.
   *
   * @param start at log-in or start of the computer
   * @param startDelay seconds to wait before
   * @param stop at log-out or stop of the computer
   * @param afterFailure when its worker dies
   */
  public record Automatic(
      StartAction start, int startDelay, StopAction stop, FailureAction afterFailure) {}

  /** Copies the list. */
  public MachineSettings {
    drives = List.copyOf(drives);
  }

  /** A new machine as it is when nothing more is said. */
  public static MachineSettings create(String name, int generation) {
    return new MachineSettings(
        SCHEMA,
        UUID.randomUUID(),
        name,
        "",
        "",
        generation,
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        new Boot(null, null, ""),
        new Firmware(FirmwareSettings.SecureBoot.OFF, List.of()),
        new Memory(DEFAULT_MEMORY),
        new Processor(2, EngineKind.AUTO),
        List.of(),
        new Serial("socket"),
        new Automatic(StartAction.IF_IT_RAN, 0, StopAction.SAVE, FailureAction.NOTHING));
  }

  /** The same under another name. */
  public MachineSettings withName(String newName) {
    return withIdentity(id, newName, created);
  }

  /** The same as another machine. */
  public MachineSettings withIdentity(UUID newId, String newName, Instant when) {
    return new MachineSettings(
        schema,
        newId,
        newName,
        notes,
        group,
        generation,
        when,
        boot,
        firmware,
        memory,
        processor,
        drives,
        serial,
        automatic);
  }

  /** The same with other drives. */
  public MachineSettings withDrives(List<DriveSlot> newDrives) {
    return new MachineSettings(
        schema,
        id,
        name,
        notes,
        group,
        generation,
        created,
        boot,
        firmware,
        memory,
        processor,
        newDrives,
        serial,
        automatic);
  }

  /** The same with another way to start. */
  public MachineSettings withBoot(Boot newBoot) {
    return new MachineSettings(
        schema,
        id,
        name,
        notes,
        group,
        generation,
        created,
        newBoot,
        firmware,
        memory,
        processor,
        drives,
        serial,
        automatic);
  }
}
