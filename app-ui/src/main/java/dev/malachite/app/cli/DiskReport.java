// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.disk.DiskCheck;
import dev.malachite.disk.DiskInformation;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Shows a disk's information to people and to programs. */
final class DiskReport {
  private DiskReport() {}

  /** Prints one property a line. */
  static void print(PrintWriter out, DiskInformation disk) {
    line(out, "File", printable(disk.file().toString()));
    line(out, "Format", disk.format().displayName() + ", " + disk.type().displayName());
    line(out, "Size", size(disk.virtualSize()));
    line(out, "File size", size(disk.fileSize()));
    line(out, "On the host", size(disk.allocatedSize()));
    if (disk.blockSize() > 0) {
      line(out, "Block size", size(disk.blockSize()));
    }
    line(
        out,
        "Sectors",
        disk.logicalSectorSize() + " bytes logical, " + disk.physicalSectorSize() + " physical");
    line(out, "Identity", disk.identity().toString());
    if (disk.parent() != null) {
      line(out, "Parent", printable(disk.parent().toString()));
    }
    if (disk.creator() != null) {
      line(out, "Made by", printable(disk.creator()));
    }
    line(
        out,
        "State",
        disk.needsReplay() ? "not closed cleanly; its log is applied when opened" : "clean");
  }

  /** Prints one JSON object. */
  static void printJson(PrintWriter out, DiskInformation disk) {
    JsonOutput.printObject(
        out,
        json -> {
          json.writeStringProperty("file", disk.file().toString());
          json.writeStringProperty("format", disk.format().name().toLowerCase(Locale.ROOT));
          json.writeStringProperty("type", disk.type().name().toLowerCase(Locale.ROOT));
          json.writeNumberProperty("virtualSize", disk.virtualSize());
          json.writeNumberProperty("fileSize", disk.fileSize());
          json.writeNumberProperty("allocatedSize", disk.allocatedSize());
          json.writeNumberProperty("blockSize", disk.blockSize());
          json.writeNumberProperty("logicalSectorSize", disk.logicalSectorSize());
          json.writeNumberProperty("physicalSectorSize", disk.physicalSectorSize());
          json.writeStringProperty("identity", disk.identity().toString());
          identifier(json, "fileWriteId", disk.fileWriteId());
          identifier(json, "dataWriteId", disk.dataWriteId());
          json.writeStringProperty("creator", disk.creator());
          json.writeBooleanProperty("needsReplay", disk.needsReplay());
          json.writeStringProperty(
              "parent", disk.parent() == null ? null : disk.parent().toString());
          identifier(json, "parentId", disk.parentId());
        });
  }

  /**
   * Prints what a check found.
   *
   * @return the exit code: failed if something is wrong
   */
  static int printCheck(PrintWriter out, boolean json, Path file, DiskCheck check) {
    if (json) {
      JsonOutput.printObject(
          out,
          generator -> {
            generator.writeStringProperty("file", file.toString());
            generator.writeBooleanProperty("sound", check.sound());
            generator.writeNumberProperty("totalBlocks", check.totalBlocks());
            generator.writeNumberProperty("allocatedBlocks", check.allocatedBlocks());
            generator.writeNumberProperty("unusedBytes", check.unusedBytes());
            generator.writeArrayPropertyStart("problems");
            for (DiskCheck.Problem problem : check.problems()) {
              generator.writeStartObject();
              generator.writeStringProperty("structure", problem.structure());
              generator.writeNumberProperty("offset", problem.offset());
              generator.writeStringProperty("text", problem.text());
              generator.writeBooleanProperty("repairable", problem.repairable());
              generator.writeEndObject();
            }
            generator.writeEndArray();
          });
    } else {
      for (DiskCheck.Problem problem : check.problems()) {
        out.printf(
            "%s at byte %d: %s%s%n",
            problem.structure(),
            problem.offset(),
            printable(problem.text()),
            problem.repairable() ? " (repair mends it)" : "");
      }
      if (check.totalBlocks() > 0) {
        line(
            out, "Blocks", check.allocatedBlocks() + " of " + check.totalBlocks() + " in the file");
        line(out, "Unused", size(check.unusedBytes()));
      }
      line(out, "Result", check.sound() ? "nothing is wrong" : verdict(check));
    }
    return check.sound() ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  private static String verdict(DiskCheck check) {
    return check.repairable()
        ? "damaged; malachite disk repair mends it without loss"
        : "damaged; restore it from a backup";
  }

  private static void identifier(JsonGenerator json, String name, @Nullable UUID value) {
    json.writeStringProperty(name, value == null ? null : value.toString());
  }

  private static void line(PrintWriter out, String name, String value) {
    out.printf("%-12s %s%n", name, value);
  }

  private static String size(long bytes) {
    return bytes < 1024 ? bytes + " bytes" : ByteSize.describe(bytes) + " (" + bytes + " bytes)";
  }

  // What a file says of itself must not reach the terminal as control codes.
  static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
