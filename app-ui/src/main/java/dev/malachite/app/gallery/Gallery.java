// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.gallery;

import dev.malachite.app.gallery.GalleryImage.Built;
import dev.malachite.app.gallery.GalleryImage.Downloaded;
import dev.malachite.app.gallery.GalleryImage.Hashed;
import dev.malachite.app.gallery.GalleryImage.LocalFile;
import dev.malachite.engine.catalogue.Folders;
import dev.malachite.engine.machine.FirmwareSettings.SecureBoot;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The images that machines can be made of. Methods wait for disk and network; any thread. */
public final class Gallery {
  private static final int LARGEST_PICTURE = 4 << 20;
  private static final long LOCAL_MEMORY = 2L << 30;

  private static final GalleryImage DEBIAN =
      new GalleryImage(
          "debian",
          "Debian 12",
          "Built on this computer",
          "12 (bookworm)",
          "Debian with systemd and the Hyper-V daemons, of today's packages. The screen and the"
              + " serial console log in as root by themselves; no password opens it otherwise.",
          220L << 20,
          1L << 30,
          SecureBoot.MICROSOFT_UEFI_CA,
          new Built("debian"));
  private static final GalleryImage TINY =
      new GalleryImage(
          "tiny",
          "Tiny Linux",
          "Built on this computer",
          "Debian's kernel",
          "A Linux kernel and busybox, all in memory: there in a moment, for a first try."
              + " Nothing is kept when it is turned off.",
          35L << 20,
          256L << 20,
          SecureBoot.MICROSOFT_UEFI_CA,
          new Built("tiny"));

  private final Folders folders;
  private final Downloader downloader;
  private final ImageCache cache;

  /** The gallery of a user. */
  public Gallery(Folders folders) {
    this(folders, Downloader.create());
  }

  Gallery(Folders folders, Downloader downloader) {
    this.folders = folders;
    this.downloader = downloader;
    cache = new ImageCache(folders.cache().resolve("gallery"));
  }

  /** The images that are built here; the first is the one to propose. */
  public List<GalleryImage> builtIn() {
    return List.of(DEBIAN, TINY);
  }

  /**
   * All images: those built here, and those of the sources in the host's settings.
   *
   * @param problem is told of each source that can't be used; the others are listed all the same
   */
  public List<GalleryImage> images(Consumer<String> problem) throws IOException {
    List<GalleryImage> images = new ArrayList<>(builtIn());
    for (URI source : HostSettings.read(folders).gallerySources()) {
      try {
        byte[] json = downloader.fetch(source, GallerySource.LARGEST, new Cancellation());
        for (GalleryImage image : GallerySource.parse(source.toString(), json)) {
          boolean taken = images.stream().anyMatch(i -> i.name().equals(image.name()));
          images.add(taken ? renamed(image, images) : image);
        }
      } catch (GalleryException e) {
        problem.accept(String.valueOf(e.getMessage()));
      }
    }
    return List.copyOf(images);
  }

  private static GalleryImage renamed(GalleryImage image, List<GalleryImage> taken) {
    for (int i = 2; ; i++) {
      String name = image.name() + "-" + i;
      if (taken.stream().noneMatch(other -> other.name().equals(name))) {
        return new GalleryImage(
            name,
            image.title(),
            image.publisher(),
            image.version(),
            image.description(),
            image.downloadBytes(),
            image.memory(),
            image.secureBoot(),
            image.origin());
      }
    }
  }

  /**
   * The image of a name; sources are asked only if none that is built here has it.
   *
   * @throws GalleryException if none has it
   */
  public GalleryImage find(String name) throws IOException {
    for (GalleryImage image : builtIn()) {
      if (image.name().equals(name)) {
        return image;
      }
    }
    List<String> problems = new ArrayList<>();
    List<GalleryImage> all = images(problems::add);
    for (GalleryImage image : all) {
      if (image.name().equals(name)) {
        return image;
      }
    }
    throw new GalleryException(
        "there is no image '"
            + name
            + "'; there are "
            + all.stream().map(GalleryImage::name).collect(Collectors.joining(", "))
            + problems.stream().map(p -> "; " + p).collect(Collectors.joining()));
  }

  /**
   * A local installation source as an image.
   *
   * @param file an ISO, VHD or VHDX
   */
  public GalleryImage local(Path file) throws IOException {
    Path whole = file.toAbsolutePath().normalize();
    if (!Files.isRegularFile(whole)) {
      throw new NoSuchFileException(file.toString());
    }
    String fileName = String.valueOf(whole.getFileName());
    int dot = fileName.lastIndexOf('.');
    String name = dot > 0 ? fileName.substring(0, dot) : fileName;
    return new GalleryImage(
        name,
        fileName,
        "",
        "",
        whole.toString(),
        0,
        LOCAL_MEMORY,
        SecureBoot.OFF,
        new LocalFile(whole));
  }

  /** A picture of an image, as SVG, PNG or JPEG; empty if it has none. */
  public Optional<byte[]> picture(GalleryImage image) throws IOException {
    return switch (image.origin()) {
      case Built built -> resource("picture-" + built.recipe() + ".svg");
      case LocalFile _ -> Optional.empty();
      case Downloaded downloaded -> {
        Hashed picture = downloaded.picture();
        yield picture == null ? Optional.empty() : Optional.of(fetch(picture));
      }
    };
  }

  private byte[] fetch(Hashed picture) throws IOException {
    byte[] bytes = downloader.fetch(picture.uri(), LARGEST_PICTURE, new Cancellation());
    if (!Hashes.of(bytes).equals(picture.sha256())) {
      throw new GalleryException(picture.uri() + ": isn't what its gallery describes");
    }
    return bytes;
  }

  private static Optional<byte[]> resource(String name) throws IOException {
    try (InputStream in = Gallery.class.getResourceAsStream(name)) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    }
  }

  /**
   * The disk of an image, to be copied: built or fetched now if it isn't kept from before.
   *
   * @param anew whether to make it even if it is kept
   */
  public Path disk(GalleryImage image, boolean anew, GalleryProgress progress, Cancellation cancel)
      throws IOException {
    return switch (image.origin()) {
      case LocalFile local -> local.file();
      case Built built ->
          cache.get(
              image.name(),
              ImageBuilder.key(built.recipe()),
              anew,
              progress,
              cancel,
              (work, target) ->
                  ImageBuilder.build(
                      built.recipe(),
                      work,
                      cache.folder().resolve("packages"),
                      target,
                      progress,
                      cancel));
      case Downloaded downloaded ->
          cache.get(
              image.name(),
              downloaded.disk().sha256().substring(0, 12),
              anew,
              progress,
              cancel,
              (work, target) ->
                  new GalleryFetch(downloader, cache.folder().resolve("downloads"))
                      .make(image, downloaded, target, progress, cancel));
    };
  }
}
