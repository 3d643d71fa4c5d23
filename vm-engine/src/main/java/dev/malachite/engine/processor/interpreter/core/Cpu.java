// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.core;

import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.processor.InterruptSource;
import dev.malachite.engine.processor.ProcessorExits;
import dev.malachite.engine.processor.VirtualProcessor;
import dev.malachite.engine.time.MachineClock;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The state of one interpreted processor, and the accesses to memory its operations make.
 *
 * <p>Owned by the processor's thread. Fields are public because operations in the packages beside
 * this one are the processor: they are the interpreter's microcode, and nobody outside the
 * interpreter sees this package.
 *
 * <p>Flags are kept in the form that is cheapest to produce; {@link #flags()} puts them together.
 */
public final class Cpu {
  /** Segment register numbers. */
  public static final int ES = 0, CS = 1, SS = 2, DS = 3, FS = 4, GS = 5;

  /** Position in {@link #r} of a register that is always zero. */
  public static final int ZERO = 16;

  /** Position in {@link #r} of the instruction pointer's value at the start of the code page. */
  public static final int IP_BASE = 17;

  /** Positions in {@link #r}. */
  public static final int RAX = 0, RCX = 1, RDX = 2, RBX = 3, RSP = 4, RBP = 5, RSI = 6, RDI = 7;

  /** CR0 bits. */
  public static final long CR0_PE = 1,
      CR0_MP = 2,
      CR0_EM = 4,
      CR0_TS = 8,
      CR0_ET = 16,
      CR0_NE = 32,
      CR0_WP = 1 << 16,
      CR0_AM = 1 << 18,
      CR0_NW = 1 << 29,
      CR0_CD = 1 << 30,
      CR0_PG = 1L << 31;

  /** CR4 bits. */
  public static final long CR4_VME = 1,
      CR4_PVI = 2,
      CR4_TSD = 4,
      CR4_DE = 8,
      CR4_PSE = 16,
      CR4_PAE = 32,
      CR4_MCE = 64,
      CR4_PGE = 128,
      CR4_PCE = 256,
      CR4_OSFXSR = 512,
      CR4_OSXMMEXCPT = 1024,
      CR4_UMIP = 1 << 11,
      CR4_FSGSBASE = 1 << 16,
      CR4_PCIDE = 1 << 17,
      CR4_OSXSAVE = 1 << 18,
      CR4_SMEP = 1 << 20,
      CR4_SMAP = 1 << 21;

  /** EFER bits. */
  public static final long EFER_SCE = 1, EFER_LME = 1 << 8, EFER_LMA = 1 << 10, EFER_NXE = 1 << 11;

  /** Bits of RFLAGS. */
  public static final int CF = 1,
      PF = 4,
      AF = 16,
      ZF = 64,
      SF = 128,
      TF = 256,
      IF = 512,
      DF = 1024,
      OF = 2048,
      IOPL = 0x3000,
      NT = 1 << 14,
      RF = 1 << 16,
      VM = 1 << 17,
      AC = 1 << 18,
      VIF = 1 << 19,
      VIP = 1 << 20,
      ID = 1 << 21;

  // ---- general state -------------------------------------------------------------------------

  /** General registers 0 to 15, then {@link #ZERO} and {@link #IP_BASE}. */
  public final long[] r = new long[18];

  /** Where execution goes on behind the current block, as an offset in CS. */
  public long nextIp;

  /** Segment registers ES, CS, SS, DS, FS, GS. */
  public final Segment[] segments = {
    new Segment(), new Segment(), new Segment(), new Segment(), new Segment(), new Segment()
  };

  /** Local descriptor table register. */
  public final Segment ldtr = new Segment();

  /** Task register. */
  public final Segment tr = new Segment();

  /** Descriptor table registers. */
  public long gdtBase, idtBase;

  /** Descriptor table limits. */
  public int gdtLimit, idtLimit;

  /** Control registers and extended features; change them through {@link #modeChanged}. */
  public long cr0, cr2, cr3, cr4, efer, xcr0 = 1;

  /** The four page-directory pointers of PAE paging. */
  public final long[] pdpte = new long[4];

  /** Debug registers DR0 to DR3, DR6 and DR7 (4 and 5 unused). */
  public final long[] dr = new long[8];

  /** Current privilege level. */
  public int cpl;

  /** True in 64-bit mode (not in compatibility mode). */
  public boolean mode64;

  /** 2, 4 or 8: the code segment's default size as the decoder needs it. */
  public int codeSize = 2;

  /** Cuts stack pointer arithmetic to the stack's size: 16, 32 or 64 ones. */
  public long stackMask = 0xFFFF;

  /** Flags that are not kept apart below: TF, IF, DF, IOPL, NT, RF, VM, AC, VIF, VIP, ID. */
  public int systemFlags;

  /** ZF is set if this is zero. */
  public long zeroSource;

  /** SF is the sign of this. */
  public long signSource;

  /** PF is the even parity of this one's low byte. */
  public long paritySource;

  /** CF is bit 63 of this, OF is bit 63 exclusive-or bit 62. */
  public long carries;

  /** AF is bit 4 of this. */
  public long adjustSource;

  /** True during the one instruction after STI, or a load of SS, that no interrupt may precede. */
  public boolean interruptShadow;

  /** True while a non-maskable interrupt is being served. */
  public boolean nmiBlocked;

  /** True while waiting for an interrupt. */
  public boolean halted;

  /** True while waiting for a start-up message. */
  public boolean waitingForStartup;

  // ---- surroundings --------------------------------------------------------------------------

  /** What this processor asks of the machine. */
  public final ProcessorExits exits;

  /** Its local APIC. */
  public final InterruptSource apic;

  /** The machine's clock. */
  public final MachineClock clock;

  /** Translation and slow accesses. */
  public final Mmu mmu;

  /** The machine's pages of decoded code. */
  public final CodePages code;

  /** The processor's model-specific registers. */
  public final Msrs msrs;

  /** Where CPUID's answer goes. */
  public final int[] cpuidResult = new int[4];

  /** Where an MSR's value goes. */
  public final long[] msrResult = new long[1];

  /** What the time stamp counter reads beyond the clock. */
  private long tscOffset;

  /** The 16 XMM registers, low and high halves in turn. */
  public final long[] xmm = new long[32];

  /** The upper halves of the 16 YMM registers, bits 128 to 191 and 192 to 255 in turn. */
  public final long[] ymmHigh = new long[32];

  /** The floating-point unit and MMX registers. */
  public final X87State x87 = new X87State();

  /** SSE control and status. */
  public int mxcsr = 0x1F80;

  /** The state that translated code shares. */
  public final Frame frame = new Frame();

  private final int index;
  private @Nullable VirtualProcessor processor;
  private Tlb tlb;
  private long entries;
  private Tlb systemTlb;
  private Tlb fetchTlb;
  private boolean codeWriteAllowed;
  private long currentPageGpa = -1;
  private final RequestCounter writeFlushes = new RequestCounter();
  private final RequestCounter tlbFlushes = new RequestCounter();
  private volatile boolean parked = true;

  /**
   * A processor in an undefined state; {@code reset} follows.
   *
   * @param index its number
   * @param archCapabilities what IA32_ARCH_CAPABILITIES reads
   */
  public Cpu(
      int index,
      GuestMemory memory,
      CodePages code,
      ProcessorExits exits,
      InterruptSource apic,
      MachineClock clock,
      long archCapabilities) {
    this.index = index;
    this.exits = exits;
    this.apic = apic;
    this.clock = clock;
    this.code = code;
    msrs = new Msrs(archCapabilities);
    mmu = new Mmu(this, memory, code);
    tlb = mmu.tlb(false, false, false);
    entries = tlb.entries;
    systemTlb = tlb;
    fetchTlb = tlb;
  }

  /** True if somebody wants this processor to look up from its work. */
  public boolean attention() {
    return HostMemory.getVolatile(frame.address + Frame.ATTENTION, 4) != 0;
  }

  /** Makes this processor look up from its work at the next block. Any thread. */
  public void requestAttention() {
    HostMemory.putVolatile(frame.address + Frame.ATTENTION, 1);
  }

  /** Takes the request back, before looking at what may have been asked for. */
  public void clearAttention() {
    HostMemory.putVolatile(frame.address + Frame.ATTENTION, 0);
  }

  /** Says whether an interrupt was pending at the last look. */
  public void interruptWaits(boolean waits) {
    HostMemory.put32(frame.address + Frame.INTERRUPT_WAITS, waits ? 1 : 0);
  }

  /** Its number in the machine. */
  public int index() {
    return index;
  }

  /** Ties this state to the processor whose state it is. Once. */
  public void processor(VirtualProcessor owner) {
    processor = owner;
  }

  /** The processor whose state this is. */
  public VirtualProcessor processor() {
    VirtualProcessor owner = processor;
    if (owner == null) {
      throw new IllegalStateException("processor() before the processor was set");
    }
    return owner;
  }

  // ---- mode ----------------------------------------------------------------------------------

  /**
   * Derives everything that depends on control registers, CS, SS, privilege level, AC flag and
   * debug registers. Whoever changes one of these calls this afterwards, and flushes the TLB where
   * the architecture says so.
   */
  public void modeChanged() {
    Segment cs = segments[CS];
    boolean longMode = (efer & EFER_LMA) != 0;
    mode64 = longMode && (cs.attributes & Segment.LONG) != 0;
    codeSize = mode64 ? 8 : (cs.attributes & Segment.BIG) != 0 ? 4 : 2;
    stackMask =
        mode64 ? -1L : (segments[SS].attributes & Segment.BIG) != 0 ? 0xFFFF_FFFFL : 0xFFFFL;
    boolean check =
        (dr[7] & 0xFF) != 0 && dataBreakpoints()
            || cpl == 3 && (cr0 & CR0_AM) != 0 && (systemFlags & AC) != 0;
    fetchTlb = mmu.tlb(cpl == 3, false, false);
    tlb = mmu.tlb(cpl == 3, supervisorMayNotUseUserPages(), check);
    entries = tlb.entries;
    systemTlb = mmu.tlb(false, (cr4 & CR4_SMAP) != 0, check);
  }

  /**
   * Which kind of accesses code makes now: 0 for user, 1 for supervisor, 2 for supervisor kept from
   * user pages; -1 while each access must be looked at.
   */
  public int accessKind() {
    return mmu.kind(tlb);
  }

  private boolean dataBreakpoints() {
    for (int i = 0; i < 4; i++) {
      if ((dr[7] >>> 2 * i & 3) != 0 && (dr[7] >>> 16 + 4 * i & 3) != 0) {
        return true;
      }
    }
    return false;
  }

  boolean supervisorMayNotUseUserPages() {
    return (cr4 & CR4_SMAP) != 0 && (systemFlags & AC) == 0;
  }

  /** True in real mode. */
  public boolean realMode() {
    return (cr0 & CR0_PE) == 0;
  }

  /** True in virtual-8086 mode. */
  public boolean virtual8086() {
    return (systemFlags & VM) != 0;
  }

  Tlb uncheckedTlb() {
    return fetchTlb;
  }

  /** Cuts a linear address to what the mode has. */
  public long wrap(long linear) {
    return mode64 ? linear : linear & 0xFFFF_FFFFL;
  }

  /** The time stamp counter as the guest sees it. */
  public long tsc() {
    return clock.tsc() + tscOffset;
  }

  /** How far the guest's time stamp counter is ahead of the host's monotonic clock. */
  public long tscAheadOfHostClock() {
    return tscOffset - clock.origin();
  }

  /** How far the guest's time stamp counter is ahead of the machine's. */
  long tscOffset() {
    return tscOffset;
  }

  /** Moves the guest's time stamp counter, and the deadline timer that goes by it. */
  void tscOffset(long offset) {
    tscOffset = offset;
    apic.tscOffset(offset);
  }

  // ---- reset ---------------------------------------------------------------------------------

  /** Sets the power-on state (SDM volume 3, table 10-1). */
  public void powerOn() {
    msrs.reset();
    tscOffset = 0;
    x87.init();
    x87.control = 0x40;
    Arrays.fill(x87.significand, 0);
    Arrays.fill(x87.signExponent, 0);
    x87.occupied = 0xFF;
    Arrays.fill(xmm, 0);
    Arrays.fill(ymmHigh, 0);
    mxcsr = 0x1F80;
    xcr0 = 1;
    cr0 = CR0_CD | CR0_NW | CR0_ET;
    init();
  }

  /** Sets what INIT sets: all but FPU, SSE and model-specific registers. */
  public void init() {
    Arrays.fill(r, 0);
    r[RDX] = 0x206C2;
    flags(2);
    for (Segment segment : segments) {
      segment.set(0, 0, 0xFFFF, 0x93);
    }
    segments[CS].set(0xF000, 0xFFFF_0000L, 0xFFFF, 0x9B);
    nextIp = 0xFFF0;
    ldtr.set(0, 0, 0xFFFF, 0x82);
    tr.set(0, 0, 0xFFFF, 0x8B);
    gdtBase = 0;
    gdtLimit = 0xFFFF;
    idtBase = 0;
    idtLimit = 0xFFFF;
    cr0 = cr0 & (CR0_CD | CR0_NW) | CR0_ET;
    cr2 = 0;
    cr3 = 0;
    cr4 = 0;
    efer = 0;
    Arrays.fill(dr, 0);
    dr[6] = 0xFFFF_0FF0L;
    dr[7] = 0x400;
    cpl = 0;
    halted = false;
    interruptShadow = false;
    nmiBlocked = false;
    debugHits = 0;
    mmu.flushAll();
    modeChanged();
  }

  // ---- code ----------------------------------------------------------------------------------

  /** The page of code at a linear address. */
  public CodePage codePage(long linear) {
    Tlb t = fetchTlb;
    int i = Tlb.index(linear);
    if (t.executeTag[i] == (linear & -4096L)) {
      CodePage page = t.executePage[i];
      if (page != null && page.valid) {
        return page;
      }
    }
    return mmu.fetchPage(t, linear);
  }

  /** Tells which page is being executed, so that writes into it are noticed at once. */
  public void currentPage(CodePage page) {
    currentPageGpa = page.gpa;
  }

  long currentPageGpa() {
    return currentPageGpa;
  }

  /** While true, the current operation may write into its own page. */
  public void allowCodeWrite(boolean allowed) {
    codeWriteAllowed = allowed;
  }

  boolean codeWriteAllowed() {
    return codeWriteAllowed;
  }

  /** Asks this processor, from another's thread, to give up its rights to write. */
  int requestWriteFlush() {
    int ticket = writeFlushes.request();
    requestAttention();
    return ticket;
  }

  int lastWriteFlush() {
    return writeFlushes.done();
  }

  /** True if the request has been served, or will be before the next access. */
  boolean writeFlushDone(int ticket) {
    return parked || writeFlushes.isDone(ticket);
  }

  /**
   * Asks this processor, from another's thread, to forget its translations.
   *
   * @return a ticket for {@link #tlbFlushDone}
   */
  public int requestTlbFlush() {
    int ticket = tlbFlushes.request();
    requestAttention();
    return ticket;
  }

  /** True if the request has been served, or will be before the next access. */
  public boolean tlbFlushDone(int ticket) {
    return parked || tlbFlushes.isDone(ticket);
  }

  /** Says that this processor runs no guest code until {@link #unpark}. */
  public void park() {
    parked = true;
  }

  /** Says that this processor is about to run guest code. */
  public void unpark() {
    parked = false;
    serveRequests();
  }

  /** Serves what other processors have asked for. Between two blocks, on the own thread. */
  public void serveRequests() {
    if (tlbFlushes.pending()) {
      int ticket = tlbFlushes.newest();
      mmu.flushAll();
      tlbFlushes.served(ticket);
    }
    if (writeFlushes.pending()) {
      int ticket = writeFlushes.newest();
      mmu.flushWrites();
      writeFlushes.served(ticket);
    }
  }

  void flushWritesTo(long hostPage) {
    mmu.flushWritesTo(hostPage);
  }

  // ---- memory --------------------------------------------------------------------------------

  // True if all bytes of an access lie in the page whose start it is this far from.
  private static boolean hit(long offset, int size) {
    return Long.compareUnsigned(offset, 4096 - size) <= 0;
  }

  /** Reads a byte at a linear address, zero-extended. */
  public int read8(long linear) {
    long entry = Tlb.entry(entries, linear);
    long offset = linear - HostMemory.get64(entry + Tlb.READ_TAG);
    return hit(offset, 1)
        ? HostMemory.get8(HostMemory.get64(entry + Tlb.HOST) + offset)
        : (int) mmu.read(tlb, linear, 1);
  }

  /** Reads two bytes, zero-extended. */
  public int read16(long linear) {
    long entry = Tlb.entry(entries, linear);
    long offset = linear - HostMemory.get64(entry + Tlb.READ_TAG);
    return hit(offset, 2)
        ? HostMemory.get16(HostMemory.get64(entry + Tlb.HOST) + offset)
        : (int) mmu.read(tlb, linear, 2);
  }

  /** Reads four bytes. */
  public int read32(long linear) {
    long entry = Tlb.entry(entries, linear);
    long offset = linear - HostMemory.get64(entry + Tlb.READ_TAG);
    return hit(offset, 4)
        ? HostMemory.get32(HostMemory.get64(entry + Tlb.HOST) + offset)
        : (int) mmu.read(tlb, linear, 4);
  }

  /** Reads eight bytes. */
  public long read64(long linear) {
    long entry = Tlb.entry(entries, linear);
    long offset = linear - HostMemory.get64(entry + Tlb.READ_TAG);
    return hit(offset, 8)
        ? HostMemory.get64(HostMemory.get64(entry + Tlb.HOST) + offset)
        : mmu.read(tlb, linear, 8);
  }

  /** Writes a byte. */
  public void write8(long linear, int value) {
    long entry = Tlb.entry(entries, linear);
    long offset = linear - HostMemory.get64(entry + Tlb.WRITE_TAG);
    if (hit(offset, 1)) {
      HostMemory.put8(HostMemory.get64(entry + Tlb.HOST) + offset, value);
    } else {
      mmu.write(tlb, linear, 1, value & 0xFF);
    }
  }

  /** Writes two bytes. */
  public void write16(long linear, int value) {
    long entry = Tlb.entry(entries, linear);
    long offset = linear - HostMemory.get64(entry + Tlb.WRITE_TAG);
    if (hit(offset, 2)) {
      HostMemory.put16(HostMemory.get64(entry + Tlb.HOST) + offset, value);
    } else {
      mmu.write(tlb, linear, 2, value & 0xFFFF);
    }
  }

  /** Writes four bytes. */
  public void write32(long linear, int value) {
    long entry = Tlb.entry(entries, linear);
    long offset = linear - HostMemory.get64(entry + Tlb.WRITE_TAG);
    if (hit(offset, 4)) {
      HostMemory.put32(HostMemory.get64(entry + Tlb.HOST) + offset, value);
    } else {
      mmu.write(tlb, linear, 4, value & 0xFFFF_FFFFL);
    }
  }

  /** Writes eight bytes. */
  public void write64(long linear, long value) {
    long entry = Tlb.entry(entries, linear);
    long offset = linear - HostMemory.get64(entry + Tlb.WRITE_TAG);
    if (hit(offset, 8)) {
      HostMemory.put64(HostMemory.get64(entry + Tlb.HOST) + offset, value);
    } else {
      mmu.write(tlb, linear, 8, value);
    }
  }

  /**
   * Throws the fault that a write of these bytes would throw, and changes nothing: what a
   * read-modify-write operation calls first, and one that writes in several pieces.
   */
  public void probeWrite(long linear, int size) {
    long entry = Tlb.entry(entries, linear);
    if (!hit(linear - HostMemory.get64(entry + Tlb.WRITE_TAG), size)) {
      mmu.probeWrite(tlb, linear, size);
    }
  }

  /**
   * The host address of writable memory, for atomic operations and bulk copies.
   *
   * @return 0 if the bytes cross a page or are not plain memory; what would fault, faults
   */
  public long hostForWrite(long linear, int size) {
    long entry = Tlb.entry(entries, linear);
    long offset = linear - HostMemory.get64(entry + Tlb.WRITE_TAG);
    return hit(offset, size)
        ? HostMemory.get64(entry + Tlb.HOST) + offset
        : mmu.hostForWrite(tlb, linear, size);
  }

  /** As {@link #hostForWrite}, for reading. */
  public long hostForRead(long linear, int size) {
    long entry = Tlb.entry(entries, linear);
    long offset = linear - HostMemory.get64(entry + Tlb.READ_TAG);
    return hit(offset, size)
        ? HostMemory.get64(entry + Tlb.HOST) + offset
        : mmu.hostForRead(tlb, linear, size);
  }

  /** Fills the TLB for an access that missed it; false if such accesses can't go by the TLB. */
  public boolean fillTlb(long linear, int size, boolean write) {
    return mmu.fill(tlb, linear, size, write);
  }

  /** Reads 1, 2, 4 or 8 bytes with supervisor rights, as descriptor table accesses do. */
  public long readSystem(long linear, int size) {
    return mmu.read(systemTlb, linear, size);
  }

  /** Writes 1, 2, 4 or 8 bytes with supervisor rights. */
  public void writeSystem(long linear, int size, long value) {
    mmu.write(systemTlb, linear, size, value);
  }

  // ---- segments ------------------------------------------------------------------------------

  /** The linear address of an offset in a segment, checked for reading. */
  public long linearForRead(int segment, long offset, int size) {
    Segment s = segments[segment];
    if (mode64) {
      return segment >= FS ? s.base + offset : offset;
    }
    if (!s.flatRead || offset + size - 1 > 0xFFFF_FFFFL) {
      checkSegment(s, segment, offset, size, false);
    }
    return s.base + offset & 0xFFFF_FFFFL;
  }

  /** The linear address of an offset in a segment, checked for writing. */
  public long linearForWrite(int segment, long offset, int size) {
    Segment s = segments[segment];
    if (mode64) {
      return segment >= FS ? s.base + offset : offset;
    }
    if (!s.flatWrite || offset + size - 1 > 0xFFFF_FFFFL) {
      checkSegment(s, segment, offset, size, true);
    }
    return s.base + offset & 0xFFFF_FFFFL;
  }

  private void checkSegment(Segment s, int segment, long offset, int size, boolean write) {
    int vector = segment == SS ? GuestFault.SS : GuestFault.GP;
    boolean usable = (s.attributes & (Segment.UNUSABLE | Segment.PRESENT)) == Segment.PRESENT;
    boolean protectedMode = !realMode() && !virtual8086();
    if (!usable
        || protectedMode && !(write ? s.writable() : s.readable())
        || !s.within(offset, size)) {
      throw GuestFault.of(usable || segment != SS ? vector : GuestFault.SS);
    }
  }

  // ---- stack ---------------------------------------------------------------------------------

  /** The linear address of {@code size} bytes at an offset in the stack segment, for writing. */
  public long stackForWrite(long offset, int size) {
    if (mode64) {
      return stackCanonical(offset);
    }
    return linearForWrite(SS, offset & stackMask, size);
  }

  /** The linear address of {@code size} bytes at an offset in the stack segment, for reading. */
  public long stackForRead(long offset, int size) {
    if (mode64) {
      return stackCanonical(offset);
    }
    return linearForRead(SS, offset & stackMask, size);
  }

  private static long stackCanonical(long offset) {
    if (offset << 16 >> 16 != offset) {
      throw GuestFault.of(GuestFault.SS);
    }
    return offset;
  }

  /** Sets the stack pointer, leaving the bits alone that the stack's size doesn't cover. */
  public void setStackPointer(long value) {
    long[] regs = r;
    if (stackMask == 0xFFFF_FFFFL) {
      regs[RSP] = value & 0xFFFF_FFFFL;
    } else {
      regs[RSP] = regs[RSP] & ~stackMask | value & stackMask;
    }
  }

  /** Pushes 2, 4 or 8 bytes. */
  public void push(long value, int size) {
    long offset = r[RSP] - size;
    long linear = stackForWrite(offset, size);
    switch (size) {
      case 2 -> write16(linear, (int) value);
      case 4 -> write32(linear, (int) value);
      default -> write64(linear, value);
    }
    setStackPointer(offset);
  }

  /** Pops 2, 4 or 8 bytes, zero-extended. */
  public long pop(int size) {
    long offset = r[RSP];
    long value = peek(offset, size);
    setStackPointer(offset + size);
    return value;
  }

  /** Reads 2, 4 or 8 bytes at an offset in the stack segment, zero-extended. */
  public long peek(long offset, int size) {
    long linear = stackForRead(offset, size);
    return switch (size) {
      case 2 -> read16(linear);
      case 4 -> read32(linear) & 0xFFFF_FFFFL;
      default -> read64(linear);
    };
  }

  // ---- flags ---------------------------------------------------------------------------------

  /** The flags register as PUSHF shows it. */
  public int flags() {
    return systemFlags | 2 | arithmeticFlags();
  }

  /** CF, PF, AF, ZF, SF and OF. */
  public int arithmeticFlags() {
    int flags = (int) (carries >>> 63) | (int) ((carries ^ carries << 1) >>> 63) << 11;
    flags |= parity() ? PF : 0;
    flags |= (int) adjustSource & AF;
    flags |= zeroSource == 0 ? ZF : 0;
    flags |= signSource < 0 ? SF : 0;
    return flags;
  }

  /** Sets CF, PF, AF, ZF, SF and OF from a flags register's value. */
  public void arithmeticFlags(int flags) {
    zeroSource = ~flags & ZF;
    signSource = (flags & SF) != 0 ? -1 : 0;
    paritySource = (flags & PF) != 0 ? 0 : 1;
    adjustSource = flags & AF;
    setCarryAndOverflow((flags & CF) != 0, (flags & OF) != 0);
  }

  /** Sets all flags, without the checks of privilege that POPF makes. */
  public void flags(int value) {
    arithmeticFlags(value);
    systemFlags = value & (TF | IF | DF | IOPL | NT | RF | VM | AC | VIF | VIP | ID);
  }

  /** CF. */
  public boolean carry() {
    return carries < 0;
  }

  /** OF. */
  public boolean overflow() {
    return (carries ^ carries << 1) < 0;
  }

  /** ZF. */
  public boolean zero() {
    return zeroSource == 0;
  }

  /** SF. */
  public boolean sign() {
    return signSource < 0;
  }

  /** PF. */
  public boolean parity() {
    int low = (int) paritySource & 0xFF;
    return (0x9669 >>> ((low ^ low >>> 4) & 15) & 1) != 0;
  }

  /** Sets CF and OF. */
  public void setCarryAndOverflow(boolean carry, boolean overflow) {
    carries = carry ? (overflow ? 1L << 63 : 3L << 62) : overflow ? 1L << 62 : 0;
  }

  /** Sets CF and leaves OF alone. */
  public void setCarry(boolean carry) {
    setCarryAndOverflow(carry, overflow());
  }

  /** Sets ZF, SF and PF from a result that is sign-extended to 64 bits. */
  public void setResult(long result) {
    zeroSource = result;
    signSource = result;
    paritySource = result;
  }

  // ---- local APIC, debug ---------------------------------------------------------------------

  boolean isLocalApic(long gpa) {
    long base = apic.base();
    return (base & 0xC00) == 0x800 && (gpa & -4096L) == (base & 0xF_FFFF_F000L);
  }

  long readLocalApic(long gpa, int size) {
    int shift = (int) (gpa & 3) * 8;
    long value = apic.readMmio((int) gpa & 0xFFC) & 0xFFFF_FFFFL;
    return size == 8 ? value : value >>> shift & (1L << 8 * size) - 1;
  }

  void writeLocalApic(long gpa, int size, long value) {
    if ((gpa & 3) == 0 && size >= 4) {
      apic.writeMmio((int) gpa & 0xFFC, (int) value);
    }
  }

  /** Alignment check and data breakpoints, for accesses while one of them is armed. */
  void checkAccess(long linear, int size, boolean write) {
    if (cpl == 3 && (cr0 & CR0_AM) != 0 && (systemFlags & AC) != 0 && (linear & size - 1) != 0) {
      throw GuestFault.of(GuestFault.AC);
    }
    for (int i = 0; i < 4; i++) {
      int kind = (int) (dr[7] >>> 16 + 4 * i) & 3;
      if ((dr[7] >>> 2 * i & 3) == 0 || kind == 0 || kind == 2 || kind == 1 && !write) {
        continue;
      }
      int code = (int) (dr[7] >>> 18 + 4 * i) & 3;
      long length = code == 2 ? 8 : code + 1;
      long start = dr[i] & -length;
      if (linear < start + length && start < linear + size) {
        debugHits |= 1 << i;
      }
    }
  }

  /** Data breakpoints that the current instruction has hit; the run loop raises them after it. */
  public int debugHits;
}
