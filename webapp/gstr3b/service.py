"""The verbs of GSTR-3B: file it with how it is paid, post its set-off, take a filing back."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid5

from webapp import company, gst_returns, ledger
from webapp.gst_returns import MONTH, File, FilingRow, Told
from webapp.gstr3b import building, challans, law, ledgers, writing
from webapp.gstr3b.building import FORM
from webapp.gstr3b.ledgers import CASH, CREDIT, FEE, INTEREST, LIABILITY, REVERSE, TAX, Kept
from webapp.gstr3b.setting_off import HEADS, Settlement, settle
from webapp.gstr3b.told import Gstr3b
from webapp.input_tax import Tax
from webapp.kernel.dates import FinancialYear, written
from webapp.kernel.errors import Conflict
from webapp.kernel.posting import Line, Slip, credit, debit
from webapp.kernel.records import dataclass
from webapp.platform import audit
from webapp.platform.numbering import open_series, take_number
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_alone, write_one

SET_OFF = "gst_set_off"
_SET_OFFS = UUID("6d756e69-6d00-5000-8000-7365746f6666")  # the voucher of a filing follows from the filing's id


@dataclass(frozen=True, slots=True)
class Payment:
    """How a return would be paid just now: what the ledgers hold before it, and what is missing in cash, by minor head."""

    settlement: Settlement
    cash: dict[str, Tax]
    missing: dict[str, Tax]
    must_cash: int  # Rule 86B: output tax that credit may not pay

    @property
    def is_short(self) -> bool:
        return any(any(amounts) for amounts in self.missing.values())

    @property
    def breaks_86b(self) -> bool:
        return self.must_cash > self.settlement.cash.total


def payment(books: Books, told: Gstr3b, on: date | None = None) -> Payment:
    """Table 6.1 of a return as the ledgers stand now; paid with the cash that was there on a day, where one is named."""
    held = ledgers.balances(books, told.gstin, CASH, on)
    settlement = settle(
        due=told.output,
        carried=ledgers.carried(books, told.gstin),
        reverse=told.reverse,
        interest=told.interest,
        fee=told.fee,
        credit=ledgers.credit_balance(books, told.gstin) + told.net_credit,
        reverse_carried=ledgers.carried(books, told.gstin, REVERSE),
        operator=told.as_operator,
    )
    cash = {minor: held.get(minor, Tax()) for minor in ledgers.CASH_MINORS}
    missing = {minor: (settlement.cash_of(minor) - cash[minor]).above_nought() for minor in ledgers.CASH_MINORS}
    taxable = told.of("osup_det").value
    must_cash = law.must_pay_in_cash(settlement.payable.total, taxable, told.period.month) if told.period.kind == MONTH else 0
    return Payment(settlement, cash, missing, must_cash)


def settlement_of(books: Books, told: Gstr3b) -> Settlement:
    """Table 6.1 of a return: as it was filed, or as it would be paid now."""
    filed = next((row for row in ledgers.standing(books, told.gstin) if row.period == told.period), None)
    kept = ledgers.kept_of(books, filed.id) if filed else None
    return kept.settlement if kept else payment(books, told).settlement


def lateness(books: Books, told: Gstr3b, settlement: Settlement, filed_on: date) -> tuple[int, Tax, Tax]:
    """Days late if filed on a day, and what that costs with the next return: interest on what is paid in cash, late fee."""
    days = max((filed_on - told.due_on).days, 0)
    if not days:
        return 0, Tax(), Tax()
    least = ledgers.least(books, told.gstin, told.due_on, filed_on - timedelta(days=1))
    month = told.period.month
    cash = settlement.cash_of(TAX)
    interest = Tax(*(law.interest(amount, held, days, month) for amount, held in zip(cash, least, strict=True)))
    is_nil = not any(settlement.payable) and not any(settlement.reverse)
    fee = law.to_rupee(law.late_fee(days, month, turnover_of(books, told.period.days.first_day), is_nil=is_nil))
    return days, interest, Tax(0, fee, fee, 0)


def turnover_of(books: Books, day: date) -> str:
    """The slab of the late fee for a period that begins on a day, by the turnover of the year before as somebody typed it. Where nobody
    did, that it was below Rs 1.5 crore is not known to us, and the fee is never told too low."""
    turnover = gst_returns.turnover_before(books, day)
    if turnover is not None:
        return law.slab_of(turnover)
    return "large" if company.profile(books).turnover_over_5_crore else "middle"


def file_3b(books: Books, asked: File) -> FilingRow:
    """Keep a GSTR-3B as it was filed and how it was paid, enter that in the three ledgers, and lock the purchases of its months. The same
    filing again gives the first answer.

    As `file_form` refuses; and Conflict where GSTR-1 of the period is not filed (s.39(10), Rule 61), where a later return stands, or where
    the cash ledger had not what the return costs on the day of filing.
    """
    found: list[tuple[Gstr3b, Payment]] = []

    def tell() -> Told:
        of = gst_returns.registration(books, asked.gstin)
        told = building.gstr3b(books, of, asked.period)
        paid = payment(books, told, asked.filed_on)
        _require(books, told, paid, asked.filed_on)
        found.append((told, paid))
        return Told(writing.as_text(told), paid.settlement.payable.total + paid.settlement.reverse.total)

    row = gst_returns.file_form(books, asked, [of.gstin for of in gst_returns.registrations(books)], tell)
    for told, paid in found:
        days, interest, fee = lateness(books, told, paid.settlement, asked.filed_on)
        ledgers.keep(books, row.id, Kept(paid.settlement, days, interest, fee, told.of("osup_det").value))
        _enter(books, row, told, paid.settlement)
    return row


def reopen_3b(books: Books, filing_id: UUID, reason: str) -> FilingRow:
    """Take a filing back, and its set-off with it. Refused as `reopen_form` refuses; Conflict while a later return stands."""
    write_alone(books)  # a later one that is being filed just now is seen
    row = gst_returns.filing_of(books, FORM, filing_id)
    later = next((one for one in ledgers.standing(books, row.gstin) if one.period.month > row.period.month), None)
    if later is not None:
        raise Conflict(problem=f"{later.period.name} was filed after it, with what this one left over.", fix="Take that filing back first.")
    gst_returns.reopen_form(books, filing_id, reason, FORM)
    challans.reverse_voucher(books, voucher_of(filing_id), books.today, reason)
    ledgers.undo(books, filing_id)
    return row


def voucher_of(filing_id: UUID) -> UUID:
    """The id of the voucher that sets a filing off, posted or not."""
    return uuid5(_SET_OFFS, filing_id.hex)


def has_set_off(books: Books, filing_id: UUID) -> bool:
    """Whether a filing has anything to set off."""
    kept = ledgers.kept_of(books, filing_id)
    return kept is not None and bool(_lines(books, kept.settlement))


def post_set_off(books: Books, filing_id: UUID) -> ledger.PostedVoucher:
    """Post what a filed return was paid with: Dr output tax and tax under reverse charge, Dr interest and fee, Cr input tax, Cr the cash
    ledger; the paise that s.170 rounds go to round-off. Posted once; a second time gives the first answer. Conflict for a filing that was
    taken back, or with nothing to set off."""
    voucher_id = voucher_of(filing_id)
    write_one(books, voucher_id)
    write_alone(books)  # or it would stand beside a filing that is taken back just now
    row = gst_returns.filing_of(books, FORM, filing_id)
    if not row.stands:
        raise Conflict(problem=f"{row.period.name} was taken back.", fix="File it again first.")
    if earlier := ledger.voucher_or_none(books, voucher_id):
        return earlier
    kept = ledgers.kept_of(books, filing_id)
    lines = _lines(books, kept.settlement) if kept else ()
    if kept is None or not lines:
        raise Conflict(problem=f"{row.period.name} was a return of nothing.", fix="There is nothing to set off.")
    of = gst_returns.registration(books, row.gstin)
    company.require_backdate(books, row.filed_on, SET_OFF, filing_id)
    year = FinancialYear.of(row.filed_on)
    prefix = f"{year.start_year % 100:02d}00GS"
    open_series(books, prefix, document_kind=SET_OFF, year=year)
    number = str(take_number(books, prefix))
    said = f"Tax of {row.period.name} set off, GSTR-3B of {row.gstin} filed on {written(row.filed_on)}"
    heading = ledger.Heading("journal", number, row.filed_on, challans.store_of(books, of), SET_OFF, filing_id, said)
    posted = ledger.post(books, voucher_id=voucher_id, heading=heading, slip=Slip(lines))
    audit.record(books, "create", SET_OFF, filing_id, new={"number": number, "period": row.period.key, "gstin": row.gstin})
    return posted


def _require(books: Books, told: Gstr3b, paid: Payment, filed_on: date) -> None:
    if not told.is_told:
        raise Conflict(
            problem=f"GSTR-1 of {told.period.name} is not filed yet: the portal takes GSTR-3B after it.",
            fix="Mark GSTR-1 as filed first; what it told is what GSTR-3B tells.",
        )
    later = next((one for one in ledgers.standing(books, told.gstin) if one.period.month > told.period.month), None)
    if later is not None:
        raise Conflict(problem=f"{later.period.name} is filed already.", fix="Returns are filed in order: take that filing back first.")
    if paid.is_short:
        # A deposit is of whole rupees, and credit by others has paise.
        missing = sum(-(-amount // 100) * 100 for one in paid.missing.values() for amount in one)
        raise Conflict(
            problem=f"The electronic cash ledger had ₹{missing // 100} less than this return costs on {written(filed_on)}.",
            fix="Enter the deposit (PMT-06) of that day or before, or what the ledger held when it began to be kept here.",
        )


def _enter(books: Books, row: FilingRow, told: Gstr3b, paid: Settlement) -> None:
    """What a filing moves in the three ledgers. Of output tax below nought the rest stays in the liability ledger, for the next return."""
    due = Tax(*map(law.to_rupee, paid.due)) + paid.short_credit
    lines = [
        (LIABILITY, TAX, due),
        (LIABILITY, TAX, Tax() - paid.payable),
        (LIABILITY, REVERSE, Tax(*map(law.to_rupee, paid.reverse_due))),
        *((LIABILITY, minor, amounts) for minor, amounts in ((INTEREST, paid.interest), (FEE, paid.fee))),
        *((LIABILITY, minor, Tax() - amounts) for minor, amounts in ((REVERSE, paid.reverse), (INTEREST, paid.interest), (FEE, paid.fee))),
        (CREDIT, TAX, told.net_credit),
        (CREDIT, TAX, paid.short_credit),
        (CREDIT, TAX, Tax() - paid.credit_used),
        *((CASH, minor, Tax() - paid.cash_of(minor)) for minor in ledgers.CASH_MINORS),
    ]
    ledgers.write(books, row.gstin, row.filed_on, ("filing", row.id), row.arn or row.period.name, lines)


def _lines(books: Books, paid: Settlement) -> tuple[Line, ...]:
    heads = ledger.heads(books)
    lines: list[Line] = []

    def add(code: str, amount: int) -> None:
        if amount:
            lines.append(debit(heads[code], amount) if amount > 0 else credit(heads[code], -amount))

    for head, due, payable, short, operator in zip(HEADS, paid.due, paid.payable, paid.short_credit, paid.operator, strict=True):
        # The paise between the tax and its rupees stand in the account, so it closes with the month.
        # What is owed as an operator was credited there too, though it is paid beside reverse charge.
        add(f"output-{head}", payable - short + due - law.to_rupee(due) + operator)
        add(f"input-{head}", short)
    for head, due, amount, operator in zip(HEADS, paid.reverse_due, paid.reverse, paid.operator, strict=True):
        add(f"reverse-charge-{head}", amount + due - law.to_rupee(due) - operator)
    add("expenses", paid.interest.total + paid.fee.total)
    for head, amount in zip(HEADS, paid.credit_used, strict=True):
        add(f"input-{head}", -amount)
    add("gst-cash-ledger", -paid.all_cash.total)
    add("round-off", -sum(line.amount for line in lines))
    return tuple(lines)
