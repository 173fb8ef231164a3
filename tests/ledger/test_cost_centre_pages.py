"""Cost centres as a person keeps them, and what they bear."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.ground.shops import Shop
from webapp import ledger
from webapp.company import default_store
from webapp.kernel import periods
from webapp.kernel.dates import Period
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise
from webapp.kernel.posting import CostShare, Slip, credit, debit
from webapp.ledger import Heading, centre_changes, centres_compared, cost_centre_reads
from webapp.platform.tenancy import Books, open_books, read_books

Browse = Callable[[Shop], FlaskClient]


def centre(books: Books, name: str, under: UUID | None = None) -> UUID:
    return ledger.create_cost_centre(books, name, under).id


def pay(books: Books, amount: int, *shares: tuple[UUID, int], day: date | None = None) -> None:
    heads = ledger.heads(books)
    costs = tuple(CostShare(one, Paise(part)) for one, part in shares)
    slip = Slip((debit(heads["expenses"], amount, costs=costs), credit(heads["cash"], amount)))
    ledger.post(
        books,
        voucher_id=new_id(),
        heading=Heading("payment", "P/1", day or books.today, default_store(books), "voucher", new_id(), "Diesel"),
        slip=slip,
    )


def test_the_tree_has_no_circle(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        vans = centre(books, "Vans")
        one = centre(books, "Van 1", vans)
        for under in (vans, one):
            with pytest.raises(InvalidInput):
                centre_changes.change_cost_centre(books, vans, "Vans", under, 1)
        centre_changes.change_cost_centre(books, one, "Van one", None, 1)
        assert [(card.name, card.depth) for card in cost_centre_reads.centre_tree(books)] == [("Van one", 0), ("Vans", 0)]


def test_what_is_refused(sharma: Shop, iyer: Shop) -> None:
    with open_books(iyer.actor) as books:
        stranger = centre(books, "Van")
    with open_books(sharma.actor) as books:
        vans = centre(books, "Vans")
        inner = centre(books, "Van 1", vans)
        with pytest.raises(NotFound):
            centre_changes.change_cost_centre(books, stranger, "Mine", None, 1)
        with pytest.raises(InvalidInput):
            centre_changes.change_cost_centre(books, vans, "Vans", stranger, 1)
        with pytest.raises(InvalidInput):
            centre_changes.change_cost_centre(books, vans, "VAN 1", None, 1)
        with pytest.raises(Conflict, match="Van 1"):
            centre_changes.archive_cost_centre(books, vans, 1)
        centre_changes.archive_cost_centre(books, inner, 1)
        with pytest.raises(Conflict, match="somebody else"):
            centre_changes.archive_cost_centre(books, inner, 1)
        centre_changes.archive_cost_centre(books, vans, 1)
        with pytest.raises(InvalidInput, match="attention"):
            ledger.create_cost_centre(books, "vans")
        with pytest.raises(Conflict, match="archived"):
            centre_changes.restore_cost_centre(books, inner, 2)


def test_a_figure_leads_to_its_lines(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        van, shop = centre(books, "Van"), centre(books, "Shop")
        for _ in range(5):
            pay(books, 100_00, (van, 60_00), (shop, 40_00))
        period = Period(books.today, books.today)
        assert {(one.centre_id, one.net) for one in cost_centre_reads.borne(books, period)} == {(van, 300_00), (shop, 200_00)}
        seen, after = [], None
        while True:
            rows, after = cost_centre_reads.borne_lines(books, {van: "Van"}, period, after=after, most=2)
            seen += rows
            assert cost_centre_reads.read_place(cost_centre_reads.write_place(after)) == after
            if after is None:
                break
        assert len({row.voucher_id for row in seen}) == len(seen) == 5
        assert sum(row.amount for row in seen) == 300_00


@pytest.mark.parametrize(
    "text", ["", "x", "2026-04-01_zz_1", "2026-04-01_" + "0" * 32 + "_-1_" + "0" * 32, "2026-04-01_" + "0" * 32 + "_1", "_" * 9]
)
def test_a_place_that_is_none_is_the_beginning(text: str) -> None:
    assert cost_centre_reads.read_place(text) is None


def test_the_pages(sharma: Shop, iyer: Shop, browse: Browse) -> None:
    client = browse(sharma)
    assert "No cost centre yet" in client.get("/cost-centres").text
    id_ = new_id()
    assert [client.post("/cost-centres", data={"id": str(id_), "name": "Van"}).status_code for _ in range(2)] == [303, 303]
    assert client.post("/cost-centres", data={"name": "van"}).status_code == 422
    with open_books(sharma.actor) as books:
        pay(books, 100_00, (id_, 100_00))
    assert "100.00" in client.get("/cost-centre-report").text
    lines = client.get(f"/cost-centre-report/{id_}")
    assert "Diesel" in lines.text
    assert "Diesel" in client.get(f"/cost-centre-report/{id_}?format=csv").text
    assert client.get("/cost-centre-report?format=xlsx").status_code == 200
    assert client.post(f"/cost-centres/{id_}", data={"name": "Lorry", "version": "1"}).status_code == 303
    assert client.post(f"/cost-centres/{id_}", data={"name": "Truck", "version": "1"}).status_code == 409
    assert client.post(f"/cost-centres/{id_}/archival", data={"version": "2"}).status_code == 303
    assert "Lorry" in client.get("/cost-centres?state=archived").text
    assert browse(iyer).get(f"/cost-centre-report/{id_}").status_code == 404
    with read_books(sharma.actor) as books:
        assert cost_centre_reads.centre_card(books, id_).is_archived


def test_a_centre_is_read_with_those_beneath_it(sharma: Shop, browse: Browse) -> None:
    with open_books(sharma.actor) as books:
        vans, shop = centre(books, "Vans"), centre(books, "Shop")
        one = centre(books, "Van 1", vans)
        deep = centre(books, "Trailer", one)
        for which, rupees in ((vans, 1), (one, 20), (deep, 300), (shop, 4000)):
            pay(books, rupees * 100, (which, rupees * 100))
        pay(books, 50_00, (vans, 20_00), (deep, 30_00))  # two centres of one tree on one line
        today, diesel = Period(books.today, books.today), ledger.heads(books)["expenses"]
        borne = {which: ledger.centre_spans(books, which, [today])[diesel] for which in (vans, one, deep, shop)}
    assert borne == {vans: (371_00,), one: (350_00,), deep: (330_00,), shop: (4000_00,)}
    client = browse(sharma)
    lines = client.get(f"/cost-centre-report/{vans}").text
    assert lines.count("Trailer") == 2
    assert "with the centres beneath it" in lines
    assert "300.00" not in client.get(f"/cost-centre-report/{vans}?own=1").text
    rows = client.get(f"/cost-centre-report/{vans}?format=csv").text.splitlines()
    assert sorted(row.split(",")[1] for row in rows[1:]) == ["Trailer", "Trailer", "Van 1", "Vans", "Vans"]
    assert "371.00" in client.get("/cost-centre-report").text
    assert "with the centres beneath it" in client.get(f"/profit-and-loss?centre={vans}").text
    assert "with the centres beneath it" not in client.get(f"/profit-and-loss?centre={shop}").text


def test_it_is_held_against_other_days(sharma: Shop, iyer: Shop, browse: Browse) -> None:
    """Each figure is what `borne` says of its span; what another year bore stands there though this one bore nothing of it."""
    with open_books(sharma.actor) as books:
        vans = centre(books, "Vans")
        one = centre(books, "Van 1", vans)
        days = (date(2025, 11, 20), date(2026, 3, 31), date(2026, 4, 1), date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 20))
        for power, day in enumerate(days):
            pay(books, 10**power * 100, (one if power % 2 else vans, 10**power * 100), day=day)
    with open_books(iyer.actor) as books:
        pay(books, 77_00, (centre(books, "Van"), 77_00))
    whole = Period(date(2026, 4, 1), date(2026, 11, 20))
    with read_books(sharma.actor) as books:
        for how in periods.COMPARISONS:
            found = centres_compared.compared(books, whole, how)
            for place, span in enumerate(found.spans):
                nets = {(line.centre_id, line.account_id): line.net for line in cost_centre_reads.borne(books, span)}
                assert {
                    (row.card.id, mine.account_id): mine.figures[place] for row in found.rows for mine in row.own if mine.figures[place]
                } == nets
                assert found.rows[0].figures[place] == found.totals[place] == sum(nets.values()), "the root has all of them beneath it"
    client = browse(sharma)
    asked = "from=2026-11-01&to=2026-11-20"
    assert client.get(f"/cost-centre-report?{asked}&compare=last-year&format=csv").text.removeprefix("\ufeff").splitlines() == [
        "Cost centre,Account,01-Nov-2026 to 20-Nov-2026,01-Nov-2025 to 20-Nov-2025,Change",
        "Vans,Shop expenses,10000.00,1.00,9999.00",
        "Van 1,Shop expenses,100000.00,0.00,100000.00",
    ]
    assert "109,999.00" in client.get(f"/cost-centre-report?{asked}&compare=last-year").text.replace("1,09,999", "109,999"), (
        "the total of all"
    )
    assert "77.00" not in client.get("/cost-centre-report?compare=months").text
    assert client.get("/cost-centre-report?from=2000-01-01&to=2026-01-01&compare=months").status_code == 422
    assert client.get(f"/cost-centre-report?compare=months&store={new_id()}").status_code == 404
    assert "No voucher of these days" in client.get("/cost-centre-report?from=2001-01-01&to=2001-02-01&compare=previous").text
