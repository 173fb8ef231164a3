"""The kinds of documents that links open. Rooms above say theirs when their pages are loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from flask import Response

from webapp.kernel.errors import NotFound, keep_promise
from webapp.kernel.records import dataclass
from webapp.links.rules import Payer
from webapp.platform.tenancy import Books

if TYPE_CHECKING:
    from webapp.links.tokens import Opened


class Draw(Protocol):
    """Draws the public page again, with what was typed on it and what is wrong with that."""

    def __call__(self, token: str, opened: Opened, *, status: int = 200, **form: Any) -> Response: ...


@dataclass(frozen=True, slots=True)
class Payable:
    """How documents of a kind are paid by those who hold a link: `payer` says who pays and what is asked now (NotFound for no such
    document); `screen` is the view that shows one to the shop, and its parameter; `entered_at` the view of the form, taking `notice`,
    that enters the money."""

    payer: Callable[[Books, UUID, int], Payer]
    draw: Draw
    screen: tuple[str, str]
    entered_at: str


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind is called, and the view, taking `token`, that opens it."""

    name: str
    endpoint: str
    words: Callable[[], str]
    payable: Payable | None = None


_kinds: dict[str, Kind] = {}


def use_kind(kind: Kind) -> None:
    """Let documents of this kind be shared. Saying the same again changes nothing."""
    kept = _kinds.setdefault(kind.name, kind)
    keep_promise(kept.endpoint == kind.endpoint, "a kind of link has one door")


def kind_of(name: str) -> Kind:
    """A kind that a room has named."""
    keep_promise(name in _kinds, "a link is of a kind that some room has named")
    return _kinds[name]


def payable_of(name: str) -> Payable:
    """How documents of a kind are paid by their link. NotFound, as for a link that opens nothing, for a kind that is not."""
    found = _kinds[name].payable if name in _kinds else None
    if found is None:
        raise NotFound("link")
    return found


def words_of(name: str) -> str:
    """What a kind is called; its own name when the room is not there any more."""
    return _kinds[name].words() if name in _kinds else name


def names() -> tuple[str, ...]:
    """The kinds there are."""
    return tuple(sorted(_kinds))
