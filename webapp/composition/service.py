"""The verbs: say what kind of dealer it is, note what was deducted, file a statement or a return, take a filing back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete, select

from webapp import company, gst_returns, ledger
from webapp.composition import building, checking, facts, queries, writing
from webapp.composition.models import CompositionCredit, CompositionKind
from webapp.composition.told import Cmp08, Credit
from webapp.gst_returns import QUARTER, YEAR, File, FilingRow, Registration, ReturnPeriod, Told
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import MOST_PAISE, Paise
from webapp.kernel.posting import Line, Slip, credit, debit
from webapp.kernel.records import dataclass
from webapp.platform import audit
from webapp.platform.rows import insert_once, put
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_alone, write_one
from webapp.tax.rules import check_gstin

FILING = "composition_filing"  # what the voucher of a filed statement is called
QUARTERLY, YEARLY = "cmp08", "gstr4"
_HEADS = ("cgst", "sgst", "igst", "cess")


@dataclass(frozen=True, slots=True)
class CreditDraft:
    """A row of table 7 as typed, in paise."""

    id: UUID
    kind: str
    ctin: str
    gross: int
    igst: int
    cgst: int
    sgst: int


def say_kind(books: Books, gstin: str, from_month: int, kind: str) -> None:
    """From a quarter on, a registration is of this kind. InvalidInput by field; Conflict where a statement from that quarter on is filed;
    NotFound for another's GSTIN."""
    write_alone(books)
    building.registration(books, gstin)
    errors = {}
    if kind not in facts.KINDS:
        errors["kind"] = "Choose what kind of dealer the business is."
    if from_month < facts.BEGAN or from_month > 209900 or from_month % 100 not in (1, 4, 7, 10):
        errors["from_month"] = "Choose a quarter from April 2019 on."
    if errors:
        raise InvalidInput(errors)
    for row in gst_returns.filings_of(books, QUARTERLY, gstin):
        if row.stands and row.period.month >= from_month:
            raise Conflict(
                problem=f"The statement of {row.period.name} is filed, and its tax was worked out at the rate of then.",
                fix="Choose a later quarter, or take that filing back first.",
            )
    before = queries.kind_in(queries.kinds(books, gstin), from_month)
    put(
        books,
        CompositionKind,
        [{"gstin": gstin, "from_month": from_month, "kind": kind, "said_by": books.actor.name, "said_at": books.now}],
    )
    audit.record(books, "change", "composition_kind", f"{gstin} {from_month}", old={"kind": before or ""}, new={"kind": kind})


def add_credit(books: Books, gstin: str, period: ReturnPeriod, draft: CreditDraft) -> None:
    """Note a row of table 7. The same again changes nothing. InvalidInput by field; Conflict where the year is filed, or the row stands."""
    write_one(books, draft.id)
    write_alone(books)
    building.registration(books, gstin)
    if books.session.scalar(select(CompositionCredit.id).where(CompositionCredit.id == draft.id)):
        return
    _require_credit(draft)
    _require_open_year(books, gstin, period)
    row = {
        "id": draft.id,
        "gstin": gstin,
        "start_year": FinancialYear.of(period.days.first_day).start_year,
        "kind": draft.kind,
        "ctin": draft.ctin,
        "gross_paise": draft.gross,
        "igst_paise": draft.igst,
        "cgst_paise": draft.cgst,
        "sgst_paise": draft.sgst,
        "said_by": books.actor.name,
        "said_at": books.now,
    }
    if not insert_once(books, CompositionCredit, row):
        raise InvalidInput({"ctin": "A row of this GSTIN stands already. Take it out and type the sum of both."})
    audit.record(books, "create", "composition_credit", draft.id, new={"gstin": gstin, "by": draft.ctin, "gross": draft.gross})


def remove_credit(books: Books, gstin: str, period: ReturnPeriod, credit_id: UUID) -> None:
    """Take a row of table 7 out. NotFound for none of this year; Conflict where the year is filed."""
    write_alone(books)
    building.registration(books, gstin)
    rows: list[Credit] = queries.credits_of(books, gstin, FinancialYear.of(period.days.first_day).start_year)
    row = next((one for one in rows if one.id == credit_id), None)
    if row is None:
        raise NotFound("row")
    _require_open_year(books, gstin, period)
    books.session.execute(delete(CompositionCredit).where(CompositionCredit.id == credit_id))
    audit.record(books, "end", "composition_credit", credit_id, old={"gstin": gstin, "by": row.ctin, "gross": row.gross})


def file_statement(books: Books, asked: File) -> FilingRow:
    """Keep CMP-08 as it was filed, with the interest of its day, and post what it says is due: once for a quarter. What was `shown` is the
    statement without interest, whose day is only now said. As gst_returns.file_form; Conflict while nobody said what kind of dealer it is.
    """
    _require_kind(asked.period, QUARTER)
    write_one(books, asked.id)
    write_alone(books)
    of = building.registration(books, asked.gstin)
    told = building.cmp08(books, asked.gstin, asked.period, asked.filed_on)
    kept: list[Cmp08] = []
    if asked.shown == digest_of(told):
        asked = replace(asked, shown=sha256(writing.cmp08_text(told).encode()).hexdigest())

    def tell() -> Told:
        if not building.own_quarters(books, asked.gstin, [asked.period], ()):
            raise Conflict(
                problem=f"The business was not under composition in {asked.period.name}.", fix="GSTR-1 and GSTR-3B tell these months."
            )
        _require_right(checking.of_quarter(books, of, told))
        kept.append(told)
        return Told(writing.cmp08_text(told), told.due.tax)

    row = gst_returns.file_form(books, replace(asked, form=QUARTERLY), _gstins(books), tell)
    for now in kept:  # a form that is sent once more posts nothing: the books may tell something else by then
        _post(books, of, row, now)
    return row


def file_year(books: Books, asked: File) -> FilingRow:
    """Keep GSTR-4 as it was filed. As gst_returns.file_form; Conflict while a quarter of the year is not filed."""
    _require_kind(asked.period, YEAR)
    of = building.registration(books, asked.gstin)

    def tell() -> Told:
        told = building.gstr4(books, asked.gstin, asked.period)
        _require_right(checking.of_year(books, of, told))
        return Told(writing.gstr4_text(told), told.due.tax)

    return gst_returns.file_form(books, replace(asked, form=YEARLY), _gstins(books), tell)


def reopen(books: Books, filing_id: UUID, reason: str) -> FilingRow:
    """Take a filing of either form back; what a statement posted is reversed. As gst_returns.reopen_form; Conflict for a statement whose
    year is filed."""
    write_alone(books)
    row = filing(books, filing_id)
    if row.form == QUARTERLY:
        year = year_of(row.period)
        if any(one.stands for one in gst_returns.filings_of(books, YEARLY, row.gstin, year)):
            raise Conflict(problem=f"GSTR-4 of {year.name} is filed, and it sums this statement up.", fix="Take that filing back first.")
    row = gst_returns.reopen_form(books, filing_id, reason, row.form)
    voucher = ledger.voucher_or_none(books, filing_id)
    if voucher is not None:
        on = _open_day(books, voucher.voucher_date, books.today)
        ledger.reverse(books, voucher_id=filing_id, reversal_id=new_id(), on=on, reason=reason[:300])
    return row


def filing(books: Books, filing_id: UUID) -> FilingRow:
    """A filing of one of the two forms. NotFound when this company has none by that id."""
    for form in (QUARTERLY, YEARLY):
        try:
            return gst_returns.filing_of(books, form, filing_id)
        except NotFound:
            continue
    raise NotFound("filing")


def digest_of(told: Cmp08) -> str:
    """The SHA-256 of a statement without its interest: of what a page shows before anybody said when it is paid."""
    return sha256(writing.cmp08_text(replace(told, interest=gst_returns.Taxes(), paid_on=None)).encode()).hexdigest()


def year_of(period: ReturnPeriod) -> ReturnPeriod:
    """The year that a quarter is in."""
    return ReturnPeriod("year", FinancialYear.of(period.days.first_day).last_month)


def voucher_lines(told: Cmp08, heads: dict[str, UUID]) -> list[Line]:
    """Dr tax under composition, and shop expenses for the interest; Cr what is payable, by head. Tax under reverse charge stands in the
    books with its bill already. A quarter of less than nothing runs the other way round."""
    sums: dict[UUID, int] = {}

    def add(account: str, amount: int) -> None:
        sums[heads[account]] = sums.get(heads[account], 0) + amount

    add("composition-tax", told.outward.tax)
    add("expenses", told.interest.tax)
    for name in ("cgst", "sgst"):
        add(f"composition-{name}", -getattr(told.outward, name))
    for name in _HEADS:
        whole = max(getattr(told.due, name), 0)
        own = min(max(getattr(told.outward, name), 0), whole)
        late = getattr(told.interest, name)
        # Interest is of the whole head: its part on what was sold stands with that, the rest with the tax under reverse charge.
        on_sales = late * own // whole if whole else 0
        if on_sales:
            add(f"composition-{name}", -on_sales)
        add(f"reverse-charge-{name}", on_sales - late)
    return [debit(id_, Paise(amount)) if amount > 0 else credit(id_, Paise(-amount)) for id_, amount in sums.items() if amount]


def _post(books: Books, of: Registration, row: FilingRow, told: Cmp08) -> None:
    lines = voucher_lines(told, dict(ledger.heads(books)))
    if not lines:
        return
    day = _open_day(books, row.period.days.last_day, row.filed_on)
    number = f"CMP08/{row.period.month}/{row.round}"
    words = f"CMP-08 of {of.gstin}, {row.period.name}"
    store_id = of.store_ids[0] if of.store_ids else company.default_store(books)
    heading = ledger.Heading("journal", number, day, store_id, FILING, row.id, words)
    ledger.post(books, voucher_id=row.id, heading=heading, slip=Slip(tuple(lines)))


def _open_day(books: Books, wanted: date, otherwise: date) -> date:
    """The day that a voucher belongs to, or a later one where its month is locked."""
    return otherwise if company.is_locked(books, wanted, "journal") else wanted


def _require_kind(period: ReturnPeriod, kind: str) -> None:
    """NotFound for a form of another span of time than it is of."""
    if period.kind != kind:
        raise NotFound("return period")


def _gstins(books: Books) -> list[str]:
    return [one.gstin for one in building.registrations(books)]


def _require_right(problems: list[checking.Problem]) -> None:
    """Conflict for what a form cannot be filed with."""
    codes = {one.code for one in problems if one.is_refused}
    if "kind" in codes:
        raise Conflict(
            problem="Nobody has said what kind of dealer this is, so no tax is worked out.", fix="Choose it, then file the statement."
        )
    if "not_filed" in codes:
        names = ", ".join(one.subject for one in problems if one.code == "not_filed")
        raise Conflict(problem=f"The statement (CMP-08) of these quarters is not filed: {names}.", fix="Mark them as filed first.")


def _require_open_year(books: Books, gstin: str, period: ReturnPeriod) -> None:
    if any(row.stands for row in gst_returns.filings_of(books, YEARLY, gstin, period)):
        raise Conflict(problem=f"GSTR-4 of {period.name} is filed.", fix="Take that filing back first.")


def _require_credit(draft: CreditDraft) -> None:
    errors = {}
    if draft.kind not in ("tds", "tcs"):
        errors["credit_kind"] = "Choose whether it was deducted or collected."
    try:
        check_gstin(draft.ctin)
    except ValueError as words:
        errors["ctin"] = str(words)
    if not 0 < draft.gross <= MOST_PAISE:
        errors["gross"] = "Type the value that it was of, above 0."
    for name in ("igst", "cgst", "sgst"):
        if not 0 <= getattr(draft, name) <= draft.gross:
            errors[name] = "Type an amount from 0 to the value."
    if not errors and not (draft.igst or draft.cgst or draft.sgst):
        errors["cgst"] = "Type at least one amount of tax."
    if errors:
        raise InvalidInput(errors)
