"""Whom the shop pays with tax kept back: its agent, its accountant, who built its shelves."""

from __future__ import annotations

from datetime import date

from webapp import ledger, parties, tds, vouchers
from webapp.demonstration.shop import Desk
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise
from webapp.platform.tenancy import Books


def pay_for_the_shelves(desk: Desk, books: Books, day: date) -> None:
    """New shelves, and the accountant's fee of the year: both above their thresholds."""
    _owe(desk, books, day, "Vastu Interiors", "contractor", "ABCPV1234K", "New shelves", 32_000_00, 320_00)
    narration = "Accounts and returns of the year"
    _owe(desk, books, day, "Joshi and Kale, Accountants", "professional", "AAJFJ1234K", narration, 52_000_00, 5_200_00)


def pay_the_agent(desk: Desk, books: Books, day: date) -> None:
    """Commission for the half year, above the threshold: two per cent is kept back for the department."""
    narration = "Commission, April to September"
    _owe(desk, books, day, "Deshpande Agencies", "commission", "AAHFD1234K", narration, 24_000_00, 480_00)


def _owe(desk: Desk, books: Books, day: date, name: str, kind: str, pan: str, narration: str, amount: int, tax: int) -> None:
    """A bill of somebody whose payments are marked, entered by a journal; what it comes to and its tax in paise."""
    supplier = parties.PartyDraft(name=name, is_customer=False, is_supplier=True, state_code="27", city="Pune")
    party = parties.create_party(books, supplier)
    desk.made[name.split(maxsplit=1)[0]] = party.id
    tds.mark_head(books, tds.MarkDraft(party.name, kind, pan=pan))
    heads = ledger.heads(books)
    rows = (
        vouchers.Entry(heads["expenses"], Paise(amount)),
        vouchers.Entry(heads["creditors"], Paise(tax - amount), party.id),
        vouchers.Entry(heads["tds-payable"], Paise(-tax)),
    )
    command = vouchers.VoucherCommand(id=new_id(), save_id=new_id(), kind="journal", voucher_date=day, entries=rows, narration=narration)
    vouchers.save(books, command)
