// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.secure;

import dev.malachite.engine.firmware.uefi.call.EfiException;
import dev.malachite.engine.firmware.uefi.call.GuestSpace;
import dev.malachite.engine.firmware.uefi.call.Status;
import dev.malachite.engine.firmware.uefi.image.Images;
import dev.malachite.engine.firmware.uefi.image.PeImage;
import dev.malachite.engine.firmware.uefi.path.DevicePath;
import dev.malachite.engine.firmware.uefi.variable.Variable;
import dev.malachite.engine.firmware.uefi.variable.VariableServices;
import dev.malachite.engine.firmware.uefi.variable.VariableStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Secure Boot (UEFI 2.10, chapter 32 and section 8.2.6): which programs may run, and who may change
 * the variables that say so.
 */
public final class SecureBoot implements Images.Gate, VariableServices.Authority {
  private static final System.Logger LOGGER = System.getLogger(SecureBoot.class.getName());

  private static final UUID CERTIFICATE_PKCS7 =
      UUID.fromString("4aafd29d-68df-49ee-8aa9-347d375665a7");

  private static final int TIME = 16;
  private static final int CERTIFICATE_HEADER = 24;
  private static final int TYPE_GUID = 0x0EF1;
  private static final int ATTRIBUTES =
      Variable.NON_VOLATILE | Variable.BOOT | Variable.RUNTIME | Variable.TIMED_WRITE;
  private static final byte[] NOTHING = {};

  private final VariableStore store;
  private final boolean wanted;

  /**
   * Rules by what a store holds.
   *
   * @param wanted false if every program may run whatever keys there are
   */
  public SecureBoot(VariableStore store, boolean wanted) {
    this.store = store;
    this.wanted = wanted;
    publish();
  }

  /** True if only programs run that somebody trusted has signed. */
  public boolean enforced() {
    return wanted && owned();
  }

  // With a platform key there is somebody whom key databases belong to.
  private boolean owned() {
    return store.get(Variable.GLOBAL, "PK") != null;
  }

  private void publish() {
    flag("SecureBoot", enforced());
    flag("SetupMode", !owned());
    flag("AuditMode", false);
    flag("DeployedMode", false);
  }

  private void flag(String name, boolean value) {
    byte[] data = {(byte) (value ? 1 : 0)};
    store.put(new Variable(name, Variable.GLOBAL, Variable.BOOT | Variable.RUNTIME, data, NOTHING));
  }

  private SignatureDatabase database(UUID vendor, String name) {
    Variable v = store.get(vendor, name);
    try {
      return SignatureDatabase.parse(v == null ? NOTHING : v.data());
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.WARNING, "Secure Boot: " + name + ": " + e.getMessage());
      throw new EfiException(Status.SECURITY_VIOLATION);
    }
  }

  // ---- programs ------------------------------------------------------------------------------

  @Override
  public long check(PeImage image, DevicePath path) {
    if (!enforced()) {
      return Status.SUCCESS;
    }
    String why = refusal(image);
    if (why == null) {
      return Status.SUCCESS;
    }
    LOGGER.log(System.Logger.Level.WARNING, "Secure Boot refuses " + path + ": " + why);
    return Status.ACCESS_DENIED;
  }

  private @Nullable String refusal(PeImage image) {
    SignatureDatabase allowed = database(Variable.SECURITY, "db");
    SignatureDatabase forbidden = database(Variable.SECURITY, "dbx");
    byte[] hash = Authenticode.hash(image);
    if (forbidden.holds(hash)) {
      return "its hash is forbidden (dbx)";
    }
    List<Authenticode.Found> signatures = Authenticode.signatures(image, hash);
    boolean trusted = false;
    for (Authenticode.Found found : signatures) {
      try {
        for (List<X509Certificate> chain :
            found.data().chains(found.signed(), allowed.certificates())) {
          if (chain.stream().anyMatch(forbidden::holds)) {
            return "a certificate of its signature is forbidden (dbx)";
          }
          trusted |= allowed.holds(chain.getLast());
        }
      } catch (IOException e) {
        return e.getMessage();
      }
    }
    if (trusted || allowed.holds(hash)) {
      return null;
    }
    return signatures.isEmpty()
        ? "it has no signature that is right for its contents"
        : "its signature leads to no certificate that is allowed (db)";
  }

  // ---- variables -----------------------------------------------------------------------------

  private static boolean isKey(UUID vendor, String name) {
    return vendor.equals(Variable.GLOBAL) && (name.equals("PK") || name.equals("KEK"));
  }

  private static boolean isDatabase(UUID vendor, String name) {
    return vendor.equals(Variable.SECURITY)
        && (name.equals("db") || name.equals("dbx") || name.equals("dbt") || name.equals("dbr"));
  }

  @Override
  public boolean readOnly(UUID vendor, String name) {
    return vendor.equals(Variable.GLOBAL)
        && (name.equals("SecureBoot")
            || name.equals("SetupMode")
            || name.equals("AuditMode")
            || name.equals("DeployedMode")
            || name.equals("SignatureSupport"));
  }

  @Override
  public void written(Variable variable) {
    if (variable.vendor().equals(Variable.GLOBAL) && variable.name().equals("PK")) {
      publish();
    }
  }

  @Override
  public @Nullable Variable check(@Nullable Variable old, Variable wanted) {
    boolean key = isKey(wanted.vendor(), wanted.name());
    if (!key && !isDatabase(wanted.vendor(), wanted.name())) {
      return null;
    }
    EfiException.require((wanted.attributes() & ~Variable.APPEND) == ATTRIBUTES);
    byte[] all = wanted.data();
    try {
      return authenticated(old, wanted, all);
    } catch (IOException | IndexOutOfBoundsException e) {
      LOGGER.log(
          System.Logger.Level.WARNING,
          "Secure Boot: a write of " + wanted.name() + " is refused: " + e.getMessage());
      throw new EfiException(Status.SECURITY_VIOLATION);
    }
  }

  // EFI_VARIABLE_AUTHENTICATION_2: a time, then WIN_CERTIFICATE_UEFI_GUID, then the data.
  private Variable authenticated(@Nullable Variable old, Variable wanted, byte[] all)
      throws IOException {
    ByteBuffer b = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
    int length = b.getInt(TIME);
    if (length < CERTIFICATE_HEADER
        || length > all.length - TIME
        || b.getShort(TIME + 6) != TYPE_GUID
        || !GuestSpace.guid(all, TIME + 8).equals(CERTIFICATE_PKCS7)) {
      throw new IOException("it has no authentication");
    }
    byte[] time = Arrays.copyOf(all, TIME);
    byte[] signature = Arrays.copyOfRange(all, TIME + CERTIFICATE_HEADER, TIME + length);
    byte[] data = Arrays.copyOfRange(all, TIME + length, all.length);
    boolean append = (wanted.attributes() & Variable.APPEND) != 0;
    if (!append && old != null && old.time().length == TIME && !later(time, old.time())) {
      throw new IOException("its time stamp is not later than the last one");
    }
    SignatureDatabase contents = SignatureDatabase.parse(data);
    if (owned()) {
      verify(wanted, time, data, signature, signers(wanted));
    } else if (wanted.name().equals("PK") && data.length > 0) {
      verify(wanted, time, data, signature, contents.certificates());
    }
    byte[] result = append && old != null ? SignatureDatabase.merge(old.data(), data) : data;
    byte[] stamp = append && old != null && !later(time, old.time()) ? old.time() : time;
    return new Variable(wanted.name(), wanted.vendor(), wanted.attributes(), result, stamp);
  }

  // The platform key signs itself and key exchange keys; those sign databases, as it may.
  private List<X509Certificate> signers(Variable wanted) {
    List<X509Certificate> all = new ArrayList<>(database(Variable.GLOBAL, "PK").certificates());
    if (isDatabase(wanted.vendor(), wanted.name())) {
      all.addAll(database(Variable.GLOBAL, "KEK").certificates());
    }
    return all;
  }

  private static void verify(
      Variable wanted, byte[] time, byte[] data, byte[] signature, List<X509Certificate> trusted)
      throws IOException {
    ByteArrayOutputStream signed = new ByteArrayOutputStream();
    signed.writeBytes(wanted.name().getBytes(StandardCharsets.UTF_16LE));
    signed.writeBytes(GuestSpace.guid(wanted.vendor()));
    signed.writeBytes(
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(wanted.attributes()).array());
    signed.writeBytes(time);
    signed.writeBytes(data);
    SignedData parsed = new SignedData(signature);
    for (List<X509Certificate> chain : parsed.chains(signed.toByteArray(), trusted)) {
      if (trusted.contains(chain.getLast())) {
        return;
      }
    }
    throw new IOException("it is signed by nobody who may write it");
  }

  // Year, month, day, hour, minute, second; the rest must be zero (section 8.2.2).
  private static boolean later(byte[] a, byte[] b) {
    if (b.length != TIME) {
      return true;
    }
    int yearA = a[0] & 0xFF | (a[1] & 0xFF) << 8;
    int yearB = b[0] & 0xFF | (b[1] & 0xFF) << 8;
    return yearA != yearB ? yearA > yearB : Arrays.compareUnsigned(a, 2, 7, b, 2, 7) > 0;
  }

  // ---- templates -----------------------------------------------------------------------------

  /**
   * Enrols a platform key, key exchange keys and allowed certificates into a store without a
   * platform key.
   *
   * @param owner who says so
   * @param platformKey its certificate, DER
   * @param exchangeKeys certificates, DER
   * @param allowed certificates, DER
   */
  public static void enrol(
      VariableStore store,
      UUID owner,
      byte[] platformKey,
      List<byte[]> exchangeKeys,
      List<byte[]> allowed) {
    put(store, Variable.SECURITY, "db", owner, allowed);
    put(store, Variable.GLOBAL, "KEK", owner, exchangeKeys);
    put(store, Variable.GLOBAL, "PK", owner, List.of(platformKey));
  }

  private static void put(
      VariableStore store, UUID vendor, String name, UUID owner, List<byte[]> certificates) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    certificates.forEach(c -> out.writeBytes(SignatureDatabase.list(owner, c)));
    store.put(new Variable(name, vendor, ATTRIBUTES, out.toByteArray(), NOTHING));
  }
}
