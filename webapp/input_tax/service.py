"""The verbs of input tax: post what was proposed or typed, cancel it, say what a paper is, keep capital goods. Nothing else writes here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update

from webapp import company, ledger
from webapp.gst_returns import registration
from webapp.input_tax import balances, posted
from webapp.input_tax.models import ItcCapitalGood, ItcMark, ItcReversal, ItcReversalLine, ItcStanding
from webapp.input_tax.posted import Asset, LineRow, ReversalRow
from webapp.input_tax.proposals import Proposal, day_of
from webapp.input_tax.register import BY_HAND, BY_PERSON, REASONS, REVERSAL
from webapp.input_tax.rules import HEADS, Tax
from webapp.kernel.dates import FinancialYear, month_name, month_of, written
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import MOST_PAISE, Paise, rupees
from webapp.kernel.posting import Line, Slip, credit, debit
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text
from webapp.ledger.models import Voucher
from webapp.platform import audit
from webapp.platform.numbering import open_series, take_number
from webapp.platform.rows import insert_once, update_count
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_alone, write_one
from webapp.purchases.models import PurchaseBillLine

RULES = ("37", "37A", "38", "42", "42Y", "43", "17(5)(h)", "other")
# What may be entered by hand, and where the return tells it.
TYPED = {
    "37A": ("temporary",),
    "other": ("temporary", "rules"),
    "17(5)(h)": ("rules",),
    "again": ("reclaim",),  # what Rule 37A or anything else had reversed
}
MOST_REASON = 300
_OPPOSITE = {"rules": "gst-not-claimed", "temporary": "itc-reversed", "reclaim": "itc-reversed", "extra": "gst-not-claimed"}


@dataclass(frozen=True, slots=True)
class Post:
    """Post a proposal. `id` is made by the form; `shown` is the tax by head that the person saw before saying so."""

    id: UUID
    gstin: str
    month: int
    shown: Tax
    body_sha256: str


@dataclass(frozen=True, slots=True)
class Typed:
    """A reversal, or a claim anew, by hand: what nobody can work out from the books. `rule` is a key of TYPED."""

    id: UUID
    gstin: str
    month: int
    rule: str
    cell: str
    tax: Tax
    reason: str
    body_sha256: str


@dataclass(frozen=True, slots=True)
class AssetDraft:
    """Capital goods for the register. `bill_id` where one of our bills bought them."""

    id: UUID
    gstin: str
    name: str
    paper_number: str
    paper_date: date
    tax: Tax
    use: str
    bill_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    id: UUID
    gstin: str
    month: int
    rule: str
    cell: str
    tax: Tax
    body_sha256: str
    key: str
    words: str
    reason: str = ""
    lines: Sequence[LineRow] = ()
    working: Mapping[str, Any] = field(default_factory=dict)


def turn(books: Books, id_: UUID) -> None:
    """Ask before a proposal that will be posted is worked out: of two who post the same bill's credit in two months, one sees the other."""
    write_one(books, id_)
    write_alone(books)


def post_proposal(books: Books, asked: Post, proposal: Proposal | None) -> ReversalRow:
    """Post what was worked out, once for a rule and month: one voucher dated in the month. The same again gives the first answer.

    Conflict when the figures are not those that were shown any more, or the rule is posted for the month already.
    """
    if earlier := _earlier(books, asked.id, asked.body_sha256):
        return earlier
    if proposal is None or proposal.tax != asked.shown:
        raise Conflict(
            problem="The books have changed since these figures were shown.",
            fix="Nothing was posted. Open the month again, look at the figures, and post them.",
        )
    # A year is put right in March or in the months after it, whichever year those are of.
    period = str(proposal.working["year"]) if proposal.rule == "42Y" else str(asked.month)
    key = f"{proposal.rule} {proposal.cell} {asked.gstin} {period}"
    words = f"Input tax of {month_name(asked.month)}: {_words(proposal.rule, proposal.cell)}"
    row = _Row(
        asked.id,
        asked.gstin,
        asked.month,
        proposal.rule,
        proposal.cell,
        proposal.tax,
        asked.body_sha256,
        key,
        words,
        lines=proposal.lines,
        working=proposal.working,
    )
    return _write(books, row)


def post_typed(books: Books, asked: Typed) -> ReversalRow:
    """Post what a person typed. InvalidInput by field; BooksError where more would be claimed again than stands reversed."""
    if earlier := _earlier(books, asked.id, asked.body_sha256):
        return earlier
    errors: dict[str, str] = {}
    if asked.cell not in TYPED.get(asked.rule, ()):
        errors["rule"] = "Choose what this is."
    for head, amount in zip(HEADS, asked.tax, strict=True):
        if not 0 <= amount <= MOST_PAISE:
            errors[head] = "Type an amount of 0 or more."
    if not errors and not any(asked.tax):
        errors["igst"] = "Type the tax under one head or more."
    reason = clean_text(asked.reason)
    if not 3 <= len(reason) <= MOST_REASON:
        errors["reason"] = f"Say why in 3 to {MOST_REASON} characters."
    if errors:
        raise InvalidInput(errors)
    rule = "other" if asked.rule == "again" else asked.rule
    words = f"Input tax of {month_name(asked.month)}: {_words(rule, asked.cell)}, {reason}"
    key = f"hand {asked.id.hex}"
    return _write(books, _Row(asked.id, asked.gstin, asked.month, rule, asked.cell, asked.tax, asked.body_sha256, key, words, reason))


def cancel(books: Books, reversal_id: UUID, *, reason: str) -> ReversalRow:
    """Take a posting back today: its voucher is reversed, its rule may be posted for the month anew. A second time gives the first
    answer. Conflict where what it reversed was claimed again since."""
    write_one(books, reversal_id)
    own = posted.reversal(books, reversal_id)
    if own.reversal_id is not None:
        return own
    why = clean_text(reason)
    if not 3 <= len(why) <= MOST_REASON:
        raise InvalidInput({"reason": f"Say why in 3 to {MOST_REASON} characters."})
    write_alone(books)
    on = max(books.today, own.posted_on)
    if own.cell == "temporary":
        balances.require_balance(books, own.gstin, month_of(on), own.tax)
        balances.require_not_claimed(books, own)
    undo = new_id()
    ledger.reverse(books, voucher_id=own.id, reversal_id=undo, on=on, reason=why)
    values = {"reversal_id": undo, "cancelled_on": on, "cancel_reason": why, "live_key": None}
    books.session.execute(update(ItcReversal).where(ItcReversal.id == own.id).values(**values))
    audit.record(books, "cancel", REVERSAL, own.id, old={"number": own.number}, new={"reason": why})
    return posted.reversal(books, own.id)


def mark(books: Books, voucher_id: UUID, line_no: int, told_as: str) -> None:
    """Say why tax of a bill's line is not claimed, or where the return tells a voucher entered by hand; "" takes it back.

    NotFound for no such voucher or line; InvalidInput for another word; BooksError where credit that it had reversed was claimed again.
    """
    write_alone(books)
    kind = books.session.scalar(select(Voucher.document_kind).where(Voucher.id == voucher_id, Voucher.reverses_id.is_(None)))
    if kind is None:
        raise NotFound("voucher")
    if line_no:
        own = (PurchaseBillLine.bill_id == voucher_id, PurchaseBillLine.line_no == line_no, PurchaseBillLine.is_claimed.is_(False))
        if books.session.scalar(select(PurchaseBillLine.line_no).where(*own)) is None:
            raise NotFound("line of the bill")
    elif kind != BY_PERSON:
        raise NotFound("voucher by hand")
    if told_as and told_as not in (REASONS if line_no else BY_HAND):
        raise InvalidInput({"told_as": "Choose one of the list."})
    mine = (ItcMark.voucher_id == voucher_id, ItcMark.line_no == line_no)
    was = books.session.scalar(select(ItcMark.told_as).where(*mine))
    books.session.execute(delete(ItcMark).where(*mine))
    if told_as:
        insert_once(books, ItcMark, {"voucher_id": voucher_id, "line_no": line_no, "told_as": told_as})
    if "temporary" in (was, told_as) and was != told_as:
        balances.require_never_short(books)
    audit.record(books, "change", "itc_mark", voucher_id, new={"line": line_no, "told_as": told_as})


def save_standing(books: Books, gstin: str, *, is_bank: bool, opening: Tax, version: int) -> None:
    """How a registration stands. Conflict for a form drawn before somebody else saved; BooksError where more was claimed again."""
    registration(books, gstin)
    wrong = [head for head, amount in zip(HEADS, opening, strict=True) if not 0 <= amount <= MOST_PAISE]
    if wrong:
        raise InvalidInput(dict.fromkeys(wrong, "Type an amount of 0 or more."))
    write_alone(books)
    before = posted.standing(books, gstin)
    if before.version != version:
        raise Conflict(problem="Somebody else saved this meanwhile.", fix="Open the page again; then make your change.")
    balances.require_balance(books, gstin, 0, before.opening - opening)
    values = {"is_bank": is_bank, "version": version + 1} | _sums(opening)
    if version:
        own = (ItcStanding.gstin == gstin, ItcStanding.version == version)
        update_count(books, update(ItcStanding).where(*own).values(**values))
    else:
        insert_once(books, ItcStanding, {"gstin": gstin} | values)
    old = {"is_bank": before.is_bank, "opening": list(before.opening)}
    audit.record(books, "change", "itc_standing", gstin, old=old, new={"is_bank": is_bank, "opening": list(opening)})


def add_asset(books: Books, draft: AssetDraft) -> Asset:
    """Put capital goods into the register. InvalidInput by field; NotFound for a bill of nobody. The same again gives the first answer."""
    of = registration(books, draft.gstin)
    if found := posted.assets(books, draft.gstin, draft.id):
        return found[0]
    errors: dict[str, str] = {}
    name, number = clean_text(draft.name), clean_text(draft.paper_number)
    if not 1 <= len(name) <= 200:
        errors["name"] = "Type what it is."
    if len(number) > 50:
        errors["paper_number"] = "Use at most 50 characters."
    if draft.paper_date > books.today or draft.paper_date < date(2017, 7, 1):
        errors["paper_date"] = "Choose the day of the supplier's bill, from 1 July 2017."
    if draft.use not in ("common", "taxable", "exempt"):
        errors["use"] = "Choose what it is used for."
    if any(not 0 <= amount <= MOST_PAISE for amount in draft.tax) or not any(draft.tax):
        errors["igst"] = "Type the tax of the bill under its heads."
    if errors:
        raise InvalidInput(errors)
    if draft.bill_id is not None:
        from webapp import purchases  # the room is loaded; its verbs are wanted here alone

        bill = purchases.bill(books, draft.bill_id)
        if bill.store_id not in of.store_ids or purchases.cancellation_of(books, bill.id) is not None:
            raise NotFound("purchase bill")
        _require_claimed(books, bill.id, draft.tax)
    row = {"id": draft.id, "gstin": draft.gstin, "name": name, "paper_number": number, "paper_date": draft.paper_date}
    row |= {"bill_id": draft.bill_id, "use": draft.use, "ended_on": None, "version": 1}
    row |= {"entered_by": books.actor.name, "recorded_at": books.now} | _sums(draft.tax)
    insert_once(books, ItcCapitalGood, row)
    audit.record(books, "create", "itc_capital_good", draft.id, new={"name": name, "use": draft.use, "tax": draft.tax.total})
    return posted.assets(books, draft.gstin, draft.id)[0]


def _require_claimed(books: Books, bill_id: UUID, tax: Tax) -> None:
    """InvalidInput by head where the goods of a bill would have more tax than was claimed with it: it is in the register already."""
    write_one(books, bill_id)

    def sums(model: Any, *where: Any) -> Tax:
        own = select(*(func.coalesce(func.sum(getattr(model, f"{head}_paise")), 0) for head in HEADS)).where(
            model.bill_id == bill_id, *where
        )
        return Tax(*(int(amount) for amount in books.session.execute(own).one()))

    left = sums(PurchaseBillLine, PurchaseBillLine.is_claimed) - sums(ItcCapitalGood)
    wrong = [place for place, amount in enumerate(tax) if amount > max(left[place], 0)]
    if wrong:
        words = "Of this bill {left} is left under this head: the rest is in the register, or was not claimed."
        raise InvalidInput({HEADS[place]: words.format(left=rupees(Paise(max(left[place], 0)))) for place in wrong})


def change_asset(books: Books, gstin: str, asset_id: UUID, *, use: str, ended_on: date | None, version: int) -> Asset:
    """Another use, or given up on a day. What was posted stays. Conflict for a stale version."""
    found = posted.assets(books, gstin, asset_id)
    if not found:
        raise NotFound("capital goods")
    before = found[0]
    errors: dict[str, str] = {}
    if use not in ("common", "taxable", "exempt"):
        errors["use"] = "Choose what it is used for."
    if ended_on is not None and not before.paper_date <= ended_on <= books.today:
        errors["ended_on"] = f"Choose a day from {written(before.paper_date)} to today."
    if errors:
        raise InvalidInput(errors)
    own = (ItcCapitalGood.id == asset_id, ItcCapitalGood.version == version)
    if update_count(books, update(ItcCapitalGood).where(*own).values(use=use, ended_on=ended_on, version=version + 1)) != 1:
        raise Conflict(problem="Somebody else saved this meanwhile.", fix="Open the page again; then make your change.")
    old = {"use": before.use, "ended_on": before.ended_on}
    audit.record(books, "change", "itc_capital_good", asset_id, old=old, new={"use": use, "ended_on": ended_on})
    return posted.assets(books, gstin, asset_id)[0]


def slip_of(tax: Tax, cell: str, heads: Mapping[str, UUID]) -> Slip:
    """Dr the cost, or what is to be claimed again, Cr input tax; the other way round where it is claimed."""
    sign = -1 if cell in ("rules", "temporary") else 1
    legs: list[Line] = []
    for head, amount in zip(HEADS, tax, strict=True):
        if amount:
            legs.append(debit(heads[f"input-{head}"], amount) if sign > 0 else credit(heads[f"input-{head}"], amount))
    other = heads[_OPPOSITE[cell]]
    first = credit(other, tax.total) if sign > 0 else debit(other, tax.total)
    return Slip((first, *legs))


def _earlier(books: Books, id_: UUID, body_sha256: str) -> ReversalRow | None:
    write_one(books, id_)
    found = posted.reversal_or_none(books, id_)
    if found is not None and found.body_sha256 != body_sha256:
        raise Conflict(problem=f"{found.number} was posted under this id, with other content.", fix="Open the form anew.")
    return found


def _words(rule: str, cell: str) -> str:
    name = {"42Y": "Rule 42 of the year", "17(5)(h)": "section 17(5)(h)", "other": "by hand"}.get(rule, f"Rule {rule}")
    return f"{'claimed again' if cell in ('reclaim', 'extra') else 'reversed'}, {name}"


def _write(books: Books, row: _Row) -> ReversalRow:
    of = registration(books, row.gstin)
    if not of.store_ids:
        raise BooksError(problem="No store sells under this registration.", fix="Give a store this GSTIN, then post.")
    if row.month > month_of(books.today):
        raise InvalidInput({"month": f"{month_name(row.month)} has not begun."})
    day = day_of(row.month, books.today)
    company.require_backdate(books, day, REVERSAL, row.id)
    write_alone(books)  # two who claim the same balance again take turns
    if row.cell == "reclaim":
        balances.require_balance(books, row.gstin, row.month, row.tax)
    number = _number(books, day)
    kept = _values(books, row, number, day)
    if not insert_once(books, ItcReversal, kept):
        raise Conflict(
            problem=f"This is posted for {month_name(row.month)} already.",
            fix="Nothing was posted. Open what was posted from the list; cancel it first if it was wrong.",
        )
    if row.lines:
        books.insert(ItcReversalLine, [_line(row.id, place, line) for place, line in enumerate(row.lines, 1)])
    heading = ledger.Heading("journal", number, day, of.store_ids[0], REVERSAL, row.id, row.words)
    ledger.post(books, voucher_id=row.id, heading=heading, slip=slip_of(row.tax, row.cell, ledger.heads(books)))
    audit.record(books, "create", REVERSAL, row.id, new={"number": number, "rule": row.rule, "cell": row.cell, "tax": row.tax.total})
    return posted.reversal(books, row.id)


def _values(books: Books, row: _Row, number: str, day: date) -> dict[str, Any]:
    interest = sum(line.interest_paise for line in row.lines)
    told = {"id": row.id, "number": number, "gstin": row.gstin, "month": row.month, "rule": row.rule, "cell": row.cell, "posted_on": day}
    told |= {"interest_paise": interest, "working": dict(row.working), "reason": row.reason, "body_sha256": row.body_sha256}
    told |= {"entered_by": books.actor.name, "entered_at": books.now, "live_key": row.key}
    return told | {"reversal_id": None, "cancelled_on": None, "cancel_reason": ""} | _sums(row.tax)


def _line(reversal_id: UUID, place: int, line: LineRow) -> dict[str, Any]:
    named = {"reversal_id": reversal_id, "line_no": place, "about_id": line.about_id, "number": line.number, "name": line.name}
    return named | {"since": line.since, "interest_paise": line.interest_paise} | _sums(line.tax)


def _sums(tax: Tax) -> dict[str, int]:
    return {f"{head}_paise": amount for head, amount in zip(HEADS, tax, strict=True)}


def _number(books: Books, day: date) -> str:
    year = FinancialYear.of(day)
    prefix = f"{year.start_year % 100:02d}00IR"
    open_series(books, prefix, document_kind=REVERSAL, year=year)
    return str(take_number(books, prefix))
