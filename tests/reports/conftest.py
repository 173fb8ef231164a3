"""What the tests of reports stand on: people signed in, and the two shops with something in their books."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

from flask.testing import FlaskClient

from tests.ground.shops import Shop
from webapp import company, ledger
from webapp.kernel.ids import new_id
from webapp.kernel.posting import Slip, credit, debit
from webapp.ledger import Heading
from webapp.platform.tenancy import open_books


def sign_in(client: FlaskClient, shop: Shop) -> FlaskClient:
    """`client` with the shop's owner signed in."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)
    assert token
    answer = client.post("/sign-in", data={"csrf_token": token[1], "email": shop.email, "password": shop.password})
    assert answer.status_code == 303, answer.text
    return client


def post_cash_sale(shop: Shop, day: date, amount: int, *, number: str = "26A1/000001", party_id: UUID | None = None) -> UUID:
    """One voucher: cash, or a customer, against sales."""
    voucher_id = new_id()
    with open_books(shop.actor) as books:
        heads = ledger.heads(books)
        first = debit(heads["debtors"], amount, party_id) if party_id else debit(heads["cash"], amount)
        heading = Heading("sales", number, day, company.default_store(books), "invoice", voucher_id, "")
        ledger.post(books, voucher_id=voucher_id, heading=heading, slip=Slip((first, credit(heads["sales"], amount))))
    return voucher_id
