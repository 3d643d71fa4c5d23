// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.catalogue.MachineSettings;
import dev.malachite.engine.catalogue.MachineState;
import dev.malachite.engine.catalogue.SettingPaths;
import dev.malachite.engine.catalogue.SettingsException;
import dev.malachite.engine.control.AutomaticActions;
import dev.malachite.engine.json.JsonValue.JsonString;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens to machines when their user comes and goes, and when they fail. */
@Timeout(180)
final class AutomaticActionsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Workshop workshop;
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final AutomaticActions actions;

  AutomaticActionsTest() throws IOException {
    workshop = new Workshop();
    actions =
        new AutomaticActions(
            workshop.manager(),
            new AutomaticActions.Report() {
              @Override
              public void done(MachineEntry machine, String what) {
                told.add(machine.name() + " " + what);
              }

              @Override
              public void failed(MachineEntry machine, IOException failure) {
                told.add(machine.name() + " failed: " + failure.getMessage());
              }
            });
  }

  @AfterEach
  void close() throws IOException {
    workshop.close();
  }

  private MachineEntry machine(SmallKernel kernel, String name, String setting, String value)
      throws IOException {
    MachineEntry machine = workshop.create(name, kernel);
    MachineSettings changed;
    try {
      changed =
          SettingPaths.with(machine.settings(), "automatic." + setting, new JsonString(value));
    } catch (SettingsException e) {
      throw new AssertionError(e);
    }
    return workshop.catalogue().update(machine.settings().id(), settings -> changed);
  }

  private MachineState state(MachineEntry machine) throws IOException {
    return workshop.now(machine).state().state();
  }

  @Test
  void machinesStopAndStartAsTheirSettingsWant() throws Exception {
    MachineEntry always = machine(SmallKernel.TALLY, "always", "start", "always");
    MachineEntry never = machine(SmallKernel.TALLY, "never", "start", "nothing");
    MachineEntry ran = machine(SmallKernel.TALLY, "ran", "stop", "turn-off");
    MachineEntry rested = machine(SmallKernel.TALLY, "rested", "stop", "turn-off");

    assertThat(actions.start()).isTrue();
    assertThat(told).containsExactly("always started");
    workshop.manager().start(never.settings().id());
    workshop.manager().start(ran.settings().id());
    told.clear();

    assertThat(actions.stop(PATIENCE)).isTrue();
    assertThat(told).containsExactlyInAnyOrder("always saved", "never saved", "ran turned off");
    assertThat(state(always)).isEqualTo(MachineState.SAVED);
    assertThat(state(ran)).isEqualTo(MachineState.OFF);
    told.clear();

    assertThat(actions.start()).isTrue();
    assertThat(told)
        .containsExactlyInAnyOrder("always goes on from its saved state", "ran started");
    assertThat(state(never)).isEqualTo(MachineState.SAVED);
    assertThat(state(rested)).isEqualTo(MachineState.OFF);

    // Turned off by hand, it isn't what was left running.
    workshop.manager().turnOff(ran.settings().id());
    told.clear();
    assertThat(actions.start()).isTrue();
    assertThat(told).isEmpty();
  }

  @Test
  void aGuestThatDoesntShutDownIsTurnedOff() throws Exception {
    MachineEntry deaf = machine(SmallKernel.IDLE, "deaf", "stop", "shut-down");
    workshop.manager().start(deaf.settings().id());
    assertThat(actions.stop(PATIENCE)).isTrue();
    assertThat(told).containsExactly("deaf turned off");
  }

  @Test
  void aMachineThatFailsStartsAgainAFewTimes() throws Exception {
    MachineEntry crash = machine(SmallKernel.CRASH, "crash", "afterFailure", "restart");
    workshop.manager().start(crash.settings().id());
    String log = "";
    for (int i = 0; i < 2000 && !log.contains("stays off"); i++) {
      Thread.sleep(25);
      log = Files.exists(crash.folder().log()) ? Files.readString(crash.folder().log()) : "";
    }
    assertThat(log).contains("it has failed 4 times in a row and stays off");
    workshop.awaitEnd(crash);
    assertThat(state(crash)).isEqualTo(MachineState.FAILED);
    assertThat(workshop.now(crash).state().reason()).contains("triple fault");
  }
}
