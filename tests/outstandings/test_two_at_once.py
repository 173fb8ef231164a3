"""Two processes settle the same bills at the same moment: together they never settle more than the bills are."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select

from tests.ground.shops import found_sharma
from tests.outstandings.khata import Khata
from webapp.books_check import verify_books
from webapp.outstandings.models import Allocation
from webapp.platform.tenancy import read_books

CLERK = """
import sys
from datetime import date
from uuid import UUID
from webapp import outstandings
from webapp.app import connect_rooms
from webapp.platform import db
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, open_books

url, company, party, money, *bills = sys.argv[1:]
db.use(db.make_engine(url))
connect_rooms()
actor = Actor(int(company), Role.OWNER, name="clerk")
print("ready", flush=True)
sys.stdin.readline()
for turn in range(30):
    for bill in bills if turn % 2 else reversed(bills):
        try:
            with open_books(actor) as books:
                outstandings.allocate(books, UUID(party), outstandings.LineKey(UUID(money), 2), [(outstandings.LineKey(UUID(bill), 1), 7_00)])
        except outstandings.CannotSettle:
            print("refused", flush=True)
"""


@pytest.mark.slow
def test_two_clerks_and_two_bills(real_engine: Engine) -> None:
    from webapp.app import connect_rooms

    connect_rooms()
    khata = Khata(found_sharma().actor)
    ravi = khata.customer("Ravi")
    bills = [khata.bill(ravi, 100), khata.bill(ravi, 100)]
    money = [khata.money(ravi, 500), khata.money(ravi, 500)]
    url = real_engine.url.render_as_string(hide_password=False)
    ids = [str(bill.voucher_id) for bill in bills]
    clerks = [
        subprocess.Popen(
            [sys.executable, "-c", CLERK, url, str(khata.actor.company_id), str(ravi), str(one.voucher_id), *ids],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for one in money
    ]
    for clerk in clerks:
        assert clerk.stdout
        assert clerk.stdout.readline() == "ready\n"
    for clerk in clerks:
        assert clerk.stdin
        clerk.stdin.write("go\n")
        clerk.stdin.flush()
    said = [clerk.communicate()[0] for clerk in clerks]
    assert [clerk.returncode for clerk in clerks] == [0, 0]
    assert sum(words.count("refused") for words in said) == 120 - 28, "fourteen times seven rupees go into each bill, from whomever"
    left = khata.left(ravi, date(2099, 1, 1))
    assert left[bills[0]] == left[bills[1]] == 2
    with read_books(khata.actor) as books:
        of_bill = select(Allocation.debit_voucher_id, func.sum(Allocation.amount_paise)).group_by(Allocation.debit_voucher_id)
        held = {UUID(str(bill)): int(amount) for bill, amount in books.session.execute(of_bill)}
        assert held == {bill.voucher_id: 98_00 for bill in bills}
        assert verify_books(books).breaches == []
