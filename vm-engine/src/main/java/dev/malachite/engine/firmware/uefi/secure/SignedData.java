// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.secure;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A PKCS #7 signature (RFC 2315, RFC 5652): its certificates, and for the first signer who can be
 * verified, the chain to a trusted certificate. Dates are not looked at, as UEFI demands.
 */
final class SignedData {
  private static final String SIGNED_DATA = "2a864886f70d010702";
  private static final String MESSAGE_DIGEST = "2a864886f70d010904";
  private static final String SHA256 = "608648016503040201";
  private static final String SHA384 = "608648016503040202";
  private static final String SHA512 = "608648016503040203";
  private static final int MAX_CERTIFICATES = 32;
  private static final int MAX_CHAIN = 8;
  private static final int CONTEXT_0 = 0xA0;

  private final @Nullable Der content;
  private final List<X509Certificate> certificates = new ArrayList<>();
  private final List<Der> signers = new ArrayList<>();

  /** Parses a signature, with or without the wrapper that names its kind. */
  SignedData(byte[] der) throws IOException {
    Der outer = Der.of(der).tagged(Der.SEQUENCE);
    if (outer.child(0).tag() == Der.OBJECT_IDENTIFIER) {
      Der.require(outer.child(0).oid().equals(SIGNED_DATA));
      outer = outer.child(1).tagged(CONTEXT_0).child(0).tagged(Der.SEQUENCE);
    }
    List<Der> fields = outer.children();
    Der.require(fields.size() >= 4);
    List<Der> info = fields.get(2).tagged(Der.SEQUENCE).children();
    content = info.size() > 1 ? info.get(1).tagged(CONTEXT_0).child(0) : null;
    for (Der field : fields.subList(3, fields.size())) {
      if (field.tag() == CONTEXT_0) {
        readCertificates(field);
      } else if (field.tag() == Der.SET) {
        signers.addAll(field.children());
      }
    }
  }

  private void readCertificates(Der field) throws IOException {
    for (Der element : field.children()) {
      Der.require(certificates.size() < MAX_CERTIFICATES);
      certificates.add(certificate(element.encoded()));
    }
  }

  static X509Certificate certificate(byte[] der) throws IOException {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw new IOException("a signature's certificate can't be read: " + e.getMessage(), e);
    }
  }

  /** What was signed, if it is in the signature: the content's element. */
  @Nullable Der content() {
    return content;
  }

  /** The certificates it brings. */
  List<X509Certificate> certificates() {
    return certificates;
  }

  /**
   * The chains of the signers whose signatures are right, each from the signer's certificate up as
   * far as certificates are known.
   *
   * @param signed the bytes that were signed
   * @param known certificates that are trusted and may end a chain
   */
  List<List<X509Certificate>> chains(byte[] signed, List<X509Certificate> known)
      throws IOException {
    List<List<X509Certificate>> found = new ArrayList<>();
    for (Der signer : signers.subList(0, Math.min(signers.size(), MAX_CHAIN))) {
      X509Certificate certificate = verify(signer, signed, known);
      if (certificate != null) {
        found.add(chain(certificate, known));
      }
    }
    return found;
  }

  // SignerInfo: version, issuer and serial number, digest algorithm, [0] attributes, signature
  // algorithm, signature.
  private @Nullable X509Certificate verify(Der signer, byte[] signed, List<X509Certificate> known)
      throws IOException {
    List<Der> fields = signer.tagged(Der.SEQUENCE).children();
    Der.require(fields.size() >= 5);
    String digest = digestName(fields.get(2).tagged(Der.SEQUENCE).child(0).oid());
    byte[] covered = signed;
    int next = 3;
    if (fields.get(3).tag() == CONTEXT_0) {
      byte[] hash = hash(digest, signed);
      if (!Arrays.equals(messageDigest(fields.get(3)), hash)) {
        return null;
      }
      covered = fields.get(3).encoded();
      covered[0] = Der.SET;
      next = 4;
    }
    Der.require(fields.size() >= next + 2);
    byte[] signature = fields.get(next + 1).tagged(Der.OCTET_STRING).value();
    List<Der> identity = fields.get(1).tagged(Der.SEQUENCE).children();
    Der.require(identity.size() == 2);
    List<X509Certificate> all = new ArrayList<>(certificates);
    all.addAll(known);
    for (X509Certificate candidate : all) {
      if (Arrays.equals(candidate.getIssuerX500Principal().getEncoded(), identity.get(0).encoded())
          && Arrays.equals(candidate.getSerialNumber().toByteArray(), identity.get(1).value())) {
        return isRight(candidate, digest, covered, signature) ? candidate : null;
      }
    }
    return null;
  }

  private static byte[] messageDigest(Der attributes) throws IOException {
    for (Der attribute : attributes.children()) {
      if (attribute.child(0).oid().equals(MESSAGE_DIGEST)) {
        return attribute.child(1).tagged(Der.SET).child(0).tagged(Der.OCTET_STRING).value();
      }
    }
    throw new IOException("a signature lacks its message digest");
  }

  private static String digestName(String oid) throws IOException {
    return switch (oid) {
      case SHA256 -> "SHA-256";
      case SHA384 -> "SHA-384";
      case SHA512 -> "SHA-512";
      default -> throw new IOException("a signature's digest is not of the SHA-2 family");
    };
  }

  static byte[] hash(String name, byte[] bytes) {
    try {
      return MessageDigest.getInstance(name).digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has " + name, e);
    }
  }

  private static boolean isRight(
      X509Certificate certificate, String digest, byte[] covered, byte[] signature) {
    String key = certificate.getPublicKey().getAlgorithm();
    String algorithm = digest.replace("-", "") + "with" + (key.equals("EC") ? "ECDSA" : key);
    try {
      Signature verifier = Signature.getInstance(algorithm);
      verifier.initVerify(certificate.getPublicKey());
      verifier.update(covered);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private List<X509Certificate> chain(X509Certificate signer, List<X509Certificate> known) {
    List<X509Certificate> chain = new ArrayList<>();
    X509Certificate at = signer;
    while (at != null && chain.size() < MAX_CHAIN && !chain.contains(at)) {
      chain.add(at);
      if (known.contains(at)) {
        break;
      }
      X509Certificate issuer = issuer(at, known);
      at = issuer != null ? issuer : issuer(at, certificates);
    }
    return chain;
  }

  private static @Nullable X509Certificate issuer(
      X509Certificate certificate, List<X509Certificate> candidates) {
    for (X509Certificate candidate : candidates) {
      if (candidate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())
          && !candidate.equals(certificate)) {
        try {
          certificate.verify(candidate.getPublicKey());
          return candidate;
        } catch (GeneralSecurityException e) {
          // Somebody of the same name: not the issuer.
        }
      }
    }
    return null;
  }
}
