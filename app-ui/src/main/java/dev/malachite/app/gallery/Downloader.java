// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.gallery;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;

/**
 * Fetches files of gallery sources: over HTTPS, or over HTTP from this computer itself, bounded in
 * size; what an interrupted fetch has left is gone on with where the server allows it.
 */
final class Downloader {
  private static final System.Logger LOGGER = System.getLogger(Downloader.class.getName());
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int REDIRECTS = 5;
  private static final int CHUNK = 1 << 16;

  private final HttpClient client;

  Downloader(HttpClient client) {
    this.client = client;
  }

  /** One that trusts what the Java machine trusts and never follows a redirection by itself. */
  static Downloader create() {
    return new Downloader(
        HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build());
  }

  /** Fetches something small as a whole. */
  byte[] fetch(URI uri, int most, Cancellation cancel) throws IOException {
    HttpResponse<InputStream> response = open(uri, 0, "", cancel);
    try (InputStream body = response.body()) {
      requireStatus(response, uri);
      byte[] bytes = body.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new GalleryException(uri + ": larger than " + most + " bytes; it is refused");
      }
      return bytes;
    }
  }

  /**
   * Fetches a file.
   *
   * @param part where its bytes gather; if it is there already, only the rest is fetched when the
   *     server still has the same file
   * @param most bytes that it may have at most
   */
  void fetch(URI uri, Path part, long most, GalleryProgress progress, Cancellation cancel)
      throws IOException {
    Path tagFile = part.resolveSibling(part.getFileName() + ".tag");
    long have = Files.exists(part) ? Files.size(part) : 0;
    String tag = have > 0 && Files.exists(tagFile) ? Files.readString(tagFile) : "";
    if (tag.isEmpty()) {
      have = 0;
    }
    HttpResponse<InputStream> response = open(uri, have, tag, cancel);
    try (InputStream body = response.body()) {
      if (have > 0 && response.statusCode() == 416) {
        // All of it is here already.
        return;
      }
      boolean rest = have > 0 && response.statusCode() == 206 && startsAt(response, have);
      if (!rest) {
        requireStatus(response, uri);
        have = 0;
      }
      long length = response.headers().firstValueAsLong("Content-Length").orElse(-1);
      long total = length < 0 ? 0 : have + length;
      if (total > most) {
        throw new GalleryException(
            uri + ": has " + total + " bytes, and only " + most + " fit here; make room");
      }
      if (!rest) {
        Files.deleteIfExists(part);
        Files.writeString(tagFile, strongTag(response));
      }
      copy(uri, body, part, have, total, most, progress, cancel);
    }
  }

  // If-Range takes strong tags only (RFC 9110, section 13.1.5).
  private static String strongTag(HttpResponse<?> response) {
    String tag = response.headers().firstValue("ETag").orElse("");
    return tag.startsWith("\"") ? tag : "";
  }

  private static boolean startsAt(HttpResponse<?> response, long offset) {
    return response
        .headers()
        .firstValue("Content-Range")
        .orElse("")
        .startsWith("bytes " + offset + "-");
  }

  private static void copy(
      URI uri,
      InputStream body,
      Path part,
      long have,
      long total,
      long most,
      GalleryProgress progress,
      Cancellation cancel)
      throws IOException {
    long done = have;
    byte[] bytes = new byte[CHUNK];
    try (OutputStream out =
        Files.newOutputStream(part, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (int length = read(uri, body, bytes, done);
          length >= 0;
          length = read(uri, body, bytes, done)) {
        cancel.check();
        done += length;
        if (done > most) {
          throw new GalleryException(
              uri + ": has more than the " + most + " bytes that fit here; make room");
        }
        out.write(bytes, 0, length);
        progress.advanced(done, total);
      }
    }
    if (total > 0 && done != total) {
      throw new GalleryException(
          uri + ": the connection ended at byte " + done + " of " + total + "; try again");
    }
  }

  private static int read(URI uri, InputStream body, byte[] bytes, long done)
      throws GalleryException {
    try {
      return body.read(bytes);
    } catch (IOException e) {
      throw new GalleryException(
          uri + ": the connection ended after byte " + done + "; try again to go on from there", e);
    }
  }

  private HttpResponse<InputStream> open(URI first, long have, String tag, Cancellation cancel)
      throws IOException {
    URI uri = first;
    for (int i = 0; i <= REDIRECTS; i++) {
      requireSafe(uri);
      cancel.check();
      HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(PATIENCE).GET();
      if (have > 0) {
        request.header("Range", "bytes=" + have + "-").header("If-Range", tag);
      }
      HttpResponse<InputStream> response = send(request.build(), first);
      String place = response.headers().firstValue("Location").orElse("");
      if (response.statusCode() / 100 != 3 || place.isEmpty()) {
        return response;
      }
      response.body().close();
      try {
        uri = uri.resolve(place);
      } catch (IllegalArgumentException e) {
        throw new GalleryException(uri + ": leads to '" + place + "', which is no address", e);
      }
    }
    throw new GalleryException(first + ": leads from one place to the next; check the address");
  }

  private HttpResponse<InputStream> send(HttpRequest request, URI uri) throws IOException {
    try {
      return sendTwice(request);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GalleryCancelledException();
    } catch (IOException e) {
      String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new GalleryException(uri + ": can't be reached (" + why + "); check the network", e);
    }
  }

  // A connection that is kept open may have been closed by the server just now.
  private HttpResponse<InputStream> sendTwice(HttpRequest request)
      throws IOException, InterruptedException {
    try {
      return client.send(request, BodyHandlers.ofInputStream());
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "trying once more", e);
      return client.send(request, BodyHandlers.ofInputStream());
    }
  }

  private static void requireStatus(HttpResponse<?> response, URI uri) throws GalleryException {
    if (response.statusCode() != 200) {
      throw new GalleryException(
          uri + ": the server answers " + response.statusCode() + "; check the address");
    }
  }

  /** Refuses addresses whose answers others could change on the way. */
  static void requireSafe(URI uri) throws GalleryException {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (uri.getHost() != null
        && (scheme.equals("https") || (scheme.equals("http") && isThisComputer(uri.getHost())))) {
      return;
    }
    throw new GalleryException(uri + ": only https addresses are taken");
  }

  private static boolean isThisComputer(String host) {
    String plain = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    if (plain.equals("localhost")) {
      return true;
    }
    // Numbers only: a name could lead anywhere.
    if (!plain.matches("127(\\.\\d{1,3}){3}|[0-9a-fA-F:]+")) {
      return false;
    }
    try {
      return InetAddress.getByName(plain).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
