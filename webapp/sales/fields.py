"""Beside which field of the sheet a refusal stands: one place for every document that is typed on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from webapp.kernel.errors import BooksError, Conflict, Forbidden, InvalidInput, NotFound
from webapp.sales.flags import FlagKind, SaleRefused
from webapp.stock import BatchExpired

# Where it is not the rows; credit and what has expired may be overridden there.
_FIELDS = {
    FlagKind.CREDIT_LIMIT: "credit_reason",
    FlagKind.CREDIT_OVERDUE: "credit_reason",
    FlagKind.FUTURE_DATE: "day",
    FlagKind.ARCHIVED_CUSTOMER: "party",
    FlagKind.BUYER_UNNAMED: "party",
    FlagKind.STORE_CLOSED: "store_id",
}


@contextmanager
def beside_fields(*passing: type[BooksError]) -> Iterator[None]:
    """What speaks against a sheet stands beside the field it is about, so that the sheet stays as it was typed. `passing` are the
    refusals that are about another document, and pages of their own."""
    try:
        yield
    except BooksError as refusal:
        if isinstance(refusal, (InvalidInput, Conflict, Forbidden, NotFound, *passing)):
            raise
        beside = InvalidInput({_field_of(refusal): f"{refusal.problem} {refusal.fix}"})
        beside.kept = refusal.kept
        raise beside from None


def _field_of(refusal: BooksError) -> str:
    if isinstance(refusal, BatchExpired):
        return "expired_reason"
    return _FIELDS.get(refusal.flag.kind, "lines") if isinstance(refusal, SaleRefused) else "lines"
