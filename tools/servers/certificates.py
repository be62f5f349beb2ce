"""An authority of one's own and a server certificate that it signed, so that TLS settings can be tried."""

import datetime as dt
import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VALID_DAYS = 7


@dataclass(frozen=True)
class Certificates:
    """Files of one server in a folder; both names ``localhost`` and ``127.0.0.1`` are in its certificate."""

    folder: Path

    @property
    def ca_file(self) -> Path:
        """The authority's certificate: what clients are given."""
        return self.folder / "ca.pem"

    @property
    def certificate_file(self) -> Path:
        """The server's certificate."""
        return self.folder / "server.pem"

    @property
    def key_file(self) -> Path:
        """The server's key, without a password (PKCS 8)."""
        return self.folder / "server.key"

    def ensure(self) -> None:
        """Make the files unless they are there."""
        if self.key_file.exists():
            return
        from cryptography import x509
        from cryptography.hazmat.primitives.asymmetric import ec

        self.folder.mkdir(parents=True, exist_ok=True)
        ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        ca_name, name = _name("Authority for tests"), _name("localhost")
        is_ca = x509.BasicConstraints(ca=True, path_length=None)
        ca = _certificate(ca_name, ca_name, ca_key, ca_key, [is_ca, _signs_only()])
        hosts = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        names = x509.SubjectAlternativeName(hosts)
        certificate = _certificate(name, ca_name, key, ca_key, [names])
        self.ca_file.write_bytes(_pem(ca))
        self.certificate_file.write_bytes(_pem(certificate))
        self.key_file.touch(mode=0o600)
        self.key_file.write_bytes(_pem_of_key(key))


def _name(common_name: str) -> Any:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _signs_only() -> Any:
    from cryptography import x509

    others = ["digital_signature", "content_commitment", "key_encipherment", "data_encipherment"]
    uses = dict.fromkeys([*others, "key_agreement", "encipher_only", "decipher_only"], False)
    return x509.KeyUsage(key_cert_sign=True, crl_sign=True, **uses)


def _certificate(subject: Any, issuer: Any, key: Any, issuer_key: Any, extensions: list[Any]) -> Any:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=VALID_DAYS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=not _names(extension))
    return builder.sign(issuer_key, hashes.SHA256())


def _names(extension: Any) -> bool:
    from cryptography import x509

    return isinstance(extension, x509.SubjectAlternativeName)


def _pem(certificate: Any) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return bytes(certificate.public_bytes(Encoding.PEM))


def _pem_of_key(key: Any) -> bytes:
    from cryptography.hazmat.primitives import serialization as s

    return bytes(key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()))
