// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.engine.catalogue.Catalogue;
import dev.malachite.engine.catalogue.Folders;
import dev.malachite.engine.catalogue.MachineSettings;
import dev.malachite.engine.catalogue.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images are kept whole or not at all, and what can't be is told before an image is made. */
class ImageCacheTest {
  private static final String KEY = "0123456789ab";

  @TempDir private Path folder = Path.of("");

  private Path get(ImageCache cache, String key, boolean anew, ImageCache.Maker maker)
      throws IOException {
    return cache.get("image", key, anew, GalleryProgress.NONE, new Cancellation(), maker);
  }

  private List<String> kept() throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".lock"))
          .toList();
    }
  }

  @Test
  void anImageIsMadeOnceAndANewKeyTakesItsPlace() throws IOException {
    ImageCache cache = new ImageCache(folder);
    AtomicInteger made = new AtomicInteger();
    ImageCache.Maker maker =
        (work, target) -> Files.writeString(target, "made " + made.incrementAndGet());
    assertThat(get(cache, KEY, false, maker)).hasContent("made 1");
    assertThat(get(cache, KEY, false, maker)).hasContent("made 1");
    assertThat(get(cache, KEY, true, maker)).hasContent("made 2");
    assertThat(get(cache, "ba9876543210", false, maker)).hasContent("made 3");
    assertThat(kept()).containsExactly("image-ba9876543210.vhdx");
  }

  @Test
  void oneThatFailsLeavesNothingAndTheOldOneStays() throws IOException {
    ImageCache cache = new ImageCache(folder);
    get(cache, KEY, false, (work, target) -> Files.writeString(target, "old"));
    assertThatThrownBy(
            () ->
                get(
                    cache,
                    KEY,
                    true,
                    (work, target) -> {
                      Files.writeString(target, "half");
                      throw new IOException("no room");
                    }))
        .hasMessage("no room");
    assertThat(kept()).containsExactly("image-" + KEY + ".vhdx");
    assertThat(folder.resolve("image-" + KEY + ".vhdx")).hasContent("old");
  }

  @Test
  void whatAKilledProgramLeftGoesAway() throws IOException {
    Path rest = Files.createDirectories(folder.resolve(".image.work/build/deep"));
    Files.writeString(rest.resolve("file"), "rest");
    get(
        new ImageCache(folder),
        KEY,
        false,
        (work, target) -> {
          assertThat(work).isEmptyDirectory();
          Files.writeString(target, "new");
        });
    assertThat(kept()).containsExactly("image-" + KEY + ".vhdx");
  }

  @Test
  void twoAtOnceMakeOne() throws Exception {
    ImageCache cache = new ImageCache(folder);
    AtomicInteger made = new AtomicInteger();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    ImageCache.Maker maker =
        (work, target) -> {
          made.incrementAndGet();
          begun.countDown();
          try {
            goOn.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          Files.writeString(target, "one");
        };
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<Path> first = threads.submit(() -> get(cache, KEY, false, maker));
      begun.await();
      Future<Path> second = threads.submit(() -> get(cache, KEY, false, maker));
      goOn.countDown();
      assertThat(first.get()).isEqualTo(second.get());
    }
    assertThat(made).hasValue(1);
  }

  @Test
  void aNameThatIsTakenOrBadIsRefusedBeforeAnythingIsBuilt() throws IOException {
    Folders folders = Folders.under(folder);
    Catalogue catalogue = new Catalogue(folders);
    catalogue.create(MachineSettings.create("web", 2));
    Gallery gallery = new Gallery(folders);
    QuickCreate create = new QuickCreate(gallery, catalogue);
    assertThatThrownBy(() -> create(create, gallery, "WEB", QuickCreate.Options.DEFAULT))
        .hasMessageContaining("there is a machine 'WEB' already");
    assertThatThrownBy(() -> create(create, gallery, "", QuickCreate.Options.DEFAULT))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("name");
    assertThatThrownBy(
            () -> create(create, gallery, "a", QuickCreate.Options.DEFAULT.withMemory(1)))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("memory");
    assertThat(folders.cache()).doesNotExist();
    assertThat(catalogue.list().machines()).hasSize(1);
  }

  private static void create(
      QuickCreate create, Gallery gallery, String name, QuickCreate.Options options)
      throws IOException {
    create.create(gallery.find("tiny"), name, options, GalleryProgress.NONE, new Cancellation());
  }

  @Test
  void aCacheThatIsNoFolderIsNamed() throws IOException {
    Folders folders = Folders.under(folder);
    Files.writeString(folders.cache(), "a file");
    Gallery gallery = new Gallery(folders);
    QuickCreate create = new QuickCreate(gallery, new Catalogue(folders));
    assertThatThrownBy(() -> create(create, gallery, "a", QuickCreate.Options.DEFAULT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folders.cache().toString());
  }

  @Test
  void everyImageHasAPicture() throws IOException {
    Gallery gallery = new Gallery(Folders.under(folder));
    for (GalleryImage image : gallery.builtIn()) {
      assertThat(gallery.picture(image).orElseThrow()).asString().contains("<svg");
    }
  }
}
