// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Told when a {@link DiskRequest} is done. */
@FunctionalInterface
public interface DiskCompletion {
  /**
   * Called exactly once for each submission, on a thread of the disk's executor. It must not block
   * for long: other requests wait for the thread. The request may be set up and submitted again
   * from here.
   *
   * @param request the request, which is the caller's again
   * @param error why it failed, or null if it was done; after a failed write the range holds old
   *     data, new data or a mixture
   */
  void completed(DiskRequest request, @Nullable IOException error);
}
