"""What is asked of OSV, what is made of its answers, and the bill of materials."""

from __future__ import annotations

import json
import re
import threading
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.attack.libraries import Library, NoAnswer, holes, libraries, materials, report
from tests.ground.server import ROOT

HOLED, MENDED = Library("jinja2", "2.4", "PyPI"), Library("htmx.org", "4.0.1", "npm", is_shipped=False)
SAID = {
    "id": "GHSA-1",
    "summary": "Out of the\nsandbox",
    "database_specific": {"severity": "HIGH"},
    "affected": [{"package": {"name": "Jinja2"}, "ranges": [{"events": [{"introduced": "0"}, {"fixed": "2.10.1"}]}]}],
}


class Osv(ThreadingHTTPServer):
    """A stand-in that answers as OSV's documentation says, and keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.asked: list[dict[str, Any]] = []
        self.is_short = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answers(BaseHTTPRequestHandler):
    server: Osv

    def do_POST(self) -> None:
        self.server.asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        results = [{"vulns": [{"id": "GHSA-1"}]} if one["package"]["name"] == "jinja2" else {} for one in self.server.asked]
        self._say({"results": results[: -1 if self.server.is_short else None]})

    def do_GET(self) -> None:
        assert self.path == "/v1/vulns/GHSA-1"
        self._say(SAID)

    def _say(self, words: object) -> None:
        body = json.dumps(words).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: Any) -> None:
        pass


@pytest.fixture
def osv() -> Iterator[Osv]:
    with Osv() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_hole_that_is_known_is_named_with_what_mends_it(osv: Osv) -> None:
    (found,) = holes([MENDED, HOLED], osv.url)
    assert (found.library, found.id, found.severity, found.words, found.mended_in) == (
        HOLED,
        "GHSA-1",
        "HIGH",
        "Out of the sandbox",
        "2.10.1",
    )
    assert osv.asked[0] == {"package": {"name": "htmx.org", "ecosystem": "npm"}, "version": "4.0.1"}


def test_everything_that_is_installed_is_asked_about(osv: Osv) -> None:
    report(osv.url)
    asked = {(one["package"]["ecosystem"], one["package"]["name"], one["version"]) for one in osv.asked}
    for lock in ("requirements.lock", "requirements-dev.lock"):
        lines = [line for line in (ROOT / lock).read_text().splitlines() if "==" in line]
        assert len(lines) > 30
        assert {("PyPI", *re.split(r"==| ", re.sub(r"\[.*?\]", "", line))[:2]) for line in lines} <= asked
    vendored = tomllib.loads((ROOT / "static" / "vendor" / "vendor.toml").read_text())["file"]
    assert {one["version"] for one in vendored} <= {version for ecosystem, _name, version in asked if ecosystem == "npm"}


def test_no_answer_is_not_taken_for_a_good_one(osv: Osv, capsys: pytest.CaptureFixture[str]) -> None:
    osv.is_short = True
    with pytest.raises(NoAnswer, match="2 were asked for, 1 answered"):
        holes([MENDED, HOLED], osv.url)
    url = osv.url
    osv.server_close()
    assert report(url) == 3
    assert "Nothing is known" in capsys.readouterr().err


def test_the_bill_of_materials_names_each_once_and_is_the_same_each_time() -> None:
    bill = json.loads(materials())
    refs = [one["bom-ref"] for one in bill["components"]]
    assert (bill["bomFormat"], bill["specVersion"], len(set(refs))) == ("CycloneDX", "1.6", len(refs))
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", bill["serialNumber"])
    required = {one["purl"] for one in bill["components"] if one["scope"] == "required"}
    assert set(bill["dependencies"][0]["dependsOn"]) == required
    assert required == {one.purl for one in libraries() if one.is_shipped}
    assert any(one.startswith("pkg:pypi/flask@") for one in required)
    assert any(one.startswith("pkg:npm/htmx.org@") for one in required)
    assert not any("pytest@" in one for one in required)
    assert materials() == materials()
