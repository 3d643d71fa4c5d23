// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.guest;

import java.io.IOException;
import java.nio.file.Path;

/** A built guest's files, for tests in other packages. */
public final class GuestFiles {
  private final GuestImage image;

  private GuestFiles(GuestImage image) {
    this.image = image;
  }

  /** Builds a guest, or finds it in the cache. Building takes minutes the first time. */
  public static GuestFiles build(String name) throws IOException, InterruptedException {
    return new GuestFiles(GuestImage.build(name));
  }

  /** One of its files. */
  public Path file(String name) {
    return image.file(name);
  }

  /** The kernel command line the guest wants, with words added. */
  public String commandLine(String more) throws IOException {
    return image.commandLine(more);
  }
}
