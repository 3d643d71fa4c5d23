// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.core;

import dev.malachite.engine.memory.GuestMemory;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * All pages of a machine that hold decoded code, by physical address.
 *
 * <p>Its rule: while a page is here, no processor's TLB lets it write to the page, so every write
 * comes to {@link #written}. Writes by devices come there through {@link GuestMemory}.
 */
public final class CodePages implements GuestMemory.WriteObserver {
  private final GuestMemory.Region[] regions;
  private final List<AtomicReferenceArray<@Nullable CodePage>> pages;
  private final PageMarks marks;
  private Cpu[] cpus = new Cpu[0];

  /** For the memory of one machine, whose regions are all there. */
  public CodePages(GuestMemory memory) {
    regions = memory.regions().toArray(GuestMemory.Region[]::new);
    pages =
        memory.regions().stream()
            .map(r -> new AtomicReferenceArray<@Nullable CodePage>((int) (r.size() >>> 12)))
            .toList();
    marks = new PageMarks(regions);
    memory.observeWrites(this);
  }

  /** Describes main memory to page walks outside the interpreter, in a processor's frame. */
  public void describe(Frame frame) {
    marks.describe(frame);
  }

  /** To be called before a processor may use the page at a physical address. */
  void use(long gpa) {
    marks.use(gpa);
  }

  /** Sets the machine's processors. Before any runs. */
  public void processors(List<Cpu> all) {
    cpus = all.toArray(Cpu[]::new);
  }

  /** True if the page at this physical address holds decoded code. */
  boolean holdsCode(long gpa) {
    for (int i = 0; i < regions.length; i++) {
      long offset = gpa - regions[i].gpa();
      if (offset >= 0 && offset < regions[i].size()) {
        return pages.get(i).getPlain((int) (offset >>> 12)) != null;
      }
    }
    return false;
  }

  /** The page for execution, made if it isn't there; null if there is no memory. */
  @Nullable CodePage forExecution(long gpa, Cpu current) {
    for (int i = 0; i < regions.length; i++) {
      long offset = gpa - regions[i].gpa();
      if (offset >= 0 && offset < regions[i].size()) {
        int frame = (int) (offset >>> 12);
        CodePage page = pages.get(i).get(frame);
        return page != null ? page : add(i, frame, current);
      }
    }
    return null;
  }

  private @Nullable CodePage add(int region, int frame, Cpu current) {
    long offset = (long) frame << 12;
    long host = regions[region].hostAddress() + offset;
    int[] tickets = new int[cpus.length];
    CodePage page = new CodePage(regions[region].gpa() + offset, host, tickets);
    synchronized (pages.get(region)) {
      if (!pages.get(region).compareAndSet(frame, null, page)) {
        return pages.get(region).get(frame);
      }
      marks.code(region, frame, true);
    }
    for (int i = 0; i < cpus.length; i++) {
      if (cpus[i] == current) {
        current.flushWritesTo(host);
        tickets[i] = current.lastWriteFlush();
      } else {
        tickets[i] = cpus[i].requestWriteFlush();
      }
    }
    return page;
  }

  private @Nullable CodePage remove(int region, int frame) {
    synchronized (pages.get(region)) {
      CodePage page = pages.get(region).getAndSet(frame, null);
      marks.code(region, frame, false);
      return page;
    }
  }

  /** True once blocks of the page may be kept. */
  public boolean settled(CodePage page) {
    return page.settled(cpus);
  }

  @Override
  public void written(long gpa, long length) {
    if (length <= 0) {
      return;
    }
    long first = gpa & -4096L;
    for (int i = 0; i < regions.length; i++) {
      long offset = first - regions[i].gpa();
      if (offset >= 0 && offset < regions[i].size()) {
        int last =
            (int) Math.min((gpa + length - 1 - regions[i].gpa()) >>> 12, pages.get(i).length() - 1);
        for (int frame = (int) (offset >>> 12); frame <= last; frame++) {
          if (pages.get(i).getPlain(frame) != null) {
            CodePage page = remove(i, frame);
            if (page != null) {
              page.valid = false;
              TranslatedCode translated = page.translated;
              if (translated != null) {
                translated.gone();
              }
            }
          }
        }
        return;
      }
    }
  }
}
