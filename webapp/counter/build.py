"""The build of the counter: which files a till keeps, and the worker that keeps them."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import PurePosixPath

from webapp.kernel.errors import keep_promise
from webapp.kernel.records import dataclass
from webapp.platform.assets import Assets

WORKER = "counter/sw.js"
TOMBSTONE = "counter/sw_tombstone.js"
SYNC_MODULE = "counter/sync.js"
# Read by their scripts by name, so no page and no import shows them.
BY_NAME = ("vendor/zxing-wasm/zxing_reader.wasm", "icons/icon-192.png", "icons/icon-512.png", "manifest.webmanifest")
_ADDRESS = re.compile(r"/s/[0-9a-f]{12}/([A-Za-z0-9_./-]+)")
_IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*['"](\.{1,2}/[^'"]+\.js)['"]""")
_COMMENT = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Build:
    """What is served to every till alike. `id` changes whenever anything in it does."""

    id: str
    precache: tuple[str, ...]
    shell: bytes
    offline: bytes
    worker: bytes
    tombstone: bytes


def make_build(assets: Assets, shell: str, offline: str) -> Build:
    """Put the counter together from its page, the page for what needs the network, and every file the two lead to."""
    names = _reached(assets, [*_ADDRESS.findall(shell + offline), SYNC_MODULE, *BY_NAME])
    precache = ("/counter", "/offline", *(assets.url(name) for name in sorted(names)))
    whole = hashlib.sha256((shell + "\n" + offline).encode())
    for name in (*sorted(names), WORKER):
        whole.update(f"{name} {assets.files[name]}\n".encode())
    build_id = whole.hexdigest()[:12]
    tombstone = (assets.root / TOMBSTONE).read_bytes()
    return Build(build_id, precache, shell.encode(), offline.encode(), _worker(assets, precache, build_id).encode(), tombstone)


def _worker(assets: Assets, precache: tuple[str, ...], build_id: str) -> str:
    source = (assets.root / WORKER).read_text("utf-8")
    filled = (
        source.replace("__SYNC_MODULE__", assets.url(SYNC_MODULE))
        .replace("__PRECACHE__", json.dumps(precache, separators=(",", ":")))
        .replace("__BUILD__", build_id)
    )
    keep_promise(filled != source and "__PRECACHE__" not in filled, "the worker has its places for build and list")
    return filled


def _reached(assets: Assets, names: list[str]) -> set[str]:
    """The files named and, through the imports of modules, those behind them."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        keep_promise(name in assets.files, f"the counter asks for {name}, which is not there")
        found.add(name)
        if name.endswith(".js") and not name.startswith("vendor/htmx/"):
            waiting += [_beside(name, other) for other in _IMPORT.findall(_COMMENT.sub("", (assets.root / name).read_text("utf-8")))]
    return found


def _beside(name: str, relative: str) -> str:
    parts: list[str] = []
    for part in (PurePosixPath(name).parent / relative).parts:
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
