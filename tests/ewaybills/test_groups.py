"""Goods of one e-way bill in several vehicles: never more than the whole, told once whatever becomes of an answer, nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.ewaybills.conftest import Yard
from tests.ewaybills.test_sending import ANOTHER
from tests.ground.shops import Shop
from webapp import ewaybills
from webapp.ewaybills import Carriage, Road, State, groups
from webapp.ewaybills.commands import Load, Reload, Split
from webapp.ewaybills.groups import GroupRow
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.platform.tenancy import open_books, read_books

ON = Split("1", "Satara", "27", "Chennai", "33", 500_000, "NOS", "2", "Small vehicles from here")


def going_on(yard: Yard) -> UUID:
    """An e-way bill of 500 soaps that goes on in several vehicles."""
    bill = yard.sell()
    assert yard.make(bill).state == State.ACTIVE
    yard.do(groups.ask_split, bill.invoice_id, replace(ON, unit=unit_of(yard, bill.invoice_id)))
    return bill.invoice_id


def unit_of(yard: Yard, document_id: UUID) -> str:
    with read_books(yard.trade.actor) as books:
        return next(iter(groups.units_of(books, yard.row(document_id))))


def standing(yard: Yard, document_id: UUID) -> list[GroupRow]:
    with read_books(yard.trade.actor) as books:
        return groups.groups_of(books, document_id)


def load(vehicle: str, qty: int, group_no: int = 1) -> Load:
    return Load(group_no, vehicle, "", None, qty)


@pytest.mark.parametrize("road", [Road.NIC, Road.GSP])
def test_they_go_on_in_two_and_one_is_changed(yard: Yard, road: Road) -> None:
    yard.set_up(road)
    id_ = going_on(yard)
    yard.do(groups.ask_load, id_, load("MH11AA0001", 299_500))
    yard.do(groups.ask_load, id_, load("MH11AA0002", 200_500))
    row = yard.do(groups.ask_reload, id_, Reload(1, 2, "MH11AA0003", "", "Karad", "27", "1", "It broke down"))
    assert (row.asked, row.problem) == ({}, "")
    (group,) = standing(yard, id_)
    assert ([(one.vehicle, one.qty) for one in group.vehicles], group.left) == ([("MH11AA0001", 299_500), ("MH11AA0003", 200_500)], 0)
    kept = yard.portal.kept[int(row.ewb_no)].groups[0]
    assert [(one["vehicleNo"], one["quantity"]) for one in kept["loads"]] == [
        ("MH11AA0001", Decimal("299.5")),
        ("MH11AA0003", Decimal("200.5")),
    ]


@pytest.mark.parametrize("fault", ["lost", "garbage", "down"])
def test_a_lost_answer_loads_nothing_twice(yard: Yard, clock: Clock, fault: str) -> None:
    bill = yard.sell()
    row = yard.make(bill)
    id_ = bill.invoice_id
    kept = yard.portal.kept[int(row.ewb_no)]
    asked = (
        (groups.ask_split, replace(ON, unit=unit_of(yard, id_))),
        (groups.ask_load, load("MH11AA0001", 400_000)),
        (groups.ask_reload, Reload(1, 1, "MH11AA0009", "", "Karad", "27", "1", "It broke down")),
    )
    for act, told in asked:
        yard.portal.faults = [fault]
        assert yard.do(act, id_, told).asked
        with open_books(yard.trade.actor) as books, pytest.raises(Conflict):
            groups.ask_split(books, id_, replace(ON, unit=unit_of(yard, id_), remark="Another"))
        clock.advance(minutes=6)
        assert not yard.send(id_).asked
    (group,) = standing(yard, id_)
    assert [(one.vehicle, one.qty) for one in group.vehicles] == [("MH11AA0009", 400_000)]
    assert (len(kept.groups), len(kept.groups[0]["loads"])) == (1, 1)


def test_more_than_the_whole_and_what_does_not_fit_are_refused(yard: Yard, clock: Clock) -> None:
    id_ = going_on(yard)
    unit = unit_of(yard, id_)
    wrong = (
        (groups.ask_split, replace(ON, unit=unit, qty=500_001), "qty"),
        (groups.ask_split, replace(ON, unit=unit, qty=0), "qty"),
        (groups.ask_split, replace(ON, unit="TON"), "unit"),
        (groups.ask_split, replace(ON, unit=unit, mode="5"), "mode"),
        (groups.ask_split, replace(ON, unit=unit, to_state="96"), "to_state"),
        (groups.ask_split, replace(ON, unit=unit, remark=" "), "remark"),
        (groups.ask_load, load("MH11AA0001", 500_001), "qty"),
        (groups.ask_load, load("MH11AA0001", 2**62), "qty"),
        (groups.ask_load, load("MH11AA0001", -1), "qty"),
        (groups.ask_load, load("", 1), "vehicle"),
    )
    for act, told, field in wrong:
        with open_books(yard.trade.actor) as books, pytest.raises(InvalidInput) as refused:
            act(books, id_, told)
        assert field in refused.value.errors, told
    yard.do(groups.ask_load, id_, load("MH11AA0001", 300_000))
    for told, field in ((load("MH11AA0002", 200_001), "qty"), (load("MH11AA0001", 1), "vehicle")):
        with open_books(yard.trade.actor) as books, pytest.raises(InvalidInput) as refused:
            groups.ask_load(books, id_, told)
        assert field in refused.value.errors
    with open_books(yard.trade.actor) as books:
        for act, told in (
            (groups.ask_load, load("MH11AA0002", 1, 2)),
            (groups.ask_reload, Reload(1, 9, "MH11AA0002", "", "K", "27", "1", "x")),
        ):
            with pytest.raises(NotFound):
                act(books, id_, told)
        with pytest.raises(Conflict, match="several vehicles"):
            ewaybills.ask_vehicle(books, id_, ANOTHER)
    clock.advance(days=30)
    with open_books(yard.trade.actor) as books, pytest.raises(BooksError, match="ended"):
        groups.ask_load(books, id_, load("MH11AA0002", 1))
    assert len(yard.portal.kept[int(yard.row(id_).ewb_no)].groups) == 1


def test_one_without_a_vehicle_and_one_by_hand_do_not_go_on(yard: Yard) -> None:
    part_a = yard.make(yard.sell(), Carriage(transporter_id="27AAPFU0939F1ZV"))
    with open_books(yard.trade.actor) as books, pytest.raises(Conflict):
        groups.ask_split(books, part_a.document_id, ON)
    bill = yard.sell(501)
    yard.make(bill)
    yard.set_up(Road.FILE)
    with open_books(yard.trade.actor) as books, pytest.raises(BooksError, match="by hand"):
        groups.ask_split(books, bill.invoice_id, ON)


def test_on_its_page_and_nobody_elses(yard: Yard, sharma: Shop, iyer: Shop, browse: Callable[[Shop], FlaskClient]) -> None:
    id_ = going_on(yard)
    here = f"/e-way-bills/{id_}"
    tab = browse(sharma)
    assert "Satara – Chennai" in tab.get(here).text
    wrong = tab.post(f"{here}/load", data={"group_no": "1", "vehicle": "M!", "qty": "501"})
    assert wrong.status_code == 422
    for words in ("as on the plate", "are left of 500", 'value="M!"', 'value="501"'):
        assert words in wrong.text, words
    assert tab.post(f"{here}/load", data={"group_no": "1", "vehicle": "mh 11 aa 0001", "qty": "12.5"}).status_code == 303
    yard.send(id_)
    assert "MH11AA0001" in tab.get(here).text
    unsound = tab.post(f"{here}/split", data={"qty": "1e9"})
    assert unsound.status_code == 422
    other = browse(iyer)
    for verb, told in (("load", {"group_no": "1", "qty": "1"}), ("split", {"qty": "1"}), ("reload", {"group_no": "1", "line_no": "1"})):
        assert other.post(f"{here}/{verb}", data=told).status_code == 404
