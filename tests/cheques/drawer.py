"""Cheques, write-offs and interest in one line of a test. Rupees in, documents out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from tests.outstandings.khata import DAY, Khata
from webapp import cheques, interest, ledger, parties, writing_off
from webapp.books_check import verify_books
from webapp.cheques import ISSUED, RECEIVED, ChequeCommand, DepositCommand, MoveCommand, PaidBill
from webapp.cheques.queries import bank_accounts
from webapp.company import default_store
from webapp.interest import ChargeCommand, Terms
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise
from webapp.outstandings import LineKey, Part
from webapp.platform.tenancy import open_books, read_books
from webapp.writing_off import LetOff, WriteOffCommand


@dataclass
class Drawer(Khata):
    """A company's khata with a drawer for cheques."""

    taken: int = 0

    def command(self, party: UUID, rupees: int, *bills: tuple[LineKey, int], **more: Any) -> ChequeCommand:
        """A cheque of `rupees` that pays `bills` (rupees each)."""
        self.taken += 1
        with read_books(self.actor) as books:
            store, account = default_store(books), bank_accounts(books)[0][0]
        asked = {
            "id": new_id(),
            "direction": RECEIVED,
            "party_id": party,
            "store_id": store,
            "taken_on": DAY,
            "cheque_no": f"{self.taken:06d}",
            "bank": "SBI Pune",
            "cheque_date": DAY,
            "amount": Paise(rupees * 100),
            "body_sha256": new_id().hex,
            "bills": tuple(PaidBill(*line, amount * 100) for line, amount in bills),
            **more,
        }
        if asked["direction"] == ISSUED:
            asked.setdefault("account_id", account)
        return ChequeCommand(**asked)

    def cheque(self, party: UUID, rupees: int, *bills: tuple[LineKey, int], off: tuple[Part, ...] = (), **more: Any) -> UUID:
        with open_books(self.actor) as books:
            return cheques.take(books, self.command(party, rupees, *bills, **more), LetOff(parts=off)).id

    def deposit(self, *ids: UUID, on: date = DAY) -> UUID:
        with open_books(self.actor) as books:
            return cheques.deposit(books, DepositCommand(new_id(), on, bank_accounts(books)[0][0], ids, new_id().hex)).id

    def move(self, verb: Any, id_: UUID, *, on: date = DAY, **more: Any) -> str:
        """Take a step; the state after."""
        asked = MoveCommand(new_id(), id_, on, **{"reason": "Funds insufficient", **more})
        with open_books(self.actor) as books:
            return str(verb(books, asked).state)

    def write_off(self, party: UUID, *parts: tuple[LineKey, int], kind: str = "bad_debt", paise: int = 100, **more: Any) -> UUID:
        with open_books(self.actor) as books:
            given = tuple(Part(line, amount * paise) for line, amount in parts)
            asked = {"reason": "Shop closed down", "body_sha256": "x", "written_on": DAY, "id": new_id(), **more}
            command = WriteOffCommand(kind=kind, party_id=party, store_id=default_store(books), parts=given, **asked)
            return writing_off.post_write_off(books, command).id

    def terms(self, percent: int, *, grace: int = 0, party: UUID | None = None, since: date = date(2026, 4, 1), tax: bool = True) -> None:
        with open_books(self.actor) as books:
            interest.set_terms(books, Terms(percent * 100, grace, since, tax), party_id=party)

    def accrued(self, party: UUID, upto: date = DAY) -> int:
        """Interest in paise."""
        with read_books(self.actor) as books:
            return interest.accrued_of(books, party, upto).amount

    def charge(self, party: UUID, upto: date = DAY, shown: int | None = None) -> UUID:
        shown = self.accrued(party, upto) if shown is None else shown
        with open_books(self.actor) as books:
            return interest.charge(books, ChargeCommand(new_id(), party, upto, shown, "x")).id

    def balance(self, code: str) -> int:
        """Rupees on an account today."""
        return self.paise(code) // 100

    def paise(self, code: str) -> int:
        with read_books(self.actor) as books:
            totals = ledger.account_totals(books, DAY, DAY).get(ledger.heads(books)[code])
        return totals.opening + totals.debit - totals.credit if totals else 0

    def supplier(self, name: str) -> UUID:
        with open_books(self.actor) as books:
            return parties.create_party(books, parties.PartyDraft(name=name, is_customer=False, is_supplier=True)).id

    def breaches(self) -> tuple[str, ...]:
        with read_books(self.actor) as books:
            return tuple(verify_books(books).breaches)
