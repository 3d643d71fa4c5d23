// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.decoder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** The disassembler of the GNU binutils, which knows nothing of our decoder. */
final class Objdump {
  /**
   * What it says about one instruction.
   *
   * @param length bytes, prefixes included
   * @param text mnemonic and operands without prefixes
   */
  record Line(int length, String text) {
    /** The mnemonic. */
    String mnemonic() {
      int space = text.indexOf(' ');
      return space < 0 ? text : text.substring(0, space);
    }

    /** True if it knows no such instruction. */
    boolean bad() {
      return text.contains("(bad)");
    }
  }

  /** Words it prints for prefixes, before a mnemonic or in a line of their own. */
  private static final Set<String> PREFIXES =
      Set.of(
          "lock",
          "rep",
          "repz",
          "repnz",
          "data16",
          "data32",
          "addr16",
          "addr32",
          "es",
          "cs",
          "ss",
          "ds",
          "fs",
          "gs",
          "bnd",
          "notrack",
          "xacquire",
          "xrelease");

  private Objdump() {}

  /** True if it is on this machine. */
  static boolean available() {
    try {
      return start(List.of("objdump", "--version")).waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Process start(List<String> command) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /**
   * Disassembles instructions that stand in slots of equal size, each filled up with NOPs that
   * bring it back into step.
   *
   * @param machine of its option -m: i386:x86-64, i386 or i8086
   */
  static List<Line> slots(byte[] code, int slotSize, String machine) {
    try {
      Path file = Files.createTempFile("slots", ".bin");
      Path listing = Files.createTempFile("slots", ".txt");
      try {
        Files.write(file, code);
        List<String> command =
            List.of(
                "objdump",
                "-D",
                "-z",
                "-b",
                "binary",
                "-m",
                machine,
                "-M",
                "intel,intel64",
                "--insn-width=16",
                file.toString());
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(listing.toFile())
                .start();
        if (process.waitFor() != 0) {
          throw new IOException("objdump failed: " + Files.readString(listing));
        }
        return read(listing, code.length / slotSize, slotSize);
      } finally {
        Files.delete(file);
        Files.delete(listing);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while objdump ran", e);
    }
  }

  private static List<Line> read(Path listing, int count, int slotSize) throws IOException {
    TreeMap<Integer, String[]> byAddress = new TreeMap<>();
    for (String line : Files.readAllLines(listing, StandardCharsets.ISO_8859_1)) {
      String[] fields = line.split("\t", -1);
      if (fields.length == 3) {
        byAddress.put(Integer.parseInt(fields[0].replace(":", "").trim(), 16), fields);
      }
    }
    List<Line> lines = new ArrayList<>();
    for (int slot = 0; slot < count; slot++) {
      int at = slot * slotSize;
      String text = "";
      while (text.isEmpty()) {
        String[] fields = byAddress.get(at);
        if (fields == null) {
          throw new IOException("objdump is out of step at 0x" + Integer.toHexString(at));
        }
        at += fields[1].trim().split(" +", -1).length;
        text = withoutPrefixes(fields[2]);
      }
      lines.add(new Line(at - slot * slotSize, text));
    }
    return lines;
  }

  private static String withoutPrefixes(String text) {
    String rest = text.trim();
    int comment = rest.indexOf('#');
    rest = comment < 0 ? rest : rest.substring(0, comment).trim();
    while (true) {
      int space = rest.indexOf(' ');
      String word = space < 0 ? rest : rest.substring(0, space);
      if (!PREFIXES.contains(word) && !word.startsWith("rex")) {
        return rest.replaceAll(" +", " ");
      }
      if (space < 0) {
        return "";
      }
      rest = rest.substring(space).trim();
    }
  }
}
