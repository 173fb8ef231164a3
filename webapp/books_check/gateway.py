"""The promise of the payment gateway: its clearing account holds what was paid, less what was given back and settled."""

from __future__ import annotations

from sqlalchemy import func, select

from webapp.books_check.rules import Check
from webapp.gateway.models import GatewayAccount, GatewayPayment, GatewayRefund, GatewaySettlement
from webapp.kernel.money import Paise, rupees
from webapp.ledger.models import JournalLine, Voucher
from webapp.platform.tenancy import Books

_KINDS = ("online_payment", "gateway_settlement")


def check_gateway(books: Books) -> Check:
    """What the gateway's documents moved on its clearing account is payments - refunds - settlements, as their rows say."""
    promise = "the gateway's clearing account holds payments less refunds and settlements"
    clearing = books.session.scalars(select(GatewayAccount.clearing_id)).first()
    if clearing is None:
        return Check(promise, 0, ())
    moved = (
        select(func.coalesce(func.sum(JournalLine.amount_paise), 0))
        .join(Voucher, (Voucher.company_id == JournalLine.company_id) & (Voucher.id == JournalLine.voucher_id))
        .where(JournalLine.account_id == clearing, Voucher.document_kind.in_(_KINDS))
    )
    held = int(books.session.scalars(moved).one())
    paid = select(func.count(), func.coalesce(func.sum(GatewayPayment.amount_paise), 0)).where(GatewayPayment.books == "posted")
    given = (GatewayRefund.voucher_id.is_not(None), GatewayRefund.reversal_id.is_(None))
    back = select(func.count(), func.coalesce(func.sum(GatewayRefund.amount_paise), 0)).where(*given)
    gross = GatewaySettlement.net_paise + GatewaySettlement.fee_paise + GatewaySettlement.tax_paise
    out = select(func.count(), func.coalesce(func.sum(gross), 0)).where(GatewaySettlement.posted_on.is_not(None))
    counts, sums = zip(*(books.session.execute(query).one() for query in (paid, back, out)), strict=True)
    right = int(sums[0]) - int(sums[1]) - int(sums[2])
    faults = () if held == right else (f"the clearing account holds {rupees(Paise(held))}, its documents come to {rupees(Paise(right))}",)
    return Check(promise, sum(counts), faults)
