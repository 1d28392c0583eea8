"""A certificate authority made for one test run, and what it vouches for: this machine, by its loopback name."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

PEM = serialization.Encoding.PEM


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _private(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _begun(subject: str, issuer: str, key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_named(subject))
        .issuer_name(_named(issuer))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
    )


@dataclass(frozen=True)
class Authority:
    """`file` is what to trust; `server` and `client` are contexts of both ends."""

    file: Path
    server: ssl.SSLContext
    client: ssl.SSLContext


def authority(folder: Path) -> Authority:
    own = ec.generate_private_key(ec.SECP256R1())
    root = _begun("tests", "tests", own.public_key()).add_extension(x509.BasicConstraints(True, 0), critical=True)
    root = root.add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
    key = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    leaf = _begun("localhost", "tests", key.public_key()).add_extension(names, critical=False)
    leaf = leaf.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(own.public_key()), critical=False)
    trusted, served = folder / "authority.pem", folder / "served.pem"
    trusted.write_bytes(root.sign(own, hashes.SHA256()).public_bytes(PEM))
    served.write_bytes(_private(key) + leaf.sign(own, hashes.SHA256()).public_bytes(PEM))
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(served)
    return Authority(trusted, server, ssl.create_default_context(cafile=str(trusted)))


def application_certificate() -> tuple[bytes, rsa.RSAPublicKey]:
    """Private key and certificate in one PEM, as an administrator uploads the public half of it."""
    key = rsa.generate_private_key(65537, 2048)
    certificate = _begun("bot", "bot", key.public_key()).sign(key, hashes.SHA256())
    return _private(key) + certificate.public_bytes(PEM), key.public_key()
