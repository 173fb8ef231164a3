"""The portal's file against the books: what differs is found, and a hostile file is refused before it costs anything."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.ground.shops import Shop
from tests.gst_returns.month import NOVEMBER, Month
from tests.sales.test_pages import token_of
from webapp import gst_returns
from webapp.gst_returns import comparing, flat, queries
from webapp.kernel.errors import InvalidInput

GSTIN = "27AABCS1234D1ZV"
HEAD = '{"gstin":"27AABCS1234D1ZV","fp":"112026","version":"GST3.2.4","hash":"hash"'


def read(text: str | bytes) -> dict[flat.Key, flat.Fact]:
    payload = comparing.read_file(text if isinstance(text, bytes) else text.encode())
    comparing.require_of(payload, GSTIN, NOVEMBER)
    return comparing.facts_of(payload)


HOSTILE: dict[str, tuple[str | bytes, str]] = {
    "nothing": ("", "Choose the JSON file"),
    "no text": (b"\xff\xfe\x00", "This is no text"),
    "a zip": (b"PK\x03\x04\x9c\xff", "This is no text"),
    "truncated": (HEAD + ',"b2b":[{"ctin":"29', "breaks off"),
    "two values": (HEAD + "}{}", "breaks off"),
    "a list": ("[]", "is no return"),
    "not a number": (HEAD + ',"b2cs":[{"pos":"27","sply_ty":"INTRA","rt":NaN}]}', "is no amount"),
    "without end": (HEAD + ',"b2cs":[{"pos":"27","sply_ty":"INTRA","rt":1e999999999}]}', "no amount"),
    "many digits": (HEAD + f',"x":{"9" * 5000}}}', "is no amount"),
    "three places": (HEAD + ',"b2cs":[{"pos":"27","sply_ty":"INTRA","rt":18,"txval":1.005}]}', "rupees and paise"),
    "beyond 2^63": (HEAD + ',"b2cs":[{"pos":"27","sply_ty":"INTRA","rt":18,"txval":92233720368547758080}]}', "rupees and paise"),
    "true": (HEAD + ',"b2cs":[{"pos":"27","sply_ty":"INTRA","rt":18,"txval":true}]}', "is no amount"),
    "deep": ("[" * 100_000, "nested deeper"),
    "a string without end": ('{"' + '\\"' * 1_000_000, "breaks off"),
    "deep inside": (HEAD + ',"b2b":' + "[" * 5000 + "]" * 5000 + "}", "nested deeper"),
    "wrong kind": (HEAD + ',"b2b":{"ctin":"x"}}', "no list of entries"),
    "wrong entry": (HEAD + ',"b2b":[1]}', "no list of entries"),
    "no number": (HEAD + ',"b2b":[{"ctin":"29AAGCB7383J1Z4","inv":[{"val":1}]}]}', "has no inum"),
    "a long name": (HEAD + f',"b2b":[{{"ctin":"{"9" * 400}","inv":[]}}]}}', "has no ctin"),
    "another GSTIN": (HEAD.replace("27AABCS1234D1ZV", "33AABCI1234D1ZC") + "}", "is of 33AABCI1234D1ZC"),
    "no GSTIN": ('{"fp":"112026"}', "is of no GSTIN"),
    "another period": (HEAD.replace("112026", "102026") + "}", "is of 10-2026"),
    "no period": (HEAD.replace("112026", "132026") + "}", "is of no period"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_words(name: str) -> None:
    content, words = HOSTILE[name]
    with pytest.raises(InvalidInput) as refusal:
        read(content)
    assert words in refusal.value.errors["file"]


def test_a_huge_file_is_refused_before_it_is_read() -> None:
    with pytest.raises(InvalidInput) as refusal:
        comparing.read_file(b" " * (comparing.MOST_BYTES + 1))
    assert "larger than 20 MB" in refusal.value.errors["file"]


def filled(month: Month) -> str:
    month.bill(("Soap", "1"), ("Salt", "1"), party="Bharat")
    month.bill(("Soap", "2"), ("Ghee", "1"), party="Pune Mart")
    month.bill(("Soap", "3"))
    month.advance(1180_00, month.today)
    return gst_returns.as_text(month.told())


def change(payload: dict[str, Any], name: str) -> None:
    invoice = payload["b2b"][0]["inv"][0]
    if name == "value":
        invoice["val"] += 1
    elif name == "taxes":
        invoice["itms"][0]["itm_det"]["csamt"] = 5
    elif name == "details":
        invoice["pos"] = "07"
    elif name == "gone":
        payload["b2b"][0]["inv"] = []
    elif name == "new":
        payload["b2b"].append({"ctin": "29AAGCB7383J1Z4", "inv": [{**invoice, "inum": "X/9"}]})
    elif name == "small":
        payload["b2cs"][0]["txval"] += 10


def test_what_differs_is_named_and_the_same_is_not(month: Month) -> None:
    text = filled(month)
    here = read(text)
    assert comparing.differences(here, read(text)) == []
    # The portal writes more keys, other blanks and other cases of numbers; that is no difference.
    loose = json.loads(text)
    loose |= {"fil_dt": "11-12-2026", "b2b": [{**one, "cfs": "N"} for one in loose["b2b"]]}
    loose["b2b"][0]["inv"][0]["inum"] = loose["b2b"][0]["inv"][0]["inum"].lower()
    assert comparing.differences(here, read(json.dumps(loose, indent=1))) == []
    for name in ("value", "taxes", "details", "gone", "new", "small"):
        payload = json.loads(text)
        change(payload, name)
        (found,) = comparing.differences(here, read(json.dumps(payload)))
        expected = {"gone": (), "new": (), "small": ("taxes",)}.get(name, (name,))
        assert found.what == expected, name
        assert (found.here is None, found.there is None) == (name == "new", name == "gone")


def test_our_own_file_is_read_back_whole(month: Month) -> None:
    told = month.told()
    found = flat.facts(queries.read_own(gst_returns.as_text(told)))
    assert sum(key.section in ("b2b", "cdnr") for key in found) == len(told.documents)
    text = filled(month)
    sections = {key.section for key in flat.facts(queries.read_own(text))}
    assert sections == {"b2b", "b2cs", "nil", "at", "hsn", "doc_issue"}


def test_the_screen_compares_and_keeps_nothing(month: Month, sharma: Shop, enter: Callable[[Shop], FlaskClient]) -> None:
    text, client = filled(month), enter(sharma)
    address = f"/gst-returns/{GSTIN}/month-202611/comparison"

    def send(content: str) -> tuple[int, str]:
        data = {"csrf_token": token_of(client, address), "file": (io.BytesIO(content.encode()), "returns.json")}
        answer = client.post(address, data=data, content_type="multipart/form-data")
        return answer.status_code, answer.get_data(as_text=True)

    status, words = send(text)
    assert (status, "rows are the same on both sides" in words) == (200, True)
    payload = json.loads(text)
    change(payload, "value")
    status, words = send(json.dumps(payload))
    assert (status, "One row differs" in words) == (200, True)
    status, words = send(text.replace(GSTIN, "29AAGCB7383J1Z4"))
    assert (status, "this return is of 27AABCS1234D1ZV" in words) == (422, True)
    assert gst_returns.as_text(month.told()) == text


def as_the_portal_gives_it(text: str) -> bytes:
    """Our file as a download of the portal has it: its own keys everywhere, figures as text, nothing that is usual, rows that were deleted."""
    payload = json.loads(text)
    payload |= {"version": "GST4.0", "hash": "x", "filing_typ": "M", "gt": "100.00", "summ_typ": None, "b2ba": None, "txpda": []}
    for section in ("b2b", "cdnr"):
        for buyer in payload[section]:
            buyer |= {"cfs": "N", "cfs3b": "N", "trdnm": "Somebody"}
            for one in buyer.get("inv", buyer.get("nt", ())):
                one |= {
                    "chksum": "ab" * 32,
                    "updby": "S",
                    "cflag": "N",
                    "flag": "N",
                    "srctyp": "e-Invoice",
                    "irn": "f" * 64,
                    "diff_percent": 1,
                }
                one["val"] = f"{one['val']:.2f}"
                del one["rchrg"], one["inv_typ"]
                for item in one["itms"]:
                    item["itm_det"] = {key: str(value) for key, value in item["itm_det"].items()} | {"csamt": None}
    payload["b2b"][0]["inv"].append({"inum": "GONE/1", "flag": "D", "chksum": "x", "itms": None})
    for name in ("hsn", "nil", "doc_issue"):
        payload[name] |= {"flag": "N", "chksum": "ab" * 32}
    for row in payload["b2cs"]:
        row |= {"flag": "N", "chksum": "x", "pos": int(row["pos"])}
    half = payload["b2cs"][0]
    payload["b2cs"].append({**half, "typ": "E", "etin": "29AAGCB7383J1Z4", "txval": 0, "camt": 0, "samt": 0})
    for nature in payload["doc_issue"]["doc_det"]:
        nature |= {"doc_num": str(nature["doc_num"]), "docs": [{**row, "totnum": str(row["totnum"])} for row in nature["docs"]]}
    return json.dumps({"status_cd": "1", "data": payload}).encode()


def test_a_download_of_the_portal_in_other_spellings_is_the_same_return(month: Month) -> None:
    bill = month.bill(("Soap", "1"), ("Salt", "1"), party="Bharat")
    month.trade.take_back(bill, (1, 1))
    month.bill(("Soap", "2"), ("Book", "1"))
    text = gst_returns.as_text(month.told())
    here, there = read(text), read(as_the_portal_gives_it(text))
    assert comparing.differences(here, there) == []
    # And what differs is still found: another kind of supply, another shipping bill, a figure.
    payload = json.loads(as_the_portal_gives_it(text))["data"]
    payload["b2b"][0]["inv"][0] |= {"rchrg": "Y", "idt": "01/11/2026"}
    payload["hsn"]["hsn_b2b"][0]["qty"] = "7.005"
    found = comparing.differences(here, read(json.dumps(payload)))
    assert {one.key.section for one in found} == {"b2b", "hsn"}


def test_parts_of_a_large_return_are_read_together(month: Month) -> None:
    month.bill(("Soap", "1"), party="Bharat")
    month.bill(("Soap", "1"), party="Pune Mart")
    text = gst_returns.as_text(month.told())
    payload = json.loads(text)
    head = {name: payload[name] for name in ("gstin", "fp", "version", "hash")}
    parts = [read(json.dumps({**head, name: value})) for name, value in payload.items() if name not in head]
    assert comparing.together(parts) == read(text)
    assert comparing.differences(read(text), comparing.together(parts[1:])) != []
