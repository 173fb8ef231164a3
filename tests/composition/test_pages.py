"""The screens of composition: each figure leads to its papers, what is wrong to where it is put right, files say what the page says."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import date

from flask.testing import FlaskClient
from openpyxl import load_workbook

from tests.composition.dealer import GSTIN, OCTOBER, Q2, YEAR, Dealer
from tests.ground.shops import Shop

Enter = Callable[[Shop], FlaskClient]
AUGUST = date(2026, 8, 12)
HERE, WHOLE = f"/composition/{GSTIN}/{Q2.key}", f"/composition/{GSTIN}/{YEAR.key}"


def get(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return answer.get_data(as_text=True)


def post(client: FlaskClient, address: str, **sent: str) -> tuple[int, str]:
    page = get(client, HERE)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    answer = client.post(address, data={"csrf_token": found[1], **sent})
    return answer.status_code, answer.get_data(as_text=True)


def test_a_quarter_from_its_figures_to_its_filing(dealer: Dealer, sharma: Shop, enter: Enter) -> None:
    home = dealer.sell(("Soap", "100"), day=AUGUST)
    dealer.trade.take_back(home, (1, 10))
    far = dealer.sell(("Soap", "1"), day=AUGUST, place="29")
    bought = dealer.buy(1000, "Ramu", AUGUST, is_reverse=True)
    client = enter(sharma)
    assert f"{HERE}" in get(client, f"/composition?gstin={GSTIN}")
    shown = get(client, HERE)
    for words in ("11,918.00", "59.59", "Goods were sold to another state", "Must be put right"):
        assert words in shown
    assert f"/bills/{far}" in shown
    papers = get(client, f"{HERE}/papers/outward")
    assert f"/bills/{home}" in papers
    assert f"/purchases/bills/{bought.id}" in get(client, f"{HERE}/papers/reverse_charge")
    assert "Nothing matches" in get(client, f"{HERE}/papers/outward?q=zzz")
    assert f"/purchases/bills/{bought.id}" in get(client, f"{WHOLE}/papers/4C?q=ramu")
    assert "Nothing stands" in get(client, f"{WHOLE}/papers/4A")
    told = json.loads(get(client, f"{HERE}/json"))
    assert (told["out_sup"]["txval"], told["out_sup"]["camt"], told["rc_sup"]["camt"]) == (11918, 59.59, 90)
    book = load_workbook(io.BytesIO(client.get(f"{HERE}?format=xlsx").data))
    assert [row[3] for row in book.active.iter_rows(values_only=True)][1:3] == [11918, 1000]
    assert client.get(f"{WHOLE}?format=pdf").data.startswith(b"%PDF")

    digest = re.search(r'name="shown" value="(\w+)"', shown)
    assert digest
    status, again = post(client, f"{HERE}/filing", filed_on="2026-09-30", arn="AA27", shown=digest[1])
    assert (status, "15 letters and digits" in again, 'value="AA27"' in again) == (422, True, True)
    assert post(client, f"{HERE}/filing", filed_on="2026-10-18", shown=digest[1])[0] == 303
    filed = get(client, HERE)
    assert "Filed on 18-Oct-2026" in filed
    (filing,) = set(re.findall(r"/composition/filings/([0-9a-f-]+)/reopening", filed))
    assert client.get(f"/composition/filings/{filing}").location.endswith(HERE)
    assert json.loads(get(client, f"/composition/filings/{filing}/json"))["paid_on"] == "2026-10-18"
    assert post(client, f"/composition/filings/{filing}/reopening", reopen_reason=" ")[0] == 422
    assert post(client, f"/composition/filings/{filing}/reopening", reopen_reason="By mistake")[0] == 303


def test_kind_and_credits_are_typed_and_refused_beside_their_fields(dealer: Dealer, sharma: Shop, enter: Enter) -> None:
    client = enter(sharma)
    status, again = post(client, f"/composition/{GSTIN}/kind", kind="shop", from_month=str(OCTOBER))
    assert (status, "Choose what kind of dealer" in again) == (422, True)
    assert post(client, f"/composition/{GSTIN}/kind", kind="restaurant", from_month=str(OCTOBER))[0] == 303
    assert "Restaurant: 5%" in get(client, f"/composition?gstin={GSTIN}")
    status, again = post(client, f"{WHOLE}/credits", credit_kind="tds", ctin="27AAPFU0939F1ZX", gross="1,00,000.005", cgst="9")
    assert (status, "27AAPFU0939F1ZX" in again) == (422, True)
    status, again = post(client, f"{WHOLE}/credits", credit_kind="tds", ctin="27AAPFU0939F1ZX", gross="1000", cgst="9")
    assert (status, "mistyped" in again) == (422, True)
    assert post(client, f"{WHOLE}/credits", credit_kind="tcs", ctin="27AAPFU0939F1ZV", gross="1000", cgst="9", sgst="9")[0] == 303
    shown = get(client, WHOLE)
    assert "Tax was collected by an e-commerce operator" in shown
    (gone,) = set(re.findall(r'name="id" value="([0-9a-f-]+)"', shown.partition("credits/removal")[2].partition("</form>")[0]))
    assert client.post(f"{WHOLE}/credits/removal", data={"id": gone}).status_code == 403  # without the form's token
    assert post(client, f"{WHOLE}/credits/removal", id=gone)[0] == 303
    assert post(client, f"{WHOLE}/credits/removal", id=gone)[0] == 404
    assert post(client, f"{HERE}/credits/removal", id=gone)[0] == 404


def test_what_is_not_there(dealer: Dealer, iyer: Shop, enter: Enter) -> None:
    client = enter(iyer)
    assert "not under composition" in get(client, "/composition")
    for address in (HERE, WHOLE, f"{HERE}/papers/outward", f"{HERE}/json", f"{HERE}?format=xlsx"):
        assert client.get(address).status_code == 404
    own = enter(Shop(dealer.trade.actor, "Sharma Stores", "owner@sharma.example", "27", GSTIN))
    for key in ("month-202608", "quarter-202608", "quarter-201806", "year-202612", "quarter-99999999999999999999"):
        assert own.get(f"/composition/{GSTIN}/{key}").status_code == 404
    assert own.get(f"{HERE}/papers/5").status_code == 404
