"""The shop's accountant, of whose fees tax is deducted."""

from __future__ import annotations

from datetime import date

from webapp import ledger, parties, tds, vouchers
from webapp.demonstration.shop import Desk
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise
from webapp.platform.tenancy import Books


def pay_the_accountant(desk: Desk, books: Books, day: date) -> None:
    """Fees for the half year, above the threshold: ten per cent is kept back for the department."""
    supplier = parties.PartyDraft(name="Deshpande and Associates", is_customer=False, is_supplier=True, state_code="27", city="Pune")
    party = parties.create_party(books, supplier)
    desk.made["Deshpande"] = party.id
    tds.mark_head(books, tds.MarkDraft(party.name, "professional", pan="AAHFD1234K"))
    heads = ledger.heads(books)
    rows = (
        vouchers.Entry(heads["expenses"], Paise(60_000_00)),
        vouchers.Entry(heads["creditors"], Paise(-54_000_00), party.id),
        vouchers.Entry(heads["tds-payable"], Paise(-6_000_00)),
    )
    narration = "Accounts and returns, April to September"
    command = vouchers.VoucherCommand(id=new_id(), save_id=new_id(), kind="journal", voucher_date=day, entries=rows, narration=narration)
    vouchers.save(books, command)
