"""Whether a customer may have this much more on credit: by amount, by days overdue, and who may say yes all the same."""

from __future__ import annotations

from collections.abc import Sequence

from webapp import ledger, outstandings
from webapp.company import Profile
from webapp.kernel.dates import written
from webapp.kernel.errors import Forbidden
from webapp.kernel.money import Paise
from webapp.platform import audit
from webapp.platform.permissions import Permission
from webapp.platform.tenancy import Books
from webapp.sales import cancelling, flags
from webapp.sales.commands import Sale, Tender, TenderMode
from webapp.sales.flags import Flag


def takes_turn(sale: Sale) -> bool:
    """Whether this sale waits for others of its customer, before it takes any other lock. Bills that have happened do not wait: many
    of them are written together, and they are only flagged."""
    return not sale.has_happened and any(tender.mode is TenderMode.CREDIT for tender in sale.tenders)


def doubts(books: Books, sale: Sale, tenders: Sequence[Tender], limit: int | None, seller: Profile) -> tuple[Flag, ...]:
    """What speaks against the credit of this sale. Nothing is asked when nothing is on credit, or no bound is set.

    Of a bill that has not happened the customer is held by now (`takes_turn`): each of two bills sees what the other left due.
    """
    wanted = sum(tender.amount for tender in tenders if tender.mode is TenderMode.CREDIT)
    if not wanted or sale.party_id is None:
        return ()
    found: list[Flag] = []
    if limit is not None:
        due = ledger.party_due(books, sale.party_id)
        if due + wanted > limit:
            found.append(flags.credit_limit(limit=Paise(limit), due=due, wanted=Paise(wanted)))
    if seller.credit_overdue_days is not None:
        found += _overdue(books, sale, seller.credit_overdue_days)
    return tuple(found)


def may_pass(books: Books, sale: Sale, seller: Profile, found: Sequence[Flag]) -> bool:
    """Whether the credit is given all the same: the shop only warns, or somebody who may says why. The reason is kept in the edit log.

    Forbidden when a reason is given by somebody who may not.
    """
    if sale.credit_reason:
        if not books.actor.may(Permission.CREDIT_OVERRIDE):
            raise Forbidden(problem="Your role does not allow credit past the limit.", fix="Ask the owner to issue it, or take money.")
        reason = cancelling.require_credit_reason(sale.credit_reason)
        kinds = [flag.kind.value for flag in found]
        audit.record(books, "override", "invoice", sale.id, new={"reason": reason, "kinds": kinds, "party": sale.party_id})
        return True
    return seller.credit_policy == "warn"


def _overdue(books: Books, sale: Sale, most_days: int) -> list[Flag]:
    """The oldest bill that is overdue by more than `most_days`, when money that names no bill has paid the oldest first."""
    if sale.party_id is None:
        return []
    items = outstandings.open_items(books, sale.party_id, side=outstandings.RECEIVABLE)
    late = [item for item in outstandings.netted_items(items, outstandings.RECEIVABLE) if item.open > 0]
    if not late:
        return []
    oldest = min(late, key=lambda item: (item.due_on, item.day, item.key))
    days = oldest.days_over(sale.invoice_date)
    if days <= most_days:
        return []
    open_paise = Paise(oldest.open)
    return [flags.credit_overdue(number=oldest.name, due_on=written(oldest.due_on), days=days, most=most_days, open_paise=open_paise)]
