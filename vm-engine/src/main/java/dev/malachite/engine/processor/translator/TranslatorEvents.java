// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;

/** What the flight recorder is told about translation. */
final class TranslatorEvents {
  private TranslatorEvents() {}

  /** A region was translated. */
  @Name("dev.malachite.Translation")
  @Label("Translation")
  @Category("Malachite")
  @StackTrace(false)
  static final class Translated extends Event {
    @Label("Guest instructions")
    int instructions;

    @Label("Host code")
    @DataAmount
    int bytes;

    @Label("Code cache used")
    @DataAmount
    long used;
  }

  /** A page with translations was written to. */
  @Name("dev.malachite.Invalidation")
  @Label("Invalidation")
  @Category("Malachite")
  @StackTrace(false)
  static final class Invalidated extends Event {
    @Label("Entries dropped")
    int entries;
  }

  /** The code cache was full and was emptied. */
  @Name("dev.malachite.CacheEmptied")
  @Label("Code cache emptied")
  @Category("Malachite")
  @StackTrace(false)
  static final class Emptied extends Event {
    @Label("Code cache used")
    @DataAmount
    long used;
  }

  /** How often translated code was left, by reason, since the machine started. */
  @Name("dev.malachite.TranslatorExits")
  @Label("Translator exits")
  @Description("Counts since the machine started")
  @Category("Malachite")
  @Period("1 s")
  @StackTrace(false)
  static final class Exits extends Event {
    @Label("Attention")
    long lookUps;

    @Label("Unlinked jumps")
    long links;

    @Label("Jump cache misses")
    long jumps;

    @Label("TLB misses left to the interpreter's walk")
    long misses;

    @Label("TLB misses walked in machine code")
    long walks;

    @Label("Assisted instructions")
    long assists;

    @Label("Interpreted instructions")
    long interpreted;
  }

  /**
   * Reports a translator's exits every so often, if the recorder is running; starting it here would
   * cost every machine its time.
   */
  static Runnable reportExits(Translator translator) {
    Runnable report =
        () -> {
          Exits event = new Exits();
          event.lookUps = translator.exits(Stubs.LOOK_UP);
          event.links = translator.exits(Stubs.LINK);
          event.jumps = translator.exits(Stubs.JUMP);
          event.misses = translator.exits(Stubs.MISS);
          event.walks = translator.walks();
          event.assists = translator.exits(Stubs.ASSIST);
          event.interpreted = translator.exits(Stubs.INTERPRET);
          event.commit();
        };
    if (FlightRecorder.isInitialized()) {
      FlightRecorder.addPeriodicEvent(Exits.class, report);
    }
    return report;
  }
}
