// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {
  @TempDir private Path folder;

  @Test
  void oneHomeHoldsAll() {
    Folders folders = Folders.of(Map.of("MALACHITE_HOME", "/m", "XDG_DATA_HOME", "/d"));
    assertThat(folders)
        .isEqualTo(
            new Folders(
                Path.of("/m/data"), Path.of("/m/run"), Path.of("/m/config"), Path.of("/m/cache")));
    assertThat(folders.environment()).isEqualTo(Map.of("MALACHITE_HOME", "/m"));
  }

  @Test
  void otherwiseTheDesktopsFoldersAreUsed() {
    Folders folders =
        Folders.of(
            Map.of("XDG_DATA_HOME", "/d", "XDG_RUNTIME_DIR", "/r", "XDG_CACHE_HOME", "relative"));
    Path user = Path.of(System.getProperty("user.home"));
    assertThat(folders.data()).isEqualTo(Path.of("/d/malachite"));
    assertThat(folders.runtime()).isEqualTo(Path.of("/r/malachite"));
    assertThat(folders.configuration()).isEqualTo(user.resolve(".config/malachite"));
    assertThat(folders.cache()).isEqualTo(user.resolve(".cache/malachite"));
    assertThat(folders.environment()).isEmpty();
  }

  @Test
  void theRuntimeFolderIsItsOwnersOnly() throws IOException {
    Folders folders = Folders.under(folder);
    folders.makeRuntime();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folders.runtime())))
        .isEqualTo("rwx------");
    UUID id = UUID.randomUUID();
    assertThat(folders.controlSocket(id)).startsWithRaw(folders.runtime().resolve(id.toString()));
  }
}
