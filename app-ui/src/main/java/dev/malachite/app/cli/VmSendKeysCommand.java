// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.engine.control.KeyboardKeys;
import dev.malachite.engine.control.KeyboardText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code malachite vm send-keys}: types on a running machine's keyboard. */
@Command(
    name = "send-keys",
    description = "Type on a running machine's keyboard.",
    footer = {
      "%nExamples:",
      "  malachite vm send-keys web 'root\\n'",
      "  malachite vm send-keys web --keys ctrl+alt+del",
    })
final class VmSendKeysCommand extends VmVerb {
  @Parameters(index = "0", paramLabel = "NAME", description = "The machine.")
  private String name;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "TEXT-OR-FILE",
      description =
          "A file's content, or text in which \\n is Enter, \\t Tab and \\\\ a backslash.")
  private @Nullable String text;

  @Option(
      names = "--keys",
      paramLabel = "KEY+KEY…",
      description = "Keys pressed together, such as ctrl+alt+del; may be repeated.")
  private List<String> chords = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    if (text == null && chords.isEmpty()) {
      throw usage("say what to type: TEXT-OR-FILE or --keys");
    }
    List<KeyboardKeys.Stroke> strokes = new ArrayList<>();
    for (String chord : chords) {
      try {
        strokes.addAll(KeyNames.chord(chord));
      } catch (IllegalArgumentException e) {
        throw usage(String.valueOf(e.getMessage()));
      }
    }
    UUID id = catalogue().find(name).settings().id();
    if (text != null) {
      KeyboardText typed = new KeyboardText(TypedText.of(text));
      manager().ask(id, service -> service.type(typed));
    }
    if (!strokes.isEmpty()) {
      KeyboardKeys keys = new KeyboardKeys(strokes);
      manager().ask(id, service -> service.keys(keys));
    }
    return ExitCodes.DONE;
  }
}
