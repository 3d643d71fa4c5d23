// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.gallery;

import dev.malachite.app.gallery.GalleryImage.Downloaded;
import dev.malachite.disk.DiskFormat;
import dev.malachite.disk.DiskInformation;
import dev.malachite.disk.DiskType;
import dev.malachite.disk.VirtualDisks;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Fetches the disk of an image of a gallery source: checks its hash, takes it out of its archive.
 */
final class GalleryFetch {
  private static final long RESERVE = 256L << 20;
  private static final int MOST_ENTRIES = 10_000;
  private static final int CHUNK = 1 << 16;

  private final Downloader downloader;
  private final Path downloads;

  GalleryFetch(Downloader downloader, Path downloads) {
    this.downloader = downloader;
    this.downloads = downloads;
  }

  /** Makes the disk of an image as a file. */
  void make(
      GalleryImage image,
      Downloaded origin,
      Path target,
      GalleryProgress progress,
      Cancellation cancel)
      throws IOException {
    Files.createDirectories(downloads);
    Path part = downloads.resolve(origin.disk().sha256() + ".part");
    progress.stage("Downloading " + image.title());
    downloader.fetch(origin.disk().uri(), part, room(), progress, cancel);
    progress.stage("Checking what was downloaded");
    if (!Hashes.of(part, progress, cancel).equals(origin.disk().sha256())) {
      discard(part);
      throw new GalleryException(
          origin.disk().uri()
              + ": what came isn't what its gallery describes (its SHA-256 differs);"
              + " try again, or ask who runs the gallery");
    }
    if (origin.path() == null) {
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } else {
      progress.stage("Taking the disk out of its archive");
      extract(image, origin.path(), part, target, progress, cancel);
    }
    requireDisk(image, target);
    discard(part);
  }

  private long room() throws IOException {
    return Math.max(0, Files.getFileStore(downloads).getUsableSpace() - RESERVE);
  }

  private static void discard(Path part) throws IOException {
    Files.deleteIfExists(part);
    Files.deleteIfExists(part.resolveSibling(part.getFileName() + ".tag"));
  }

  // The archive's names choose what is read, never where it is written.
  private void extract(
      GalleryImage image,
      String path,
      Path archive,
      Path target,
      GalleryProgress progress,
      Cancellation cancel)
      throws IOException {
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      if (zip.size() > MOST_ENTRIES) {
        throw new GalleryException(image.name() + ": its archive has " + zip.size() + " entries");
      }
      ZipEntry entry = zip.getEntry(path.replace('\\', '/'));
      if (entry == null || entry.isDirectory()) {
        throw new GalleryException(
            image.name() + ": its archive has no file " + path + "; tell who runs the gallery");
      }
      long most = room();
      if (entry.getSize() > most) {
        throw new GalleryException(
            image.name() + ": needs " + entry.getSize() + " bytes, and only " + most + " are free");
      }
      copy(image, zip, entry, target, most, progress, cancel);
    } catch (ZipException e) {
      throw new GalleryException(image.name() + ": its archive is damaged: " + e.getMessage(), e);
    }
  }

  private static void copy(
      GalleryImage image,
      ZipFile zip,
      ZipEntry entry,
      Path target,
      long most,
      GalleryProgress progress,
      Cancellation cancel)
      throws IOException {
    byte[] bytes = new byte[CHUNK];
    long done = 0;
    try (InputStream in = zip.getInputStream(entry);
        OutputStream out = Files.newOutputStream(target)) {
      for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
        cancel.check();
        done += length;
        if (done > most || (entry.getSize() >= 0 && done > entry.getSize())) {
          throw new GalleryException(image.name() + ": its archive holds more than it says");
        }
        out.write(bytes, 0, length);
        progress.advanced(done, entry.getSize());
      }
    }
  }

  // A differencing disk would name a file of this computer as its parent.
  private static void requireDisk(GalleryImage image, Path file) throws IOException {
    DiskInformation disk = VirtualDisks.information(file);
    if (disk.format() == DiskFormat.RAW || disk.type() == DiskType.DIFFERENCING) {
      throw new GalleryException(
          image.name() + ": what it holds is no whole VHDX, VHD or ISO; it is refused");
    }
  }
}
