"""Who puts costs right when a document comes late. Stocktaking stands beside this room: it is handed in at the start."""

from __future__ import annotations

from collections.abc import Callable

from webapp.kernel.errors import keep_promise
from webapp.platform.tenancy import Books
from webapp.stock import Recorded

SettleCosts = Callable[[Books, Recorded], object]
_settle_costs: SettleCosts | None = None


def use(settle: SettleCosts | None) -> None:
    """Have `settle` put costs right in this process. Called once, by whoever puts the program together."""
    global _settle_costs
    _settle_costs = settle


def settle_costs(books: Books, recorded: Recorded) -> None:
    """Put right, in this transaction, the costs that what was just recorded has unsettled. Nearly always there are none."""
    if not recorded.unsettled:
        return
    keep_promise(_settle_costs is not None, "unsettled costs have somebody to settle them")
    assert _settle_costs is not None  # noqa: S101 - for the type checker; the promise above is what guards
    _settle_costs(books, recorded)
