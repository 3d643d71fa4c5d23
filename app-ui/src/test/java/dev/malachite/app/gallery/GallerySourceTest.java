// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.app.gallery.GalleryImage.Downloaded;
import dev.malachite.engine.machine.FirmwareSettings.SecureBoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gallery sources in Hyper-V's format, and rubbish. */
class GallerySourceTest {
  private static final String HASH =
      "sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855";

  private static List<GalleryImage> parse(String json) throws IOException {
    return GallerySource.parse("test", json.getBytes(StandardCharsets.UTF_8));
  }

  private static String image(String name, String more) {
    return """
    {"name": "%s", "publisher": "Canonical", "version": "1.2", "locale": "en-US",
     "lastUpdated": "2026-01-01T00:00:00Z", "description": ["One.", "Two."],
     "disk": {"uri": "https://images.example/u.zip", "hash": "%s",
              "archiveRelativePath": "u.vhdx"}%s}
    """
        .formatted(name, HASH, more);
  }

  @Test
  void readsAnImage() throws IOException {
    String more =
        """
        , "config": {"secureBoot": "true"},
        "logo": {"uri": "https://images.example/l.png", "hash": "%s"}
        """
            .formatted(HASH);
    GalleryImage image =
        parse("{\"images\": [" + image("Ubuntu 24.04 LTS", more) + "]}").getFirst();
    assertThat(image.name()).isEqualTo("ubuntu-24.04-lts");
    assertThat(image.title()).isEqualTo("Ubuntu 24.04 LTS");
    assertThat(image.description()).isEqualTo("One.\nTwo.");
    assertThat(image.secureBoot()).isEqualTo(SecureBoot.MICROSOFT_UEFI_CA);
    Downloaded origin = (Downloaded) image.origin();
    assertThat(origin.path()).isEqualTo("u.vhdx");
    assertThat(origin.disk().sha256()).hasSize(64).isLowerCase();
    assertThat(origin.picture()).isNotNull();
  }

  @Test
  void namesAreUniqueAndPlain() throws IOException {
    String json =
        "{\"images\": ["
            + image("A/../b", "")
            + ","
            + image("a b", "")
            + ","
            + image("../..", "")
            + "]}";
    assertThat(parse(json))
        .extracting(GalleryImage::name)
        .containsExactly("a-..-b", "a-b", "image");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"images\": 3}",
        "{\"images\": [3]}",
        "{\"images\": [{}]}",
        "{\"images\": [{\"name\": \"a\"}]}",
        "{\"images\": [{\"name\": \"a\", \"disk\": {\"uri\": \"https://a/b\"}}]}",
        "{\"images\": [{\"name\": \"a\", \"disk\": {\"uri\": \"https://a/b\", \"hash\":"
            + " \"md5:1\"}}]}",
        "{\"images\": [{\"name\": {}, \"disk\": {}}]}"
      })
  void rubbishIsRefusedByName(String json) {
    assertThatThrownBy(() -> parse(json))
        .isInstanceOf(GalleryException.class)
        .hasMessageStartingWith("test: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://images.example/u.zip",
        "http://127.0.0.1.example/u.zip",
        "http://localhost.example/u",
        "file:///etc/passwd",
        "ftp://127.0.0.1/u",
        "https:///u",
        "u.zip"
      })
  void onlyHttpsIsTaken(String address) {
    assertThatThrownBy(() -> HostSettings.address(address)).hasMessageContaining("https");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1:80/u", "http://localhost/u", "http://[::1]/u"})
  void thisComputerMayDoWithout(String address) throws IOException {
    assertThat(HostSettings.address(address)).hasToString(address);
  }

  @Property(tries = 300)
  void anyTextIsReadOrRefused(@ForAll String text) {
    try {
      assertThat(parse("{\"images\": [" + text + "]}")).isNotNull();
    } catch (IOException e) {
      assertThat(e).isInstanceOf(GalleryException.class);
    }
  }
}
