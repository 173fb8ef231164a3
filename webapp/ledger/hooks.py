"""Who frees the money that had settled a bill which the ledger itself takes back. The outstandings are a storey above: they
are handed in when the program starts."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from webapp.platform.tenancy import Books

Release = Callable[[Books, UUID], object]
_release: Release | None = None


def use_release(release: Release | None) -> None:
    """Have `release` told of each opening bill that is taken back. Called once, by whoever puts the program together."""
    global _release
    _release = release


def freed(books: Books, voucher_id: UUID) -> None:
    """A voucher of the ledger's own was reversed: what had settled it is on account again."""
    if _release is not None:
        _release(books, voucher_id)
