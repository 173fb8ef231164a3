"""How the shop comes by its money: cheques in hand, at the bank and returned, a cheque to the wholesaler, terms of interest, reminders."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from webapp import cheques, dunning, interest, ledger, reminders
from webapp.cheques import ISSUED, RECEIVED, ChequeCommand, DepositCommand, MoveCommand
from webapp.demonstration.shop import Desk, hash_of
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise
from webapp.platform.tenancy import Books
from webapp.reminders import ReminderCommand

MOST_BY_CHEQUE = 15_000_00


def take_cheques(desk: Desk, books: Books, day: date) -> None:
    """Three who owe most give cheques: two for today, one for the month to come."""
    for number, (party_id, due) in enumerate(_owing(desk, books)[:3], start=1):
        dated = day + timedelta(days=35 if number == 3 else 0)
        desk.made[f"cheque {number}"] = _take(desk, books, RECEIVED, party_id, Paise(due // 3), day, dated, f"41770{number}")


def bank_cheques(desk: Desk, books: Books, day: date) -> None:
    """Two of them go to the bank on one slip."""
    both = tuple(desk.made[name] for name in ("cheque 1", "cheque 2") if name in desk.made)
    if both:
        cheques.deposit(books, DepositCommand(new_id(), day, ledger.heads(books)["bank"], both, hash_of("slip", day)))


def one_comes_back(desk: Desk, books: Books, day: date) -> None:
    """The first was good; the second comes back, and its customer bears the bank's charges."""
    if "cheque 2" in desk.made:
        cheques.clear(books, MoveCommand(new_id(), desk.made["cheque 1"], day))
        back = MoveCommand(new_id(), desk.made["cheque 2"], day, "Funds insufficient", Paise(354_00), from_party=True)
        cheques.bounce(books, back)


def pay_by_cheque(desk: Desk, books: Books, day: date) -> None:
    """The wholesaler brought the week's goods this morning, and gets a cheque for next week: never more than is owed."""
    creditors, supplier = ledger.heads(books)["creditors"], desk.shop.supplier
    owed = -ledger.party_balances_at(books, [day]).get((creditors, supplier), (0,))[0]
    if owed > 0:
        amount = Paise(min(owed, MOST_BY_CHEQUE))
        _take(desk, books, ISSUED, supplier, amount, day, day + timedelta(days=7), "000231")


def ask_for_money(desk: Desk, books: Books, day: date) -> None:
    """Late bills bear interest from now on; two customers were reminded, and one has promised a day. Rules of reminding stand ready and
    are off: a machine with a mail server would write to people who do not exist."""
    dunning.take_usual(books)
    interest.set_terms(books, interest.Terms(1800, 15, day - timedelta(days=180)))
    for number, one in enumerate(reminders.due_list(books)[:2]):
        promised = day + timedelta(days=20) if number else None
        said = "Will pay after the festival" if number else "Message read"
        way = "call" if number else "whatsapp"
        reminders.remind(books, ReminderCommand(new_id(), one.party_id, one.step, way, promised, said))


def _owing(desk: Desk, books: Books) -> list[tuple[UUID, int]]:
    """The shop's customers who owe, the most first."""
    return [(party, int(due)) for party, due in ledger.dues(books) if party in desk.shop.customers and due >= 300_00]


def _take(desk: Desk, books: Books, direction: str, party_id: UUID, amount: Paise, day: date, dated: date, number: str) -> UUID:
    made = cheques.take(
        books,
        ChequeCommand(
            id=new_id(),
            direction=direction,
            party_id=party_id,
            store_id=desk.shop.store_id,
            taken_on=day,
            cheque_no=number,
            bank="Bank of Maharashtra, Pune" if direction == RECEIVED else "",
            cheque_date=dated,
            amount=amount,
            body_sha256=hash_of("cheque", number, day),
            account_id=ledger.heads(books)["bank"] if direction == ISSUED else None,
        ),
    )
    return made.id
