// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.machine;

import dev.malachite.engine.device.FrameBuffer;
import dev.malachite.engine.device.IoBus;
import dev.malachite.engine.device.ScreenWatcher;
import dev.malachite.engine.hyperv.HypervPartition;
import dev.malachite.engine.hyperv.PartitionEvents;
import dev.malachite.engine.hyperv.TlbFlusher;
import dev.malachite.engine.hyperv.VpSet;
import dev.malachite.engine.interrupt.ApicBus;
import dev.malachite.engine.interrupt.IoApic;
import dev.malachite.engine.interrupt.LocalApic;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.processor.CpuidModel;
import dev.malachite.engine.processor.HostCpuFeatures;
import dev.malachite.engine.processor.ProcessorState;
import dev.malachite.engine.processor.SoftwareProcessors;
import dev.malachite.engine.processor.VirtualProcessor;
import dev.malachite.engine.processor.interpreter.InterpreterBackend;
import dev.malachite.engine.processor.translator.Translator;
import dev.malachite.engine.state.MemoryState;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateProgress;
import dev.malachite.engine.state.StateReader;
import dev.malachite.engine.state.StateSections;
import dev.malachite.engine.state.StateTransfer;
import dev.malachite.engine.state.StateWriter;
import dev.malachite.engine.time.MachineClock;
import dev.malachite.engine.time.TimerQueue;
import dev.malachite.engine.vmbus.Vmbus;
import dev.malachite.engine.vmbus.VmbusPorts;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A virtual machine: processors, memory, partition, and a board with its devices.
 *
 * <p>Made, started once, ended once, closed. All public methods may be called from any thread.
 */
public final class Machine implements AutoCloseable, MachineControl {
  private static final System.Logger LOGGER = System.getLogger(Machine.class.getName());

  /** System property that says which processors guests get: {@code v2} or {@code v3}. */
  private static final String LEVEL_PROPERTY = "malachite.cpu";

  private static final String DEFAULT_LEVEL = "v3";

  private static final int IDENTITY_VERSION = 1;
  private static final int MAX_IDENTITY = 4096;

  private final MachineConfiguration configuration;
  private final Board board;
  private final GuestMemory memory = new GuestMemory();
  private final MachineClock clock = new MachineClock();
  private final TimerQueue timers = new TimerQueue(clock);
  private final ApicBus apics = new ApicBus();
  private final IoApic ioApic;
  private final HypervPartition partition;
  private final Vmbus vmbus;
  private final ExitCounters counters;
  private final SoftwareProcessors backend;
  private final @Nullable Translator translator;
  private final ProcessorThreads threads;
  private final CpuidModel.Level level;
  private final CompletableFuture<MachineEnd> end = new CompletableFuture<>();
  private volatile boolean busStands;
  private final List<Drive> drives = new CopyOnWriteArrayList<>();

  /**
   * Builds a machine; nothing runs yet.
   *
   * @throws IllegalArgumentException if this version can't build such a machine, with a sentence
   *     for people
   */
  public Machine(MachineConfiguration configuration) {
    this.configuration = configuration;
    drives.addAll(configuration.drives());
    requireEngine(configuration.engine());
    board = provider(configuration.generation()).create(configuration);
    int count = configuration.processors();
    counters = new ExitCounters(count);
    board.addMemory(memory);
    ioApic = new IoApic(apics);
    List<LocalApic> locals = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      locals.add(new LocalApic(i, apics, clock, timers));
    }
    partition =
        new HypervPartition(
            memory,
            clock,
            timers,
            apics,
            count,
            HypervPartition.HYPERCALL_PORT,
            new Flusher(),
            new Events());
    boolean translates = translates(configuration.engine());
    level = level(translates);
    CpuidModel cpuid = new CpuidModel(count, level.features(), partition::cpuid);
    IoBus bus = new IoBus();
    MachineExits exits = new MachineExits(bus, apics, partition, cpuid, counters);
    translator = translates ? Translator.forThisHost(level) : null;
    backend =
        new InterpreterBackend(
            memory, exits, locals, clock, CpuidModel.ARCH_CAPABILITIES, translator);
    bus.mapMmio(0xFEC0_0000L, 0x1000, ioApic);
    vmbus = new Vmbus(VmbusPorts.of(partition, count), memory, 2);
    board.connect(
        new MachineParts(configuration, memory, bus, clock, timers, apics, ioApic, vmbus, this));
    threads = new ProcessorThreads(backend.processors(), this::tripleFault, this::failed);
    memory.observeMappings(this::forgetTranslations);
  }

  // Takes effect between two blocks of code of every processor.
  private void forgetTranslations() {
    threads.between(() -> backend.flush(backend.processors().get(0), i -> true));
  }

  private static void requireEngine(EngineKind kind) {
    switch (kind) {
      case KVM ->
          throw new IllegalArgumentException(
              "the kvm engine is not available in this version; use --engine translator,"
                  + " interpreter or auto");
      case TRANSLATOR -> {
        if (!Translator.available()) {
          throw new IllegalArgumentException(
              "the translator engine needs Linux on x86-64; use --engine interpreter or auto");
        }
      }
      case AUTO, INTERPRETER -> {}
    }
  }

  // The translator has the host execute what is beyond x86-64-v2: it can only where the host can.
  private static CpuidModel.Level level(boolean translates) {
    if (!System.getProperty(LEVEL_PROPERTY, DEFAULT_LEVEL).equals("v3")) {
      return CpuidModel.Level.V2;
    }
    return translates ? HostCpuFeatures.level() : CpuidModel.Level.V3;
  }

  private static boolean translates(EngineKind kind) {
    return kind == EngineKind.TRANSLATOR || kind == EngineKind.AUTO && Translator.available();
  }

  private static BoardProvider provider(int generation) {
    for (BoardProvider provider : ServiceLoader.load(BoardProvider.class)) {
      if (provider.generation() == generation) {
        return provider;
      }
    }
    throw new IllegalArgumentException(
        "Generation " + generation + " machines are not available in this version");
  }

  /** What the machine is made of. */
  public MachineConfiguration configuration() {
    return configuration;
  }

  /**
   * Powers the machine on.
   *
   * @throws IOException if the kernel or firmware can't be loaded
   */
  public void start() throws IOException {
    prepare();
    threads.start();
  }

  private void clear() {
    for (VirtualProcessor processor : backend.processors()) {
      processor.reset();
    }
    apics.powerOn();
    ioApic.reset();
    partition.reset();
    vmbus.reset();
  }

  private void prepare() throws IOException {
    clear();
    VirtualProcessor first = backend.processors().get(0);
    ProcessorState state = new ProcessorState();
    first.save(state);
    board.powerOn(state);
    first.restore(state);
  }

  /**
   * Waits for the machine's end.
   *
   * @return how it ended, or empty if it still runs after that time
   */
  public Optional<MachineEnd> awaitEnd(Duration time) throws InterruptedException {
    try {
      return Optional.of(end.get(time.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a machine's end never fails", e);
    }
  }

  /** How the machine ended; not yet complete while it runs. */
  public CompletableFuture<MachineEnd> end() {
    return end.copy();
  }

  /** The drives that are attached now; a drive's place is its number. Any thread. */
  public List<Drive> drives() {
    return List.copyOf(drives);
  }

  /**
   * Attaches a drive behind the others, while the machine runs or before; the guest is told.
   *
   * @throws IllegalStateException if this machine takes no drives while it runs
   */
  public void attachDrive(Drive drive) {
    synchronized (drives) {
      board.attachDrive(drives.size(), drive);
      drives.add(drive);
    }
  }

  /**
   * Detaches the last drive; the guest is told. Its disk may be closed afterwards.
   *
   * @return the drive
   * @throws IllegalStateException if there is none, or this machine gives none back while it runs
   */
  public Drive detachLastDrive() {
    synchronized (drives) {
      if (drives.isEmpty()) {
        throw new IllegalStateException("the machine has no drive");
      }
      board.detachDrive(drives.size() - 1);
      return drives.removeLast();
    }
  }

  /** The screen, if there is one. */
  public Optional<FrameBuffer> frameBuffer() {
    return board.frameBuffer();
  }

  /** Types text on the machine's keyboard. */
  public void type(String text) {
    board.type(text);
  }

  /** Asks the guest to shut down; false if it doesn't take part. */
  public boolean requestShutdown() {
    return board.requestShutdown();
  }

  /**
   * Presses or releases a key.
   *
   * @param scanCode PS/2 set 1 without the break bit; {@code 0xE0xx} for keys with a prefix
   * @return false if the key was dropped: the guest isn't ready or doesn't fetch its keys
   * @throws IllegalStateException if the machine has no keyboard
   */
  public boolean key(int scanCode, boolean pressed) {
    return board.key(scanCode, pressed);
  }

  /**
   * Sets who is told of what changes on the screen; null for nobody.
   *
   * @return false if the board can't tell, and the screen must be compared
   */
  public boolean watchScreen(@Nullable ScreenWatcher watcher) {
    return board.watchScreen(watcher);
  }

  /**
   * Makes processors and time stand still.
   *
   * @return completes when they do, and fails if the machine ends before
   */
  public CompletableFuture<@Nullable Void> pause() {
    CompletableFuture<@Nullable Void> standing = new CompletableFuture<>();
    threads.hold(
        () -> {
          timers.stop();
          clock.stop();
          standing.complete(null);
        });
    return standing.applyToEither(
        end.thenCompose(
            how -> CompletableFuture.failedFuture(new IllegalStateException("the machine ended"))),
        _ -> null);
  }

  /**
   * Saves the whole state of a paused machine. It stays paused; either it is closed then, or {@link
   * #resume} lets it go on as if nothing had been.
   *
   * @throws StateException if it can't be saved, or not now
   */
  public void save(StateWriter file, StateProgress progress) throws IOException {
    board.drain();
    vmbus.pause();
    busStands = true;
    transfer(file);
    MemoryState.save(memory, file, progress);
  }

  /** After {@link #save}: lets devices go on, though the machine stays paused. */
  public void settle() {
    if (busStands) {
      busStands = false;
      vmbus.resume();
    }
  }

  /**
   * Starts the machine from a saved state instead of powering it on.
   *
   * @throws StateException if the state is damaged or another machine's; nothing has run then
   */
  public void startFrom(StateReader file, StateProgress progress) throws IOException {
    file.section("machine", IDENTITY_VERSION, this::identify);
    clear();
    board.prepareRestore();
    timers.stop();
    clock.stop();
    MemoryState.load(memory, file, progress);
    vmbus.pause();
    busStands = true;
    transfer(file);
    board.resumed();
    resume();
    threads.start();
  }

  private void transfer(StateSections file) throws IOException {
    if (file instanceof StateWriter writer) {
      writer.section("machine", IDENTITY_VERSION, this::identify);
    }
    file.section("clock", 1, clock);
    for (VirtualProcessor processor : backend.processors()) {
      file.section("processor " + processor.index(), 1, s -> transfer(processor, s));
    }
    for (VirtualProcessor processor : backend.processors()) {
      int number = processor.index();
      file.section("local apic " + number, 1, apics.apic(number));
    }
    file.section("ioapic", 1, ioApic);
    file.section("partition", 1, partition);
    board.transfer(file);
    file.section("vmbus", 1, vmbus);
  }

  private static void transfer(VirtualProcessor processor, StateTransfer s) throws StateException {
    ProcessorState state = new ProcessorState();
    processor.save(state);
    state.transfer(s);
    if (s.loading()) {
      processor.restore(state);
    }
  }

  // What must be the same for a state to fit.
  private void identify(StateTransfer s) throws StateException {
    String before = s.text(identity(), MAX_IDENTITY);
    if (!before.equals(identity())) {
      throw new StateException(
          "the saved state is of a machine with other settings (it was: "
              + before
              + "; it is: "
              + identity()
              + "); set them back, or discard the saved state");
    }
  }

  private String identity() {
    StringBuilder text = new StringBuilder();
    text.append("generation ").append(configuration.generation());
    text.append(", memory ").append(configuration.memory());
    text.append(", processors ").append(configuration.processors());
    text.append(", instruction set ").append(level);
    text.append(", serial port ").append(configuration.com1() != null);
    text.append(", drives");
    for (Drive drive : drives) {
      text.append(' ').append(drive.kind());
    }
    return text.toString();
  }

  /** Lets a paused machine go on. */
  public void resume() {
    settle();
    clock.go();
    timers.go();
    threads.release();
  }

  /** Nanoseconds of the machine's own time. */
  public long uptime() {
    return clock.nanoseconds();
  }

  /** Guest instructions executed so far, as far as the backend counts them. */
  public long instructions() {
    long instructions = 0;
    for (VirtualProcessor processor : backend.processors()) {
      instructions += processor.instructions();
    }
    return instructions;
  }

  /** How often processors asked the machine, by kind; not exact while they run. */
  public Map<String, Long> exits() {
    Map<String, Long> exits = new LinkedHashMap<>();
    for (ExitCounters.Kind kind : ExitCounters.Kind.values()) {
      exits.put(kind.name().toLowerCase(Locale.ROOT), counters.sum(kind));
    }
    return exits;
  }

  /** Turns the machine off, as pulling the plug does. */
  public void turnOff() {
    finish(new MachineEnd(MachineEnd.Cause.TURNED_OFF, ""));
  }

  /** Counters for people, a line each. */
  public List<String> statistics() {
    List<String> lines = new ArrayList<>();
    long instructions = instructions();
    double seconds = clock.nanoseconds() / 1e9;
    lines.add(
        "instructions %,d in %.1f s (%.1f million a second)"
            .formatted(instructions, seconds, instructions / seconds / 1e6));
    StringBuilder exits = new StringBuilder("exits");
    for (ExitCounters.Kind kind : ExitCounters.Kind.values()) {
      exits
          .append(' ')
          .append(kind.name().toLowerCase(Locale.ROOT))
          .append(' ')
          .append("%,d".formatted(counters.sum(kind)));
    }
    lines.add(exits.toString());
    if (translator != null) {
      lines.add("translator " + translator.statistics());
    }
    String devices = board.statistics();
    if (!devices.isEmpty()) {
      lines.add(devices);
    }
    return lines;
  }

  // ---- what the guest and its devices ask ----------------------------------------------------

  @Override
  public void powerOff() {
    finish(new MachineEnd(MachineEnd.Cause.POWERED_OFF, ""));
  }

  @Override
  public void reset() {
    threads.between(
        () -> {
          try {
            prepare();
          } catch (IOException e) {
            failed(e);
          }
        });
  }

  @Override
  public void crashed(String detail) {
    finish(new MachineEnd(MachineEnd.Cause.CRASHED, detail));
  }

  private void tripleFault(int processor) {
    finish(new MachineEnd(MachineEnd.Cause.CRASHED, "triple fault on processor " + processor));
  }

  private void failed(Throwable failure) {
    LOGGER.log(System.Logger.Level.ERROR, configuration.name() + ": engine failure", failure);
    finish(new MachineEnd(MachineEnd.Cause.FAILED, String.valueOf(failure)));
  }

  private void finish(MachineEnd how) {
    threads.stop();
    end.complete(how);
  }

  @Override
  public void close() {
    finish(new MachineEnd(MachineEnd.Cause.TURNED_OFF, ""));
    threads.join();
    vmbus.close();
    board.close();
    timers.close();
    for (VirtualProcessor processor : backend.processors()) {
      processor.close();
    }
    if (translator != null) {
      translator.close();
    }
    memory.close();
  }

  private final class Flusher implements TlbFlusher {
    @Override
    public void flush(VirtualProcessor caller, VpSet targets, long addressSpace, boolean globals) {
      backend.flush(caller, targets::contains);
    }

    @Override
    public void flushPages(
        VirtualProcessor caller, VpSet targets, long addressSpace, long[] ranges, int count) {
      backend.flushPages(caller, targets::contains, ranges, count);
    }
  }

  private final class Events implements PartitionEvents {
    @Override
    public void crash(int vp, long[] parameters, @Nullable String message) {
      StringBuilder text = new StringBuilder("guest crash, parameters");
      for (long parameter : parameters) {
        text.append(" 0x").append(Long.toHexString(parameter));
      }
      if (message != null) {
        text.append(": ").append(message);
      }
      crashed(text.toString());
    }

    @Override
    public void reset() {
      Machine.this.reset();
    }

    @Override
    public long runtime(int processor) {
      // A software processor has its thread all the time; waiting counts as the idle loop would.
      return clock.referenceTime();
    }
  }
}
