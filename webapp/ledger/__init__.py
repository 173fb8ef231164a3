"""The ledger: the chart of accounts and the register of vouchers, append-only, with its totals by month beside it.

Promises: a voucher balances or is not written; what is posted is never changed, a mistake is answered by `reverse`;
the same voucher sent twice is written once; each total equals a replay of the lines behind it.
"""

from webapp.ledger.queries import voucher_or_none
from webapp.ledger.rules import AlreadyReversed, Heading, PostedVoucher
from webapp.ledger.service import heads, open_chart, post, reverse

__all__ = [
    "AlreadyReversed",
    "Heading",
    "PostedVoucher",
    "heads",
    "open_chart",
    "post",
    "reverse",
    "voucher_or_none",
]
