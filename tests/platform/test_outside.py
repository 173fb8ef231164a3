"""Other machines are called where they may be, and nowhere an address or an answer might lead."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from webapp.platform import outside
from webapp.platform.outside import HostNotAllowed, Unanswered, call, require_address
from webapp.platform.settings import Settings

ENDINGS = (".gst.gov.in",)


@pytest.fixture(autouse=True)
def _hosts() -> Iterator[None]:
    kept = outside._allowed
    outside.use({"gsp.example", "127.0.0.1"})
    yield
    outside.use(kept)


@pytest.mark.parametrize("url", ["https://api.einvoice1.gst.gov.in/x", "https://GSP.example:8443/y", "http://127.0.0.1:9/z"])
def test_what_may_be_called(url: str) -> None:
    require_address(url, ENDINGS)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.einvoice1.gst.gov.in/x",
        "http://gsp.example/",
        "https://evil-gst.gov.in/",
        "https://gst.gov.in.evil.example/",
        "https://localhost/",
        "https://169.254.169.254/latest",
        "https://[::1]/",
        "https://user:pass@gsp.example/",
        "https://gsp.example:99999/",
        "https://gsp.example/a b",
        "https://gsp.example/\r\nHost: x",
        "file:///etc/passwd",
        "gsp.example",
        "",
        "https://",
    ],
)
def test_what_may_not(url: str) -> None:
    with pytest.raises(HostNotAllowed):
        require_address(url, ENDINGS)


@pytest.mark.parametrize(
    ("url", "header"),
    [
        ("http://127.0.0.1:9/", "₹"),
        ("http://127.0.0.1:9/", "a\r\nHost: b"),
        ("https://a..gst.gov.in/", "x"),
        (f"https://{'a' * 70}.gst.gov.in/", "x"),
    ],
)
def test_what_cannot_be_said_is_not_answered(url: str, header: str) -> None:
    with pytest.raises(Unanswered):
        call("GET", url, headers={"password": header}, endings=ENDINGS)


def test_the_machine_names_its_hosts(tmp_path: Path) -> None:
    made = Settings.from_environment({"VAR_DIR": str(tmp_path), "OUTSIDE_HOSTS": "GSP.example, other.example"})
    assert made.outside_hosts == {"gsp.example", "other.example"}


class Odd(BaseHTTPRequestHandler):
    """Answers with the status of the path; 302 leads elsewhere."""

    def do_GET(self) -> None:
        self.send_response(int(self.path[1:4]))
        self.send_header("Location", "http://127.0.0.1:9/")
        self.end_headers()
        self.wfile.write(b"said")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def odd() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Odd)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("status", [200, 302, 403])
def test_an_answer_is_taken_as_it_is(odd: str, status: int) -> None:
    assert call("GET", f"{odd}/{status}", headers={}, endings=()) == outside.Answer(status, b"said")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_trouble_is_no_answer(odd: str, status: int) -> None:
    with pytest.raises(Unanswered, match="trouble"):
        call("GET", f"{odd}/{status}", headers={}, endings=())


def test_nobody_there_is_no_answer() -> None:
    with pytest.raises(Unanswered, match="did not answer"):
        call("GET", "http://127.0.0.1:9/", headers={}, endings=())


def test_who_sends_a_byte_now_and_then_is_waited_for_so_long_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    class Dripping:
        def read1(self, _most: int) -> bytes:
            return b"x"

    seconds = iter(range(1_000))
    monkeypatch.setattr(outside, "time", SimpleNamespace(monotonic=lambda: next(seconds)))
    with pytest.raises(TimeoutError):
        outside._read(Dripping(), 8, 1_000)  # type: ignore[arg-type]  # all of an answer that is looked at
    assert next(seconds) == 10
    assert len(outside._read(Dripping(), 8, 5)) == 6, "one byte too many tells that there are more"  # type: ignore[arg-type]


def self_signed(folder: Path) -> Path:
    """A certificate for localhost and its key, signed by nobody that a browser or a machine trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    begin = datetime(2020, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), begin, begin + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM)
    (folder / "both.pem").write_bytes(pem)
    return folder / "both.pem"


@pytest.mark.parametrize("is_trusted", [False, True])
def test_who_cannot_prove_who_he_is_is_told_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_trusted: bool) -> None:
    pem = self_signed(tmp_path)
    if is_trusted:  # that the certificate alone makes the difference
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    monkeypatch.setattr(outside, "_allowed", frozenset({"localhost"}))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    heard: list[bytes] = []

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """The whole body is taken before the answer goes: a door shut on bytes that nobody read resets the line, and the answer with it."""
            heard.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "4")
            self.end_headers()
            self.wfile.write(b"said")

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Door) as door:
        door.socket = context.wrap_socket(door.socket, server_side=True)
        thread = threading.Thread(target=door.handle_request, daemon=True)
        thread.start()
        url = f"https://localhost:{door.server_port}/"
        if is_trusted:
            assert call("POST", url, headers={}, endings=(), body=b"a password").body == b"said"
        else:
            with pytest.raises(Unanswered):
                call("POST", url, headers={}, endings=(), body=b"a password")
        thread.join()
    assert heard == [b"a password"] * is_trusted
