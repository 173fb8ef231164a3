"""A month of a shop at its busiest: every paper that GSTR-1 tells, made by the program's own verbs."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select

from tests.ground.shops import Shop
from tests.sales.trade import CREDIT, SERIES, Trade, open_trade
from webapp import gst_returns, interest, ledger, orders, sales, transfers
from webapp.company import StoreDraft, create_store
from webapp.gst_returns import Gstr1, ReturnPeriod, Taxes
from webapp.interest.rules import ChargeCommand, Terms
from webapp.kernel.dates import Period
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, Qty
from webapp.ledger.models import JournalLine, Voucher
from webapp.platform import clock
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.sales import office
from webapp.sales.typed import read_sheet
from webapp.transfers import Send, SendLine

NOVEMBER = ReturnPeriod("month", 202611)
BUYERS = {"Pune Mart": "27AAPFU0939F1ZV", "Bharat": "29AAGCB7383J1Z4"}
KARNATAKA = "29AABCS1234D1ZR"
ITEMS = (
    ("Soap", 118, "gst-18", "3401"),
    ("Ghee", 525, "gst-5", "0405"),
    ("Salt", 20, "nil", "2501"),
    ("Book", 90, "exempt", "4901"),
    ("TV", 150_000, "gst-18", "8528"),
)


@dataclass
class Month:
    """A shop whose November can be filled."""

    trade: Trade
    chance: random.Random
    buyers: dict[str, UUID] = field(default_factory=dict)
    bills: list[UUID] = field(default_factory=list)
    branch: UUID | None = None

    @classmethod
    def of(cls, shop: Shop, seed: int = 1) -> Month:
        made = cls(open_trade(shop.actor), random.Random(seed))
        for name, price, tax, hsn in ITEMS:
            made.trade.item(name, price, tax, stock_of=10_000, cost=1, hsn=hsn)
        for name, gstin in BUYERS.items():
            made.buyers[name] = made.trade.customer(name, gstin=gstin, state_code=gstin[:2], credit_days=5)
        made.buyers["Asha"] = made.trade.customer("Asha", state_code="27", credit_days=5)
        made.buyers["Raj"] = made.trade.customer("Raj", state_code="24", address="1 Ring Road", city="Surat", pin_code="395001")
        made.buyers["Tom"] = made.trade.customer("Tom", state_code="96")
        return made

    @property
    def today(self) -> date:
        return clock.today()

    def bill(self, *rows: tuple[str, str], day: date | None = None, **more: str) -> UUID:
        typed = {f"{name}-{number}": text for number, row in enumerate(rows, 1) for name, text in zip(("item", "qty"), row, strict=True)}
        sent = {"id": str(new_id()), "day": (day or self.today).isoformat(), "pay": "cash", **typed, **more}
        with open_books(self.trade.actor) as books:
            made = office.issue_invoice(books, read_sheet(sent)).invoice_id
        self.bills.append(made)
        return made

    def at_random(self, first: date) -> None:
        """One paper or another, on a day of the month."""
        day = first + timedelta(days=self.chance.randrange((self.today - first).days + 1))
        rows = [
            (name, str(self.chance.randrange(1, 6)))
            for name in self.chance.sample([row[0] for row in ITEMS[:4]], self.chance.randrange(1, 4))
        ]
        kind = self.chance.choice(("counter", "b2b", "b2b", "other state", "large", "export", "sez", "back", "cancel", "advance", "adjust"))
        if kind == "counter":
            self.bill(*rows, day=day)
        elif kind == "b2b":
            self.bill(*rows, day=day, party=self.chance.choice(list(BUYERS)))
        elif kind == "other state":
            self.bill(*rows, day=day, place=self.chance.choice(("29", "24")))
        elif kind == "large":
            self.bill(("TV", "1"), *rows, day=day, party="Raj")
        elif kind == "export":
            paid = self.chance.random() < 0.5
            self.bill(*rows, day=day, party="Tom", destination="export_paid" if paid else "export_lut", lut_number="" if paid else "LUT/1")
        elif kind == "sez":
            paid = self.chance.random() < 0.5
            self.bill(*rows, day=day, party="Bharat", destination="sez_paid" if paid else "sez_lut", lut_number="" if paid else "LUT/1")
        elif kind == "advance":
            self.advance(self.chance.randrange(1, 9) * 1000_00 + self.chance.randrange(100), day)
        elif self.bills:
            self._later(kind)

    def _later(self, kind: str) -> None:
        bill = self.chance.choice(self.bills)
        view = self.trade.read(lambda books: sales.invoice(books, bill))
        if view.cancellation is not None or view.notes:
            return
        if kind == "back":
            self.trade.take_back(bill, (1, self.chance.randrange(1, view.lines[0].qty // 1000 + 1)))
        elif kind == "cancel":
            self.trade.cancel(bill)
        else:
            self.adjusted_service()

    def advance(self, paise: int, day: date, *, party: str = "Asha", rate_bp: int = 1800) -> UUID:
        with open_books(self.trade.actor) as books:
            asked = orders.NewAdvance(new_id(), self.buyers[party], self.trade.store_id, day, Paise(paise), "cash", True, "Repair", rate_bp)
            return orders.take_advance(books, asked).id

    def adjusted_service(self, day: date | None = None) -> UUID:
        """An advance on a service, and a bill on credit that a part of it pays."""
        taken = self.advance(1180_00, day or self.today)
        bill = self.bill(("Soap", "2"), party_id=str(self.buyers["Asha"]), pay="credit")
        with open_books(self.trade.actor) as books:
            orders.adjust_advance(books, taken, bill, id_=new_id(), amount=Paise(150_07))
        return taken

    def interest_on(self, bill_day: date, party: str = "Pune Mart") -> UUID:
        """A bill on credit long overdue, and what its lateness costs, with tax."""
        self.bill(("Soap", "7"), ("Ghee", "3"), ("Salt", "2"), day=bill_day, party_id=str(self.buyers[party]), pay="credit")
        with open_books(self.trade.actor) as books:
            interest.set_terms(books, Terms(18_00, 0, date(2026, 4, 1)), party_id=self.buyers[party])
            accrued = interest.accrued_of(books, self.buyers[party], books.today)
            asked = ChargeCommand(new_id(), self.buyers[party], books.today, accrued.amount, new_id().hex)
            return interest.charge(books, asked).id

    def send_to_branch(self, qty: int = 5) -> UUID:
        """Goods to a store of another state, by tax invoice."""
        with open_books(self.trade.actor) as books:
            if self.branch is None:
                self.branch = create_store(books, StoreDraft(name="Bengaluru", code="BLR", gstin=KARNATAKA))
            lines = (SendLine(self.trade.items["Soap"], Qty(qty * 1000)), SendLine(self.trade.items["Salt"], Qty(1000)))
            asked = Send(new_id(), self.trade.store_id, self.branch, books.today, lines, new_id().hex)
            transfers.send(books, asked)
            return asked.id

    def told(self, period: ReturnPeriod = NOVEMBER, gstin: str = "27AABCS1234D1ZV") -> Gstr1:
        with read_books(self.trade.actor) as books:
            return gst_returns.gstr1(books, gst_returns.registration(books, gstin), period)

    def output_tax(self, span: Period) -> dict[str, int]:
        """What the output tax accounts were credited in these days."""

        def ask(books: Books) -> dict[str, int]:
            heads = ledger.heads(books)
            names = {heads[f"output-{name}"]: name for name in ("cgst", "sgst", "igst", "cess")}
            query = (
                select(JournalLine.account_id, func.sum(JournalLine.amount_paise))
                .join(Voucher, (Voucher.company_id == JournalLine.company_id) & (Voucher.id == JournalLine.voucher_id))
                .where(Voucher.voucher_date.between(span.first_day, span.last_day), JournalLine.account_id.in_(names))
                .group_by(JournalLine.account_id)
            )
            found = dict.fromkeys(names.values(), 0)
            return found | {names[id_]: -int(amount) for id_, amount in books.session.execute(query)}

        return dict(self.trade.read(ask))


def due(told: Gstr1) -> dict[str, int]:
    """The tax a return tells, by account."""
    whole: Taxes = gst_returns.tax_of_period(told)
    return {name: getattr(whole, name) for name in ("cgst", "sgst", "igst", "cess")}


__all__ = ["CREDIT", "SERIES", "Month", "due"]
