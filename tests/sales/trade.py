"""A shop that trades: items with stock, customers, and sales made in one line of a test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from webapp import catalogue, ledger, parties, sales, stock
from webapp.company import Limits, change_limits, change_profile, default_store
from webapp.kernel.dates import FinancialYear, ist_day
from webapp.kernel.ids import new_id
from webapp.kernel.money import MilliPaise, Paise, Qty
from webapp.kernel.movement import Movement, StockSlip
from webapp.kernel.posting import Slip, credit, debit
from webapp.ledger.models import Account, JournalLine
from webapp.parties import PartyDraft
from webapp.platform import clock
from webapp.platform.numbering import open_series
from webapp.platform.tenancy import Actor, Books, open_books, read_books
from webapp.sales import Sale, SaleLine, SaleReturn, Tender, TenderMode
from webapp.sales.queries import Issued

CASH, UPI, CARD, CREDIT = TenderMode.CASH, TenderMode.UPI, TenderMode.CARD, TenderMode.CREDIT


@dataclass
class Trade:
    """One shop's counter, seen from a test. Rupees in, documents out."""

    actor: Actor
    store_id: UUID
    items: dict[str, UUID] = field(default_factory=dict)
    prices: dict[str, tuple[int, bool]] = field(default_factory=dict)

    def item(
        self,
        name: str,
        rupees: float,
        tax: str = "gst-18",
        *,
        incl: bool = True,
        stock_of: int = 100,
        cost: float = 0,
        mrp: float | None = None,
        **more: Any,
    ) -> UUID:
        """An item at a price, with stock that cost `cost` a piece."""
        with open_books(self.actor) as books:
            draft = catalogue.ItemDraft(
                name=name,
                price_millipaise=MilliPaise(round(rupees * 100_000)),
                tax_class_id=catalogue.tax_class_ids(books)[tax],
                price_includes_tax=incl,
                mrp_paise=Paise(round(mrp * 100)) if mrp is not None else None,
                **more,
            )
            item_id = catalogue.create_item(books, draft).id
            if stock_of:
                stock_up(books, self.store_id, item_id, Qty(stock_of * 1000), Paise(round(cost * stock_of * 100)))
        self.items[name] = item_id
        self.prices[name] = (round(rupees * 100_000), incl)
        return item_id

    def customer(self, name: str, **more: Any) -> UUID:
        with open_books(self.actor) as books:
            return parties.create_party(books, PartyDraft(name=name, **more)).id

    def settings(self, **changes: Any) -> None:
        with open_books(self.actor) as books:
            change_profile(books, changes)

    def limits(self, **roles: dict[str, int]) -> None:
        with open_books(self.actor) as books:
            change_limits(books, {role: Limits(**limits) for role, limits in roles.items()})

    def line(self, item: str, qty: float = 1, *, disc: float = 0, rupees: float | None = None, **more: Any) -> SaleLine:
        price, incl = self.prices[item]
        return SaleLine(
            item_id=self.items[item],
            qty=Qty(round(qty * 1000)),
            unit_price=MilliPaise(price if rupees is None else round(rupees * 100_000)),
            price_includes_tax=incl,
            discount=Paise(round(disc * 100)),
            **more,
        )

    def sale(self, *lines: SaleLine, paid: Sequence[Tender] | TenderMode = CASH, total: float | None = None, **more: Any) -> Sale:
        """A sale of `lines`. `paid` by a mode means all of `total` rupees by it."""
        tenders = (Tender(paid, Paise(round((total or 0) * 100))),) if isinstance(paid, TenderMode) and total else ()
        if not isinstance(paid, TenderMode):
            tenders = tuple(paid)
        now = clock.now()
        asked = Sale(
            id=new_id(),
            series=SERIES,
            seq=None,
            invoice_date=ist_day(now),
            issued_at=now,
            store_id=self.store_id,
            cashier="Asha",
            lines=lines,
            tenders=tenders,
            body_sha256=new_id().hex,
            rules_v=1,
            has_happened=False,
        )
        return replace(asked, **more)

    def issue(self, sale: Sale) -> Issued:
        with open_books(self.actor) as books:
            return sales.issue(books, sale)

    def sell(self, *lines: SaleLine, total: float, paid: Sequence[Tender] | TenderMode = CASH, **more: Any) -> Issued:
        return self.issue(self.sale(*lines, total=total, paid=paid, **more))

    def return_of(self, bill: Issued | UUID, *lines: tuple[int, float], mode: TenderMode = CASH, **more: Any) -> SaleReturn:
        now = clock.now()
        asked = SaleReturn(
            id=new_id(),
            against_id=bill if isinstance(bill, UUID) else bill.invoice_id,
            series=RETURNS,
            seq=None,
            invoice_date=ist_day(now),
            issued_at=now,
            store_id=self.store_id,
            cashier="Asha",
            lines=tuple(sales.ReturnLine(number, Qty(round(qty * 1000))) for number, qty in lines),
            body_sha256=new_id().hex,
            rules_v=1,
            has_happened=False,
            refund=mode,
        )
        return replace(asked, **more)

    def take_back(self, bill: Issued | UUID, *lines: tuple[int, float], mode: TenderMode = CASH, **more: Any) -> Issued:
        with open_books(self.actor) as books:
            return sales.issue_return(books, self.return_of(bill, *lines, mode=mode, **more))

    def cancel(self, bill: Issued | UUID, reason: str = "Wrong customer") -> Any:
        with open_books(self.actor) as books:
            return sales.cancel(books, bill if isinstance(bill, UUID) else bill.invoice_id, reason=reason, at=clock.now())

    def read(self, question: Callable[[Books], Any]) -> Any:
        with read_books(self.actor) as books:
            return question(books)

    def bill(self, bill: Issued) -> sales.InvoiceView:
        found: sales.InvoiceView = self.read(lambda books: sales.invoice(books, bill.invoice_id))
        return found

    def on_hand(self, name: str) -> int:
        held = self.read(lambda books: stock.on_hand(books, [self.items[name]]))
        return int(held[self.items[name]].qty)

    def balance(self, code: str) -> int:
        """What an account stands at, debit positive, from its lines."""
        return int(
            self.read(
                lambda books: sum(
                    books.session.scalars(select(JournalLine.amount_paise).where(JournalLine.account_id == ledger.heads(books)[code]))
                )
            )
        )

    def posted(self, voucher_id: UUID) -> str:
        """A voucher as an accountant writes it: "Cash 118.00 Dr / Sales 100.00 Cr"."""

        def words(books: Books) -> str:
            names = {account.id: account.name for account in books.session.scalars(select(Account))}
            voucher = ledger.voucher_or_none(books, voucher_id)
            if voucher is None:
                return ""
            sides = [f"{names[line.account_id]} {abs(line.amount) / 100:.2f} {'Dr' if line.amount > 0 else 'Cr'}" for line in voucher.lines]
            return " / ".join(sides)

        return str(self.read(words))


SERIES, RETURNS = "26TST", "26TSTR"


def open_trade(actor: Actor) -> Trade:
    """A shop's counter, with series of its own."""
    with open_books(actor) as books:
        year = FinancialYear(2026)
        open_series(books, SERIES, document_kind="bill", year=year)
        open_series(books, RETURNS, document_kind="credit_note", year=year)
        return Trade(actor, default_store(books))


def stock_up(books: Books, store_id: UUID, item_id: UUID, qty: Qty, value: Paise, on: date | None = None) -> None:
    """Put goods on the shelf, in both registers."""
    document_id, day = new_id(), on or date(2026, 4, 1)
    slip = StockSlip((Movement(1, item_id, store_id, qty, value),))
    stock.record(books, document_id=document_id, kind="opening", moved_on=day, slip=slip)
    if value:
        heads = ledger.heads(books)
        heading = ledger.Heading("stock", f"OPEN-{document_id.hex[-6:]}", day, store_id, "opening", document_id)
        ledger.post(
            books,
            voucher_id=document_id,
            heading=heading,
            slip=Slip((debit(heads["stock-in-hand"], value), credit(heads["opening-difference"], value))),
        )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)
