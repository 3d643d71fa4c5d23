// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.state;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The layout of a file of a machine's state: a header, then sections up to the one named {@code
 * end}. All numbers are little-endian.
 *
 * <table>
 *   <caption>Header</caption>
 *   <tr><th>offset</th><th>size</th><th>field</th></tr>
 *   <tr><td>0</td><td>8</td><td>"MLCSTATE"</td></tr>
 *   <tr><td>8</td><td>4</td><td>version of the layout: 1</td></tr>
 *   <tr><td>12</td><td>4</td><td>0</td></tr>
 * </table>
 *
 * <table>
 *   <caption>Section</caption>
 *   <tr><th>offset</th><th>size</th><th>field</th></tr>
 *   <tr><td>0</td><td>2</td><td>bytes of the name, 1 to 64</td></tr>
 *   <tr><td>2</td><td>2</td><td>version of the section</td></tr>
 *   <tr><td>4</td><td>4</td><td>bytes of content</td></tr>
 *   <tr><td>8</td><td>4</td><td>CRC-32C of the fields before, name and content</td></tr>
 *   <tr><td>12</td><td></td><td>name in ASCII, content</td></tr>
 * </table>
 *
 * <p>Pieces of memory are sections that share one name; any other name comes once. The content of
 * {@code end} is how many sections there are before it, so that a file cut short is seen.
 */
final class StateFile {
  static final byte[] MAGIC = "MLCSTATE".getBytes(StandardCharsets.US_ASCII);
  static final int VERSION = 1;
  static final int HEADER = 16;
  static final int SECTION_HEADER = 12;
  static final int LONGEST_NAME = 64;
  static final int LARGEST_SECTION = 64 << 20;
  static final String END = "end";

  /** The name of the sections that hold memory. */
  static final String MEMORY = "memory";

  private StateFile() {}

  /** A section's sum, of which the content is still missing. */
  static CRC32C sum(byte[] label, int version, int length) {
    CRC32C sum = new CRC32C();
    sum.update(
        ByteBuffer.allocate(8)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putShort((short) label.length)
            .putShort((short) version)
            .putInt(length)
            .flip());
    sum.update(label);
    return sum;
  }
}
