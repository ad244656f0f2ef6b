"""Certificate chains of the shape of Alexa's, made here: a root, an intermediate, a leaf that signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Issued:
    """A certificate together with its key."""

    certificate: x509.Certificate
    key: Key

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def pair(self) -> bytes:
        """The certificate and its key in one file, as a server reads them."""
        private = serialization.PrivateFormat.PKCS8
        return self.pem + self.key.private_bytes(serialization.Encoding.PEM, private, serialization.NoEncryption())


@cache
def signing_key(name: str) -> rsa.RSAPrivateKey:
    """An RSA key, the same for the same name: making one takes a tenth of a second."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def authority(name: str, now: datetime, *, issuer: Issued | None = None, path_length: int = 1) -> Issued:
    """A certificate authority that is good for ten years; its own root unless it has an issuer."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(name, key, issuer, now - timedelta(days=365), now + timedelta(days=3650))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
    return _signed(builder.add_extension(_usage(signs_certificates=True), critical=True), key, issuer)


def leaf(
    issuer: Issued,
    now: datetime,
    *,
    name: str = "echo-api.amazon.com",
    starts: timedelta = timedelta(days=-1),
    ends: timedelta = timedelta(days=30),
    key: Key | None = None,
) -> Issued:
    """A server's certificate for `name`, valid from `starts` to `ends` as seen from `now`."""
    key = key or signing_key("leaf")
    builder = _builder(name, key, issuer, now + starts, now + ends)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    return _signed(builder.add_extension(_usage(signs_certificates=False), critical=True), key, issuer)


def _builder(name: str, key: Key, issuer: Issued | None, starts: datetime, ends: datetime) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer = issuer.key if issuer else key
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(starts)
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _signed(builder: x509.CertificateBuilder, key: Key, issuer: Issued | None) -> Issued:
    return Issued(builder.sign(issuer.key if issuer else key, SHA256()), key)
