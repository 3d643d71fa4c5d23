// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.image;

import dev.malachite.engine.firmware.uefi.call.Arguments;
import dev.malachite.engine.firmware.uefi.call.EfiException;
import dev.malachite.engine.firmware.uefi.call.Outcome;
import dev.malachite.engine.firmware.uefi.call.Status;
import dev.malachite.engine.firmware.uefi.core.Core;
import dev.malachite.engine.firmware.uefi.event.Tpl;
import dev.malachite.engine.firmware.uefi.handle.Protocols;
import dev.malachite.engine.firmware.uefi.memory.MemoryType;
import dev.malachite.engine.firmware.uefi.memory.PageMap;
import dev.malachite.engine.firmware.uefi.path.DevicePath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The boot services for images (UEFI 2.10, section 7.4). */
public final class Images {
  private static final System.Logger LOGGER = System.getLogger(Images.class.getName());
  private static final int REVISION = 0x1000;
  private static final int LOADED_IMAGE_SIZE = 96;
  private static final int LOAD_OPTIONS_SIZE = 48;
  private static final int LOAD_OPTIONS = 56;
  private static final int UNLOAD = 88;
  private static final int MAX_FILE = 1 << 29;
  private static final int MAX_LOADED = 1024;

  /** Finds programs. */
  @FunctionalInterface
  public interface Source {
    /**
     * Reads the file a path names.
     *
     * @throws EfiException not found, if there is no such file
     */
    Found read(DevicePath path) throws IOException;
  }

  /**
   * A program's file.
   *
   * @param file its bytes
   * @param device the handle of what it lies on, or 0
   * @param path its path on that device
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Found(byte[] file, long device, DevicePath path) {}

  /** Says whether a program may run. */
  @FunctionalInterface
  public interface Gate {
    /**
     * Checks an image.
     *
     * @return success, access denied or security violation
     */
    long check(PeImage image, DevicePath path);
  }

  /** A loaded image. */
  private static final class Image {
    private final long handle;
    private final long base;
    private final long pages;
    private final long entry;
    private final int subsystem;
    private final long table;
    private final long path;
    private final long refusal;
    private boolean started;
    private long exitDataSize;
    private long exitData;

    Image(
        long handle,
        long base,
        long pages,
        long entry,
        int subsystem,
        long table,
        long path,
        long refusal) {
      this.handle = handle;
      this.base = base;
      this.pages = pages;
      this.entry = entry;
      this.subsystem = subsystem;
      this.table = table;
      this.path = path;
      this.refusal = refusal;
    }
  }

  private final Core core;
  private final Source source;
  private final Gate gate;
  private final long systemTable;
  private final long firmwareHandle;
  private final Map<Long, Image> images = new HashMap<>();

  /**
   * Services without images.
   *
   * @param firmwareHandle the parent of what the boot manager loads
   */
  public Images(Core core, Source source, Gate gate, long systemTable, long firmwareHandle) {
    this.core = core;
    this.source = source;
    this.gate = gate;
    this.systemTable = systemTable;
    this.firmwareHandle = firmwareHandle;
  }

  /** LoadImage(BootPolicy, Parent, *DevicePath, *Source, SourceSize, *Handle). */
  public long load(Arguments a) throws IOException {
    long parent = a.get(1);
    long pathAt = a.get(2);
    long buffer = a.get(3);
    long size = a.get(4);
    long target = a.pointer(5);
    EfiException.require(
        (pathAt != 0 || buffer != 0) && (parent == firmwareHandle || images.containsKey(parent)));
    DevicePath path = pathAt == 0 ? DevicePath.EMPTY : DevicePath.read(core.space(), pathAt);
    Found found;
    if (buffer != 0) {
      Core.require(size > 0 && size <= MAX_FILE, Status.LOAD_ERROR);
      byte[] file = core.space().bytes(buffer, size, MAX_FILE);
      found = inMemory(file, path);
    } else {
      found = source.read(path);
    }
    Image image = load(found, parent, path);
    core.space().u64(target, image.handle);
    return image.refusal;
  }

  private Found inMemory(byte[] file, DevicePath path) {
    for (var guid : List.of(Protocols.SIMPLE_FILE_SYSTEM, Protocols.BLOCK_IO)) {
      long best = 0;
      int matched = 0;
      for (long handle : core.handles().with(guid)) {
        var on = core.handles().find(handle, Protocols.DEVICE_PATH);
        if (on == null) {
          continue;
        }
        DevicePath device = DevicePath.read(core.space(), on.address());
        if (device.length() > matched && path.startsWith(device)) {
          best = handle;
          matched = device.length();
        }
      }
      if (best != 0) {
        return new Found(file, best, path.from(matched));
      }
    }
    return new Found(file, 0, path);
  }

  /**
   * Loads a program for the boot manager.
   *
   * @param options its load options, may be empty
   * @return its handle
   */
  public long load(DevicePath path, byte[] options) throws IOException {
    Image image = load(source.read(path), firmwareHandle, path);
    if (image.refusal != Status.SUCCESS) {
      unload(image);
      throw new EfiException(image.refusal);
    }
    if (options.length > 0) {
      core.space().u64(image.table + LOAD_OPTIONS, core.data(options));
      core.space().u32(image.table + LOAD_OPTIONS_SIZE, options.length);
    }
    return image.handle;
  }

  private Image load(Found found, long parent, DevicePath whole) throws IOException {
    Core.require(images.size() < MAX_LOADED, Status.OUT_OF_RESOURCES);
    PeImage pe;
    try {
      pe = PeImage.parse(found.file);
    } catch (PeException e) {
      LOGGER.log(System.Logger.Level.INFO, whole + ": " + e.getMessage());
      throw new EfiException(Status.UNSUPPORTED);
    }
    long refusal = gate.check(pe, whole);
    Core.require(refusal != Status.ACCESS_DENIED, refusal);
    int[] types = types(pe.subsystem());
    long alignment = Math.max(PageMap.PAGE, pe.alignment() & 0xFFFF_FFFFL);
    Core.require(Long.bitCount(alignment) == 1 && alignment <= 1 << 21, Status.LOAD_ERROR);
    long pages = pe.size() + PageMap.PAGE - 1 >>> 12;
    long base = place(pe, pages, alignment, types[0]);
    try {
      byte[] memory = pe.load(base);
      core.space().memory().write(base, memory, 0, memory.length);
    } catch (PeException e) {
      core.pages().free(base, pages);
      LOGGER.log(System.Logger.Level.INFO, whole + ": " + e.getMessage());
      throw new EfiException(Status.LOAD_ERROR);
    }
    long fileAt = core.data(found.path.toBytes());
    long pathAt = core.data(whole.toBytes());
    ByteBuffer t = Core.table(LOADED_IMAGE_SIZE);
    t.putInt(REVISION).putInt(0).putLong(parent).putLong(systemTable).putLong(found.device);
    t.putLong(fileAt).putLong(0).putInt(0).putInt(0).putLong(0);
    t.putLong(base).putLong(pe.size()).putInt(types[0]).putInt(types[1]).putLong(0);
    long table = core.data(Core.bytes(t));
    long handle = core.install(0, Protocols.LOADED_IMAGE, table);
    core.install(handle, Protocols.LOADED_IMAGE_DEVICE_PATH, pathAt);
    Image image =
        new Image(handle, base, pages, base + pe.entry(), pe.subsystem(), table, pathAt, refusal);
    images.put(handle, image);
    LOGGER.log(System.Logger.Level.DEBUG, () -> "UEFI loaded %s at 0x%x".formatted(whole, base));
    return image;
  }

  private static int[] types(int subsystem) {
    return switch (subsystem) {
      case PeImage.APPLICATION -> new int[] {MemoryType.LOADER_CODE, MemoryType.LOADER_DATA};
      case PeImage.BOOT_DRIVER -> new int[] {MemoryType.BOOT_CODE, MemoryType.BOOT_DATA};
      case PeImage.RUNTIME_DRIVER -> new int[] {MemoryType.RUNTIME_CODE, MemoryType.RUNTIME_DATA};
      default -> throw new EfiException(Status.UNSUPPORTED);
    };
  }

  private long place(PeImage pe, long pages, long alignment, int type) {
    if (pe.fixed() && pe.preferredBase() != 0) {
      core.pages().allocateAt(pe.preferredBase(), pages, type);
      return pe.preferredBase();
    }
    if (alignment == PageMap.PAGE) {
      return core.pages().allocate(pages, type, Long.MAX_VALUE);
    }
    long more = pages + alignment / PageMap.PAGE - 1;
    long start = core.pages().allocate(more, type, Long.MAX_VALUE);
    long base = start + alignment - 1 & -alignment;
    long end = start + more * PageMap.PAGE;
    if (base > start) {
      core.pages().free(start, (base - start) / PageMap.PAGE);
    }
    long behind = base + pages * PageMap.PAGE;
    if (end > behind) {
      core.pages().free(behind, (end - behind) / PageMap.PAGE);
    }
    return base;
  }

  /** StartImage(Handle, *ExitDataSize, **ExitData). */
  public Outcome start(Arguments a) {
    long handle = a.get(0);
    long sizeAt = a.get(1);
    long dataAt = a.get(2);
    return start(
        handle,
        (image, status) -> {
          if (image != null && dataAt != 0) {
            core.space().optional64(sizeAt, image.exitDataSize);
            core.space().u64(dataAt, image.exitData);
          }
          return new Outcome.Done(status);
        });
  }

  private interface End {
    Outcome ended(@Nullable Image image, long status) throws IOException;
  }

  /** Starts a loaded image for the boot manager and goes on when it ends. */
  public Outcome start(long handle, Outcome.Continuation then) {
    return start(handle, (image, status) -> then.resume(status));
  }

  private Outcome start(long handle, End end) {
    Image image = images.get(handle);
    EfiException.require(image != null);
    if (image == null || image.started) {
      throw new EfiException(Status.INVALID_PARAMETER);
    }
    if (image.refusal != Status.SUCCESS) {
      unload(image);
      throw new EfiException(Status.SECURITY_VIOLATION);
    }
    image.started = true;
    int before = core.events().tpl();
    core.events().tpl(Tpl.APPLICATION);
    return new Outcome.Enter(
        image.entry,
        List.of(image.handle, systemTable),
        image,
        status -> {
          core.events().tpl(before);
          if (image.subsystem == PeImage.APPLICATION || Status.isError(status)) {
            unload(image);
          }
          return end.ended(image, status);
        });
  }

  /** Exit(Handle, Status, DataSize, *Data). */
  public Outcome exit(Arguments a) {
    Image image = images.get(a.get(0));
    EfiException.require(image != null);
    if (image == null) {
      throw new EfiException(Status.INVALID_PARAMETER);
    }
    if (!image.started) {
      unload(image);
      return new Outcome.Done(Status.SUCCESS);
    }
    image.exitDataSize = a.get(2);
    image.exitData = a.get(3);
    return new Outcome.Leave(image, a.get(1));
  }

  /** UnloadImage(Handle). */
  public Outcome unload(Arguments a) {
    Image image = images.get(a.get(0));
    if (image == null) {
      return new Outcome.Done(Status.INVALID_PARAMETER);
    }
    if (!image.started) {
      unload(image);
      return new Outcome.Done(Status.SUCCESS);
    }
    long function = core.space().u64(image.table + UNLOAD);
    if (function == 0) {
      return new Outcome.Done(Status.UNSUPPORTED);
    }
    return new Outcome.Enter(
        function,
        List.of(image.handle),
        null,
        status -> {
          if (!Status.isError(status)) {
            unload(image);
          }
          return new Outcome.Done(status);
        });
  }

  private void unload(Image image) {
    if (images.remove(image.handle) == null) {
      return;
    }
    core.handles().forgetAgent(image.handle);
    ignoring(() -> core.handles().uninstall(image.handle, Protocols.LOADED_IMAGE, image.table));
    ignoring(
        () ->
            core.handles().uninstall(image.handle, Protocols.LOADED_IMAGE_DEVICE_PATH, image.path));
    ignoring(() -> core.pages().free(image.base, image.pages));
  }

  // A guest may have taken away itself what goes away with an image.
  private static void ignoring(Runnable action) {
    try {
      action.run();
    } catch (EfiException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "UEFI unload: " + e.getMessage());
    }
  }
}
