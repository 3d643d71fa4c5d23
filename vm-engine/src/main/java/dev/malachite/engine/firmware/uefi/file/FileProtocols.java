// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.file;

import dev.malachite.engine.firmware.uefi.call.Arguments;
import dev.malachite.engine.firmware.uefi.call.EfiException;
import dev.malachite.engine.firmware.uefi.call.Service;
import dev.malachite.engine.firmware.uefi.call.Status;
import dev.malachite.engine.firmware.uefi.core.Core;
import dev.malachite.engine.firmware.uefi.core.Instances;
import dev.malachite.engine.firmware.uefi.fat.CorruptVolumeException;
import dev.malachite.engine.firmware.uefi.fat.FatEntry;
import dev.malachite.engine.firmware.uefi.fat.FatFile;
import dev.malachite.engine.firmware.uefi.fat.FatVolume;
import dev.malachite.engine.firmware.uefi.fat.FullVolumeException;
import dev.malachite.engine.firmware.uefi.handle.Protocols;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Simple File System and File protocols over FAT volumes (UEFI 2.10, sections 13.4 and 13.5). */
public final class FileProtocols {
  private static final int FILE_REVISION = 0x1_0000;
  private static final int MAX_OPEN = 4096;
  private static final int MAX_TRANSFER = 1 << 30;

  private static final long READ = 1;
  private static final long WRITE = 2;
  private static final long CREATE = 1L << 63;

  /** An open file. */
  private static final class Open {
    private final FatVolume volume;
    private final FatFile file;
    private final boolean writable;
    private long position;
    private @Nullable List<FatEntry> listing;

    Open(FatVolume volume, FatFile file, boolean writable) {
      this.volume = volume;
      this.file = file;
      this.writable = writable;
    }
  }

  private final Core core;
  private final Instances<FatVolume> volumes = new Instances<>();
  private final Instances<Open> files = new Instances<>();
  private final long openVolume;
  private final long[] functions;

  /** Makes the functions. */
  public FileProtocols(Core core) {
    this.core = core;
    openVolume = file("OpenVolume", this::openVolume);
    functions =
        new long[] {
          file("Open", this::open),
          file("Close", this::close),
          file("Delete", this::delete),
          file("Read", this::read),
          file("Write", this::write),
          file("GetPosition", this::getPosition),
          file("SetPosition", this::setPosition),
          file("GetInfo", this::getInfo),
          file("SetInfo", this::setInfo),
          file("Flush", this::flush)
        };
  }

  private long file(String name, Service.Simple service) {
    return core.simple(
        "File." + name,
        a -> {
          try {
            return service.call(a);
          } catch (CorruptVolumeException e) {
            return Status.VOLUME_CORRUPTED;
          } catch (FullVolumeException e) {
            return Status.VOLUME_FULL;
          }
        });
  }

  /** Installs the file system of a volume on a handle. */
  public void install(long handle, FatVolume volume) {
    long address = core.data(Core.table(16).putLong(FILE_REVISION).putLong(openVolume).array());
    volumes.put(address, volume);
    core.install(handle, Protocols.SIMPLE_FILE_SYSTEM, address);
  }

  /** The volume on a handle, or null if it has none of the firmware's. */
  public @Nullable FatVolume volume(long handle) {
    var installed = core.handles().find(handle, Protocols.SIMPLE_FILE_SYSTEM);
    return installed == null || !volumes.contains(installed.address())
        ? null
        : volumes.get(installed.address());
  }

  private long make(Open open) {
    Core.require(files.size() < MAX_OPEN, Status.OUT_OF_RESOURCES);
    var table = Core.table(8 + 8 * functions.length).putLong(FILE_REVISION);
    for (long function : functions) {
      table.putLong(function);
    }
    long address = core.data(Core.bytes(table));
    files.put(address, open);
    return address;
  }

  // OpenVolume(This, **Root).
  private long openVolume(Arguments a) throws IOException {
    FatVolume volume = volumes.get(a.get(0));
    core.space().u64(a.pointer(1), make(new Open(volume, volume.root(), !volume.readOnly())));
    return Status.SUCCESS;
  }

  /** Finds a file by a path with backslashes; null if it isn't there. */
  public static @Nullable FatFile find(FatFile from, String path) throws IOException {
    FatFile at = path.startsWith("\\") ? root(from) : from;
    if (!at.isDirectory()) {
      at = at.parent();
    }
    for (String part : path.split("\\\\", -1)) {
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      if (part.equals("..")) {
        at = at.parent();
        continue;
      }
      if (!at.isDirectory()) {
        return null;
      }
      FatFile child = at.child(part);
      if (child == null) {
        return null;
      }
      at = child;
    }
    return at;
  }

  private static FatFile root(FatFile from) {
    FatFile at = from;
    while (!at.isRoot()) {
      at = at.parent();
    }
    return at;
  }

  // Open(This, **New, *Name, Mode, Attributes).
  private long open(Arguments a) throws IOException {
    Open from = files.get(a.get(0));
    long target = a.pointer(1);
    String name = core.space().string(a.pointer(2)).replace('/', '\\');
    long mode = a.get(3);
    EfiException.require(mode == READ || mode == (READ | WRITE) || mode == (READ | WRITE | CREATE));
    boolean write = mode != READ;
    Core.require(!write || !from.volume.readOnly(), Status.WRITE_PROTECTED);
    FatFile file = find(from.file, name);
    if (file == null) {
      Core.require((mode & CREATE) != 0, Status.NOT_FOUND);
      int cut = name.lastIndexOf('\\');
      FatFile directory =
          cut < 0
              ? from.file.isDirectory() ? from.file : from.file.parent()
              : find(from.file, cut == 0 ? "\\" : name.substring(0, cut));
      if (directory == null || !directory.isDirectory()) {
        return Status.NOT_FOUND;
      }
      int attributes = a.u32(4);
      EfiException.require((attributes & ~0x37) == 0);
      int kind =
          (attributes & FatEntry.DIRECTORY) != 0 ? attributes : attributes | FatEntry.ARCHIVE;
      try {
        file = directory.create(name.substring(cut + 1), kind);
      } catch (CorruptVolumeException | FullVolumeException e) {
        throw e;
      } catch (IOException e) {
        return Status.INVALID_PARAMETER;
      }
    }
    boolean guarded = (file.entry().attributes() & FatEntry.READ_ONLY) != 0 && !file.isDirectory();
    Core.require(!write || !guarded, Status.ACCESS_DENIED);
    core.space().u64(target, make(new Open(from.volume, file, write)));
    return Status.SUCCESS;
  }

  private long close(Arguments a) throws IOException {
    Open open = files.get(a.get(0));
    open.file.sync();
    release(a.get(0));
    return Status.SUCCESS;
  }

  private void release(long address) {
    files.remove(address);
    core.pool().free(address);
  }

  private long delete(Arguments a) throws IOException {
    Open open = files.get(a.get(0));
    release(a.get(0));
    return open.writable && open.file.delete() ? Status.SUCCESS : Status.WARN_DELETE_FAILURE;
  }

  // Read(This, *BufferSize, *Buffer).
  private long read(Arguments a) throws IOException {
    Open open = files.get(a.get(0));
    long sizeAt = a.pointer(1);
    long room = core.space().u64(sizeAt);
    long buffer = a.get(2);
    if (open.file.isDirectory()) {
      return readDirectory(open, sizeAt, buffer);
    }
    Core.require(open.position <= open.file.size(), Status.DEVICE_ERROR);
    long wanted = room < 0 ? MAX_TRANSFER : Math.min(room, MAX_TRANSFER);
    long length = open.file.readable(open.position, wanted);
    core.space().fill(buffer, length, segment -> open.file.read(open.position, segment));
    core.space().u64(sizeAt, length);
    open.position += length;
    return Status.SUCCESS;
  }

  private long readDirectory(Open open, long sizeAt, long buffer) throws IOException {
    List<FatEntry> listing = open.listing;
    if (listing == null || open.position == 0) {
      listing = open.file.list();
      open.listing = listing;
    }
    if (open.position >= listing.size()) {
      core.space().u64(sizeAt, 0);
      return Status.SUCCESS;
    }
    byte[] info = FileInfo.of(listing.get((int) open.position), open.volume.clusterSize());
    long status = core.answer(sizeAt, buffer, info);
    if (status == Status.SUCCESS) {
      open.position++;
    }
    return status;
  }

  // Write(This, *BufferSize, *Buffer).
  private long write(Arguments a) throws IOException {
    Open open = files.get(a.get(0));
    long sizeAt = a.pointer(1);
    Core.require(!open.file.isDirectory(), Status.UNSUPPORTED);
    Core.require(open.writable, Status.ACCESS_DENIED);
    long size = core.space().u64(sizeAt);
    EfiException.require(size >= 0 && size <= MAX_TRANSFER);
    core.space().drain(a.get(2), size, segment -> open.file.write(open.position, segment));
    open.position += size;
    return Status.SUCCESS;
  }

  private long getPosition(Arguments a) {
    Open open = files.get(a.get(0));
    Core.require(!open.file.isDirectory(), Status.UNSUPPORTED);
    core.space().u64(a.pointer(1), open.position);
    return Status.SUCCESS;
  }

  private long setPosition(Arguments a) {
    Open open = files.get(a.get(0));
    long position = a.get(1);
    if (open.file.isDirectory()) {
      Core.require(position == 0, Status.UNSUPPORTED);
      open.position = 0;
    } else {
      open.position = position == -1 ? open.file.size() : Math.max(0, position);
    }
    return Status.SUCCESS;
  }

  // GetInfo(This, *Type, *BufferSize, *Buffer).
  private long getInfo(Arguments a) throws IOException {
    Open open = files.get(a.get(0));
    UUID type = core.space().guid(a.pointer(1));
    byte[] info;
    if (type.equals(FileInfo.FILE)) {
      info = FileInfo.of(open.file.entry(), open.volume.clusterSize());
    } else if (type.equals(FileInfo.FILE_SYSTEM)) {
      info = FileInfo.fileSystem(open.volume);
    } else if (type.equals(FileInfo.VOLUME_LABEL)) {
      info = FileInfo.label(open.volume);
    } else {
      return Status.UNSUPPORTED;
    }
    return core.answer(a.pointer(2), a.get(3), info);
  }

  // SetInfo(This, *Type, BufferSize, *Buffer).
  private long setInfo(Arguments a) throws IOException {
    Open open = files.get(a.get(0));
    UUID type = core.space().guid(a.pointer(1));
    Core.require(type.equals(FileInfo.FILE), Status.UNSUPPORTED);
    Core.require(!open.volume.readOnly(), Status.WRITE_PROTECTED);
    Core.require(open.writable, Status.ACCESS_DENIED);
    FileInfo.Change change = FileInfo.parse(core.space().bytes(a.pointer(3), a.get(2), 1 << 16));
    FatFile file = open.file;
    if (!file.isRoot() && !change.name().isEmpty() && !change.name().equals(file.entry().name())) {
      long status = rename(file, change.name().replace('/', '\\'));
      if (status != Status.SUCCESS) {
        return status;
      }
    }
    if (change.size() != file.size() && !file.isDirectory()) {
      Core.require(change.size() >= 0 && change.size() <= FatFile.MAX_SIZE, Status.VOLUME_FULL);
      file.resize(change.size());
    }
    int now = file.entry().attributes();
    if (!file.isRoot() && ((change.attributes() ^ now) & 0x27) != 0) {
      file.attributes((int) change.attributes());
    }
    open.volume.sync();
    return Status.SUCCESS;
  }

  private static long rename(FatFile file, String name) throws IOException {
    int cut = name.lastIndexOf('\\');
    FatFile directory =
        cut < 0 ? file.parent() : find(file.parent(), cut == 0 ? "\\" : name.substring(0, cut));
    String last = name.substring(cut + 1);
    if (directory == null || !directory.isDirectory()) {
      return Status.NOT_FOUND;
    }
    FatFile there = directory.child(last);
    if (there != null && !last.equalsIgnoreCase(file.entry().name())) {
      return Status.ACCESS_DENIED;
    }
    file.rename(directory, last);
    return Status.SUCCESS;
  }

  private long flush(Arguments a) throws IOException {
    Open open = files.get(a.get(0));
    open.volume.flush();
    return Status.SUCCESS;
  }
}
