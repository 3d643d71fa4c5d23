// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.core;

import dev.malachite.engine.memory.GuestMemory;

/**
 * Translates linear to physical addresses (SDM volume 3, chapter 4) and serves the accesses that
 * the TLB's fast path doesn't: misses, page crossings, device memory, writes into code.
 *
 * <p>Three TLBs serve user accesses, supervisor accesses, and supervisor accesses with SMAP in
 * force. A fourth stays empty: while alignment checks or data breakpoints are armed, it sends every
 * access here.
 */
public final class Mmu {
  static final int READ = 0;
  static final int WRITE = 1;
  static final int EXECUTE = 2;

  private static final long PRESENT = 1;
  private static final long WRITABLE = 1 << 1;
  private static final long USER = 1 << 2;
  private static final long ACCESSED = 1 << 5;
  private static final long DIRTY = 1 << 6;
  private static final long PAGE_SIZE = 1 << 7;
  private static final long GLOBAL = 1 << 8;
  private static final long NO_EXECUTE = 1L << 63;
  private static final long ADDRESS = 0x000F_FFFF_FFFF_F000L;

  // Bits 51 to 40 must be zero: the CPUID model has 40 physical address bits.
  private static final long RESERVED_HIGH = 0x000F_FF00_0000_0000L;

  private final Cpu cpu;
  private final GuestMemory memory;
  private final CodePages code;
  private final Tlb user;
  private final Tlb supervisor;
  private final Tlb supervisorNoUser;
  private final Tlb checked;

  private static final int USER_JUMPS = 1;
  private static final int ALL_JUMPS = 7;

  // Jump caches, by access kind, that no longer hold.
  private int staleJumps;

  /** Which pages the jump caches may have entries for, by access kind. */
  public final JumpPages[] jumpPages = {new JumpPages(), new JumpPages(), new JumpPages()};

  // The result of the last walk besides the address it returns.
  private boolean walkedWritable;
  private boolean walkedGlobal;
  private long walkedSpan;

  // What CR2 takes if the walk under way fails.
  private long faultAddress;

  Mmu(Cpu cpu, GuestMemory memory, CodePages code) {
    this.cpu = cpu;
    this.memory = memory;
    this.code = code;
    user = new Tlb(cpu.frame, 0);
    supervisor = new Tlb(cpu.frame, 1);
    supervisorNoUser = new Tlb(cpu.frame, 2);
    checked = new Tlb(cpu.frame, 3);
  }

  /** Takes which jump caches may lead where linear addresses led before: bits by access kind. */
  public int takeStaleJumps() {
    int stale = staleJumps;
    staleJumps = 0;
    return stale;
  }

  /**
   * CR3's address if a walk of four levels with CR0.WP and EFER.NXE set is all that a translation
   * takes now; else 0.
   */
  public long plainWalkRoot() {
    long cr0 = Cpu.CR0_PG | Cpu.CR0_WP;
    long efer = Cpu.EFER_LMA | Cpu.EFER_NXE;
    boolean plain =
        (cpu.cr0 & cr0) == cr0 && (cpu.efer & efer) == efer && (cpu.cr4 & Cpu.CR4_PGE) != 0;
    return plain ? cpu.cr3 & ADDRESS : 0;
  }

  /**
   * Fills the TLB for an access that missed it.
   *
   * @return false if such accesses can't go by the TLB: the bytes cross a page, are no memory, or
   *     are code and to be written
   */
  public boolean fill(Tlb tlb, long linear, int size, boolean write) {
    if ((linear & 4095) + size > 4096) {
      return false;
    }
    long gpa = translate(tlb, linear, write ? WRITE : READ);
    return memory.hostAddress(gpa) != 0 && !(write && code.holdsCode(gpa));
  }

  /** The TLB for accesses of this kind. */
  Tlb tlb(boolean asUser, boolean noUserPages, boolean check) {
    if (check) {
      return checked;
    }
    return asUser ? user : noUserPages ? supervisorNoUser : supervisor;
  }

  /** The number of a TLB among those of the frame; -1 for the one that is never filled. */
  int kind(Tlb tlb) {
    return tlb == user ? 0 : tlb == supervisor ? 1 : tlb == supervisorNoUser ? 2 : -1;
  }

  /** Forgets everything, as a change of CR0, CR4 or EFER demands. */
  public void flushAll() {
    staleJumps = ALL_JUMPS;
    cpu.frame.forgetTables();
    user.flushAll();
    supervisor.flushAll();
    supervisorNoUser.flushAll();
  }

  /** Forgets all but global pages, as a load of CR3 demands. */
  public void flushNonGlobal() {
    staleJumps |= supervisor.executesNonGlobal() ? ALL_JUMPS : USER_JUMPS;
    cpu.frame.forgetTables();
    user.flushNonGlobal();
    supervisor.flushNonGlobal();
    supervisorNoUser.flushNonGlobal();
  }

  /** Forgets one page, whatever its size, as INVLPG demands. */
  public void flushPage(long linear) {
    cpu.frame.forgetTables();
    for (int kind = 0; kind < jumpPages.length; kind++) {
      if (jumpPages[kind].mayHold(linear)) {
        staleJumps |= 1 << kind;
      }
    }
    user.flushPage(linear);
    supervisor.flushPage(linear);
    supervisorNoUser.flushPage(linear);
  }

  void flushWrites() {
    user.flushWrites();
    supervisor.flushWrites();
    supervisorNoUser.flushWrites();
  }

  void flushWritesTo(long hostPage) {
    user.flushWritesTo(hostPage);
    supervisor.flushWritesTo(hostPage);
    supervisorNoUser.flushWritesTo(hostPage);
  }

  // ---- slow accesses -------------------------------------------------------------------------

  /** Reads 1, 2, 4 or 8 bytes, zero-extended. */
  long read(Tlb tlb, long linear, int size) {
    check(tlb, linear, size, READ);
    if ((linear & 4095) + size > 4096) {
      return readAcross(tlb, linear, size);
    }
    long gpa = translate(tlb, linear, READ);
    long host = memory.hostAddress(gpa);
    if (host != 0) {
      return get(host, size);
    }
    return readDevice(gpa, size);
  }

  private long readAcross(Tlb tlb, long linear, int size) {
    int first = (int) (4096 - (linear & 4095));
    long low = translate(tlb, linear, READ);
    long high = translate(tlb, cpu.wrap(linear + first), READ);
    long value = 0;
    for (int i = 0; i < size; i++) {
      long gpa = i < first ? low + i : high + i - first;
      long host = memory.hostAddress(gpa);
      long b = host != 0 ? HostMemory.get8(host) : readDevice(gpa, 1) & 0xFF;
      value |= b << 8 * i;
    }
    return value;
  }

  /** Writes 1, 2, 4 or 8 bytes. */
  void write(Tlb tlb, long linear, int size, long value) {
    check(tlb, linear, size, WRITE);
    if ((linear & 4095) + size > 4096) {
      writeAcross(tlb, linear, size, value);
      return;
    }
    long gpa = translate(tlb, linear, WRITE);
    long host = memory.hostAddress(gpa);
    if (host != 0) {
      beforeWrite(gpa);
      put(host, size, value);
    } else {
      writeDevice(gpa, size, value);
    }
  }

  private void writeAcross(Tlb tlb, long linear, int size, long value) {
    int first = (int) (4096 - (linear & 4095));
    long low = translate(tlb, linear, WRITE);
    long high = translate(tlb, cpu.wrap(linear + first), WRITE);
    beforeWrite(low);
    beforeWrite(high);
    for (int i = 0; i < size; i++) {
      long gpa = i < first ? low + i : high + i - first;
      long host = memory.hostAddress(gpa);
      if (host != 0) {
        HostMemory.put8(host, (int) (value >>> 8 * i));
      } else {
        writeDevice(gpa, 1, value >>> 8 * i);
      }
    }
  }

  /** Throws what a write to these bytes would throw, and does nothing else. */
  void probeWrite(Tlb tlb, long linear, int size) {
    check(tlb, linear, size, WRITE);
    beforeWrite(translate(tlb, linear, WRITE));
    long last = cpu.wrap(linear + size - 1);
    if ((last & -4096L) != (linear & -4096L)) {
      beforeWrite(translate(tlb, last, WRITE));
    }
  }

  /**
   * The host address of writable memory for an atomic operation or a bulk copy.
   *
   * @return 0 if the bytes cross a page or are not memory
   */
  long hostForWrite(Tlb tlb, long linear, int size) {
    check(tlb, linear, size, WRITE);
    if ((linear & 4095) + size > 4096) {
      return 0;
    }
    long gpa = translate(tlb, linear, WRITE);
    long host = memory.hostAddress(gpa);
    if (host != 0) {
      beforeWrite(gpa);
    }
    return host;
  }

  /** As {@link #hostForWrite}, for reading. */
  long hostForRead(Tlb tlb, long linear, int size) {
    check(tlb, linear, size, READ);
    if ((linear & 4095) + size > 4096) {
      return 0;
    }
    return memory.hostAddress(translate(tlb, linear, READ));
  }

  private void beforeWrite(long gpa) {
    if (code.holdsCode(gpa)) {
      if (cpu.currentPageGpa() == (gpa & -4096L) && !cpu.codeWriteAllowed()) {
        throw CodeWrite.INSTANCE;
      }
      code.written(gpa, 1);
    }
  }

  private void check(Tlb tlb, long linear, int size, int access) {
    if (tlb == checked) {
      cpu.checkAccess(linear, size, access == WRITE);
    }
  }

  private long readDevice(long gpa, int size) {
    if (cpu.isLocalApic(gpa)) {
      return cpu.readLocalApic(gpa, size);
    }
    long value = cpu.exits.readMmio(cpu.processor(), gpa, size);
    return size == 8 ? value : value & (1L << 8 * size) - 1;
  }

  private void writeDevice(long gpa, int size, long value) {
    if (cpu.isLocalApic(gpa)) {
      cpu.writeLocalApic(gpa, size, value);
      return;
    }
    cpu.exits.writeMmio(
        cpu.processor(), gpa, size, size == 8 ? value : value & (1L << 8 * size) - 1);
  }

  private static long get(long host, int size) {
    return switch (size) {
      case 1 -> HostMemory.get8(host);
      case 2 -> HostMemory.get16(host);
      case 4 -> HostMemory.get32(host) & 0xFFFF_FFFFL;
      default -> HostMemory.get64(host);
    };
  }

  private static void put(long host, int size, long value) {
    switch (size) {
      case 1 -> HostMemory.put8(host, (int) value);
      case 2 -> HostMemory.put16(host, (int) value);
      case 4 -> HostMemory.put32(host, (int) value);
      default -> HostMemory.put64(host, value);
    }
  }

  // ---- code ----------------------------------------------------------------------------------

  /** The page that holds the instruction at a linear address. */
  CodePage fetchPage(Tlb tlb, long linear) {
    Tlb target = tlb == checked ? cpu.uncheckedTlb() : tlb;
    long page = linear & -4096L;
    boolean asUser = target == user;
    faultAddress = linear;
    long gpa = walk(page, EXECUTE, asUser, false);
    CodePage codePage = code.forExecution(gpa, cpu);
    if (codePage == null) {
      throw GuestFault.of(GuestFault.GP);
    }
    target.fillExecute(page, codePage, walkedSpan, walkedGlobal);
    if (asUser) {
      jumpPages[0].addSpan(page, walkedSpan);
    } else {
      jumpPages[1].addSpan(page, walkedSpan);
      jumpPages[2].addSpan(page, walkedSpan);
    }
    return codePage;
  }

  // ---- translation ---------------------------------------------------------------------------

  /** Translates for reading or writing, fills the TLB, and returns the physical address. */
  private long translate(Tlb tlb, long linear, int access) {
    long page = linear & -4096L;
    boolean asUser = tlb == user || tlb == checked && cpu.cpl == 3;
    boolean noUserPages =
        tlb == supervisorNoUser || tlb == checked && !asUser && cpu.supervisorMayNotUseUserPages();
    faultAddress = linear;
    long gpa = walk(page, access, asUser, noUserPages);
    if (tlb != checked) {
      long host = memory.hostAddress(gpa);
      if (host != 0) {
        code.use(gpa);
        boolean writable = walkedWritable && !code.holdsCode(gpa);
        tlb.fill(page, host, writable, walkedSpan, walkedGlobal);
      }
    }
    return gpa | linear & 4095;
  }

  private long walk(long page, int access, boolean asUser, boolean noUserPages) {
    if ((cpu.cr0 & Cpu.CR0_PG) == 0) {
      walkedWritable = true;
      walkedGlobal = false;
      walkedSpan = -4096L;
      return page;
    }
    if ((cpu.efer & Cpu.EFER_LMA) != 0) {
      return walkLong(page, access, asUser, noUserPages);
    }
    return (cpu.cr4 & Cpu.CR4_PAE) != 0
        ? walkPae(page, access, asUser, noUserPages)
        : walkLegacy(page, access, asUser, noUserPages);
  }

  private long walkLong(long page, int access, boolean asUser, boolean noUserPages) {
    if (page << 16 >> 16 != page) {
      throw GuestFault.of(GuestFault.GP);
    }
    return walk64(page, cpu.cr3 & ADDRESS, 39, USER | WRITABLE, access, asUser, noUserPages);
  }

  private long walkPae(long page, int access, boolean asUser, boolean noUserPages) {
    long pointer = cpu.pdpte[(int) (page >>> 30) & 3];
    if ((pointer & PRESENT) == 0) {
      throw fault(access, asUser, 0);
    }
    return walk64(page, pointer & ADDRESS, 21, USER | WRITABLE, access, asUser, noUserPages);
  }

  // Tables of 512 entries of 64 bits, from the level whose entries cover 1 << shift bytes.
  private long walk64(
      long page,
      long root,
      int topShift,
      long topRights,
      int access,
      boolean asUser,
      boolean noUserPages) {
    boolean nxe = (cpu.efer & Cpu.EFER_NXE) != 0;
    boolean longMode = topShift == 39;
    long table = root;
    long rights = topRights;
    boolean noExecute = false;
    for (int shift = topShift; ; shift -= 9) {
      long entryGpa = table + (page >>> shift & 511) * 8;
      long host = memory.hostAddress(entryGpa);
      while (true) {
        // Outside memory a bus reads as all ones, whose reserved bits fault below.
        long entry = host == 0 ? -1L : HostMemory.get64(host);
        if ((entry & PRESENT) == 0) {
          throw fault(access, asUser, 0);
        }
        boolean leaf = shift == 12 || (shift <= 30 && (entry & PAGE_SIZE) != 0);
        long reserved = RESERVED_HIGH;
        if (!nxe) {
          reserved |= NO_EXECUTE;
        }
        if (shift == 39) {
          reserved |= PAGE_SIZE;
        } else if (leaf && shift > 12) {
          reserved |= (1L << shift) - 1 & 0xFFFF_E000L;
        }
        if (!longMode) {
          reserved |= 0x7FF0_0000_0000_0000L;
        }
        if ((entry & reserved) != 0) {
          throw fault(access, asUser, 1 | 8);
        }
        if (!leaf) {
          if ((entry & ACCESSED) == 0
              && !HostMemory.compareAndSet(host, 8, entry, entry | ACCESSED)) {
            continue;
          }
          rights &= entry;
          noExecute |= entry < 0;
          table = entry & ADDRESS;
          break;
        }
        long all = rights & entry;
        noExecute |= entry < 0;
        permit(access, asUser, noUserPages, all, noExecute && nxe);
        long used = entry | ACCESSED | (access == WRITE ? DIRTY : 0);
        if (used != entry && !HostMemory.compareAndSet(host, 8, entry, used)) {
          continue;
        }
        walkedSpan = -1L << shift;
        walkedGlobal = (entry & GLOBAL) != 0 && (cpu.cr4 & Cpu.CR4_PGE) != 0;
        walkedWritable = (used & DIRTY) != 0 && mayWrite(asUser, all);
        long offset = page & ~walkedSpan;
        return entry & ADDRESS & walkedSpan | offset;
      }
    }
  }

  // 32-bit paging: two levels of 1024 entries of 32 bits.
  private long walkLegacy(long page, int access, boolean asUser, boolean noUserPages) {
    long table = cpu.cr3 & 0xFFFF_F000L;
    long rights = USER | WRITABLE;
    for (int shift = 22; ; shift = 12) {
      long entryGpa = table + (page >>> shift & 1023) * 4;
      long host = memory.hostAddress(entryGpa);
      while (true) {
        long entry = host == 0 ? 0 : HostMemory.get32(host) & 0xFFFF_FFFFL;
        if ((entry & PRESENT) == 0) {
          throw fault(access, asUser, 0);
        }
        boolean largePage = shift == 22 && (entry & PAGE_SIZE) != 0 && (cpu.cr4 & Cpu.CR4_PSE) != 0;
        if (largePage && (entry & 1 << 21) != 0) {
          throw fault(access, asUser, 1 | 8);
        }
        if (shift == 22 && !largePage) {
          if ((entry & ACCESSED) == 0
              && !HostMemory.compareAndSet(host, 4, entry, entry | ACCESSED)) {
            continue;
          }
          rights &= entry;
          table = entry & 0xFFFF_F000L;
          break;
        }
        long all = rights & entry;
        permit(access, asUser, noUserPages, all, false);
        long used = entry | ACCESSED | (access == WRITE ? DIRTY : 0);
        if (used != entry && !HostMemory.compareAndSet(host, 4, entry, used)) {
          continue;
        }
        walkedSpan = -1L << shift;
        walkedGlobal = (entry & GLOBAL) != 0 && (cpu.cr4 & Cpu.CR4_PGE) != 0;
        walkedWritable = (used & DIRTY) != 0 && mayWrite(asUser, all);
        if (largePage) {
          // PSE-36: bits 20 to 13 are bits 39 to 32 of the address.
          return entry & 0xFFC0_0000L | (entry >>> 13 & 0xFF) << 32 | page & 0x3F_F000L;
        }
        return entry & 0xFFFF_F000L;
      }
    }
  }

  private boolean mayWrite(boolean asUser, long rights) {
    if ((rights & WRITABLE) == 0 && (asUser || (cpu.cr0 & Cpu.CR0_WP) != 0)) {
      return false;
    }
    return !asUser || (rights & USER) != 0;
  }

  private void permit(
      int access, boolean asUser, boolean noUserPages, long rights, boolean noExecute) {
    boolean userPage = (rights & USER) != 0;
    boolean allowed =
        switch (access) {
          case EXECUTE ->
              !noExecute && (asUser ? userPage : !userPage || (cpu.cr4 & Cpu.CR4_SMEP) == 0);
          case WRITE -> mayWrite(asUser, rights) && !(noUserPages && userPage);
          default -> (asUser ? userPage : !(noUserPages && userPage));
        };
    if (!allowed) {
      throw fault(access, asUser, 1);
    }
  }

  private GuestFault fault(int access, boolean asUser, int bits) {
    int code = bits | (access == WRITE ? 2 : 0) | (asUser ? 4 : 0);
    if (access == EXECUTE
        && ((cpu.efer & Cpu.EFER_NXE) != 0 && (cpu.cr4 & Cpu.CR4_PAE) != 0
            || (cpu.cr4 & Cpu.CR4_SMEP) != 0)) {
      code |= 16;
    }
    cpu.cr2 = faultAddress;
    return GuestFault.of(GuestFault.PF, code);
  }

  /** Loads the four page-directory pointers of PAE paging; false if a reserved bit is set. */
  public boolean loadPointers(long cr3, long[] target) {
    for (int i = 0; i < 4; i++) {
      long gpa = (cr3 & 0xFFFF_FFE0L) + i * 8L;
      long host = memory.hostAddress(gpa);
      long entry = host == 0 ? 0 : HostMemory.get64(host);
      if ((entry & PRESENT) != 0 && (entry & (0xFFF0_0000_0000_01E6L | RESERVED_HIGH)) != 0) {
        return false;
      }
      target[i] = entry;
    }
    return true;
  }
}
