"""The shop's agent, of whose commission tax is deducted."""

from __future__ import annotations

from datetime import date

from webapp import ledger, parties, tds, vouchers
from webapp.demonstration.shop import Desk
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise
from webapp.platform.tenancy import Books


def pay_the_agent(desk: Desk, books: Books, day: date) -> None:
    """Commission for the half year, above the threshold: two per cent is kept back for the department."""
    supplier = parties.PartyDraft(name="Deshpande Agencies", is_customer=False, is_supplier=True, state_code="27", city="Pune")
    party = parties.create_party(books, supplier)
    desk.made["Deshpande"] = party.id
    tds.mark_head(books, tds.MarkDraft(party.name, "commission", pan="AAHFD1234K"))
    heads = ledger.heads(books)
    rows = (
        vouchers.Entry(heads["expenses"], Paise(24_000_00)),
        vouchers.Entry(heads["creditors"], Paise(-23_520_00), party.id),
        vouchers.Entry(heads["tds-payable"], Paise(-480_00)),
    )
    narration = "Commission, April to September"
    command = vouchers.VoucherCommand(id=new_id(), save_id=new_id(), kind="journal", voucher_date=day, entries=rows, narration=narration)
    vouchers.save(books, command)
