// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.secure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.engine.firmware.uefi.Tools;
import dev.malachite.engine.firmware.uefi.call.EfiException;
import dev.malachite.engine.firmware.uefi.call.Status;
import dev.malachite.engine.firmware.uefi.image.PeImage;
import dev.malachite.engine.firmware.uefi.path.DevicePath;
import dev.malachite.engine.firmware.uefi.variable.Variable;
import dev.malachite.engine.firmware.uefi.variable.VariableStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Secure Boot against other people's signatures: Microsoft's of shim, Debian's of GRUB, sbsign's
 * and sign-efi-sig-list's with keys made by openssl.
 */
class SecureBootTest {
  private static final Path SHIM = Path.of("/usr/lib/shim/shimx64.efi.signed");
  private static final Path GRUB = Path.of("/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed");
  private static final Path UNSIGNED = Path.of("/usr/lib/systemd/boot/efi/systemd-bootx64.efi");
  private static final UUID OWNER = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");
  private static final int ATTRIBUTES = 0x27;

  @TempDir private Path folder = Path.of("");

  private static PeImage image(byte[] file) throws IOException {
    return PeImage.parse(file);
  }

  /** The certificate that issued a program's own signer, out of the signature's certificates. */
  private static byte[] issuer(Path program, int signature) throws Exception {
    PeImage image = image(Files.readAllBytes(program));
    List<Authenticode.Found> found = Authenticode.signatures(image, Authenticode.hash(image));
    List<X509Certificate> all = found.get(signature).data().certificates();
    for (X509Certificate c : all) {
      if (c.getBasicConstraints() >= 0) {
        return c.getEncoded();
      }
    }
    throw new AssertionError("no authority in " + all);
  }

  private byte[] makeKey(String name) throws IOException {
    Tools.run(
        "",
        "openssl",
        "req",
        "-new",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-sha256",
        "-days",
        "30",
        "-subj",
        "/CN=" + name + "/",
        "-keyout",
        folder.resolve(name + ".key"),
        "-out",
        folder.resolve(name + ".crt"));
    Path der = folder.resolve(name + ".cer");
    Tools.run(
        "",
        "openssl",
        "x509",
        "-in",
        folder.resolve(name + ".crt"),
        "-outform",
        "DER",
        "-out",
        der);
    return Files.readAllBytes(der);
  }

  private long verdict(VariableStore store, byte[] program) throws IOException {
    return new SecureBoot(store, true).check(image(program), DevicePath.EMPTY.file("test"));
  }

  @Test
  void believesMicrosoftsSignaturesOfShim() throws Exception {
    byte[] shim = Files.readAllBytes(SHIM);
    byte[] platform = makeKey("platform");
    for (int signature = 0; signature < 2; signature++) {
      VariableStore store = VariableStore.inMemory();
      byte[] authority = issuer(SHIM, signature);
      SecureBoot.enrol(store, OWNER, platform, List.of(platform), List.of(authority));
      assertThat(verdict(store, shim)).isEqualTo(Status.SUCCESS);
      byte[] changed = shim.clone();
      changed[changed.length / 3] ^= 1;
      assertThat(verdict(store, changed)).isEqualTo(Status.ACCESS_DENIED);
      assertThat(verdict(store, Files.readAllBytes(GRUB))).isEqualTo(Status.ACCESS_DENIED);
      assertThat(verdict(store, Files.readAllBytes(UNSIGNED))).isEqualTo(Status.ACCESS_DENIED);
    }
  }

  @Test
  void letsEverythingRunWithoutAPlatformKey() throws Exception {
    VariableStore store = VariableStore.inMemory();
    assertThat(verdict(store, Files.readAllBytes(UNSIGNED))).isEqualTo(Status.SUCCESS);
    Variable mode = Objects.requireNonNull(store.get(Variable.GLOBAL, "SetupMode"));
    assertThat(mode.data()).containsExactly(1);
  }

  @Test
  void believesAndForbidsOwnSignaturesAndHashes() throws Exception {
    byte[] platform = makeKey("platform");
    byte[] own = makeKey("own");
    Path signed = folder.resolve("signed.efi");
    Tools.run(
        "",
        "sbsign",
        "--key",
        folder.resolve("own.key"),
        "--cert",
        folder.resolve("own.crt"),
        "--output",
        signed,
        UNSIGNED);
    byte[] program = Files.readAllBytes(signed);
    VariableStore store = VariableStore.inMemory();
    SecureBoot.enrol(store, OWNER, platform, List.of(platform), List.of(own));
    assertThat(verdict(store, program)).isEqualTo(Status.SUCCESS);
    for (int at : new int[] {0x200, 0x1000, 0x5000}) {
      byte[] changed = program.clone();
      changed[at] ^= 0x10;
      assertThat(verdict(store, changed)).as("byte %x", at).isEqualTo(Status.ACCESS_DENIED);
    }
    byte[] more = Arrays.copyOf(program, program.length + 8);
    assertThat(verdict(store, more)).isEqualTo(Status.ACCESS_DENIED);
    byte[] forbidden = SignatureDatabase.list(OWNER, own);
    store.put(new Variable("dbx", Variable.SECURITY, ATTRIBUTES, forbidden, new byte[0]));
    assertThat(verdict(store, program)).isEqualTo(Status.ACCESS_DENIED);
  }

  private Variable update(String variable, String signer, String contents, String time)
      throws IOException {
    Path list = folder.resolve("list.esl");
    Path update = folder.resolve("update.auth");
    Tools.run("", "cert-to-efi-sig-list", "-g", OWNER, folder.resolve(contents + ".crt"), list);
    Tools.run(
        "",
        "sign-efi-sig-list",
        "-t",
        time,
        "-k",
        folder.resolve(signer + ".key"),
        "-c",
        folder.resolve(signer + ".crt"),
        variable,
        list,
        update);
    UUID vendor = variable.startsWith("db") ? Variable.SECURITY : Variable.GLOBAL;
    return new Variable(variable, vendor, ATTRIBUTES, Files.readAllBytes(update), new byte[0]);
  }

  private static void accept(SecureBoot rules, VariableStore store, Variable wanted) {
    Variable old = store.get(wanted.vendor(), wanted.name());
    Variable stored = Objects.requireNonNull(rules.check(old, wanted));
    store.put(stored);
    rules.written(stored);
  }

  @Test
  void letsOnlyTheRightKeysWrite() throws Exception {
    makeKey("platform");
    makeKey("exchange");
    byte[] own = makeKey("own");
    VariableStore store = VariableStore.inMemory();
    SecureBoot rules = new SecureBoot(store, true);
    accept(rules, store, update("db", "own", "own", "2026-01-01 00:00:00"));
    Variable stranger = update("PK", "exchange", "platform", "2026-01-01 00:00:00");
    assertThatThrownBy(() -> rules.check(null, stranger)).isInstanceOf(EfiException.class);
    assertThat(rules.enforced()).isFalse();
    accept(rules, store, update("PK", "platform", "platform", "2026-01-01 00:00:00"));
    assertThat(rules.enforced()).isTrue();
    Variable on = Objects.requireNonNull(store.get(Variable.GLOBAL, "SecureBoot"));
    assertThat(on.data()).containsExactly(1);
    assertThat(Objects.requireNonNull(store.get(Variable.SECURITY, "db")).data())
        .isEqualTo(SignatureDatabase.list(OWNER, own));

    Variable early = update("KEK", "exchange", "exchange", "2026-02-01 00:00:00");
    assertThatThrownBy(() -> rules.check(null, early)).isInstanceOf(EfiException.class);
    accept(rules, store, update("KEK", "platform", "exchange", "2026-02-01 00:00:00"));
    accept(rules, store, update("dbx", "exchange", "own", "2026-02-02 00:00:00"));
    Variable there = store.get(Variable.SECURITY, "dbx");
    Variable again = update("dbx", "exchange", "platform", "2026-02-02 00:00:00");
    assertThatThrownBy(() -> rules.check(there, again)).isInstanceOf(EfiException.class);
    Variable byOwn = update("dbx", "own", "platform", "2026-03-02 00:00:00");
    assertThatThrownBy(() -> rules.check(there, byOwn)).isInstanceOf(EfiException.class);
    Variable good = update("dbx", "exchange", "platform", "2026-03-02 00:00:00");
    byte[] bad = good.data().clone();
    bad[bad.length - 1] ^= 1;
    Variable spoilt = new Variable("dbx", Variable.SECURITY, ATTRIBUTES, bad, new byte[0]);
    assertThatThrownBy(() -> rules.check(there, spoilt)).isInstanceOf(EfiException.class);
    accept(rules, store, good);
  }
}
