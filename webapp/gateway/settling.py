"""Settlements: what the gateway paid into the bank, less its fees. Each is taken in once, from the interface or from its report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from webapp import company, ledger
from webapp.gateway import queries, rules
from webapp.gateway.adapter import SettlementSeen
from webapp.gateway.models import GatewayPayment, GatewayRefund, GatewaySettlement, GatewaySettlementLine
from webapp.gateway.queries import AccountRow, SettlementRow
from webapp.gateway.rules import NotOpen, ReconRow, Totals
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.money import MOST_PAISE, Paise, rupees
from webapp.platform import audit
from webapp.platform.rows import insert_once
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_alone

_MOST_NAMED = 5


def import_settlement(books: Books, kept: AccountRow, seen: SettlementSeen, source: str) -> bool:
    """Take a settlement in: its lines matched, its voucher posted. Says whether it is a new one.

    What the gateway says it paid must be what its lines come to, and none of them may have been settled before, else it is kept and not
    posted. Told again with other figures, the difference is noted on it and nothing is posted.
    """
    write_alone(books)
    settlement_id = rules.row_id(books.company_id, kept.provider, seen.remote_id)
    figures = rules.totals_of(seen.rows)
    if max(abs(figures.net), abs(figures.gross)) > MOST_PAISE:
        raise InvalidInput({"file": f"Settlement {seen.remote_id} is larger than the books can hold."})
    if earlier := queries.settlement_or_none(books, settlement_id):
        _compare(books, earlier, figures)
        return False
    lines = _lines(books, kept, seen.rows)
    twice = _settled_before(books, seen.rows)
    why = "twice" if twice else "differs" if seen.net_paise not in {None, figures.net} else ""
    settled_on = min(seen.settled_on, books.today)
    store_id = company.default_store(books)
    if not why and _is_locked(books, settled_on, store_id, figures):
        why = "locked"
    row = {
        "id": settlement_id,
        "provider": kept.provider,
        "remote_id": seen.remote_id,
        "utr": seen.utr,
        "settled_on": settled_on,
        "net_paise": figures.net,
        "fee_paise": figures.fee,
        "tax_paise": figures.tax,
        "posted_on": None if why else settled_on,
        "why": why,
        "difference": _difference(seen, figures, lines, twice),
        "source": source,
        "made_by": books.actor.name,
        "made_at": books.now,
    }
    insert_once(books, GatewaySettlement, row)
    books.insert(GatewaySettlementLine, [{"settlement_id": settlement_id, **line} for line in lines])
    _learn_fees(books, kept, seen.rows)
    audit.record(
        books, "create", "gateway_settlement", settlement_id, new={"settlement": seen.remote_id, "utr": seen.utr, "net": figures.net}
    )
    if not why:
        found = queries.settlement_or_none(books, settlement_id)
        if found is not None:
            _post(books, kept, found)
    return True


def post_by_hand(books: Books, settlement_id: UUID) -> SettlementRow:
    """Post a settlement that was kept, on its day or today where that is locked. NotOpen for one that stands."""
    write_alone(books)
    row = queries.settlement_or_none(books, settlement_id)
    kept = queries.account_or_none(books)
    if row is None or kept is None:
        raise NotFound("settlement")
    if row.posted_on is not None:
        raise NotOpen
    figures = Totals(row.net_paise, row.fee_paise, row.tax_paise)
    on = books.today if _is_locked(books, row.settled_on, company.default_store(books), figures) else row.settled_on
    books.session.execute(update(GatewaySettlement).where(GatewaySettlement.id == settlement_id).values(posted_on=on, why=""))
    found = replace(row, posted_on=on, why="")
    _post(books, kept, found)
    return found


def accept_difference(books: Books, settlement_id: UUID, reason: str) -> None:
    """A person has looked at what does not fit, and says why it may stand."""
    reason = rules.require_reason(reason)
    row = queries.settlement_or_none(books, settlement_id)
    if row is None:
        raise NotFound("settlement")
    books.session.execute(update(GatewaySettlement).where(GatewaySettlement.id == settlement_id).values(difference=""))
    audit.record(books, "accept", "gateway_settlement", settlement_id, old={"difference": row.difference}, new={"reason": reason})


def _is_locked(books: Books, day: Any, store_id: UUID, figures: Totals) -> bool:
    parts = ("money", ledger.SCOPE_OF["purchase"]) if figures.tax else ("money",)
    return any(company.is_locked(books, day, part, store_id) for part in parts)


def _post(books: Books, kept: AccountRow, row: SettlementRow) -> None:
    heads = {**ledger.heads(books), "bank": kept.bank_id, "clearing": kept.clearing_id, "charges": kept.charges_id}
    slip = rules.settlement_slip(Totals(row.net_paise, row.fee_paise, row.tax_paise), heads, kept.tax_kind)
    if slip is None or row.posted_on is None:
        return
    heading = ledger.Heading(
        kind="contra",
        number=row.remote_id,
        voucher_date=row.posted_on,
        store_id=company.default_store(books),
        document_kind="gateway_settlement",
        document_id=row.id,
        narration=f"Settlement {row.remote_id}, UTR {row.utr or 'not told'}",
    )
    ledger.post(books, voucher_id=row.id, heading=heading, slip=slip)


def _lines(books: Books, kept: AccountRow, rows: Sequence[ReconRow]) -> list[dict[str, Any]]:
    amounts = _known_amounts(books, kept, [row.remote_id for row in rows])
    return [
        {
            "line_no": number,
            "kind": row.kind[:40],
            "remote_id": row.remote_id,
            "amount_paise": row.amount_paise,
            "fee_paise": row.fee_paise,
            "tax_paise": row.tax_paise,
            "debit_paise": row.debit_paise,
            "credit_paise": row.credit_paise,
            "is_known": amounts.get(row.remote_id) == row.amount_paise,
        }
        for number, row in enumerate(rows, start=1)
    ]


def _known_amounts(books: Books, kept: AccountRow, remote_ids: Sequence[str]) -> dict[str, int]:
    """What of these stands in the books, by the gateway's id."""
    found: dict[str, int] = {}
    for start in range(0, len(remote_ids), 500):
        some = remote_ids[start : start + 500]
        paid = select(GatewayPayment.remote_id, GatewayPayment.amount_paise)
        paid = paid.where(GatewayPayment.provider == kept.provider, GatewayPayment.remote_id.in_(some), GatewayPayment.books == "posted")
        back = select(GatewayRefund.remote_id, GatewayRefund.amount_paise)
        back = back.where(GatewayRefund.provider == kept.provider, GatewayRefund.remote_id.in_(some), GatewayRefund.voucher_id.is_not(None))
        for query in (paid, back):
            found |= {str(remote_id): int(amount) for remote_id, amount in books.session.execute(query)}
    return found


def _settled_before(books: Books, rows: Sequence[ReconRow]) -> list[str]:
    """Which of these stand in a settlement that was taken in before: nothing is paid out twice."""
    line, found = GatewaySettlementLine, set[tuple[str, str]]()
    for start in range(0, len(rows), 500):
        some = [row.remote_id for row in rows[start : start + 500]]
        query = select(line.kind, line.remote_id).where(line.remote_id.in_(some))
        found |= {(kind, remote_id) for kind, remote_id in books.session.execute(query)}
    return [row.remote_id for row in rows if (row.kind[:40], row.remote_id) in found]


def _learn_fees(books: Books, kept: AccountRow, rows: Sequence[ReconRow]) -> None:
    """The fee of a payment is certain once it is settled; mostly it was told so before."""
    told = {row.remote_id: (row.fee_paise, row.tax_paise) for row in rows if row.kind == "payment"}
    ids = list(told)
    for start in range(0, len(ids), 500):
        known = select(GatewayPayment.id, GatewayPayment.remote_id, GatewayPayment.fee_paise, GatewayPayment.tax_paise)
        known = known.where(GatewayPayment.provider == kept.provider, GatewayPayment.remote_id.in_(ids[start : start + 500]))
        for id_, remote_id, *before in books.session.execute(known).all():
            fee, tax = told[remote_id]
            if before != [fee, tax]:
                books.session.execute(update(GatewayPayment).where(GatewayPayment.id == id_).values(fee_paise=fee, tax_paise=tax))


def settled_since(books: Books, moment: datetime) -> tuple[int, int]:
    """How many settlements were taken in and posted since then, and what they paid into the bank."""
    figures = func.count(), func.coalesce(func.sum(GatewaySettlement.net_paise), 0)
    posted = (GatewaySettlement.made_at >= moment, GatewaySettlement.posted_on.is_not(None))
    count, paid = books.session.execute(select(*figures).where(*posted)).one()
    return int(count), int(paid)


def _difference(seen: SettlementSeen, figures: Totals, lines: Sequence[dict[str, Any]], twice: Sequence[str]) -> str:
    said = []
    if seen.net_paise is not None and seen.net_paise != figures.net:
        said.append(f"The gateway says it paid {rupees(Paise(seen.net_paise))}; its lines come to {rupees(Paise(figures.net))}.")
    if twice:
        said.append(f"{len(twice)} of {len(lines)} lines were settled before: {', '.join(twice[:_MOST_NAMED])}.")
    odd = [row.remote_id for row in seen.rows if not row.adds_up]
    if odd:
        said.append(f"Amount less fee is not what was credited: {', '.join(odd[:_MOST_NAMED])}.")
    strange = [line["remote_id"] for line in lines if not line["is_known"]]
    if strange:
        said.append(f"{len(strange)} of {len(lines)} lines are not in the books: {', '.join(strange[:_MOST_NAMED])}.")
    return " ".join(said)


def _compare(books: Books, earlier: SettlementRow, figures: Totals) -> None:
    if (earlier.net_paise, earlier.fee_paise, earlier.tax_paise) == (figures.net, figures.fee, figures.tax):
        return
    words = f"It was told again with other figures: {rupees(Paise(figures.net))} instead of {rupees(Paise(earlier.net_paise))} paid."
    if words not in earlier.difference:
        told = f"{earlier.difference} {words}".strip()[:1000]
        books.session.execute(update(GatewaySettlement).where(GatewaySettlement.id == earlier.id).values(difference=told))
