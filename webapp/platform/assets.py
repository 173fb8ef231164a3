"""Static files under an address that carries their build, so that a browser may keep them for ever.

The build stands in the path (`/s/<build>/counter/engine.js`), not in a query: a module's relative imports then stay in
the same build, and a page never mixes two.
"""

from __future__ import annotations

import hashlib
import re
from functools import cached_property
from pathlib import Path

import rjsmin

CSS_BUNDLE = "css/munim.css"
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_BLANKS = re.compile(r"\n\s*")
_NOT_SERVED = {".toml", ".md", ".py"}


class Assets:
    """The static tree as it stood at start-up."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._scripts: dict[str, bytes] = {}

    @cached_property
    def files(self) -> dict[str, str]:
        """Every file that is served, with the SHA-256 of its content."""
        found = {
            path.relative_to(self.root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and path.suffix not in _NOT_SERVED and not path.name.startswith(".") and path.name != "ORDER"
        }
        found[CSS_BUNDLE] = hashlib.sha256(self.css.encode()).hexdigest()
        return found

    @cached_property
    def css(self) -> str:
        """The layers of static/css in the order that static/css/ORDER names, as one sheet, without comments and indents."""
        order = self.root / "css" / "ORDER"
        names = order.read_text().split() if order.exists() else []
        whole = "\n".join((self.root / "css" / name).read_text() for name in names)
        return _CSS_BLANKS.sub("\n", _CSS_COMMENT.sub("", whole))

    def script(self, name: str) -> bytes | None:
        """One of our own scripts as it is served, without comments and indents; None for any other file.

        The sources say why they do what they do; a phone on a slow line need not read it.
        """
        if not name.endswith(".js") or name.startswith("vendor/") or name not in self.files:
            return None
        if name not in self._scripts:
            self._scripts[name] = rjsmin.jsmin((self.root / name).read_bytes())
        return self._scripts[name]

    @cached_property
    def build(self) -> str:
        """Twelve characters that change whenever any static file does."""
        whole = hashlib.sha256()
        for name, digest in sorted(self.files.items()):
            whole.update(f"{name} {digest}\n".encode())
        return whole.hexdigest()[:12]

    def url(self, name: str) -> str:
        """The address of one file in this build. KeyError when there is no such file: a template names a wrong one."""
        if name not in self.files:
            raise KeyError(f"no static file {name}")
        return f"/s/{self.build}/{name}"
