// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import dev.malachite.engine.decoder.Decoder;
import dev.malachite.engine.processor.CpuidModel;
import dev.malachite.engine.processor.interpreter.Accelerator;
import dev.malachite.engine.processor.interpreter.core.Block;
import dev.malachite.engine.processor.interpreter.core.CodePage;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Translation;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/**
 * Translates the code that a machine's processors execute often, and keeps the translations.
 *
 * <p>All processors share one code cache. Translating, linking and dropping happen under this
 * object's lock; translated code runs without. When the cache is full it is emptied as a whole,
 * after all processors have left it.
 */
public final class Translator implements Accelerator.Factory, AutoCloseable {
  private static final long CACHE_BYTES = 192L << 20;

  /** What a region's code can't be larger than; a cache with less room left is emptied. */
  private static final long ROOM = 1 << 20;

  /** How often blocks are interpreted before they are translated: what measured best. */
  public static final int THRESHOLD = 24;

  private final int threshold;
  private final CodeCache cache = new CodeCache(CACHE_BYTES);
  private final Stubs stubs;
  private final Compiler compiler;
  private final Region region;
  private final List<Runner> runners = new CopyOnWriteArrayList<>();
  private final List<Assist> assists = new ArrayList<>();

  /** Where the region being translated can be entered, until its code is in the cache. */
  private final List<Entry> entries = new ArrayList<>();

  private final TranslatorStatistics statistics = new TranslatorStatistics();

  private final Runnable reporter = TranslatorEvents.reportExits(this);

  /** Which filling of the cache this is. */
  private volatile int generation;

  /** True while the cache is being emptied: no processor may enter it. */
  private volatile boolean emptying;

  private record Entry(Block block, int mode, long inner, long outer) {}

  /**
   * A translator with an empty cache.
   *
   * @param decoder what the guest's instructions are decoded with
   * @param wideVectors true if the host has AVX, and the guest may
   * @param threshold how often a block is interpreted before it is translated, at least 1
   */
  public Translator(Decoder decoder, boolean wideVectors, int threshold) {
    this.threshold = threshold;
    stubs = new Stubs(cache, wideVectors);
    compiler = new Compiler(stubs);
    region = new Region(decoder);
  }

  /** True where translated code can run: Linux on x86-64. */
  public static boolean available() {
    String architecture = System.getProperty("os.arch", "");
    return (architecture.equals("amd64") || architecture.equals("x86_64"))
        && System.getProperty("os.name", "").equals("Linux");
  }

  /**
   * A translator for this host.
   *
   * @param level what the guest's processors have; the host has it, too
   */
  public static Translator forThisHost(CpuidModel.Level level) {
    boolean v3 = level == CpuidModel.Level.V3;
    return new Translator(new Decoder(v3), v3, THRESHOLD);
  }

  @Override
  public Accelerator accelerator(Cpu cpu) {
    Runner runner = new Runner(this, cpu, stubs);
    runners.add(runner);
    return runner;
  }

  /** What it has done so far. Any thread. */
  public TranslatorStatistics statistics() {
    for (int reason = 0; reason < Stubs.EXITS; reason++) {
      statistics.exits(reason, exits(reason));
    }
    statistics.walks(walks());
    return statistics;
  }

  /** How often translated code came back for a reason, on all processors. */
  long exits(int reason) {
    long sum = 0;
    for (Runner runner : runners) {
      sum += runner.exits(reason);
    }
    return sum;
  }

  /** How many TLB misses were served without leaving translated code, on all processors. */
  long walks() {
    long sum = 0;
    for (Runner runner : runners) {
      sum += runner.walks();
    }
    return sum;
  }

  int generation() {
    return generation;
  }

  int threshold() {
    return threshold;
  }

  boolean emptying() {
    return emptying;
  }

  long cacheBase() {
    return cache.base();
  }

  /** The translation of a block for a mode, or null if there is none yet. */
  @Nullable Translation find(Block block, int mode) {
    int now = generation;
    for (Translation t = block.translations; t != null; t = t.next()) {
      if (t.mode() == mode && t.generation() == now) {
        return t;
      }
    }
    return null;
  }

  /** An operation the interpreter executes in the middle of translated code. */
  Assist assist(int number) {
    synchronized (this) {
      return assists.get(number);
    }
  }

  /** Translates the region that starts with a block; null if that can't be. */
  synchronized @Nullable Translation translate(
      Runner asking, CodePage page, Block block, int offset, int mode) {
    Translation known = find(block, mode);
    if (known != null) {
      return known;
    }
    CodePage second = block.second();
    boolean collected =
        second == null
            ? page.valid && region.collect(page, offset, mode, generation)
            : page.valid && second.valid && region.collectCrossing(page, second, offset, mode);
    if (!collected) {
      return null;
    }
    if (cache.free() < ROOM) {
      empty(asking);
    }
    PageCode pageCode = pageCode(page);
    PageCode secondCode = second == null ? null : pageCode(second);
    int now = generation;
    compiler.compile(
        region,
        cache,
        new Compiler.Result() {
          @Override
          public void entry(int at, int entryMode, long inner, long outer) {
            Block entered = page.block(at);
            if (entered != null && find(entered, entryMode) == null) {
              entries.add(new Entry(entered, entryMode, inner, outer));
            }
          }

          @Override
          public void point(long at, long gone) {
            pageCode.add(at, gone, now);
            if (secondCode != null) {
              secondCode.add(at, gone, now);
            }
          }

          @Override
          public int assist(Step step) {
            assists.add(new Assist(step, page));
            return assists.size() - 1;
          }
        });
    Assembler code = compiler.code();
    cache.add(code.code(), code.size());
    publish(now);
    statistics.translated(region.count(), code.size(), cache.used());
    if (!page.valid || second != null && !second.valid) {
      gone(pageCode);
      if (secondCode != null) {
        gone(secondCode);
      }
      return null;
    }
    return find(block, mode);
  }

  // Other processors find entries without the lock, so the code must be there before.
  private void publish(int now) {
    VarHandle.releaseFence();
    for (Entry e : entries) {
      e.block.translations =
          new Translation(e.mode, now, e.inner, e.outer, current(e.block.translations, now));
    }
    entries.clear();
  }

  private static @Nullable Translation current(@Nullable Translation list, int generation) {
    return list != null && list.generation() == generation ? list : null;
  }

  private PageCode pageCode(CodePage page) {
    if (page.translated instanceof PageCode known) {
      return known;
    }
    PageCode made = new PageCode(this);
    page.translated = made;
    return made;
  }

  /** Puts jumps out over all places where the page's code can be entered. */
  synchronized void gone(PageCode code) {
    statistics.invalidated(code.drop(cache, generation));
  }

  /** Links a jump to where it leads. */
  synchronized void link(long site, int siteGeneration, Translation target) {
    if (siteGeneration == generation && target.generation() == generation) {
      long at = cache.base() + site;
      cache.patch(at, (int) (target.inner() - (at + 4)));
      statistics.linked();
    }
  }

  /** Leads a place whose code is gone to the code that took its place. */
  synchronized void redirect(long point, int pointGeneration, Translation target) {
    if (pointGeneration == generation && target.generation() == generation) {
      cache.patchJump(cache.base() + point, target.inner());
    }
  }

  // Makes all other processors leave the cache, and forgets what is in it.
  private void empty(Runner asking) {
    int now = generation;
    emptying = true;
    for (Runner other : runners) {
      if (other != asking) {
        other.expel();
      }
    }
    statistics.emptied(cache.used());
    cache.clear();
    assists.clear();
    generation = now + 1;
    emptying = false;
  }

  @Override
  public void close() {
    if (FlightRecorder.isInitialized()) {
      FlightRecorder.removePeriodicEvent(reporter);
    }
    cache.close();
  }
}
