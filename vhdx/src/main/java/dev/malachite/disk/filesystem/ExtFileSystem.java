// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.filesystem;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** ext2, ext3 and ext4, as Linux's documentation of the on-disk layout describes them. */
final class ExtFileSystem extends FileSystem {
  private static final int SUPERBLOCK = 1024;
  private static final int MAGIC = 0xEF53;
  private static final int ROOT_INODE = 2;
  private static final int MAX_FOLDER = 256 << 20;
  private static final int MAX_LINK = 4096;
  private static final int MAX_DEPTH = 5;
  private static final int PIECE_BLOCKS = 64;

  private static final int HAS_JOURNAL = 0x4; // compatible
  private static final int RECOVER = 0x4; // incompatible
  private static final int EXTENTS = 0x40;
  private static final int WIDE = 0x80;
  private static final int INLINE_DATA = 0x8000;
  private static final int READABLE =
      0x2 // file types in folders
          | RECOVER
          | 0x10 // meta block groups
          | EXTENTS
          | WIDE
          | 0x200 // flexible block groups
          | 0x2000 // checksum seed
          | INLINE_DATA;

  private static final int FLAG_EXTENTS = 0x8_0000;
  private static final int FLAG_INLINE = 0x1000_0000;
  private static final int EXTENT_MAGIC = 0xF30A;
  private static final int UNWRITTEN = 0x8000;

  private static final int TYPE_MASK = 0xF000;
  private static final int TYPE_FOLDER = 0x4000;
  private static final int TYPE_FILE = 0x8000;
  private static final int TYPE_LINK = 0xA000;

  private final Volume volume;
  private final int blockSize;
  private final long blocks;
  private final long inodes;
  private final long inodesPerGroup;
  private final int inodeSize;
  private final int descriptorSize;
  private final long firstBlock;
  private final long blocksPerGroup;
  private final boolean metaGroups;
  private final long firstMetaGroup;
  private final String label;
  private final String kind;

  ExtFileSystem(Volume volume) throws IOException {
    this.volume = volume;
    ByteBuffer superblock = volume.read(SUPERBLOCK, 1024);
    int shift = superblock.getInt(24);
    if (shift < 0 || shift > 6) {
      throw new DamagedFileSystemException("its block size is unknown");
    }
    blockSize = 1024 << shift;
    int incompatible = superblock.getInt(96);
    if ((incompatible & ~READABLE) != 0) {
      throw new DamagedFileSystemException(
          "it uses features that are not known here (0x%x)".formatted(incompatible & ~READABLE));
    }
    boolean wide = (incompatible & WIDE) != 0;
    blocks =
        Integer.toUnsignedLong(superblock.getInt(4))
            | (wide ? Integer.toUnsignedLong(superblock.getInt(336)) << 32 : 0);
    inodes = Integer.toUnsignedLong(superblock.getInt(0));
    firstBlock = Integer.toUnsignedLong(superblock.getInt(20));
    blocksPerGroup = Integer.toUnsignedLong(superblock.getInt(32));
    inodesPerGroup = Integer.toUnsignedLong(superblock.getInt(40));
    boolean old = superblock.getInt(76) == 0;
    inodeSize = old ? 128 : Short.toUnsignedInt(superblock.getShort(88));
    descriptorSize = wide ? Short.toUnsignedInt(superblock.getShort(254)) : 32;
    metaGroups = (incompatible & 0x10) != 0;
    firstMetaGroup = Integer.toUnsignedLong(superblock.getInt(260));
    if (inodesPerGroup == 0
        || blocksPerGroup == 0
        || blocks == 0
        || inodeSize < 128
        || inodeSize > blockSize
        || descriptorSize < 32
        || descriptorSize > 1024) {
      throw new DamagedFileSystemException("its superblock makes no sense");
    }
    byte[] name = new byte[16];
    superblock.get(120, name);
    label = text(name, name.length);
    boolean journal = (superblock.getInt(92) & HAS_JOURNAL) != 0;
    kind = (incompatible & (EXTENTS | WIDE)) != 0 ? "ext4" : journal ? "ext3" : "ext2";
  }

  /** Whether a volume has the superblock's magic number in its place. */
  static boolean recognizes(Volume volume) throws IOException {
    return volume.length() >= 2 * SUPERBLOCK
        && Short.toUnsignedInt(volume.read(SUPERBLOCK + 56, 2).getShort(0)) == MAGIC;
  }

  @Override
  public String kind() {
    return kind;
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  boolean ignoresCase() {
    return false;
  }

  @Override
  public Entry root() {
    return new Entry("", Kind.FOLDER, 0, 0, ROOT_INODE);
  }

  private static String text(byte[] bytes, int most) {
    int length = 0;
    while (length < most && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  private ByteBuffer block(long number) throws IOException {
    return volume.read(position(number), blockSize);
  }

  private long position(long block) throws IOException {
    if (block < 0 || block >= blocks) {
      throw new DamagedFileSystemException("it refers to block " + block);
    }
    return block * blockSize;
  }

  private long descriptorOffset(long group) throws IOException {
    long perBlock = blockSize / descriptorSize;
    long number = group / perBlock;
    long block = firstBlock + 1 + number;
    if (metaGroups && number >= firstMetaGroup) {
      long first = number * perBlock;
      block = firstBlock + first * blocksPerGroup + (hasSuperblock(first) ? 1 : 0);
    }
    return position(block) + group % perBlock * descriptorSize;
  }

  private static boolean hasSuperblock(long group) {
    if (group <= 1) {
      return true;
    }
    for (int base : new int[] {3, 5, 7}) {
      long power = base;
      while (power < group) {
        power *= base;
      }
      if (power == group) {
        return true;
      }
    }
    return false;
  }

  private ByteBuffer inode(long number) throws IOException {
    if (number < 1 || number > inodes) {
      throw new DamagedFileSystemException("it refers to inode " + number);
    }
    long index = (number - 1) % inodesPerGroup;
    ByteBuffer descriptor =
        volume.read(descriptorOffset((number - 1) / inodesPerGroup), descriptorSize);
    long table = Integer.toUnsignedLong(descriptor.getInt(8));
    if (descriptorSize >= 64) {
      table |= Integer.toUnsignedLong(descriptor.getInt(40)) << 32;
    }
    return volume.read(position(table) + index * inodeSize, inodeSize);
  }

  private static long size(ByteBuffer inode) throws IOException {
    long size =
        Integer.toUnsignedLong(inode.getInt(4)) | Integer.toUnsignedLong(inode.getInt(108)) << 32;
    if (size < 0) {
      throw new DamagedFileSystemException("a file has a negative size");
    }
    return size;
  }

  private Entry entry(String name, long number) throws IOException {
    ByteBuffer inode = inode(number);
    int mode = Short.toUnsignedInt(inode.getShort(0));
    Kind what =
        switch (mode & TYPE_MASK) {
          case TYPE_FOLDER -> Kind.FOLDER;
          case TYPE_FILE -> Kind.FILE;
          case TYPE_LINK -> Kind.LINK;
          default -> Kind.SPECIAL;
        };
    long size = what == Kind.FILE || what == Kind.LINK ? size(inode) : 0;
    return new Entry(name, what, size, Integer.toUnsignedLong(inode.getInt(16)), number);
  }

  @Override
  public List<Entry> list(Entry folder) throws IOException {
    ByteBuffer inode = inode(folder.id());
    long size = size(inode);
    if (size > MAX_FOLDER) {
      throw new DamagedFileSystemException("a folder is too large");
    }
    List<Entry> entries = new ArrayList<>();
    if ((inode.getInt(32) & FLAG_INLINE) != 0) {
      // The first four bytes are the parent's inode, which takes the place of both dots.
      ByteBuffer bytes = inode.slice(44, 56).order(ByteOrder.LITTLE_ENDIAN);
      list(bytes, entries);
      return entries;
    }
    readBlocks(
        inode,
        size,
        bytes -> {
          for (int at = 0; at + blockSize <= bytes.limit(); at += blockSize) {
            list(bytes.slice(at, blockSize).order(ByteOrder.LITTLE_ENDIAN), entries);
          }
        });
    return entries;
  }

  private void list(ByteBuffer bytes, List<Entry> entries) throws IOException {
    int at = 0;
    while (at + 8 <= bytes.limit()) {
      long number = Integer.toUnsignedLong(bytes.getInt(at));
      int length = Short.toUnsignedInt(bytes.getShort(at + 4));
      int nameLength = Byte.toUnsignedInt(bytes.get(at + 6));
      if (length < 8 || length > bytes.limit() - at || nameLength > length - 8) {
        if (length == 0 && number == 0) {
          return;
        }
        throw new DamagedFileSystemException("a folder's entry has a wrong length");
      }
      if (number != 0 && nameLength > 0) {
        byte[] name = new byte[nameLength];
        bytes.get(at + 8, name);
        String text = new String(name, StandardCharsets.UTF_8);
        if (!text.equals(".") && !text.equals("..")) {
          if (entries.size() >= MAX_ENTRIES) {
            throw new DamagedFileSystemException("a folder has too many entries");
          }
          entries.add(entry(text, number));
        }
      }
      at += length;
    }
  }

  @Override
  public String target(Entry link) throws IOException {
    ByteBuffer inode = inode(link.id());
    long size = size(inode);
    if (size > MAX_LINK) {
      throw new DamagedFileSystemException("a link is too long");
    }
    byte[] path = new byte[(int) size];
    if (size < 60 && (inode.getInt(32) & FLAG_EXTENTS) == 0) {
      inode.get(40, path);
    } else {
      int[] done = new int[1];
      readBlocks(
          inode,
          size,
          bytes -> {
            int part = Math.min(bytes.remaining(), path.length - done[0]);
            bytes.get(path, done[0], part);
            done[0] += part;
          });
    }
    return text(path, path.length);
  }

  @Override
  void read(Entry file, Pieces pieces) throws IOException {
    ByteBuffer inode = inode(file.id());
    readBlocks(inode, size(inode), pieces);
  }

  /** Gives the pieces of a file in order. */
  private void readBlocks(ByteBuffer inode, long size, Pieces pieces) throws IOException {
    int flags = inode.getInt(32);
    if ((flags & FLAG_INLINE) != 0) {
      if (size > 60) {
        throw new DamagedFileSystemException("a file lies in an inode's attributes");
      }
      byte[] bytes = new byte[(int) size];
      inode.get(40, bytes);
      pieces.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
      return;
    }
    Reader reader = new Reader(size, pieces);
    if ((flags & FLAG_EXTENTS) != 0) {
      readExtents(inode.slice(40, 60).order(ByteOrder.LITTLE_ENDIAN), reader, MAX_DEPTH);
    } else {
      for (int i = 0; i < 12; i++) {
        reader.one(Integer.toUnsignedLong(inode.getInt(40 + 4 * i)));
      }
      for (int level = 1; level <= 3; level++) {
        readIndirect(Integer.toUnsignedLong(inode.getInt(40 + 4 * (11 + level))), level, reader);
      }
    }
    reader.finish();
  }

  private void readIndirect(long block, int level, Reader reader) throws IOException {
    if (reader.isDone()) {
      return;
    }
    int perBlock = blockSize / Integer.BYTES;
    if (block == 0) {
      reader.hole((long) Math.pow(perBlock, level));
      return;
    }
    ByteBuffer table = block(block);
    for (int i = 0; i < perBlock && !reader.isDone(); i++) {
      long next = Integer.toUnsignedLong(table.getInt(4 * i));
      if (level == 1) {
        reader.one(next);
      } else {
        readIndirect(next, level - 1, reader);
      }
    }
  }

  private void readExtents(ByteBuffer node, Reader reader, int depthLeft) throws IOException {
    int count = Short.toUnsignedInt(node.getShort(2));
    int depth = Short.toUnsignedInt(node.getShort(6));
    if (Short.toUnsignedInt(node.getShort(0)) != EXTENT_MAGIC
        || depth > depthLeft
        || 12L + 12L * count > node.limit()) {
      throw new DamagedFileSystemException("a file's tree of extents makes no sense");
    }
    for (int i = 0; i < count && !reader.isDone(); i++) {
      int at = 12 + 12 * i;
      reader.skipTo(Integer.toUnsignedLong(node.getInt(at)));
      if (depth > 0) {
        long child =
            Integer.toUnsignedLong(node.getInt(at + 4))
                | (long) Short.toUnsignedInt(node.getShort(at + 8)) << 32;
        readExtents(block(child), reader, depth - 1);
      } else {
        int length = Short.toUnsignedInt(node.getShort(at + 4));
        long start =
            Integer.toUnsignedLong(node.getInt(at + 8))
                | (long) Short.toUnsignedInt(node.getShort(at + 6)) << 32;
        if (length > UNWRITTEN) {
          reader.hole(length - UNWRITTEN);
        } else {
          reader.run(start, length);
        }
      }
    }
  }

  /** Turns runs of blocks into pieces, up to a file's size. */
  private final class Reader {
    private final long size;
    private final Pieces pieces;
    private long done;

    Reader(long size, Pieces pieces) {
      this.size = size;
      this.pieces = pieces;
    }

    boolean isDone() {
      return done >= size;
    }

    void one(long block) throws IOException {
      if (block == 0) {
        hole(1);
      } else {
        run(block, 1);
      }
    }

    void run(long block, int count) throws IOException {
      long next = block;
      long end = block + count;
      while (next < end && !isDone()) {
        long part = Math.min(PIECE_BLOCKS, end - next);
        position(next + part - 1);
        long bytes = Math.min(part * blockSize, size - done);
        ByteBuffer piece = volume.read(position(next), (int) (part * blockSize));
        done += bytes;
        pieces.accept(piece.limit((int) bytes));
        next += part;
      }
    }

    void skipTo(long block) throws IOException {
      long at = block * blockSize;
      if (at < done) {
        throw new DamagedFileSystemException("a file's extents overlap");
      }
      hole((at - done) / blockSize);
    }

    void hole(long count) throws IOException {
      byte[] zeroes = new byte[PIECE_BLOCKS * blockSize];
      long bytes = count > size / blockSize + 1 ? size : count * blockSize;
      long end = Math.min(size, done + bytes);
      while (done < end) {
        int part = (int) Math.min(zeroes.length, end - done);
        done += part;
        pieces.accept(ByteBuffer.wrap(zeroes, 0, part).order(ByteOrder.LITTLE_ENDIAN));
      }
    }

    /** What comes behind the last run is a hole. */
    void finish() throws IOException {
      hole(size / blockSize + 1);
    }
  }
}
