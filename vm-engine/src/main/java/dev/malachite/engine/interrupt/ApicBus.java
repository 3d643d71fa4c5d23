// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.interrupt;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Carries interrupt messages to local APICs, and ends of interrupts back to IOAPICs.
 *
 * <p>APICs are added while the machine is being built. Delivery may be called from any thread,
 * takes no lock and allocates nothing.
 */
public final class ApicBus {
  /** A destination that names every processor, physical or logical. */
  public static final int EVERYBODY = -1;

  /** First address of the range whose writes are interrupt messages. */
  public static final long MESSAGE_BASE = 0xFEE0_0000L;

  /** How many bytes from {@link #MESSAGE_BASE} on are interrupt messages. */
  public static final long MESSAGE_SIZE = 0x10_0000;

  private volatile LocalApic[] apics = new LocalApic[0];
  private volatile IoApic[] ioApics = new IoApic[0];

  /** A bus with nothing on it. */
  public ApicBus() {}

  void add(LocalApic apic) {
    synchronized (this) {
      if (apic.id() != apics.length) {
        throw new IllegalArgumentException(
            "local APIC %d added where number %d comes next".formatted(apic.id(), apics.length));
      }
      LocalApic[] all = Arrays.copyOf(apics, apics.length + 1);
      all[apics.length] = apic;
      apics = all;
    }
  }

  void add(IoApic ioApic) {
    synchronized (this) {
      IoApic[] all = Arrays.copyOf(ioApics, ioApics.length + 1);
      all[ioApics.length] = ioApic;
      ioApics = all;
    }
  }

  /** How many local APICs are on the bus. */
  public int size() {
    return apics.length;
  }

  /**
   * The local APIC of a processor.
   *
   * @throws IndexOutOfBoundsException if there is no such processor
   */
  public LocalApic apic(int processor) {
    return apics[processor];
  }

  /** Sets the power-on state of everything on the bus. Only while no processor runs. */
  public void powerOn() {
    for (LocalApic apic : apics) {
      apic.powerOn();
    }
    for (IoApic ioApic : ioApics) {
      ioApic.reset();
    }
  }

  /**
   * Delivers an interrupt message.
   *
   * @param destination an APIC id, a logical destination, or {@link #EVERYBODY}
   * @param logical true if {@code destination} is a logical one
   * @param mode a {@link DeliveryMode}
   * @param vector 0 to 255
   * @param level true for a level-triggered interrupt
   * @return true if at least one processor took it
   */
  public boolean deliver(int destination, boolean logical, int mode, int vector, boolean level) {
    LocalApic[] all = apics;
    if (!logical && destination != EVERYBODY) {
      return destination >= 0
          && destination < all.length
          && deliverTo(all[destination], mode, vector, level);
    }
    if (mode == DeliveryMode.LOWEST_PRIORITY) {
      LocalApic chosen = lowestPriority(all, destination, logical, vector);
      return chosen != null && chosen.accept(vector, level, false);
    }
    boolean taken = false;
    for (LocalApic apic : all) {
      if (!logical || apic.matchesLogical(destination)) {
        taken |= deliverTo(apic, mode, vector, level);
      }
    }
    return taken;
  }

  private static boolean deliverTo(LocalApic apic, int mode, int vector, boolean level) {
    return mode == DeliveryMode.FIXED || mode == DeliveryMode.LOWEST_PRIORITY
        ? apic.accept(vector, level, false)
        : apic.special(mode, vector);
  }

  /** Among equals the vector decides, so that different interrupts go to different processors. */
  private static @Nullable LocalApic lowestPriority(
      LocalApic[] all, int destination, boolean logical, int vector) {
    LocalApic best = null;
    for (int i = 0; i < all.length; i++) {
      LocalApic apic = all[(vector + i) % all.length];
      if (apic.takesInterrupts()
          && (!logical || apic.matchesLogical(destination))
          && (best == null || apic.arbitrationPriority() < best.arbitrationPriority())) {
        best = apic;
      }
    }
    return best;
  }

  /** Delivers to every processor but one. */
  void broadcast(@Nullable LocalApic except, int mode, int vector) {
    for (LocalApic apic : apics) {
      if (apic != except) {
        deliverTo(apic, mode, vector, false);
      }
    }
  }

  /**
   * Delivers a message-signalled interrupt (SDM volume 3, section 11.11): a write of a device, or
   * of a processor outside its own APIC's page.
   *
   * @param address 0xFEE00000 to 0xFEEFFFFF
   * @param data the value written
   * @return true if at least one processor took it
   */
  public boolean message(long address, int data) {
    int destination = (int) (address >> 12) & 0xFF;
    boolean logical = (address & 4) != 0;
    boolean redirect = (address & 8) != 0;
    int mode = data >> 8 & 7;
    if (redirect && mode == DeliveryMode.FIXED) {
      mode = DeliveryMode.LOWEST_PRIORITY;
    }
    boolean level = (data & 1 << 15) != 0;
    if (level && (data & 1 << 14) == 0 || mode == DeliveryMode.STARTUP) {
      return false;
    }
    return deliver(
        !logical && destination == 0xFF ? EVERYBODY : destination,
        logical,
        mode,
        data & 0xFF,
        level);
  }

  /**
   * Requests an edge-triggered interrupt of one processor, as the SynIC does.
   *
   * @param processor its number
   * @param vector 16 to 255
   * @param autoEnd true if the interrupt ends itself when it is taken
   * @return false if there is no such processor or it takes no interrupts now
   */
  public boolean interrupt(int processor, int vector, boolean autoEnd) {
    LocalApic[] all = apics;
    return processor >= 0
        && processor < all.length
        && all[processor].accept(vector, false, autoEnd);
  }

  /** Tells the IOAPICs that a processor has ended a level-triggered interrupt. Any thread. */
  public void endOfInterrupt(int vector) {
    for (IoApic ioApic : ioApics) {
      ioApic.endOfInterrupt(vector);
    }
  }
}
