"""What cost centres bear of a line: the whole of it, written once, taken back by a reversal."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.ground.shops import Shop
from webapp import ledger
from webapp.books_check import verify_books
from webapp.company import default_store
from webapp.kernel.errors import BooksError, BrokenPromise, Conflict, InvalidInput
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise
from webapp.kernel.posting import CostShare, Slip, credit, debit
from webapp.ledger import Heading, centre_changes, cost_centre_reads, masters
from webapp.ledger.models import CostAllocation, CostCentre
from webapp.platform.tenancy import Books, open_books, read_books

DAY = date(2026, 11, 20)


def a_centre(books: Books, name: str) -> UUID:
    centre = CostCentre(id=new_id(), name=name, parent_id=None, archived_at=None)
    books.session.add(centre)
    books.session.flush()
    return centre.id


def rent(books: Books, *shares: tuple[UUID, int]) -> Slip:
    heads = ledger.heads(books)
    costs = tuple(CostShare(centre, Paise(amount)) for centre, amount in shares)
    return Slip((debit(heads["expenses"], 100_00, costs=costs), credit(heads["cash"], 100_00)))


def heading(books: Books) -> Heading:
    return Heading("payment", "PAY/000001", DAY, default_store(books), "voucher", new_id(), "Rent")


def test_a_line_is_read_back_with_its_shares_and_reversed_with_them(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        shop, van = sorted([a_centre(books, "Shop"), a_centre(books, "Van")])  # shares are read in the order of their centres
        slip = rent(books, (shop, 70_00), (van, 30_00))
        posted = ledger.post(books, voucher_id=new_id(), heading=heading(books), slip=slip)
        assert ledger.voucher_or_none(books, posted.id) == posted
        ledger.reverse(books, voucher_id=posted.id, reversal_id=new_id(), on=DAY, reason="twice")
    with read_books(sharma.actor) as books:
        borne = books.session.execute(
            select(CostAllocation.cost_centre_id, func.sum(CostAllocation.amount_paise), func.count()).group_by(
                CostAllocation.cost_centre_id
            )
        )
        assert {tuple(row) for row in borne} == {(shop, 0, 2), (van, 0, 2)}
        assert not verify_books(books).breaches


def test_other_shares_under_a_used_id_are_other_content(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        shop, van, used = a_centre(books, "Shop"), a_centre(books, "Van"), new_id()
        head = heading(books)
        first = ledger.post(books, voucher_id=used, heading=head, slip=rent(books, (shop, 100_00)))
        assert ledger.post(books, voucher_id=used, heading=head, slip=rent(books, (shop, 100_00))) == first
        with pytest.raises(Conflict):
            ledger.post(books, voucher_id=used, heading=head, slip=rent(books, (van, 100_00)))


def test_shares_that_are_not_the_line_cannot_be_made(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        shop, van = a_centre(books, "Shop"), a_centre(books, "Van")
        for shares in (((shop, 99_99),), ((shop, 110_00), (van, -10_00)), ((shop, 50_00), (shop, 50_00))):
            with pytest.raises(BrokenPromise):
                rent(books, *shares)


def test_an_unknown_a_strangers_and_an_archived_centre_are_refused(sharma: Shop, iyer: Shop) -> None:
    with open_books(iyer.actor) as books:
        theirs = a_centre(books, "Theirs")
    with open_books(sharma.actor) as books:
        closed = CostCentre(id=new_id(), name="Closed", parent_id=None, archived_at=books.now)
        books.session.add(closed)
        books.session.flush()
        for centre, words in ((new_id(), "does not exist"), (theirs, "does not exist"), (closed.id, "Closed is archived")):
            with pytest.raises(BooksError, match=words):
                ledger.post(books, voucher_id=new_id(), heading=heading(books), slip=rent(books, (centre, 100_00)))


def test_a_centre_moves_with_what_stands_beneath_it(sharma: Shop) -> None:
    """Ten deep and no deeper, counted with the line below what is moved; never beneath itself."""
    with open_books(sharma.actor) as books:
        line = [ledger.create_cost_centre(books, "Level 1").id]
        for level in range(2, 10):
            line.append(ledger.create_cost_centre(books, f"Level {level}", line[-1]).id)
        pair = [ledger.create_cost_centre(books, "Vans").id]
        pair.append(ledger.create_cost_centre(books, "Van 1", pair[0]).id)
        with pytest.raises(InvalidInput, match=r".") as refusal:
            centre_changes.change_cost_centre(books, pair[0], "Vans", line[8], 1)
        assert "at most 10 deep" in refusal.value.errors["parent_id"]
        with pytest.raises(InvalidInput):
            centre_changes.change_cost_centre(books, pair[0], "Vans", pair[1], 1)
        centre_changes.change_cost_centre(books, pair[0], "Vans", line[7], 1)
        assert [one.id for one in masters.centres_beneath(books, line[7])][-1] == pair[1]
        assert max(one.depth for one in cost_centre_reads.centre_tree(books)) == 9
