// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.secure;

import dev.malachite.engine.firmware.uefi.image.PeImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hashes of programs and the signatures in them (Windows Authenticode Portable Executable). */
final class Authenticode {
  private static final int PKCS7 = 2;
  private static final int CERTIFICATE_HEADER = 8;
  private static final int MAX_SIGNATURES = 8;
  private static final String INDIRECT_DATA_SHA256 = "608648016503040201";

  private Authenticode() {}

  /** The hash of a program without its check sum and signatures. */
  static byte[] hash(PeImage image) {
    byte[] file = image.file();
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
    int checksum = image.checksumOffset();
    int entry = image.certificateEntryOffset();
    int headers = image.headersLength();
    digest.update(file, 0, checksum);
    int after = checksum + 4;
    if (entry != 0 && entry + 8 <= headers) {
      digest.update(file, after, entry - after);
      after = entry + 8;
    }
    digest.update(file, after, headers - after);
    long sum = headers;
    List<PeImage.Section> sections = new ArrayList<>(image.sections());
    sections.sort(Comparator.comparingInt(PeImage.Section::offset));
    for (PeImage.Section section : sections) {
      if (section.rawSize() > 0) {
        digest.update(file, section.offset(), section.rawSize());
        sum += section.rawSize();
      }
    }
    long end = file.length - (long) certificates(image);
    if (end > sum) {
      digest.update(file, (int) sum, (int) (end - sum));
    }
    return digest.digest();
  }

  private static int certificates(PeImage image) {
    int at = image.certificates();
    int size = image.certificatesSize();
    boolean inside = at > 0 && size > 0 && at <= image.file().length - size;
    return inside ? size : 0;
  }

  /**
   * A signature in a program.
   *
   * @param data the signature
   * @param signed what it signs
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Found(SignedData data, byte[] signed) {}

  /** The signatures that are for a program of this hash. */
  static List<Found> signatures(PeImage image, byte[] hash) {
    List<Found> found = new ArrayList<>();
    int size = certificates(image);
    ByteBuffer b = ByteBuffer.wrap(image.file()).order(ByteOrder.LITTLE_ENDIAN);
    int at = image.certificates();
    int end = at + size;
    while (size > 0 && end - at > CERTIFICATE_HEADER && found.size() < MAX_SIGNATURES) {
      int length = b.getInt(at);
      if (length <= CERTIFICATE_HEADER || length > end - at) {
        break;
      }
      if (b.getShort(at + 6) == PKCS7) {
        byte[] der = Arrays.copyOfRange(image.file(), at + CERTIFICATE_HEADER, at + length);
        Found signature = signature(der, hash);
        if (signature != null) {
          found.add(signature);
        }
      }
      at += length + 7 & -8;
    }
    return found;
  }

  // The content is SpcIndirectDataContent: data, then the digest's algorithm and value.
  private static @Nullable Found signature(byte[] der, byte[] hash) {
    try {
      SignedData data = new SignedData(der);
      Der content = data.content();
      if (content == null) {
        return null;
      }
      Der info = content.tagged(Der.SEQUENCE).child(1).tagged(Der.SEQUENCE);
      String algorithm = info.child(0).tagged(Der.SEQUENCE).child(0).oid();
      byte[] digest = info.child(1).tagged(Der.OCTET_STRING).value();
      return algorithm.equals(INDIRECT_DATA_SHA256) && Arrays.equals(digest, hash)
          ? new Found(data, content.value())
          : null;
    } catch (IOException e) {
      return null;
    }
  }
}
