"""Documents that go by hand; whose they are; and settings that cannot be."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from tests.einvoice.conftest import Desk
from tests.einvoice.irp import signed
from tests.ground.shops import Shop
from webapp import einvoice
from webapp.einvoice import Cancel, Road, State, files, queries, service
from webapp.einvoice.models import EinvoiceRegistration
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.platform import sealing
from webapp.platform.tenancy import open_books

# By hand --------------------------------------------------------------------------------------------------------------


def test_a_shop_without_an_interface_uses_files(desk: Desk, portal_keys: None) -> None:
    desk.set_up(Road.FILE)
    good, bad = desk.sell(), desk.sell(desk.trade.customer("No Town", gstin="27AAACR5055K1Z7", state_code="27"))
    rows = [desk.send(good), desk.send(bad)]
    assert [row.state for row in rows] == [State.WAITING] * 2
    with open_books(desk.trade.actor) as books:
        made = files.upload_file(books, [good.invoice_id, bad.invoice_id, good.invoice_id])
    assert (made.count, made.failed, desk.row(bad).state) == (1, 1, State.FAILED)
    answers = [desk.irp.generate(one, desk.gstin) for one in told_all(made.text)]
    forged = answers[0] | {"SignedQRCode": answers[0]["SignedQRCode"][:-6] + "AAAAAA"}
    strange = answers[0] | {"Irn": "0" * 64}
    assert read(desk, [forged]).odd == [f"{good.number}: the portal's signature does not fit."]
    found = read(desk, [*answers, *answers, strange, {"AckNo": 1}])
    assert (found.registered, found.known, len(found.odd)) == (1, 1, 2)
    assert (desk.row(good).state, desk.row(good).is_verified) == (State.REGISTERED, True)
    with pytest.raises(BooksError, match="go to the portal as files"), open_books(desk.trade.actor) as books:
        einvoice.ask(books, [good.invoice_id])
    with pytest.raises(InvalidInput, match="attention"), open_books(desk.trade.actor) as books:
        einvoice.ask_cancel(books, good.invoice_id, Cancel("2", "Wrong quantity"))  # nothing says that it was done there
    assert read(desk, [{**answers[0], "Status": "CNL"}]).cancelled == 1


def told_all(text: str) -> Any:
    return json.loads(text, parse_float=Decimal)


def read(desk: Desk, answers: list[dict[str, Any]]) -> files.ReadBack:
    with open_books(desk.trade.actor) as books:
        return files.read_back(books, json.dumps({"result": [{k.lower(): str(v) for k, v in one.items()} for one in answers]}).encode())


@pytest.mark.parametrize("raw", [b"", b"[]", b"\xff", b"{", b"[1]", b"[" * 100_000, b'"x"'])
def test_another_file_is_refused(desk: Desk, raw: bytes) -> None:
    with pytest.raises(InvalidInput), open_books(desk.trade.actor) as books:
        files.read_back(books, raw)


def test_what_a_forged_file_says_beside_a_good_qr_harms_nothing(desk: Desk) -> None:
    desk.set_up(Road.FILE)
    bill = desk.sell()
    desk.send(bill)
    with open_books(desk.trade.actor) as books:
        (answer,) = (desk.irp.generate(one, desk.gstin) for one in told_all(files.upload_file(books, [bill.invoice_id]).text))
    told = json.loads(base64.urlsafe_b64decode(answer["SignedQRCode"].split(".")[1] + "=="))
    data = json.loads(told["data"]) if isinstance(told["data"], str) else told["data"]
    forged: list[dict[str, Any]] = [
        {"AckDt": "0001-01-01 00:00:00"},
        {"AckDt": "9999-12-31 23:59:59"},
        {"AckNo": "१२३"},
        {"AckNo": "9" * 4000},
        {"Irn": "\x00" * 64},
        {"SignedQRCode": "a.\ud800.c"},
        *({"SignedQRCode": signed(data | {"TotInvVal": amount})} for amount in ("1e999999", "1e900000", "-Infinity", "sNaN")),
    ]
    found = read(desk, [answer | one for one in forged])
    assert (found.registered, len(found.odd)) == (0, len(forged))
    assert all(len(words) < 300 for words in found.odd)
    assert read(desk, [answer | {"SignedInvoice": "\x00 <script>"}]).registered == 1
    with open_books(desk.trade.actor) as books:
        assert queries.signed_invoice(books, bill.invoice_id) == ""


def test_a_bill_cancelled_while_its_file_was_away_is_known_to_stand_on_the_portal(desk: Desk) -> None:
    desk.set_up(Road.FILE)
    bill = desk.sell()
    desk.send(bill)
    with open_books(desk.trade.actor) as books:
        (answer,) = (desk.irp.generate(one, desk.gstin) for one in told_all(files.upload_file(books, [bill.invoice_id]).text))
    desk.cancel_bill(bill)
    row = desk.row(bill)
    assert (row.state, "cancel it there" in row.fix) == (State.NOT_NEEDED, True)
    assert read(desk, [answer]).registered == 1
    row = desk.row(bill)
    assert (row.state, "still has it" in row.problem) == (State.REGISTERED, True)


# Whose they are -------------------------------------------------------------------------------------------------------


def test_another_shop_sees_and_moves_nothing(desk: Desk, iyer: Shop, open_desk: Callable[[Shop], Desk]) -> None:
    other = open_desk(iyer)
    other.set_up()
    bill = desk.sell()
    desk.send(bill)
    with open_books(iyer.actor) as books:
        assert einvoice.einvoice_or_none(books, bill.invoice_id) is None
        assert queries.einvoices(books, queries.Wanted()).rows == ()
        for verb in (lambda: einvoice.ask(books, [bill.invoice_id]), lambda: einvoice.enlist(books, bill.invoice_id)):
            with pytest.raises(NotFound):
                verb()
        with pytest.raises(NotFound):
            einvoice.ask_cancel(books, bill.invoice_id, Cancel("1", "x", is_done=True))
        with pytest.raises(InvalidInput):
            service.set_up(books, replace(SETUP, gstin=desk.gstin))
    einvoice.cancel(iyer.actor, bill.invoice_id)
    einvoice.send(iyer.actor, bill.invoice_id)
    assert desk.row(bill).state == State.REGISTERED
    # A sealed secret copied into another company's row opens there no more than elsewhere.
    with open_books(desk.trade.actor) as books:
        sealed = books.session.scalars(select(EinvoiceRegistration.secrets)).one()
    with open_books(iyer.actor) as books, pytest.raises(sealing.SealBroken):
        sealing.unseal(service.secrets_purpose(books, iyer.gstin), sealed)


SETUP = einvoice.SetUp("", 0, date(2026, 4, 1), 10, Road.FILE)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"turnover_crore": 7}, "turnover_crore"),
        ({"road": Road.NIC, "base_url": "https://169.254.169.254"}, "base_url"),
        ({"road": Road.NIC, "base_url": "http://einv-apisandbox.nic.in"}, "base_url"),
        ({"road": Road.GSP, "base_url": "https://einv-apisandbox.nic.in"}, "base_url"),
        ({"road": Road.NIC, "base_url": "https://einv-apisandbox.nic.in", "portal_key": "x"}, "portal_key"),
        ({"road": Road.NIC, "client_id": ""}, "client_id"),
        ({"road": Road.NIC, "client_secret": "a\r\nHost: elsewhere"}, "client_secret"),
        ({"road": Road.NIC, "password": "₹1000"}, "password"),
        ({"road": Road.NIC, "base_url": "https://einv-apisandbox.nic.in", "password": ""}, "password"),
    ],
)
def test_settings_that_cannot_be(desk: Desk, more: dict[str, Any], field: str) -> None:
    desk.set_up(Road.FILE, client_secret="", password="")
    with pytest.raises(InvalidInput) as refusal:
        desk.set_up(**{"road": Road.FILE, **more})
    assert field in refusal.value.errors


def test_a_kept_secret_never_goes_to_another_host(desk: Desk) -> None:
    desk.set_up(password="", client_secret="")  # as they are kept
    with pytest.raises(InvalidInput) as refusal:
        desk.set_up(base_url="https://einv-apisandbox.nic.in", password="", client_secret="")
    assert {"password", "client_secret"} <= set(refusal.value.errors)


def test_a_stale_form_of_settings_is_refused(desk: Desk) -> None:
    with pytest.raises(Conflict), open_books(desk.trade.actor) as books:
        service.set_up(books, replace(SETUP, gstin=desk.gstin))


def test_an_interface_that_is_gone_leaves_nothing_stuck(desk: Desk) -> None:
    unknown, asked = desk.sell(), desk.sell()
    desk.irp.faults = ["lost"]
    desk.send(unknown)
    desk.send(asked)
    with open_books(desk.trade.actor) as books:
        einvoice.ask_cancel(books, asked.invoice_id, Cancel("2", "Wrong quantity"))
    desk.set_up(Road.FILE)
    with open_books(desk.trade.actor) as books:
        assert files.upload_file(books, [unknown.invoice_id]).count == 1
        einvoice.ask_cancel(books, asked.invoice_id, Cancel("2", "Wrong quantity", is_done=True))
    assert (desk.row(unknown).state, desk.row(asked).state) == (State.WAITING, State.CANCELLED)
