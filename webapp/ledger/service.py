"""The ledger's verbs: open the chart, post, reverse. Nothing else writes to its register."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from webapp.company import require_open_period
from webapp.kernel.dates import month_of
from webapp.kernel.errors import BooksError, NotFound, keep_promise
from webapp.kernel.posting import Line, Slip
from webapp.ledger import chart, hooks, queries, rules
from webapp.ledger.models import Account, AccountBalance, AccountGroup, CostAllocation, JournalLine, PartyBalance, Voucher
from webapp.ledger.rules import Heading, PostedVoucher
from webapp.platform.rows import insert_once
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_beside_others


def open_chart(books: Books) -> None:
    """Give a company the groups and accounts of `chart`, those it has not yet. Safe to repeat."""
    own = books.company_id
    have = set(books.session.scalars(select(AccountGroup.id)))
    groups = [
        {
            "id": chart.group_id(own, seed.code),
            "code": seed.code,
            "name": seed.name,
            "parent_id": chart.group_id(own, seed.parent) if seed.parent else None,
            "nature": seed.nature,
            "sort_order": place,
        }
        for place, seed in enumerate(chart.GROUPS)
    ]
    books.insert(AccountGroup, [row for row in groups if row["id"] not in have])
    have = set(books.session.scalars(select(Account.id)))
    ids = chart.coded_accounts(own)
    accounts = [
        {
            "id": ids[seed.code],
            "code": seed.code,
            "name": seed.name,
            "group_id": chart.group_id(own, seed.group),
            "wants_party": seed.wants_party,
            "archived_at": None,
        }
        for seed in chart.ACCOUNTS
    ]
    books.insert(Account, [row for row in accounts if row["id"] not in have])


def heads(books: Books) -> Mapping[str, UUID]:
    """Code → id of the accounts the program posts to by itself. Costs no read: the ids follow from the codes."""
    return chart.coded_accounts(books.company_id)


def post(books: Books, *, voucher_id: UUID, heading: Heading, slip: Slip) -> PostedVoucher:
    """Write one voucher. Safe to repeat: the caller chooses `voucher_id`; the same content again returns the first
    voucher, and other content under that id is refused. A locked month and an unfit account are refused."""
    return _write(books, voucher_id, heading, slip, reverses_id=None)


def reverse(books: Books, *, voucher_id: UUID, reversal_id: UUID, on: date, reason: str) -> PostedVoucher:
    """Answer a voucher with its exact opposite, from the lines as they were written. Safe to repeat under one
    `reversal_id`; a second reversal of the same voucher is refused, and so is the reversal of a reversal."""
    voucher = queries.voucher_or_none(books, voucher_id)
    if voucher is None:
        raise NotFound("voucher")
    rules.require_reversible(voucher, on)
    heading = Heading(
        kind=voucher.kind,
        number=voucher.number,
        voucher_date=on,
        store_id=voucher.store_id,
        document_kind=voucher.document_kind,
        document_id=voucher.document_id,
        narration=f"Reversal of {voucher.number}: {reason}" if reason else f"Reversal of {voucher.number}",
    )
    return _write(books, reversal_id, heading, Slip(voucher.lines).reversed(), reverses_id=voucher_id)


def _write(books: Books, voucher_id: UUID, heading: Heading, slip: Slip, reverses_id: UUID | None) -> PostedVoucher:
    fingerprint = rules.fingerprint(heading, slip, reverses_id)
    try:
        scope = rules.SCOPE_OF.get(heading.kind, "journal")
        require_open_period(books, heading.voucher_date, scope, heading.store_id)
        if scope != rules.OUTPUT_TAX_SCOPE and rules.owes_tax(slip.lines, heads(books)):
            # A filed return locks the sales of its months: no voucher of another kind adds to the tax it told. What is paid or set
            # off against it is entered afterwards, so a debit is free.
            require_open_period(books, heading.voucher_date, rules.OUTPUT_TAX_SCOPE, heading.store_id)
        if scope != rules.INPUT_TAX_SCOPE and rules.claims_tax(slip.lines, heads(books)):
            # Likewise GSTR-3B and the purchases: no voucher of another kind adds to the credit it told; using it up is free.
            require_open_period(books, heading.voucher_date, rules.INPUT_TAX_SCOPE, heading.store_id)
        rules.check_accounts(slip.lines, queries.account_facts(books, slip))
        rules.check_cost_centres(slip.lines, queries.centre_facts(books, slip))
    except BooksError:
        # What was posted once is answered again, also when its month has been locked since.
        if earlier := queries.voucher_or_none(books, voucher_id):
            rules.require_same(earlier, fingerprint)
            return earlier
        raise

    # All that can be refused has been refused, but an id used before: the header's own insert says so.
    write_beside_others(books)
    voucher = PostedVoucher(
        id=voucher_id,
        kind=heading.kind,
        number=heading.number,
        voucher_date=heading.voucher_date,
        store_id=heading.store_id,
        document_kind=heading.document_kind,
        document_id=heading.document_id,
        narration=heading.narration,
        reverses_id=reverses_id,
        fingerprint=fingerprint,
        posted_at=books.now,
        posted_by=books.actor.name,
        lines=slip.lines,
    )
    if not insert_once(books, Voucher, _header(voucher)):
        return _the_earlier(books, voucher)
    lines = [_line(voucher, number, line) for number, line in enumerate(slip.lines, start=1)]
    keep_promise(sum(line["amount_paise"] for line in lines) == 0, "what is written balances")
    books.insert(JournalLine, lines)
    books.insert(CostAllocation, _cost_rows(voucher))
    _add_to_balances(books, heading, slip.lines)
    hooks.wrote(books, voucher)
    return voucher


def _header(voucher: PostedVoucher) -> dict[str, Any]:
    return {name: getattr(voucher, name) for name in PostedVoucher.__slots__ if name != "lines"}


def _line(voucher: PostedVoucher, number: int, line: Line) -> dict[str, Any]:
    return {
        "voucher_id": voucher.id,
        "line_no": number,
        "account_id": line.account_id,
        "party_id": line.party_id,
        "amount_paise": line.amount,
        "voucher_date": voucher.voucher_date,
    }


def _cost_rows(voucher: PostedVoucher) -> list[dict[str, Any]]:
    return [
        {
            "voucher_id": voucher.id,
            "line_no": number,
            "cost_centre_id": share.cost_centre_id,
            "amount_paise": share.amount if line.amount > 0 else -share.amount,
            "account_id": line.account_id,
            "voucher_date": voucher.voucher_date,
        }
        for number, line in enumerate(voucher.lines, start=1)
        for share in line.costs
    ]


def _the_earlier(books: Books, voucher: PostedVoucher) -> PostedVoucher:
    earlier = queries.voucher_or_none(books, voucher.id)
    if earlier is None:
        raise rules.AlreadyReversed(voucher.number)
    rules.require_same(earlier, voucher.fingerprint)
    return earlier


def _add_to_balances(books: Books, heading: Heading, lines: tuple[Line, ...]) -> None:
    """Add a voucher's lines to the totals by account, month and store, and by party too. One statement each."""
    where = {"month": month_of(heading.voucher_date), "store_id": heading.store_id}
    accounts: dict[UUID, dict[str, Any]] = {}
    parties: dict[tuple[UUID, UUID], dict[str, Any]] = {}
    for line in lines:
        debit, credit = rules.sides(line.amount)
        row = accounts.setdefault(
            line.account_id,
            {"account_id": line.account_id, **where, "debit_paise": 0, "credit_paise": 0},
        )
        row["debit_paise"] += debit
        row["credit_paise"] += credit
        if line.party_id is not None:
            row = parties.setdefault(
                (line.party_id, line.account_id),
                {"party_id": line.party_id, "account_id": line.account_id, **where, "debit_paise": 0, "credit_paise": 0},
            )
            row["debit_paise"] += debit
            row["credit_paise"] += credit
    books.add_up(AccountBalance, list(accounts.values()), adding=("debit_paise", "credit_paise"))
    books.add_up(PartyBalance, list(parties.values()), adding=("debit_paise", "credit_paise"))
