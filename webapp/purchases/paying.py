"""The payment voucher of section 31(3)(g): who pays a supplier under reverse charge gives him one (Rule 52), in a series of its own."""

from __future__ import annotations

from uuid import UUID

from webapp import ledger, outstandings
from webapp.company import require_backdate
from webapp.kernel.errors import BooksError, NotFound
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_one
from webapp.purchases import gathering, queries, rules, slips, writing
from webapp.purchases.commands import Payment, TaxBy
from webapp.purchases.models import ReverseChargePayment
from webapp.purchases.numbers import next_number
from webapp.purchases.queries import PaymentRow


def pay(books: Books, asked: Payment) -> PaymentRow:
    """Pay a bill under reverse charge, wholly or in part: payment voucher, settled with the bill. Once under one id.

    BooksError for a bill of another kind; InvalidInput by field, with what is open.
    """
    write_one(books, asked.id)
    if earlier := queries.payment_or_none(books, asked.id):
        rules.require_same(earlier.number, earlier.body_sha256, asked.body_sha256)
        return earlier
    bill = queries.bill(books, asked.bill_id, to_change=True)
    if bill.kind != "bill" or bill.tax_by != TaxBy.REVERSE_CHARGE:
        raise BooksError(problem="This bill is not under reverse charge.", fix="Pay it with a payment voucher of the money menu.")
    gathering.require_standing(queries.cancellation_of(books, bill.id) is not None, bill.number)
    rules.require_payment(asked, open_of(books, bill.id), bill.voucher_date, books.today)
    require_backdate(books, asked.paid_on, "payment", asked.id)
    account = gathering.require_account(gathering.money_accounts(books), asked.account_id, "account_id")
    number = next_number(books, "reverse_charge_payment", asked.paid_on, bill.store_id)
    row = {
        "id": asked.id,
        "number": number,
        "bill_id": bill.id,
        "party_id": bill.party_id,
        "paid_on": asked.paid_on,
        "amount_paise": asked.amount,
        "account_id": account.id,
        "reference": asked.reference,
        "body_sha256": asked.body_sha256,
        "paid_by": books.actor.name,
        "recorded_at": books.now,
    }
    books.insert(ReverseChargePayment, [row])
    posted = slips.payment_slip(ledger.heads(books)["creditors"], account.id, asked.amount, bill.party_id)
    narration = f"Paid to {bill.party['name']} for {bill.supplier_number}, tax under reverse charge"
    heading = ledger.Heading("payment", number, asked.paid_on, bill.store_id, "purchase_payment", bill.id, narration)
    ledger.post(books, voucher_id=asked.id, heading=heading, slip=posted)
    outstandings.settle_against(books, bill.party_id, asked.id, bill.id, on=asked.paid_on)
    writing.say_entered(books, "payment", asked.id, number, {"bill": bill.number, "amount": asked.amount})
    found = queries.payment_or_none(books, asked.id)
    if found is None:
        raise NotFound("payment")
    return found


def cancel_payment(books: Books, bill_id: UUID, payment_id: UUID, *, reason: str) -> PaymentRow:
    """Cancel a payment of a bill today: reversed, and the bill is open again. A second cancel gives the first answer."""
    queries.bill(books, bill_id, to_change=True)
    kept = queries.payment_or_none(books, payment_id)
    if kept is None or kept.bill_id != bill_id:
        raise NotFound("payment")
    if queries.cancellation_of(books, payment_id):
        return kept
    reason, reversal_id = rules.require_reason(reason), new_id()
    ledger.reverse(books, voucher_id=payment_id, reversal_id=reversal_id, on=books.today, reason=reason)
    outstandings.release_all_of(books, payment_id, why=reason)
    writing.write_cancellation(books, "payment", payment_id, kept.number, voucher_id=reversal_id, reason=reason)
    return kept


def open_of(books: Books, bill_id: UUID) -> int:
    """What of a bill is not settled, in paise."""
    bill = queries.bill(books, bill_id)
    return bill.total_paise - sum(row.amount_paise for row in outstandings.allocations_of(books, bill_id) if row.released_on is None)
