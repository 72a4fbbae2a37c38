"""TLS goes to the checked address under the name that was asked for."""

from __future__ import annotations

import datetime as dt
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from relay.adapters.safe_http import Door, fetch
from relay.domain.errors import FetchFailed, FetchReason
from tests.adapters.loopback import Loopback, path_of, respond, serve

if TYPE_CHECKING:
    import socket
    from pathlib import Path

NAME = "museum.example"


@dataclass
class Authority:
    """A certificate of NAME, signed by itself, and a context that serves it."""

    bundle: str
    context: ssl.SSLContext
    asked: list[str | None]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(NAME)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write(folder / "cert.pem", certificate.public_bytes(serialization.Encoding.PEM))
    _write(
        folder / "key.pem",
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )
    asked: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    context.sni_callback = lambda _sock, sni, _context: asked.append(sni)
    return Authority(str(folder / "cert.pem"), context, asked)


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def tell(sock: socket.socket, head: str) -> None:
    if path_of(head) == "/down":
        plain = "Location: http://museum.example:8080/"
        return respond(sock, status="302 Found", headers=(plain,))
    return respond(sock, b"hello")


def door_to(server: Loopback, name: str, bundle: str) -> Door:
    return Door(
        allow=frozenset({f"{name}:{server.port}", "museum.example:8080"}),
        resolver=lambda _host, _port: ["127.0.0.1"],
        ca_bundle=bundle,
    )


def reason_of(url: str, door: Door) -> FetchReason:
    with pytest.raises(FetchFailed) as caught:
        fetch(url, door=door, deadline=0.8)
    return caught.value.reason


def test_the_name_is_told_and_checked_while_the_address_is_pinned(
    authority: Authority,
) -> None:
    with serve(tell, tls=authority.context) as server:
        door = door_to(server, NAME, authority.bundle)
        answer = fetch(f"https://{NAME}:{server.port}/", door=door, deadline=3)
        head = server.requests[0]
    assert (answer.body, answer.address) == (b"hello", "127.0.0.1")
    assert authority.asked[-1] == NAME
    assert f"Host: {NAME}:{server.port}\r\n" in head


def test_a_certificate_of_another_name_is_refused(authority: Authority) -> None:
    with serve(tell, tls=authority.context) as server:
        door = door_to(server, "other.example", authority.bundle)
        url = f"https://other.example:{server.port}/"
        assert reason_of(url, door) is FetchReason.TLS
        assert server.requests == []


def test_a_certificate_that_nobody_vouches_for_is_refused(
    authority: Authority,
) -> None:
    with serve(tell, tls=authority.context) as server:
        door = door_to(server, NAME, "")
        url = f"https://{NAME}:{server.port}/"
        assert reason_of(url, door) is FetchReason.TLS


def test_a_server_without_tls_is_told_so() -> None:
    with serve(lambda sock, _head: respond(sock)) as server:
        door = door_to(server, NAME, "")
        reason = reason_of(f"https://{NAME}:{server.port}/", door)
    assert reason in {FetchReason.TLS, FetchReason.TIMEOUT}


def test_nothing_leads_from_https_to_http(authority: Authority) -> None:
    with serve(tell, tls=authority.context) as server:
        door = door_to(server, NAME, authority.bundle)
        url = f"https://{NAME}:{server.port}/down"
        assert reason_of(url, door) is FetchReason.BAD_REDIRECT
