"""The kinds of documents that files stand beside. Whoever puts the program together says them (webapp/attachable.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import NamedTuple
from uuid import UUID

from webapp.kernel.errors import Forbidden, NotFound
from webapp.kernel.records import dataclass
from webapp.platform.permissions import Permission
from webapp.platform.tenancy import Books


class Shown(NamedTuple):
    """A document as the page of its files names it."""

    title: str


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of document: who reads it, who changes it, the view that shows it (and its parameter).

    `find` answers as the document's own page does: NotFound, or NotYourStore for whoever is held to other stores.
    """

    name: str
    reads: Permission
    writes: Permission
    endpoint: str
    parameter: str
    find: Callable[[Books, UUID], Shown]


_told: Callable[[], Iterable[Subject]] = tuple


def use_subjects(told: Callable[[], Iterable[Subject]]) -> None:
    """Let files stand beside documents of these kinds. They are asked for with the first file that somebody wants: the rooms of all
    documents are loaded then, which a worker at rest does without."""
    global _told
    _told = told
    _subjects.cache_clear()


@cache
def _subjects() -> dict[str, Subject]:
    return {one.name: one for one in _told()}


def readable(books: Books, subject: str, document_id: UUID) -> tuple[Subject, Shown]:
    """A document whose files this actor may read. NotFound also for a kind that the role does not read: it is not said to exist."""
    kind = _subjects().get(subject)
    if kind is None or not books.actor.may(kind.reads):
        raise NotFound("document")
    return kind, kind.find(books, document_id)


def writable(books: Books, subject: str, document_id: UUID) -> Shown:
    """A document whose files this actor may add to and withdraw. Forbidden for one that may only be read."""
    kind, shown = readable(books, subject, document_id)
    if not books.actor.may(kind.writes):
        raise Forbidden(
            problem="Your role may look at these files, not change them.", fix="Ask the owner to do it, or to change your role in Settings."
        )
    return shown
