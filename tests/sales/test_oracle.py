"""A shop year worked out by another program: our books must say the same to the paisa, account by account.

`gen_workload.py` writes the documents, and the finished books as a beancount file. Its rates are of one date and its
bills are exclusive of tax, so here each rate is a tax class of its own and a line's unit price is its taxable value.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.sales.trade import CASH, CREDIT, UPI, Trade
from webapp import catalogue, ledger, parties, payments
from webapp.kernel.ids import new_id
from webapp.kernel.money import BasisPoints, MilliPaise, Paise, Qty, rounded
from webapp.kernel.posting import Slip, credit, debit
from webapp.ledger.models import JournalLine
from webapp.platform.tenancy import Books, open_books
from webapp.sales import SaleLine, Tender, issue
from webapp.tax.rules import DatedRate, Treatment

GENERATOR = Path(__file__).parents[2].parent / "shared" / "tools" / "gen_workload.py"
# The oracle has one bank account and sales by department; we keep UPI apart and sales in one head.
OURS = {
    "Assets:Cash:Counter": ("cash",),
    "Assets:Bank:Current": ("bank", "upi-clearing"),
    "Assets:Debtors": ("debtors",),
    "Assets:GST:Input-CGST": ("input-cgst",),
    "Assets:GST:Input-SGST": ("input-sgst",),
    "Assets:GST:Input-IGST": ("input-igst",),
    "Expenses:Purchases": ("cost-of-goods",),
    "Expenses:RoundOff": ("round-off",),
    "Income:Sales": ("sales", "sales-exempt"),
    "Liabilities:Creditors": ("creditors",),
    "Liabilities:GST:Output-CGST": ("output-cgst",),
    "Liabilities:GST:Output-SGST": ("output-sgst",),
}
PAISE = re.compile(r"^  (\S+)\s+(-?)(\d+)\.(\d\d) INR$")


class Year:
    """The workload loaded into a shop."""

    def __init__(self, trade: Trade, lines: list[str]) -> None:
        self.trade = trade
        self.parties: dict[int, UUID] = {}
        (first, *self.documents) = [json.loads(line) for line in lines]
        with open_books(trade.actor) as books:
            classes = {rate: self._class(books, rate) for rate in (0, 5, 12, 18, 28)}
            self.items = [
                catalogue.create_item(
                    books,
                    catalogue.ItemDraft(
                        name=f"Item {number}",
                        price_millipaise=MilliPaise(1000),
                        tax_class_id=classes[rate],
                        price_includes_tax=False,
                        is_stocked=False,
                    ),
                ).id
                for number, _, rate, _, _ in first["items"]
            ]

    def _class(self, books: Books, rate: int) -> UUID:
        dated = DatedRate(date(2017, 7, 1), MilliPaise(0), BasisPoints(rate * 100), BasisPoints(0))
        return catalogue.add_tax_class(books, f"Oracle {rate} %", "", Treatment.TAXABLE, dated)

    def party(self, books: Books, number: int) -> UUID:
        if number not in self.parties:
            draft = parties.PartyDraft(name=f"Party {number}", is_customer=number < 850, is_supplier=number >= 850)
            self.parties[number] = parties.create_party(books, draft).id
        return self.parties[number]

    def load(self) -> None:
        verbs = {"sale": self.sell, "purchase": self.post, "payment": self.post, "receipt": self.receive}
        for start in range(0, len(self.documents), 100):
            with open_books(self.trade.actor) as books:
                for document in self.documents[start : start + 100]:
                    verbs[document["t"]](books, document)

    def sell(self, books: Books, document: dict[str, Any]) -> None:
        day = date.fromisoformat(document["date"])
        lines = tuple(
            # The oracle's price is of the whole line: its taxable value divided by the quantity, to a thousandth of a paisa.
            SaleLine(self.items[item], Qty(qty * 1000), MilliPaise(rounded(base * 1000, qty)), price_includes_tax=False)
            for item, qty, _, _, base, _, _ in document["lines"]
        )
        mode = {"cash": CASH, "bank": UPI, "credit": CREDIT}[document["mode"]]
        party = self.party(books, document["party"]) if document["party"] is not None else None
        sale = self.trade.sale(
            *lines,
            paid=[Tender(mode, Paise(document["total"]))],
            invoice_date=day,
            issued_at=datetime.combine(day, time(6, 30), UTC),
            party_id=party,
            has_happened=True,
        )
        figures = issue(books, sale).figures
        wanted = tuple(document[name] for name in ("taxable", "cgst", "sgst", "round", "total"))
        assert (figures.taxable, figures.cgst, figures.sgst, figures.round_off, figures.total) == wanted

    def receive(self, books: Books, document: dict[str, Any]) -> None:
        payments.take_receipt(
            books,
            payments.ReceiptCommand(
                id=new_id(),
                party_id=self.party(books, document["party"]),
                received_on=date.fromisoformat(document["date"]),
                store_id=self.trade.store_id,
                mode=document["mode"],
                amount=Paise(document["total"]),
                body_sha256=document["no"],
            ),
        )

    def post(self, books: Books, document: dict[str, Any]) -> None:
        """Purchases and payments have no room yet: their vouchers are posted as the oracle gives them."""
        heads, legs = ledger.heads(books), []
        for account, amount in document["post"]:
            code = OURS[general(account)][0]
            party = self.party(books, document["party"]) if code == "creditors" else None
            legs.append(debit(heads[code], amount, party) if amount > 0 else credit(heads[code], -amount, party))
        voucher_id, day = new_id(), date.fromisoformat(document["date"])
        kind = "journal" if document["t"] == "purchase" else "payment"
        heading = ledger.Heading(kind, document["no"], day, self.trade.store_id, document["t"], voucher_id)
        ledger.post(books, voucher_id=voucher_id, heading=heading, slip=Slip(tuple(legs)))


def general(account: str) -> str:
    """The oracle's account without its party or department."""
    return account.rsplit(":", 1)[0] if account.startswith(("Assets:Debtors", "Liabilities:Creditors", "Income:Sales")) else account


def oracle_balances(beancount: Path) -> tuple[Counter[str], Counter[int]]:
    """Each account's balance in paise, and each party's, from the finished books."""
    accounts, people = Counter[str](), Counter[int]()
    for line in beancount.read_text().splitlines():
        if leg := PAISE.match(line):
            account, sign, rupees, paise = leg.groups()
            amount = (-1 if sign else 1) * (int(rupees) * 100 + int(paise))
            accounts[general(account)] += amount
            if account.startswith(("Assets:Debtors", "Liabilities:Creditors")):
                people[int(account.rsplit(":", 1)[1][1:])] += amount
    return accounts, people


@pytest.mark.slow
def test_a_year_of_a_thousand_bills_stands_as_another_program_has_it(trade: Trade, tmp_path: Path) -> None:
    if not GENERATOR.exists():
        pytest.skip("the workload generator is kept beside the repository (../shared/tools) and is not there")
    subprocess.run([sys.executable, str(GENERATOR), str(tmp_path), "--bills", "1000"], check=True, capture_output=True)
    year = Year(trade, (tmp_path / "shop-1000.jsonl").read_text().splitlines())
    year.load()
    accounts, people = oracle_balances(tmp_path / "shop-1000.beancount")
    assert set(accounts) <= set(OURS)
    for account, expected in accounts.items():
        assert (account, sum(trade.balance(code) for code in OURS[account])) == (account, expected)
    query = select(JournalLine.party_id, func.sum(JournalLine.amount_paise)).group_by(JournalLine.party_id)
    ours = trade.read(lambda books: {party: int(amount) for party, amount in books.session.execute(query)})
    for number, expected in people.items():
        assert (number, ours[year.parties[number]]) == (number, expected)
