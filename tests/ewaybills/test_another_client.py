"""Another hand's client (gst-e-invoicing, of PyPI) signs in to the stand-in, has our payload signed, and its e-way bill made: the stand-in
speaks as the portal does to those who never saw our program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from gst_irn import Session

from tests.einvoice.irp import CLIENT, PASSWORD, SECRET, USER, public_pem
from tests.ewaybills.conftest import Yard
from webapp import einvoice, sales
from webapp.einvoice.sending import checked
from webapp.platform.tenancy import read_books


def test_another_client_is_answered(yard: Yard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    session = Session(yard.gstin, CLIENT, SECRET, USER, PASSWORD, public_pem(), base_url=yard.url)
    session.generate_token(cache_dir=str(tmp_path))
    bill = yard.sell()
    with read_books(yard.trade.actor) as books:
        told, wrong = checked(books, sales.invoice(books, bill.invoice_id), 10)
    assert not wrong
    signed = session.generate_e_invoice(json.loads(einvoice.as_json(told)))
    assert (len(signed["Irn"]), signed["Status"]) == (64, "ACT")
    by_irn = {"Irn": signed["Irn"], "Distance": 150, "TransMode": "1", "VehNo": "MH12AB1234", "VehType": "R"}
    made = session.post(f"{yard.url}/eiewb/v1.03/ewaybill", by_irn)
    assert len(str(made["EwbNo"])) == 12
    assert [str(one.number) for one in yard.portal.kept.values()] == [str(made["EwbNo"])]
    assert session.get(f"{yard.url}/eiewb/v1.03/ewaybill/irn/{signed['Irn']}")["EwbNo"] == made["EwbNo"]
