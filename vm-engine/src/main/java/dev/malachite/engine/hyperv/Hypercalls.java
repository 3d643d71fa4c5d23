// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.hyperv;

import dev.malachite.engine.interrupt.ApicBus;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.processor.VirtualProcessor;

/**
 * The hypercalls of one processor (TLFS, Hypercall Reference): messages, events, interrupts between
 * processors and the flushing of address translations. All on the processor's thread.
 */
final class Hypercalls {
  private static final int FLUSH_SPACE = 0x0002;
  private static final int FLUSH_LIST = 0x0003;
  private static final int LONG_SPIN_WAIT = 0x0008;
  private static final int SEND_IPI = 0x000B;
  private static final int FLUSH_SPACE_EX = 0x0013;
  private static final int FLUSH_LIST_EX = 0x0014;
  private static final int SEND_IPI_EX = 0x0015;
  private static final int POST_MESSAGE = 0x005C;
  private static final int SIGNAL_EVENT = 0x005D;
  private static final int QUERY_EXTENDED_CAPABILITIES = 0x8001;

  private static final long FLUSH_ALL_PROCESSORS = 1;
  private static final long FLUSH_ALL_SPACES = 1 << 1;
  private static final long FLUSH_NON_GLOBAL_ONLY = 1 << 2;
  private static final long FLUSH_EXTENDED_RANGES = 1 << 3;

  private static final long SET_SPARSE = 0;
  private static final long SET_ALL = 1;

  private static final int INPUT_LIMIT = GuestMemory.PAGE_SIZE;

  private final GuestMemory memory;
  private final ApicBus bus;
  private final TlbFlusher flusher;
  private final PortTable<MessagePort> messagePorts;
  private final PortTable<EventPort> eventPorts;
  private final HypercallInput input;
  private final VpSet targets;
  private final long[] ranges = new long[INPUT_LIMIT / 8];
  private final byte[] payload = new byte[SynicMessage.MAX_PAYLOAD];
  private int done;

  Hypercalls(
      GuestMemory memory,
      ApicBus bus,
      int processors,
      TlbFlusher flusher,
      PortTable<MessagePort> messagePorts,
      PortTable<EventPort> eventPorts) {
    this.memory = memory;
    this.bus = bus;
    this.flusher = flusher;
    this.messagePorts = messagePorts;
    this.eventPorts = eventPorts;
    input = new HypercallInput(memory);
    targets = new VpSet(processors);
  }

  /** Does the call that the processor's registers describe and sets its result. */
  void call(VirtualProcessor p) {
    input.take(p);
    done = 0;
    int status = input.reservedBitsSet() ? HypercallStatus.INVALID_INPUT : dispatch(p);
    long result = (long) done << 32 | status;
    if (p.longMode()) {
      p.general(VirtualProcessor.RAX, result);
    } else {
      p.general(VirtualProcessor.RAX, result & 0xFFFF_FFFFL);
      p.general(VirtualProcessor.RDX, result >>> 32);
    }
  }

  private int dispatch(VirtualProcessor p) {
    int code = input.code();
    boolean list = code == FLUSH_LIST || code == FLUSH_LIST_EX;
    boolean set = code == FLUSH_SPACE_EX || code == FLUSH_LIST_EX || code == SEND_IPI_EX;
    boolean badRepetitions =
        list
            ? input.firstRepetition() >= input.repetitions()
            : (input.repetitions() | input.firstRepetition()) != 0;
    boolean badVariable = !set && input.variableSize() != 0;
    return switch (code) {
      case FLUSH_SPACE,
          FLUSH_LIST,
          LONG_SPIN_WAIT,
          SEND_IPI,
          FLUSH_SPACE_EX,
          FLUSH_LIST_EX,
          SEND_IPI_EX,
          POST_MESSAGE,
          SIGNAL_EVENT,
          QUERY_EXTENDED_CAPABILITIES ->
          badRepetitions || badVariable ? HypercallStatus.INVALID_INPUT : execute(p, code);
      default -> HypercallStatus.INVALID_CODE;
    };
  }

  private int execute(VirtualProcessor p, int code) {
    return switch (code) {
      case FLUSH_SPACE, FLUSH_LIST -> flush(p);
      case FLUSH_SPACE_EX, FLUSH_LIST_EX -> flushEx(p);
      case SEND_IPI -> sendIpi(p);
      case SEND_IPI_EX -> sendIpiEx(p);
      case POST_MESSAGE -> postMessage(p);
      case SIGNAL_EVENT -> signalEvent(p);
      case QUERY_EXTENDED_CAPABILITIES -> queryExtendedCapabilities();
      default -> {
        Thread.onSpinWait();
        yield HypercallStatus.SUCCESS;
      }
    };
  }

  /** Input: address space 0, flags 8, processor mask 16, list 24. */
  private int flush(VirtualProcessor p) {
    int size = 24 + input.repetitions() * 8;
    int status = load(p, size);
    if (status != HypercallStatus.SUCCESS) {
      return status;
    }
    targets.clear();
    targets.addBank(0, input.longAt(16));
    doFlush(p, 24);
    return HypercallStatus.SUCCESS;
  }

  /** Input: address space 0, flags 8, processor set 16, list behind the set. */
  private int flushEx(VirtualProcessor p) {
    int listAt = 32 + input.variableSize() * 8;
    int status = load(p, listAt + input.repetitions() * 8);
    if (status == HypercallStatus.SUCCESS) {
      status = readSet(16, (input.longAt(8) & FLUSH_ALL_PROCESSORS) != 0);
    }
    if (status != HypercallStatus.SUCCESS) {
      return status;
    }
    doFlush(p, listAt);
    return HypercallStatus.SUCCESS;
  }

  private void doFlush(VirtualProcessor p, int listAt) {
    long flags = input.longAt(8);
    long space = (flags & FLUSH_ALL_SPACES) != 0 ? TlbFlusher.ALL_SPACES : input.longAt(0);
    if ((flags & FLUSH_ALL_PROCESSORS) != 0) {
      targets.addAll();
    }
    int first = input.firstRepetition();
    int count = input.repetitions() - first;
    done = input.repetitions();
    if (targets.isEmpty()) {
      return;
    }
    if (count > 0 && (flags & FLUSH_EXTENDED_RANGES) == 0) {
      for (int i = 0; i < count; i++) {
        ranges[i] = input.longAt(listAt + (first + i) * 8);
      }
      flusher.flushPages(p, targets, space, ranges, count);
    } else {
      // Ranges of large pages are not worth taking apart: everything goes.
      boolean globals = count > 0 || (flags & FLUSH_NON_GLOBAL_ONLY) == 0;
      flusher.flush(p, targets, space, globals);
    }
  }

  private int load(VirtualProcessor p, int size) {
    return size > INPUT_LIMIT ? HypercallStatus.INVALID_PARAMETER : input.load(p, size);
  }

  /** Reads a processor set (TLFS, Generic Set): format, bank mask, a bank for each of its bits. */
  private int readSet(int offset, boolean ignored) {
    targets.clear();
    long format = input.longAt(offset);
    if (ignored) {
      return HypercallStatus.SUCCESS;
    }
    if (format == SET_ALL) {
      targets.addAll();
      return HypercallStatus.SUCCESS;
    }
    if (format != SET_SPARSE) {
      return HypercallStatus.INVALID_PARAMETER;
    }
    long banks = input.longAt(offset + 8);
    if (Long.bitCount(banks) != input.variableSize()) {
      return HypercallStatus.INVALID_INPUT;
    }
    int at = offset + 16;
    while (banks != 0) {
      targets.addBank(Long.numberOfTrailingZeros(banks), input.longAt(at));
      banks &= banks - 1;
      at += 8;
    }
    return HypercallStatus.SUCCESS;
  }

  /** Input: vector 0, target trust level 4, processor mask 8. */
  private int sendIpi(VirtualProcessor p) {
    int status = load(p, 16);
    if (status != HypercallStatus.SUCCESS) {
      return status;
    }
    targets.clear();
    targets.addBank(0, input.longAt(8));
    return interruptTargets();
  }

  /** Input: vector 0, target trust level 4, processor set 8. */
  private int sendIpiEx(VirtualProcessor p) {
    int status = load(p, 24 + input.variableSize() * 8);
    if (status == HypercallStatus.SUCCESS) {
      status = readSet(8, false);
    }
    return status == HypercallStatus.SUCCESS ? interruptTargets() : status;
  }

  private int interruptTargets() {
    int vector = input.intAt(0);
    if (vector < 16 || vector > 255 || input.intAt(4) != 0) {
      return HypercallStatus.INVALID_PARAMETER;
    }
    for (int i = targets.next(0); i >= 0; i = targets.next(i + 1)) {
      bus.interrupt(i, vector, false);
    }
    return HypercallStatus.SUCCESS;
  }

  /** Input: connection 0, message type 8, payload size 12, payload 16 to 255. */
  private int postMessage(VirtualProcessor p) {
    int status = input.load(p, 16);
    if (status != HypercallStatus.SUCCESS) {
      return status;
    }
    int connection = input.intAt(0);
    int type = input.intAt(8);
    int size = input.intAt(12);
    if (size < 0
        || size > SynicMessage.MAX_PAYLOAD
        || type == 0
        || (type & SynicMessage.HYPERVISOR_TYPE) != 0) {
      return HypercallStatus.INVALID_PARAMETER;
    }
    status = input.load(p, 16 + size);
    if (status != HypercallStatus.SUCCESS) {
      return status;
    }
    MessagePort port = messagePorts.get(connection);
    if (port == null) {
      return HypercallStatus.INVALID_CONNECTION_ID;
    }
    input.copy(16, payload, size);
    return port.message(p.index(), connection, type, payload, size)
        ? HypercallStatus.SUCCESS
        : HypercallStatus.INSUFFICIENT_BUFFERS;
  }

  /** Input: connection 0, flag 4 (16 bits). */
  private int signalEvent(VirtualProcessor p) {
    int status = input.load(p, 8);
    if (status != HypercallStatus.SUCCESS) {
      return status;
    }
    EventPort port = eventPorts.get(input.intAt(0));
    if (port == null) {
      return HypercallStatus.INVALID_CONNECTION_ID;
    }
    port.signal(input.intAt(4) & 0xFFFF);
    return HypercallStatus.SUCCESS;
  }

  /** Output: a mask of extended hypercalls, of which there are none. */
  private int queryExtendedCapabilities() {
    long gpa = input.outputAddress();
    int status = input.isFast() ? HypercallStatus.INVALID_INPUT : input.checkAddress(gpa, 8);
    if (status == HypercallStatus.SUCCESS) {
      memory.writeLong(gpa, 0);
    }
    return status;
  }
}
