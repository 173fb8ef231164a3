"""What suppliers told of us, as frozen rows."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from webapp.gst_inward.values import CreditTold, MatchState
from webapp.gst_returns import ReturnPeriod
from webapp.platform.tenancy import Books


def credit_told(books: Books, gstin: str, period: ReturnPeriod | int) -> CreditTold:
    """What the GSTR-2B of a month, or of every month of a period, says of credit, by kind, with our decisions."""
    month = period if isinstance(period, int) else period.month
    return CreditTold(gstin, month, False, None, {})


def told_of_bills(books: Books, gstin: str, period: ReturnPeriod | int) -> Mapping[UUID, MatchState]:
    """Our bill or debit note → how its supplier told it, for all that a GSTR-2B up to this month told."""
    return {}
