"""Translations are kept as text (.po) beside the program and compiled when an app starts, into VAR_DIR."""

from __future__ import annotations

import secrets
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE = Path(__file__).parents[1] / "translations"


def compiled(var_dir: Path) -> Path:
    """The folder of compiled catalogues, made anew where a source is newer."""
    target = var_dir / "translations"
    for source in SOURCE.glob("*/LC_MESSAGES/messages.po"):
        made = target / source.relative_to(SOURCE).with_suffix(".mo")
        if made.exists() and made.stat().st_mtime >= source.stat().st_mtime:
            continue
        made.parent.mkdir(parents=True, exist_ok=True)
        draft = made.with_name(f".{secrets.token_hex(6)}.mo")
        with source.open("rb") as text, draft.open("wb") as file:
            write_mo(file, read_po(text, locale=source.parts[-3]))
        draft.replace(made)
    return target
