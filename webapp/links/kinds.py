"""The kinds of documents that links open. Rooms above say theirs when their pages are loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from webapp.kernel.errors import keep_promise


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind is called, and the view, taking `token`, that opens it."""

    name: str
    endpoint: str
    words: Callable[[], str]


_kinds: dict[str, Kind] = {}


def use_kind(kind: Kind) -> None:
    """Let documents of this kind be shared. Saying the same again changes nothing."""
    kept = _kinds.setdefault(kind.name, kind)
    keep_promise(kept.endpoint == kind.endpoint, "a kind of link has one door")


def kind_of(name: str) -> Kind:
    """A kind that a room has named."""
    keep_promise(name in _kinds, "a link is of a kind that some room has named")
    return _kinds[name]


def words_of(name: str) -> str:
    """What a kind is called; its own name when the room is not there any more."""
    return _kinds[name].words() if name in _kinds else name


def names() -> tuple[str, ...]:
    """The kinds there are."""
    return tuple(sorted(_kinds))
