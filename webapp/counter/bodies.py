"""The bodies of commands, format by format: a frozen JSON string becomes a frozen command, or words why it cannot."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime

from webapp.counter.commands import (
    BillCancel,
    BillIssue,
    Cashier,
    CashMoved,
    Command,
    CommandType,
    CustomerAdd,
    Envelope,
    ItemAdd,
    Malformed,
    Payload,
    Purpose,
    ReceiptTake,
    ReturnIssue,
    ShiftClose,
    ShiftOpen,
)
from webapp.counter.reading import MOST_NAME, Fields, Unreadable, parse
from webapp.counter.rules import FORMAT, MOST_LINES, MOST_SEQ, PIECES, SeriesKind, TillFacts, own_series
from webapp.kernel.dates import FinancialYear, ist_day
from webapp.kernel.money import BasisPoints, MilliPaise, Paise, Qty
from webapp.kernel.text import clean_text
from webapp.sales import LineOffer, Printed, ReturnLine, Sale, SaleLine, SaleReturn, Tender, TenderMode
from webapp.stock import MOST_BATCH, MOST_SERIAL
from webapp.tax.rules import DocumentKind, Figures, LineFigures, Supply, Treatment

# The kinds of command that use up a number, and of which series.
NUMBERED = {
    CommandType.BILL_ISSUE: SeriesKind.BILL,
    CommandType.RETURN_ISSUE: SeriesKind.CREDIT_NOTE,
    CommandType.RECEIPT_TAKE: SeriesKind.RECEIPT,
}


def read(envelope: Envelope, till: TillFacts, today: date) -> Command:
    """What a command says. Never raises: what cannot be read is a `Malformed` payload, which is quarantined."""
    try:
        return Command(envelope, _payload(envelope, till, today))
    except Unreadable as error:
        return Command(envelope, Malformed(error.problem))


def _payload(envelope: Envelope, till: TillFacts, today: date) -> Payload:
    if hashlib.sha256(envelope.body.encode("utf-8", "surrogatepass")).hexdigest() != envelope.sha256:
        raise Unreadable("The content does not fit its checksum: it was damaged on the device or on the way.")
    if envelope.type not in set(CommandType):
        raise Unreadable(f"A command of the kind {envelope.type[:40]!r} is not known here.")
    kind = CommandType(envelope.type)
    fields = Fields(parse(envelope.body))
    version = fields.whole("v", 0)
    if version not in _READERS:
        raise Unreadable(f"It is written in format {version}; this server reads format {FORMAT}.")
    if kind in NUMBERED:
        _require_own_number(fields, envelope, till, NUMBERED[kind], today)
        if fields.id("id") != envelope.id:
            raise Unreadable("The id inside is not the id outside.")
    return _READERS[version][kind](fields, till, envelope)


def _require_own_number(fields: Fields, envelope: Envelope, till: TillFacts, kind: SeriesKind, today: date) -> None:
    """The number is of a series of this till, of the right kind, and of the year of the document's own date."""
    prefix, seq = fields.text("series", most=16, needed=True), fields.whole("seq", 1, MOST_SEQ)
    number = f"{prefix}/{seq:06d}"
    if fields.text("number", most=20) != number:
        raise Unreadable(f"The number printed is not {number}.")
    if (envelope.series, envelope.seq) != (prefix, seq):
        raise Unreadable(f"It came as {envelope.series}/{envelope.seq}, but inside it is {number}.")
    series = next((found for code in till.codes if (found := own_series(code, today).get(prefix))), None)
    if series is None or series.kind is not kind:
        raise Unreadable(f"{prefix} is no {kind.replace('_', ' ')} series of this counter.")
    if FinancialYear.of(fields.day("date")) != series.year:
        raise Unreadable(f"It is dated {fields.day('date')}, but {prefix} numbers the year {series.year}.")


# Format 1 -------------------------------------------------------------------------------------------------------------


def _bill(fields: Fields, till: TillFacts, envelope: Envelope) -> BillIssue:
    at = fields.instant("at")
    lines = fields.parts("lines", "Line", least=1, most=MOST_LINES)
    sale = Sale(
        id=fields.id("id"),
        series=fields.text("series"),
        seq=fields.whole("seq"),
        invoice_date=_day_of(fields, at),
        issued_at=at,
        store_id=till.store_id,
        cashier=_cashier(fields).name,
        lines=tuple(_line(line) for line in lines),
        tenders=_tenders(fields),
        body_sha256=envelope.sha256,
        rules_v=fields.whole("rules_v", 1),
        has_happened=True,
        kind=_bill_kind(fields),
        supply=fields.word("supply", Supply),
        place_of_supply=fields.text("pos", most=2, needed=True),
        bill_discount=Paise(fields.whole("bill_disc")),
        party_id=fields.id_or_none("customer"),
        party=_party(fields),
        till_id=till.id,
        shift_id=fields.id_or_none("shift"),
        claimed=_figures(fields, lines),
        note=fields.text("note", most=1000, lines=True),
        expired_reason=fields.text("expired_reason", most=200),
    )
    return BillIssue(sale, at, _cashier(fields), _clock_flag(fields))


def _return(fields: Fields, till: TillFacts, envelope: Envelope) -> ReturnIssue:
    at = fields.instant("at")
    lines = fields.parts("lines", "Line", least=1, most=MOST_LINES)
    back = SaleReturn(
        id=fields.id("id"),
        against_id=fields.id("against"),
        series=fields.text("series"),
        seq=fields.whole("seq"),
        invoice_date=_day_of(fields, at),
        issued_at=at,
        store_id=till.store_id,
        cashier=_cashier(fields).name,
        lines=tuple(ReturnLine(line.whole("line", 1, MOST_LINES), Qty(line.whole("qty", 1)), _pieces(line)) for line in lines),
        body_sha256=envelope.sha256,
        rules_v=fields.whole("rules_v", 1),
        has_happened=True,
        tenders=_tenders(fields),
        till_id=till.id,
        shift_id=fields.id_or_none("shift"),
        claimed=_figures(fields, lines),
        note=fields.text("note", most=1000, lines=True),
    )
    return ReturnIssue(back, at, _cashier(fields), _clock_flag(fields))


def _cancel(fields: Fields, _till: TillFacts, _envelope: Envelope) -> BillCancel:
    return BillCancel(
        id=fields.id("id"),
        bill_id=fields.id("bill"),
        reason=fields.text("reason", most=500, lines=True),
        at=fields.instant("at"),
        cashier=_cashier(fields),
    )


def _receipt(fields: Fields, _till: TillFacts, _envelope: Envelope) -> ReceiptTake:
    at = fields.instant("at")
    mode = fields.text("mode", most=10, needed=True)
    if mode not in {"cash", "upi", "card", "bank"}:
        raise fields.refuse("mode", "is none of cash, upi, card, bank")
    bills = fields.parts("bills", "Bill", least=0, most=MOST_LINES) if fields.has("bills") else []
    return ReceiptTake(
        id=fields.id("id"),
        number=fields.text("number"),
        date=_day_of(fields, at),
        at=at,
        cashier=_cashier(fields),
        shift_id=fields.id_or_none("shift"),
        customer_id=fields.id("customer"),
        amount=Paise(fields.whole("amount", 1)),
        mode=mode,
        reference=fields.text("ref", most=100),
        note=fields.text("note", most=1000, lines=True),
        clock_flag=_clock_flag(fields),
        bills=tuple((bill.id("bill"), Paise(bill.whole("amount", 1)), bill.whole_or_none("line", 1)) for bill in bills),
    )


def _customer(fields: Fields, _till: TillFacts, _envelope: Envelope) -> CustomerAdd:
    return CustomerAdd(
        id=fields.id("id"),
        name=fields.text("name", most=MOST_NAME, needed=True),
        phone=fields.text("phone", most=30),
        gstin=fields.text("gstin", most=30),
        state_code=fields.text("state_code", most=2),
        address=fields.text("address", lines=True),
        at=fields.instant("at"),
        cashier=_cashier(fields),
    )


def _item(fields: Fields, _till: TillFacts, _envelope: Envelope) -> ItemAdd:
    return ItemAdd(
        id=fields.id("id"),
        name=fields.text("name", most=MOST_NAME, needed=True),
        price=MilliPaise(fields.whole("price")),
        tax_class=fields.text("tax_class", most=40, needed=True),
        code=fields.text("code", most=40),
        at=fields.instant("at"),
        cashier=_cashier(fields),
    )


def _shift_open(fields: Fields, _till: TillFacts, _envelope: Envelope) -> ShiftOpen:
    return ShiftOpen(fields.id("id"), Paise(fields.whole("float")), fields.instant("at"), _cashier(fields))


def _cash_move(fields: Fields, _till: TillFacts, _envelope: Envelope) -> CashMoved:
    amount = fields.whole("amount", low=-(2**53) + 1)
    if amount == 0:
        raise fields.refuse("amount", "is nought")
    return CashMoved(
        id=fields.id("id"),
        shift_id=fields.id("shift"),
        amount=Paise(amount),
        purpose=fields.word("purpose", Purpose),
        reason=fields.text("reason", most=500, lines=True),
        at=fields.instant("at"),
        cashier=_cashier(fields),
    )


def _shift_close(fields: Fields, _till: TillFacts, _envelope: Envelope) -> ShiftClose:
    counted, pieces = fields.whole("counted"), fields.table("denominations", most=len(PIECES))
    if unknown := [worth for worth in pieces if worth not in {str(piece) for piece in PIECES}]:
        raise fields.refuse("denominations", f"name a note or coin of {unknown[0][:12]} paise, which there is not")
    denominations = {int(worth): number for worth, number in pieces.items()}
    if denominations and sum(worth * number for worth, number in denominations.items()) != counted:
        raise fields.refuse("denominations", "do not add up to what was counted")
    override = fields.part("override").text("by", most=MOST_NAME, needed=True) if fields.has("override") else ""
    return ShiftClose(
        id=fields.id("id"),
        shift_id=fields.id("shift"),
        denominations=denominations,
        counted=Paise(counted),
        unsent=fields.whole_or_none("unsent") or 0,
        override_by=override,
        at=fields.instant("at"),
        cashier=_cashier(fields),
    )


def _day_of(fields: Fields, at: datetime) -> date:
    """The document's date, which is the day in India of its time."""
    day = fields.day("date")
    if ist_day(at) != day:
        raise fields.refuse("date", f"is {day}, but its time is on {ist_day(at)}")
    return day


def _bill_kind(fields: Fields) -> DocumentKind:
    kind = fields.word("kind", DocumentKind)
    if kind is DocumentKind.CREDIT_NOTE:
        raise fields.refuse("kind", "is a credit note, which is a command of its own")
    return kind


def _cashier(fields: Fields) -> Cashier:
    if not fields.has("cashier"):
        return Cashier(None, "")
    inner = fields.part("cashier", "Cashier")
    return Cashier(inner.id_or_none("id"), inner.text("name", most=MOST_NAME))


def _clock_flag(fields: Fields) -> str | None:
    flag = fields.text("clock_flag", most=20)
    if flag not in {"", "set_back"}:
        raise fields.refuse("clock_flag", "is not known")
    return flag or None


def _party(fields: Fields) -> dict[str, str] | None:
    if not fields.has("party"):
        return None
    inner = fields.part("party", "Customer")
    found = {name: inner.text(name, most=MOST_NAME) for name in ("name", "phone", "gstin", "state_code")}
    return {**found, "address": inner.text("address", most=MOST_NAME, lines=True)}


def _line(line: Fields) -> SaleLine:
    mrp = line.whole_or_none("mrp")
    name = line.text("name", most=MOST_NAME, needed=True)
    return SaleLine(
        item_id=line.id("item"),
        qty=Qty(line.whole("qty", 1)),
        unit_price=MilliPaise(line.whole("price")),
        price_includes_tax=line.flag("incl"),
        discount=Paise(line.whole("disc")),
        batch=clean_text(line.text("batch", most=MOST_BATCH)).upper(),
        serials=_pieces(line),
        offers=_offers(line),
        list_id=line.id_or_none("list"),
        is_by_hand=line.has("hand") and line.flag("hand"),
        printed=Printed(
            name=name,
            unit=line.text("unit", most=20),
            hsn=line.text("hsn", most=20),
            mrp=None if mrp is None else Paise(mrp),
            treatment=line.word("treatment", Treatment),
            rate_bp=BasisPoints(line.whole("rate")),
            cess_bp=BasisPoints(line.whole("cess")),
        ),
    )


def _offers(line: Fields) -> tuple[LineOffer, ...]:
    """What schemes took off the line: each once, and together no more than its discount."""
    if not line.has("offers"):
        return ()
    found = tuple(
        LineOffer(offer.id("scheme"), clean_text(offer.text("name", most=MOST_NAME)), Paise(offer.whole("off", 1)))
        for offer in line.parts("offers", "Scheme", most=MOST_LINES)
    )
    if len({offer.scheme_id for offer in found}) < len(found) or sum(offer.off for offer in found) > line.whole("disc"):
        raise line.refuse("offers", "are more than its discount")
    return found


def _pieces(line: Fields) -> tuple[str, ...]:
    """The serial numbers of a line as the books spell them, each once."""
    return tuple(dict.fromkeys(clean_text(name).upper() for name in line.texts("serials", most_each=MOST_SERIAL, most=MOST_LINES)))


def _tenders(fields: Fields) -> tuple[Tender, ...]:
    found = []
    for part in fields.parts("tenders", "Payment", most=20):
        given = part.whole_or_none("given")
        found.append(
            Tender(
                mode=part.word("mode", TenderMode),
                amount=Paise(part.whole("amount", 1)),
                reference=part.text("ref", most=100),
                given=None if given is None else Paise(given),
            )
        )
    return tuple(found)


_LINE_FIGURES = ("gross", "discount", "bill_discount", "taxable", "cgst", "sgst", "igst", "cess", "total")
_TOTALS = ("gross", "discount", "taxable", "cgst", "sgst", "igst", "cess")


def _figures(fields: Fields, lines: list[Fields]) -> Figures:
    """The figures the till worked out, to be compared with ours."""
    totals = fields.part("totals", "Totals")
    return Figures(
        lines=tuple(_line_figures(line.part("fig")) for line in lines),
        **{name: Paise(totals.whole(name)) for name in _TOTALS},
        round_off=Paise(totals.whole("round_off", low=-10_000, high=10_000)),
        total=Paise(totals.whole("total")),
    )


def _line_figures(fig: Fields) -> LineFigures:
    return LineFigures(**{name: Paise(fig.whole(name)) for name in _LINE_FIGURES})


Reader = Callable[[Fields, TillFacts, Envelope], Payload]

# A new format gets its own table and the old one stays beside it for 180 days.
_READERS: dict[int, dict[CommandType, Reader]] = {
    FORMAT: {
        CommandType.BILL_ISSUE: _bill,
        CommandType.RETURN_ISSUE: _return,
        CommandType.BILL_CANCEL: _cancel,
        CommandType.RECEIPT_TAKE: _receipt,
        CommandType.CUSTOMER_ADD: _customer,
        CommandType.ITEM_ADD: _item,
        CommandType.SHIFT_OPEN: _shift_open,
        CommandType.CASH_MOVE: _cash_move,
        CommandType.SHIFT_CLOSE: _shift_close,
    }
}
