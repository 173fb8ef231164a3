"""Two kinds of trouble: a refusal the user can act on, and a promise of ours that broke."""

from __future__ import annotations

from collections.abc import Mapping

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the edit log keeps of a refusal, beside who tried and when: the words of an entry, and plain values."""

    action: str
    entity: str
    entity_id: str
    tried: Mapping[str, str]


class BooksError(Exception):
    """A refusal. `problem` says what is wrong, `fix` what to do; both are shown to the user as they are.

    One with `kept` is written into the edit log, although the transaction that it refused is rolled back.
    """

    status = 422
    kept: Refusal | None = None

    def __init__(self, *, problem: str, fix: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.fix = fix


class InvalidInput(BooksError):
    """What was typed cannot be used. `errors` maps a field's name to its own message, shown beside the field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(problem="Some fields need your attention.", fix="Correct the fields marked below and try again.")
        self.errors = dict(errors)


class NotFound(BooksError):
    """No such row in this company. Another company's row is answered in the same words."""

    status = 404

    def __init__(self, what: str) -> None:
        super().__init__(problem=f"This {what} does not exist.", fix="It may have been removed. Go back and choose another.")


class Conflict(BooksError):
    """The row has moved on, or an id was used before with other content."""

    status = 409


class Forbidden(BooksError):
    """Signed in, but the role does not allow it."""

    status = 403


class BrokenPromise(Exception):
    """Our own mistake: the request stops, nothing is written, and somebody is told."""


def keep_promise(condition: bool, words: str) -> None:  # noqa: FBT001 - it reads as a sentence: keep_promise(debits == credits, …)
    """Raise BrokenPromise unless `condition` holds. Unlike `assert`, it survives `python -O`."""
    if not condition:
        raise BrokenPromise(f"broken promise: {words}")
