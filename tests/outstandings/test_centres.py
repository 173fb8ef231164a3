"""Outstandings of a cost centre: the open bills and money, whole, of the vouchers that name it, against a plain filter of all of them."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.ground.shops import Shop
from tests.outstandings.khata import DAY, Khata, slow_open
from webapp import ledger
from webapp.kernel.money import Paise
from webapp.kernel.posting import CostShare, Line
from webapp.ledger import Asked as Page
from webapp.outstandings import PAYABLE, RECEIVABLE, LineKey, OpenItem, ages, comparing, forms
from webapp.platform.tenancy import open_books, read_books

CENTRES = {"Van": ("Van", "Road"), "Road": ("Road",), "Shop": ("Shop",)}
DAYS = (DAY, DAY - timedelta(days=100))


class Named(Khata):
    """A khata whose next voucher's other line names the centres of `wanted`, in equal shares; `names_of` keeps which named which."""

    def ready(self, chance: Random) -> Named:
        self.names_of = dict[UUID, tuple[str, ...]]()
        self.wanted: tuple[str, ...] = ()
        with open_books(self.actor) as books:
            van = ledger.create_cost_centre(books, "Van").id
            self.centres = {"Van": van, "Road": ledger.create_cost_centre(books, "Road", van).id}
            self.centres["Shop"] = ledger.create_cost_centre(books, "Shop").id
        for name, to, more in (
            ("Asha", "debtors", {}),
            ("Ravi", "debtors", {"credit_days": 20}),
            ("Mill", "creditors", {"is_supplier": True}),
        ):
            party = self.names[name] = self.customer(name, **more)
            bills, money = list[LineKey](), list[LineKey]()
            for _ in range(10):
                day = DAY - timedelta(days=chance.randrange(300))
                self.wanted = tuple(chance.sample(sorted(CENTRES), chance.randrange(3)))
                is_bill = chance.random() < 0.6
                key = (self.bill if is_bill else self.money)(party, chance.randrange(3, 900), day, to=to)
                (bills if is_bill else money).append(key)
            for one in money[:2]:
                self.settle(party, one, (bills[0], 1), on=DAY - timedelta(days=50))
            back = self.take_back(bills[-1].voucher_id, DAY - timedelta(days=30))
            self.names_of[back] = self.names_of[bills[-1].voucher_id]
        return self

    def post(self, *asked: Any, **more: Any) -> UUID:
        id_ = super().post(*asked, **more)
        self.names_of[id_] = self.wanted
        return id_

    def _line(self, account: UUID, amount: int, party: UUID | None = None) -> Line:  # type: ignore[override]
        names = () if party else self.wanted
        parts = [abs(amount) // len(names)] * len(names) if names else []
        if names:
            parts[0] += abs(amount) - sum(parts)
        costs = tuple(CostShare(self.centres[name], Paise(part)) for name, part in zip(names, parts, strict=True))
        return Line(account, Paise(amount), party, costs)

    def tree(self, centre: str) -> tuple[UUID, ...]:
        return tuple(self.centres[name] for name in CENTRES[centre])

    def kept(self, party: UUID, on: Any, centre: str) -> dict[LineKey, int]:
        """What is open of a party, of the vouchers that name the centre: a plain filter."""
        whole = slow_open(self, party, on).items()
        return {key: left for key, left in whole if set(self.names_of[key.voucher_id]) & set(CENTRES[centre])}


@pytest.fixture
def named(sharma: Shop, iyer: Shop) -> Named:
    Named(iyer.actor).ready(Random(9))
    return Named(sharma.actor).ready(Random(3))


def test_what_is_open_of_a_centre_is_a_plain_filter(named: Named) -> None:
    seen = 0
    for centre in CENTRES:
        for on in DAYS:
            for side, people in ((RECEIVABLE, ("Asha", "Ravi")), (PAYABLE, ("Mill",))):
                sign = 1 if side == RECEIVABLE else -1
                wanted: dict[UUID, tuple[int, int]] = {}
                for party in (named.names[name] for name in people):
                    kept = named.kept(party, on, centre)
                    assert {one.key: one.open for one in items(named, party, on, centre)} == kept
                    lefts = [left * sign for left in kept.values()]
                    sums = sum(one for one in lefts if one > 0), -sum(one for one in lefts if one < 0)
                    wanted |= {party: sums} if any(sums) else {}
                for by_due in (True, False):
                    found = named.ageing(on, side=side, centres=named.tree(centre), by_due=by_due)
                    assert {party: (sum(buckets), money) for party, (buckets, money) in found.items()} == wanted
                with read_books(named.actor) as books:
                    shown = of(books, named, centre, side, {"view": "bills", "on": on.isoformat()})
                    whole = ages.bills(books, shown.asked, shown.narrowed, most=3)
                    every = list(ages.all_bills(books, shown.asked, shown.narrowed))
                assert whole.left == sum(one.left for one in every) == sum(bills for bills, _ in wanted.values())
                seen += whole.count
    assert seen > 20


def items(named: Named, party: UUID, on: Any, centre: str) -> list[OpenItem]:
    with read_books(named.actor) as books:
        return ages.open_items(books, party, on=on, centres=named.tree(centre))


def of(books: Any, named: Named, centre: str, side: str, args: dict[str, str]) -> forms.Shown:
    return forms.of_centre(books, forms.read_shown(args, side, books.today), {"centre": str(named.centres[centre])})


def test_compared_it_is_what_each_day_had(named: Named) -> None:
    for how in forms.COMPARISONS:
        with read_books(named.actor) as books:
            shown = of(books, named, "Van", RECEIVABLE, {"on": DAY.isoformat()})
            days = forms.compared_days(DAY, how)
            found = comparing.compared(books, shown, days, is_by_month=how == "months")
        assert {row.name for row in found.rows} <= {"Asha", "Ravi"}
        for row in found.rows:
            assert row.figures == tuple(sum(named.kept(row.party_id, day, "Van").values()) for day in days)


def test_a_partys_statement_keeps_the_centre(browse: Callable[[Shop], FlaskClient], sharma: Shop, named: Named) -> None:
    """Its lines are those of the vouchers that name the centre, from either end of it, and the pages lead to it."""
    ravi, van = named.names["Ravi"], named.centres["Van"]
    mine = [one for one in named.lines() if one.party_id == ravi and set(named.names_of[one.voucher_id]) & {"Van", "Road"}]
    begins = DAY - timedelta(days=200)
    with read_books(named.actor) as books:
        page = ledger.centre_party_page(books, ravi, named.tree("Van"), Page(begins, DAY, most=100))
        newest = ledger.centre_party_page(books, ravi, named.tree("Van"), Page(begins, DAY, at_end=True, most=2))
    inside = [one for one in mine if one.voucher_date >= begins]
    assert [row.key.voucher_id for row in page.rows] == [one.voucher_id for one in inside]
    assert page.opening == sum(one.amount_paise for one in mine) - sum(one.amount_paise for one in inside)
    assert newest.closing == page.closing == sum(one.amount_paise for one in mine)
    client = browse(sharma)
    receivables = html.unescape(client.get(f"/receivables?on={DAY}&centre={van}").text)
    assert "Whole bills, and money on account, whose voucher names Van" in receivables
    assert f"/outstandings/{ravi}?" in receivables
    assert f"centre={van}" in receivables.split(f"/outstandings/{ravi}?", 1)[1].split('"', 1)[0]
    rows = client.get(f"/open-bills?on={DAY}&centre={van}&party={ravi}&view=bills&format=csv").text.splitlines()
    assert len(rows) - 1 == sum(left > 0 for left in named.kept(ravi, DAY, "Van").values())
    assert client.get(f"/outstandings/{ravi}?centre={van}&format=pdf").data[:4] == b"%PDF"


def test_exceptions_of_a_centre_are_those_of_its_vouchers(browse: Callable[[Shop], FlaskClient], sharma: Shop, named: Named) -> None:
    """A day below nothing stands there when a voucher that names the centre moved the cash; what has no voucher is left out."""
    party = named.names["Asha"]
    van_day, other_day = DAY - timedelta(days=400), DAY - timedelta(days=399)
    for day, wanted in ((van_day, ("Road",)), (other_day, ())):
        named.wanted = wanted
        named.post(day, ("expenses", 9_99_999_00), ("cash", -9_99_999_00), kind="payment")
    named.wanted = ("Shop",)
    named.money(party, 5_00_000, van_day)
    client, span = browse(sharma), f"from={van_day}&to={other_day}"
    whole = client.get(f"/exceptions?{span}&format=csv").text
    of_van = client.get(f"/exceptions?{span}&centre={named.centres['Van']}&format=csv").text
    of_shop = html.unescape(client.get(f"/exceptions?{span}&centre={named.centres['Shop']}").text)
    assert whole.count("Days with less than no cash") == 2
    assert of_van.count("Days with less than no cash") == 1
    assert "Left out, for no voucher stands behind them: Stock below zero, Numbers that no document has" in of_shop
    assert "Asha" in of_shop, "by its vouchers the shop owes her"
    for kind in ("stock", "numbers", "approval"):
        answer = client.get(f"/exceptions?{span}&kind={kind}&centre={named.centres['Van']}")
        assert "Nothing of this cost centre stands out" in answer.text
