// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.secure;

import dev.malachite.engine.firmware.uefi.call.GuestSpace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** Certificates and hashes of a signature database (UEFI 2.10, section 32.4.1). */
public final class SignatureDatabase {
  static final UUID X509 = UUID.fromString("a5c059a1-94e4-4aa7-87b5-ab155c2bf072");
  static final UUID SHA256 = UUID.fromString("c1c41626-504c-4092-aca9-41f936934328");
  static final UUID X509_SHA256 = UUID.fromString("3bd2a492-96c0-4079-b420-fcf98ef103ed");

  private static final int LIST_HEADER = 28;
  private static final int OWNER = 16;
  private static final int HASH = 32;

  private final List<X509Certificate> certificates = new ArrayList<>();
  private final List<byte[]> hashes = new ArrayList<>();
  private final List<byte[]> certificateHashes = new ArrayList<>();

  private SignatureDatabase() {}

  /**
   * Parses a database; kinds of signatures that aren't known are passed over.
   *
   * @throws IOException if it is malformed
   */
  static SignatureDatabase parse(byte[] bytes) throws IOException {
    SignatureDatabase database = new SignatureDatabase();
    ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int at = 0;
    while (at < bytes.length) {
      require(bytes.length - at >= LIST_HEADER);
      UUID type = GuestSpace.guid(bytes, at);
      int listSize = b.getInt(at + 16);
      int headerSize = b.getInt(at + 20);
      int size = b.getInt(at + 24);
      require(
          listSize >= LIST_HEADER
              && listSize <= bytes.length - at
              && headerSize >= 0
              && headerSize <= listSize - LIST_HEADER
              && size > OWNER
              && (listSize - LIST_HEADER - headerSize) % size == 0);
      int end = at + listSize;
      for (int s = at + LIST_HEADER + headerSize; s < end; s += size) {
        database.add(type, Arrays.copyOfRange(bytes, s + OWNER, s + size));
      }
      at = end;
    }
    return database;
  }

  private static void require(boolean condition) throws IOException {
    if (!condition) {
      throw new IOException("a list of signatures is malformed");
    }
  }

  private void add(UUID type, byte[] data) throws IOException {
    if (type.equals(X509)) {
      certificates.add(SignedData.certificate(data));
    } else if (type.equals(SHA256) && data.length == HASH) {
      hashes.add(data);
    } else if (type.equals(X509_SHA256) && data.length >= HASH) {
      certificateHashes.add(Arrays.copyOf(data, HASH));
    }
  }

  /** The certificates in it. */
  List<X509Certificate> certificates() {
    return certificates;
  }

  /** True if it holds the SHA-256 hash of a program. */
  boolean holds(byte[] hash) {
    return hashes.stream().anyMatch(h -> Arrays.equals(h, hash));
  }

  /** True if it holds a certificate, or the hash of what is signed in it. */
  boolean holds(X509Certificate certificate) {
    if (certificates.contains(certificate)) {
      return true;
    }
    if (certificateHashes.isEmpty()) {
      return false;
    }
    try {
      byte[] hash = SignedData.hash("SHA-256", certificate.getTBSCertificate());
      return certificateHashes.stream().anyMatch(h -> Arrays.equals(h, hash));
    } catch (CertificateEncodingException e) {
      return false;
    }
  }

  /** The bytes of a list with one certificate. */
  static byte[] list(UUID owner, byte[] certificate) {
    ByteBuffer b =
        ByteBuffer.allocate(LIST_HEADER + OWNER + certificate.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    b.put(GuestSpace.guid(X509)).putInt(b.capacity()).putInt(0).putInt(OWNER + certificate.length);
    b.put(GuestSpace.guid(owner)).put(certificate);
    return b.array();
  }

  /** Two databases as one, without lists that are in the first already. */
  static byte[] merge(byte[] old, byte[] more) throws IOException {
    parse(more);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(old);
    ByteBuffer b = ByteBuffer.wrap(more).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < more.length; at += b.getInt(at + 16)) {
      byte[] list = Arrays.copyOfRange(more, at, at + b.getInt(at + 16));
      if (!contains(old, list)) {
        out.writeBytes(list);
      }
    }
    return out.toByteArray();
  }

  private static boolean contains(byte[] all, byte[] list) {
    ByteBuffer b = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at + LIST_HEADER <= all.length; ) {
      int size = b.getInt(at + 16);
      if (size < LIST_HEADER || size > all.length - at) {
        return false;
      }
      if (Arrays.equals(all, at, at + size, list, 0, list.length)) {
        return true;
      }
      at += size;
    }
    return false;
  }
}
