// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.gallery;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of files. */
final class Hashes {
  private static final int CHUNK = 1 << 20;

  private Hashes() {}

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  /** The hash in lower-case hexadecimal digits. */
  static String of(Path file, GalleryProgress progress, Cancellation cancel) throws IOException {
    MessageDigest digest = sha256();
    long total = Files.size(file);
    long done = 0;
    byte[] bytes = new byte[CHUNK];
    try (InputStream in = Files.newInputStream(file)) {
      for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
        cancel.check();
        digest.update(bytes, 0, length);
        done += length;
        progress.advanced(done, total);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The hash of bytes. */
  static String of(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }
}
