// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.gallery;

import dev.malachite.engine.machine.FirmwareSettings.SecureBoot;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Something a machine can be made of.
 *
 * @param name what the command line calls it; only one image has it
 * @param title for people
 * @param publisher for people; may be empty
 * @param version for people; may be empty
 * @param description for people; may be empty or have several lines
 * @param downloadBytes about how many bytes are fetched for it, 0 if unknown or none
 * @param memory bytes that a machine of it is proposed to have
 * @param secureBoot what a Generation 2 machine of it may start
 * @param origin where it comes from
 */
public record GalleryImage(
    String name,
    String title,
    String publisher,
    String version,
    String description,
    long downloadBytes,
    long memory,
    SecureBoot secureBoot,
    Origin origin) {
  /** Where an image comes from. */
  public sealed interface Origin {}

  /**
   * It is built here of Debian packages.
   *
   * @param recipe the recipe's name
   */
  public record Built(String recipe) implements Origin {}

  /**
   * It is fetched from a gallery source.
   *
   * @param disk where the disk is
   * @param path the disk's name in the zip archive that is there; null if no archive is
   * @param picture a picture of it, or null
   */
  public record Downloaded(Hashed disk, @Nullable String path, @Nullable Hashed picture)
      implements Origin {}

  /**
   * It is a file of the user's.
   *
   * @param file an ISO, VHD or VHDX
   */
  public record LocalFile(Path file) implements Origin {}

  /**
   * Something to fetch.
   *
   * @param uri where it is
   * @param sha256 what its bytes hash to: 64 lower-case hexadecimal digits
   */
  public record Hashed(URI uri, String sha256) {}
}
