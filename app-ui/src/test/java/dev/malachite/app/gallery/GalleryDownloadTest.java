// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.malachite.disk.VhdxSettings;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.engine.catalogue.Catalogue;
import dev.malachite.engine.catalogue.Folders;
import dev.malachite.engine.catalogue.MachineEntry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of a gallery source on a server of our own, which also lies and breaks off. */
class GalleryDownloadTest {
  @TempDir private Path folder = Path.of("");

  private final Map<String, byte[]> files = new HashMap<>();
  private final List<String> ranges = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private Folders folders;
  private Gallery gallery;
  private int breakAfter = Integer.MAX_VALUE;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] file = files.get(exchange.getRequestURI().getPath());
          String range = exchange.getRequestHeaders().getFirst("Range");
          exchange.getResponseHeaders().add("ETag", "\"one\"");
          if (file == null) {
            exchange.sendResponseHeaders(404, -1);
          } else if (file.length == 0) {
            exchange.getResponseHeaders().add("Location", "http://images.example/elsewhere");
            exchange.sendResponseHeaders(302, -1);
          } else {
            int from = 0;
            if (range != null) {
              ranges.add(range);
              from = Integer.parseInt(range.replaceAll("\\D", ""));
              exchange
                  .getResponseHeaders()
                  .add(
                      "Content-Range",
                      "bytes " + from + "-" + (file.length - 1) + "/" + file.length);
            }
            exchange.sendResponseHeaders(range == null ? 200 : 206, file.length - from);
            int end = Math.toIntExact(Math.min(file.length, (long) from + breakAfter));
            exchange.getResponseBody().write(file, from, end - from);
            exchange.getResponseBody().flush();
          }
          exchange.close();
        });
    server.start();
    folders = Folders.under(folder.resolve("home"));
    gallery = new Gallery(folders);
    new HostSettings(List.of(uri("/gallery.json"))).write(folders);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  private void offer(String path, byte[] disk, String hash, String inArchive) {
    files.put(path, disk);
    String json =
        """
        {"images": [{"name": "Test", "publisher": "Us", "disk": {"uri": "%s",
         "hash": "sha256:%s"%s}}]}
        """
            .formatted(
                uri(path),
                hash,
                inArchive.isEmpty() ? "" : ", \"archiveRelativePath\": \"" + inArchive + "\"");
    files.put("/gallery.json", json.getBytes(StandardCharsets.UTF_8));
  }

  private byte[] vhdx() throws IOException {
    Path disk = folder.resolve("source.vhdx");
    VirtualDisks.createVhdx(disk, VhdxSettings.dynamic(64 << 20));
    return Files.readAllBytes(disk);
  }

  private static byte[] zip(String name, byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(bytes);
      zip.closeEntry();
    }
    return out.toByteArray();
  }

  private MachineEntry create() throws IOException {
    return new QuickCreate(gallery, new Catalogue(folders))
        .create(
            gallery.find("test"),
            null,
            QuickCreate.Options.DEFAULT,
            GalleryProgress.NONE,
            new Cancellation());
  }

  private void nothingIsLeft() throws IOException {
    assertThat(new Catalogue(folders).list().machines()).isEmpty();
    assertThat(new Catalogue(folders).list().broken()).isEmpty();
    try (var left = Files.list(folders.cache().resolve("gallery"))) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.endsWith(".work") || name.endsWith(".vhdx"));
    }
  }

  @Test
  void aMachineOfAnArchivedDisk() throws IOException {
    byte[] disk = zip("folder/a.vhdx", vhdx());
    offer("/a.zip", disk, Hashes.of(disk), "folder/a.vhdx");
    MachineEntry made = create();
    assertThat(made.name()).isEqualTo("test");
    Path copy = made.folder().resolve(made.settings().drives().getFirst().file());
    assertThat(VirtualDisks.information(copy).virtualSize()).isEqualTo(64 << 20);
    assertThat(VirtualDisks.information(copy).identity())
        .isNotEqualTo(VirtualDisks.information(folder.resolve("source.vhdx")).identity());
    assertThat(create().name()).isEqualTo("test-2");
  }

  @Test
  void aFetchThatBrokeOffGoesOn() throws IOException {
    byte[] disk = vhdx();
    offer("/a.vhdx", disk, Hashes.of(disk), "");
    breakAfter = disk.length / 2;
    assertThatThrownBy(this::create).hasMessageContaining("the connection ended");
    nothingIsLeft();
    breakAfter = Integer.MAX_VALUE;
    create();
    assertThat(ranges).hasSize(1);
  }

  @Test
  void anotherHashIsRefused() throws IOException {
    byte[] disk = vhdx();
    offer("/a.vhdx", disk, "0".repeat(64), "");
    assertThatThrownBy(this::create).hasMessageContaining("SHA-256");
    nothingIsLeft();
  }

  @Test
  void aDiskThatIsNoneIsRefused() throws IOException {
    byte[] disk = new byte[100_000];
    offer("/a.vhdx", disk, Hashes.of(disk), "");
    assertThatThrownBy(this::create).hasMessageContaining("test");
    nothingIsLeft();
  }

  @Test
  void anArchiveWithoutTheFileIsRefused() throws IOException {
    byte[] disk = zip("../../evil.vhdx", vhdx());
    offer("/a.zip", disk, Hashes.of(disk), "a.vhdx");
    assertThatThrownBy(this::create).hasMessageContaining("has no file a.vhdx");
    nothingIsLeft();
  }

  @Test
  void whereAnArchiveWouldWriteDoesNotMatter() throws IOException {
    byte[] disk = zip("../../evil.vhdx", vhdx());
    offer("/a.zip", disk, Hashes.of(disk), "../../evil.vhdx");
    create();
    try (var all = Files.walk(folder)) {
      assertThat(all.map(Path::toString)).noneMatch(path -> path.contains("evil"));
    }
  }

  @Test
  void aBrokenArchiveIsRefused() throws IOException {
    byte[] disk = zip("a.vhdx", vhdx());
    disk = Arrays.copyOf(disk, disk.length / 2);
    offer("/a.zip", disk, Hashes.of(disk), "a.vhdx");
    assertThatThrownBy(this::create).isInstanceOf(GalleryException.class);
    nothingIsLeft();
  }

  @Test
  void aWayToHttpElsewhereIsRefused() throws IOException {
    offer("/a.vhdx", new byte[0], "0".repeat(64), "");
    assertThatThrownBy(this::create).hasMessageContaining("only https");
    nothingIsLeft();
  }

  @Test
  void aSourceThatIsGoneIsToldAndTheOthersListed() throws IOException {
    List<String> problems = new CopyOnWriteArrayList<>();
    assertThat(gallery.images(problems::add)).hasSize(2);
    assertThat(problems).singleElement().asString().contains("404");
  }

  @Test
  void aCancelledCreationLeavesNothing() throws IOException {
    byte[] disk = vhdx();
    offer("/a.vhdx", disk, Hashes.of(disk), "");
    Cancellation cancel = new Cancellation();
    cancel.cancel();
    assertThatThrownBy(
            () ->
                new QuickCreate(gallery, new Catalogue(folders))
                    .create(
                        gallery.find("test"),
                        null,
                        QuickCreate.Options.DEFAULT,
                        GalleryProgress.NONE,
                        cancel))
        .isInstanceOf(GalleryCancelledException.class);
    nothingIsLeft();
  }

  @Test
  void aMachineOfALocalDiskAndAnInstallation() throws IOException {
    vhdx();
    MachineEntry made =
        new QuickCreate(gallery, new Catalogue(folders))
            .create(
                gallery.local(folder.resolve("source.vhdx")),
                "local",
                QuickCreate.Options.DEFAULT.withMemory(512 << 20),
                GalleryProgress.NONE,
                new Cancellation());
    assertThat(made.settings().memory().startup()).isEqualTo(512 << 20);
    assertThatThrownBy(() -> gallery.local(folder.resolve("none.iso")))
        .hasMessageContaining("none.iso");
  }
}
