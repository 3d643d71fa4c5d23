// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.gallery;

/** Hears how far making a machine from an image has come; on the thread that makes it. */
public interface GalleryProgress {
  /** Takes no notice. */
  GalleryProgress NONE =
      new GalleryProgress() {
        @Override
        public void stage(String sentence) {}

        @Override
        public void advanced(long done, long total) {}
      };

  /**
   * Something new is being done; what {@link #advanced} tells from now on is of it.
   *
   * @param sentence for people, without a full stop
   */
  void stage(String sentence);

  /**
   * How much of it is done.
   *
   * @param done units: bytes, or hundredths
   * @param total how many there are in all, 0 if nobody knows
   */
  void advanced(long done, long total);
}
