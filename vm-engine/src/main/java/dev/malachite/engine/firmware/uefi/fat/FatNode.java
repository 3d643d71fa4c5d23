// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.fat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** The bytes of a file or directory: a chain of clusters, or the fixed root directory. */
final class FatNode {
  private final FatVolume volume;
  private final long fixedStart;
  private final int fixedBytes;
  private int[] clusters = new int[0];
  private int count;
  private boolean complete;

  private FatNode(FatVolume volume, long fixedStart, int fixedBytes) {
    this.volume = volume;
    this.fixedStart = fixedStart;
    this.fixedBytes = fixedBytes;
  }

  static FatNode fixed(FatVolume volume, long start, int bytes) {
    return new FatNode(volume, start, bytes);
  }

  /** A chain by its first cluster; 0 for an empty one. */
  static FatNode chain(FatVolume volume, int first) throws IOException {
    FatNode node = new FatNode(volume, -1, 0);
    if (first == 0) {
      node.complete = true;
    } else if (volume.layout().isData(first)) {
      node.add(first);
    } else {
      throw new CorruptVolumeException("an entry's first cluster lies outside the volume");
    }
    return node;
  }

  private void add(int cluster) {
    if (count == clusters.length) {
      clusters = Arrays.copyOf(clusters, Math.max(16, 2 * count));
    }
    clusters[count++] = cluster;
  }

  /** The first cluster, or 0. */
  int first() {
    return count == 0 ? 0 : clusters[0];
  }

  // Follows the chain until so many clusters are known or it ends.
  private int known(int wanted) throws IOException {
    while (!complete && count < wanted) {
      int next = volume.table().next(clusters[count - 1]);
      if (next == FatTable.END) {
        complete = true;
      } else if (count >= volume.layout().clusters()) {
        throw new CorruptVolumeException("a chain of clusters runs in a circle");
      } else {
        add(next);
      }
    }
    return Math.min(count, wanted);
  }

  /** Bytes that there is room for. */
  long capacity(int most) throws IOException {
    if (fixedStart >= 0) {
      return fixedBytes;
    }
    int cluster = volume.layout().cluster();
    return (long) known((most + cluster - 1) / cluster) * cluster;
  }

  /** Adds zeroed clusters until there is room for so many bytes. */
  void grow(long bytes, boolean zero) throws IOException {
    if (fixedStart >= 0) {
      if (bytes > fixedBytes) {
        throw new FullVolumeException();
      }
      return;
    }
    int size = volume.layout().cluster();
    long wanted = (bytes + size - 1) / size;
    known((int) Math.min(wanted, Integer.MAX_VALUE));
    while (count < wanted) {
      int cluster = volume.table().append(first() == 0 ? 0 : clusters[count - 1]);
      if (cluster == 0) {
        throw new FullVolumeException();
      }
      add(cluster);
      complete = true;
      if (zero) {
        volume
            .cache()
            .write(volume.layout().offset(cluster), MemorySegment.ofArray(new byte[size]));
      }
    }
  }

  /** Gives clusters behind so many bytes back. */
  void shrink(long bytes) throws IOException {
    int size = volume.layout().cluster();
    int keep = (int) ((bytes + size - 1) / size);
    if (fixedStart >= 0 || known(keep + 1) <= keep) {
      return;
    }
    volume.table().free(clusters[keep]);
    count = keep;
    complete = true;
    if (keep > 0) {
      volume.table().end(clusters[keep - 1]);
    }
  }

  private interface Piece {
    void transfer(long at, MemorySegment segment) throws IOException;
  }

  private void each(long position, MemorySegment segment, Piece piece) throws IOException {
    long length = segment.byteSize();
    if (fixedStart >= 0) {
      if (position < 0 || length > fixedBytes - position) {
        throw new CorruptVolumeException("the root directory is too short");
      }
      piece.transfer(fixedStart + position, segment);
      return;
    }
    int size = volume.layout().cluster();
    long done = 0;
    while (done < length) {
      int index = (int) ((position + done) / size);
      if (known(index + 1) <= index) {
        throw new CorruptVolumeException("a file is shorter than its size says");
      }
      long inside = (position + done) % size;
      long run = size - inside;
      int last = index;
      while (run < length - done
          && known(last + 2) > last + 1
          && clusters[last + 1] == clusters[last] + 1) {
        last++;
        run += size;
      }
      long part = Math.min(run, length - done);
      piece.transfer(volume.layout().offset(clusters[index]) + inside, segment.asSlice(done, part));
      done += part;
    }
  }

  /** Reads bytes that are there. */
  void read(long position, MemorySegment target) throws IOException {
    each(position, target, volume.cache()::read);
  }

  /** Writes bytes there is room for. */
  void write(long position, MemorySegment source) throws IOException {
    each(position, source, volume.cache()::write);
  }

  /** Frees everything. */
  void free() throws IOException {
    if (first() != 0) {
      volume.table().free(first());
    }
    count = 0;
    complete = true;
  }
}
