"""Names that would be headers or folders, and bodies far larger than anybody sends."""

from __future__ import annotations

import http.client
import io
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.ground.server import LiveServer
from tests.ground.shops import Shop, found_shop
from webapp import attachments, parties
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import open_books, read_books

PDF = b"%PDF-1.7\nhello"
HOSTILE = (
    "a\r\nSet-Cookie: x=1.pdf",
    'a"; filename="b.exe',
    "../../../etc/passwd.pdf",
    "a\u2028b.pdf",
    "\u202efdp.exe",
    "…/..\\..\\x.pdf",
    "%2e%2e%2fx.pdf",
    "CON.pdf",
    "-rf.pdf",
    "=cmd|'/c calc'!A1.pdf",
)
HUGE = 1_000_000_000


def customer(shop: Shop) -> str:
    with open_books(shop.actor) as books:
        return str(parties.create_party(books, parties.PartyDraft(name="Meera")).id)


@pytest.mark.database
def test_a_hostile_name_ends_in_no_header_and_no_folder(browse: Callable[[Shop], FlaskClient], sharma: Shop, var_dir: Path) -> None:
    client, party, before = browse(sharma), customer(sharma), set(var_dir.rglob("*"))  # papers of other tests' bills lie there, too
    for number, name in enumerate(HOSTILE):
        sent = client.post(f"/attachments/party/{party}", data={"file": (io.BytesIO(PDF + str(number).encode()), name)})
        broken = "\n" in name  # it breaks the head of its part, so that there is no file
        assert sent.status_code == (422 if broken else 303), name
    with read_books(sharma.actor) as books:
        rows = attachments.attached(books, "party", UUID(party))
    assert len(rows) == len(HOSTILE) - 1
    for row in rows:
        headers = client.get(f"/attachments/files/{row.id}").headers
        said = headers["Content-Disposition"]
        assert "x=1" not in "".join(headers.getlist("Set-Cookie"))
        assert re.match(r"attachment; filename(\*|=)", said)
        assert said.isascii()
        assert said.isprintable()
        assert row.name.endswith(".pdf")
        assert not set('/\\"<>|;:\r\n\u202e\u2028') & set(row.name), row.name
    assert not [path for path in set(var_dir.rglob("*")) - before if path.is_file() and ".pdf" in path.name]


@pytest.mark.slow
@pytest.mark.parametrize("is_chunked", [False, True], ids=["said", "chunked"])
def test_a_gigabyte_is_refused_before_it_fills_anything(live: LiveServer, *, is_chunked: bool) -> None:
    """Through the real server: it says no early, takes no more than it must, and keeps nothing; the next request is answered."""
    shop = found_shop("Large", email=f"large-{new_id().hex}@example.com", state_code="27")
    party, address = customer(shop), urlsplit(live.url)
    before, files = most_memory(live), kept(live)
    sent = 0

    def body() -> Iterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7\n'
        for _part in range(HUGE // 1_000_000):
            sent += 1_000_000
            yield b"0" * 1_000_000

    link = http.client.HTTPConnection(address.hostname or "", address.port, timeout=300)
    headers = {"Content-Type": "multipart/form-data; boundary=x"} | ({} if is_chunked else {"Content-Length": str(HUGE)})
    status = 0
    try:
        link.request("POST", f"/attachments/party/{party}", body=body(), headers=headers, encode_chunked=is_chunked)
        status = link.getresponse().status
    except (BrokenPipeError, ConnectionResetError):
        status = 413  # it hung up on us, which is an answer too
    finally:
        link.close()
    assert status == 413
    assert sent < HUGE // 10, "it was not read to its end"
    assert most_memory(live) - before < 150_000, "it does not stand in memory"
    assert kept(live) == files
    again = http.client.HTTPConnection(address.hostname or "", address.port, timeout=300)
    again.request("GET", "/healthz")
    assert again.getresponse().status == 200
    again.close()


def most_memory(live: LiveServer) -> int:
    """The most kB that the server's processes have ever held, added up."""
    found = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            if os.getpgid(int(status.parent.name)) == live.process.pid:
                found += int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1])  # type: ignore[index]
        except (OSError, TypeError):
            continue
    return found


def kept(live: LiveServer) -> list[str]:
    """What lies in the server's folder, but for its database and log."""
    return sorted(str(path) for path in (live.var_dir / "files").rglob("*"))
