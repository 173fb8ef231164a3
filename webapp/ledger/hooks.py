"""Who is told of what the ledger writes: who frees the money that had settled a bill which the ledger itself takes back, and who
keeps a register of tax deducted. They are storeys above: they are handed in when the program starts."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from webapp.ledger.rules import PostedVoucher
from webapp.platform.tenancy import Books

Release = Callable[[Books, UUID], object]
Watch = Callable[[Books, PostedVoucher], object]
_release: Release | None = None
_watch: Watch | None = None


def use_release(release: Release | None) -> None:
    """Have `release` told of each opening bill that is taken back. Called once, by whoever puts the program together."""
    global _release
    _release = release


def freed(books: Books, voucher_id: UUID) -> None:
    """A voucher of the ledger's own was reversed: what had settled it is on account again."""
    if _release is not None:
        _release(books, voucher_id)


def use_watch(watch: Watch | None) -> None:
    """Have `watch` told of each voucher that is written, reversals too, in its own transaction. It asks nothing of the database for kinds
    that are not its own: a counter's bill has no time for it. Called once, by whoever puts the program together."""
    global _watch
    _watch = watch


def wrote(books: Books, voucher: PostedVoucher) -> None:
    """A voucher stands in the register, and in the totals."""
    if _watch is not None:
        _watch(books, voucher)
