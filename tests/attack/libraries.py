"""What the program is made of, out of its lock files and static/vendor: asked for known holes at OSV (https://osv.dev), or written as a bill
of materials (CycloneDX 1.6). It needs nothing but Python, and the first of the two a network."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen
from uuid import NAMESPACE_URL, uuid5

import click

from webapp import VERSION
from webapp.kernel.records import dataclass

ROOT = Path(__file__).parents[2]
OSV = "https://api.osv.dev"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", re.MULTILINE)
_OF_NPM = re.compile(r"npm ((?:@[\w.-]+/)?[\w.-]+)@([\w.-]+)")
SECONDS = 30


@dataclass(frozen=True, slots=True)
class Library:
    """One that others wrote. `ecosystem` as OSV says it: "PyPI" or "npm"; `is_shipped`: it is part of the program, not of its tests alone."""

    name: str
    version: str
    ecosystem: str
    is_shipped: bool = True

    @property
    def purl(self) -> str:
        """Its package URL (ECMA-427)."""
        return f"pkg:{self.ecosystem.lower()}/{self.name.replace('@', '%40')}@{self.version}"


@dataclass(frozen=True, slots=True)
class Hole:
    """One that is known."""

    library: Library
    id: str
    severity: str
    words: str
    mended_in: str


class NoAnswer(Exception):
    """OSV could not be asked."""


def libraries() -> list[Library]:
    """All of them, those that are shipped first; of one that is in several lists the first."""
    found = [Library(*one, "PyPI") for one in _PINNED.findall((ROOT / "requirements.lock").read_text())]
    vendored = tomllib.loads((ROOT / "static" / "vendor" / "vendor.toml").read_text())["file"]
    found += [Library(*named.groups(), "npm") for one in vendored if (named := _OF_NPM.match(one["source"]))]
    for lock in ("requirements-dev.lock", "tests/attack/requirements.lock", "tests/peers/swift.lock"):
        found += [Library(*one, "PyPI", is_shipped=False) for one in _PINNED.findall((ROOT / lock).read_text())]
    peers = json.loads((ROOT / "tests" / "peers" / "package-lock.json").read_text())["packages"]
    found += [Library(path.rpartition("node_modules/")[2], one["version"], "npm", is_shipped=False) for path, one in peers.items() if path]
    return list({one.purl: one for one in reversed(found)}.values())[::-1]


def holes(asked: Iterable[Library], url: str = OSV) -> list[Hole]:
    """What OSV knows of them, the shipped ones' first. NoAnswer where it cannot be asked."""
    known = list(asked)
    queries = [{"package": {"name": one.name, "ecosystem": one.ecosystem}, "version": one.version} for one in known]
    answers = _ask(f"{url}/v1/querybatch", {"queries": queries})["results"]
    if len(answers) != len(known):
        raise NoAnswer(f"{len(known)} were asked for, {len(answers)} answered")
    found = [(one, vuln["id"]) for one, answer in zip(known, answers, strict=True) for vuln in answer.get("vulns", ())]
    return sorted((_hole(one, _ask(f"{url}/v1/vulns/{number}")) for one, number in found), key=lambda hole: not hole.library.is_shipped)


def _hole(library: Library, said: dict[str, Any]) -> Hole:
    severity = said.get("database_specific", {}).get("severity") or next((one["score"] for one in said.get("severity", ())), "not said")
    events = [
        event["fixed"]
        for one in said.get("affected", ())
        if one.get("package", {}).get("name", "").lower() == library.name.lower()
        for span in one.get("ranges", ())
        for event in span.get("events", ())
        if "fixed" in event
    ]
    words = " ".join((said.get("summary") or said.get("details", "")).split())[:120]
    return Hole(library, said["id"], str(severity), words, ", ".join(dict.fromkeys(events)) or "nothing yet")


def _ask(url: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    sent = Request(url, json.dumps(body).encode() if body is not None else None, {"Content-Type": "application/json"})
    try:
        with urlopen(sent, timeout=SECONDS) as answer:
            read = json.load(answer)
    except (URLError, OSError, ValueError) as trouble:
        raise NoAnswer(f"{url}: {trouble}") from trouble
    if not isinstance(read, dict):
        raise NoAnswer(f"{url}: no answer that can be read")
    return read


def report(url: str = OSV) -> int:
    """Say what is known. 0: nothing of what is asked; 1: something; 3: nobody could be asked, which is no answer."""
    asked = libraries()
    try:
        found = holes(asked, url)
    except NoAnswer as trouble:
        click.echo(f"Nothing is known: OSV could not be asked. {trouble}", err=True)
        return 3
    for one in found:
        part = "" if one.library.is_shipped else " (tests alone)"
        click.echo(f"{one.library.purl}{part}: {one.id}, {one.severity}, mended in {one.mended_in}. {one.words}")
    click.echo(f"{len(asked)} libraries, {len(found)} known holes. How soon each is mended: docs/dependencies.md")
    return 1 if found else 0


def materials() -> str:
    """The bill of materials, as CycloneDX 1.6 in JSON. The same lock files make the same bill, letter by letter."""
    parts = [
        {
            "type": "library",
            "bom-ref": one.purl,
            "name": one.name,
            "version": one.version,
            "purl": one.purl,
            "scope": "required" if one.is_shipped else "excluded",
        }
        for one in libraries()
    ]
    own = f"pkg:generic/munim@{VERSION}"
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, own + ' '.join(str(one['purl']) for one in parts))}",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": own, "name": "munim", "version": VERSION, "purl": own}},
        "components": parts,
        "dependencies": [{"ref": own, "dependsOn": [one["bom-ref"] for one in parts if one["scope"] == "required"]}],
    }
    return json.dumps(bill, indent=1)
