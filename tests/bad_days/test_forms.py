"""Every form a person can send, with figures and words that cannot be: refused beside the field, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.every_route.furnished import Furnished
from webapp.catalogue import tax_class_ids
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import read_books

NOT_FIGURES = (
    "twelve",
    "1e400",
    "1e5",
    "NaN",
    "inf",
    "-inf",
    "１２",
    "१२",
    "٣",
    "½",
    "0x10",
    "1.2.3",
    "--1",
    "+-1",
    "1 000 x",
    "1_000",
    "=1+1",
    "12\x00",
    "\u202e21",
    "9" * 31,
    "9" * 10_000,
    "0." + "1" * 40,
    "<script>",
    "1;drop table item",
)
TOO_LARGE = ("99999999999999999999", "9" * 30)
BELOW = ("-1", "-0.01")
NOUGHT = ("0", "0.00", "-0")

# Form → (address, fields that make it good, {field: what else than a figure it refuses}).
Form = tuple[str, dict[str, str], dict[str, tuple[str, ...]]]


# long: a table, one form a row
def forms(made: Furnished) -> dict[str, Form]:
    rows = made.rows
    with read_books(made.shop.actor) as books:
        tax_class = str(tax_class_ids(books)["gst-5"])
    item = {"name": "Rice", "price": "120", "tax_class": tax_class, "unit": "NOS", "kind": "goods", "is_stocked": "1"}
    pack = {**item, "pack_unit": "BOX", "pack_factor": "12", "pack_price": "1000"}
    adjustment = {
        "id": str(new_id()),
        "item_id": made.device.items["Dal"]["id"],
        "adjusted_on": "2026-11-20",
        "direction": "more",
        "qty": "1",
        "value": "5",
        "reason": "counted",
    }
    receipt = {"id": str(new_id()), "party_id": rows["party_id"], "received_on": "2026-11-20", "mode": "cash", "amount": "5"}
    rate = {"effective_from": "2026-12-01", "rate": "18", "price_over": "0", "cess": "0"}
    return {
        "item": (
            "/items",
            item,
            {
                "price": (*TOO_LARGE, *BELOW),
                "mrp": (*TOO_LARGE, *BELOW, *NOUGHT, "119.99"),
                "reorder_level": (*TOO_LARGE, *BELOW),
                "opening_qty": (*TOO_LARGE, *BELOW, "1.0001"),
                "opening_value": (*TOO_LARGE, *BELOW, "1.001"),
            },
        ),
        "pack": ("/items", pack, {"pack_factor": (*TOO_LARGE, *BELOW, *NOUGHT), "pack_price": (*TOO_LARGE, *BELOW)}),
        "prices": (
            f"/items/{rows['item_id']}/prices",
            {"price": "5", "version": "1"},
            {"price": (*TOO_LARGE, *BELOW), "mrp": (*BELOW, "4")},
        ),
        "party": (
            "/parties",
            {"name": "Meera", "is_customer": "1"},
            {"credit_limit": (*TOO_LARGE, *BELOW), "credit_days": (*TOO_LARGE, *BELOW, "1.5")},
        ),
        "receipt": ("/receipts", receipt, {"amount": (*TOO_LARGE, *BELOW, *NOUGHT, "0.001")}),
        "adjustment": ("/stock/adjustments", adjustment, {"qty": (*TOO_LARGE, *BELOW, *NOUGHT, "0.0001"), "value": (*TOO_LARGE, *BELOW)}),
        "return": (
            f"/bills/{rows['invoice_id']}/returns",
            {"id": str(new_id()), "refund": "cash", "qty_1": "1"},
            {"qty_1": (*TOO_LARGE, *BELOW)},
        ),
        "rate": (
            f"/items/tax-classes/{rows['tax_class_id']}/rates",
            rate,
            {"rate": (*TOO_LARGE, *BELOW, "100.01"), "cess": (*TOO_LARGE, *BELOW), "price_over": (*TOO_LARGE, *BELOW)},
        ),
        "class": ("/items/tax-classes", {"name": "Own", "treatment": "taxable", **rate}, {"rate": (*TOO_LARGE, *BELOW)}),
        "count": (
            f"/counter/shifts/{rows['shift_id']}/closing",
            {"counted": "500", "override": "1"},
            {"counted": (*TOO_LARGE, *BELOW), "piece-50000": (*BELOW, "1.5", "1,000", "9999999")},
        ),
    }


NAMES = ("item", "pack", "prices", "party", "receipt", "adjustment", "return", "rate", "class", "count")


def cases(form: Form) -> Iterator[tuple[str, str]]:
    for name, others in form[2].items():
        for value in (*NOT_FIGURES, *others):
            yield name, value


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_that_is_none_is_refused_and_nothing_is_written(
    furnished: Furnished, row_counts: Callable[[], dict[str, Any]], name: str
) -> None:
    form = forms(furnished)[name]
    address, good, _ = form
    before, wrong = row_counts(), []
    for field, value in cases(form):
        answer = furnished.client.post(address, data={**good, field: value})
        if answer.status_code != 422:
            wrong.append((field, value[:40], answer.status_code))
    assert wrong == []
    assert row_counts() == before
    assert furnished.client.post(address, data=good).status_code in {200, 303}, "and without them it is a good form"


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_form_is_refused(furnished: Furnished, row_counts: Callable[[], dict[str, Any]], name: str) -> None:
    address, before = forms(furnished)[name][0], row_counts()
    assert furnished.client.post(address, data={}).status_code in {409, 422}
    assert row_counts() == before


# Words that cannot be ---------------------------------------------------------------------------------------------------

STRANGE = {
    "ten thousand characters": "x" * 10_000,
    "a hundred thousand characters": "क" * 100_000,
    "emoji": "🍚 चावल 👨‍👩‍👧‍👦 🇮🇳",
    "right to left": "أرز بسمتي فاخر",
    "turned round": "abc\u202e\u2066 gpj.exe",
    "nothing to be seen": "\u200b\u2060\ufeff\u00ad",
    "control characters": "a\x00b\x07c\x1b[31md\x7f",
    "lines": "one\r\ntwo\tthree\x0b",
    "marks without a letter": "\u0301\u0903\u093e" * 50,
    "a name of a file": "../../etc/passwd",
    "a template": "{{ 7 * 7 }}${7*7}#{7*7}%(x)s {0}",
    "a formula": '=HYPERLINK("http://evil.example";"x")',
    "another statement": "'); drop table invoice; --",
}


def worded(made: Furnished) -> dict[str, tuple[str, dict[str, str], tuple[str, ...]]]:
    """Form → (address, what makes it good, its fields of words)."""
    rows, of = made.rows, forms(made)
    item, party, rate = of["item"], of["party"], of["rate"]
    settings = {"name": "Sharma Stores", "bill_language": "en"}
    about = ("name", "legal_name", "address", "city", "phone", "email", "invoice_terms", "pin_code", "upi_id", "bill_language")
    return {
        "item": (*item[:2], ("name", "local_name", "category", "brand", "sku", "hsn", "codes", "unit", "kind", "tax_class")),
        "pack": (*of["pack"][:2], ("pack_unit", "pack_codes")),
        "party": (*party[:2], ("name", "local_name", "phone", "email", "gstin", "state_code", "address", "city", "pin_code")),
        "class": (
            "/items/tax-classes",
            {"name": "Own", "treatment": "taxable", **rate[1]},
            ("name", "local_name", "treatment", "effective_from"),
        ),
        "receipt": (*of["receipt"][:2], ("reference", "note", "mode", "received_on", "id", "party_id")),
        "adjustment": (*of["adjustment"][:2], ("note", "reason", "adjusted_on", "id", "item_id")),
        "return": (*of["return"][:2], ("reason", "refund", "id")),
        "cancellation": (f"/receipts/{rows['receipt_id']}/cancellation", {"reason": "Wrong"}, ("reason",)),
        "settlement": (f"/bills/{rows['invoice_id']}/flags/{rows['kind']}/settlement", {"settlement": "Seen"}, ("settlement",)),
        "review": (f"/counter/review/{rows['command_id']}/settlement", {"settlement": "rekeyed", "note": "Keyed"}, ("settlement", "note")),
        "missing": (
            f"/counter/missing-bills/{rows['series']}/settlement",
            {"settlement": "not_received", "note": "Lost", "first": rows["seq"], "last": rows["seq"]},
            ("settlement", "note", "first", "last"),
        ),
        "lock": ("/settings/period-locks", {"month": "202605", "reason": "Filed"}, ("month", "reason")),
        "settings": ("/settings", settings, about),
        "member": (
            "/settings/members",
            {"email": "new@shop.example", "password": "correct horse battery", "person_name": "Ravi", "role": "cashier"},
            ("email", "password", "person_name", "role"),
        ),
        "sign-up": (
            "/sign-up",
            {
                "business_name": "Shop",
                "state_code": "27",
                "shop_kind": "kirana",
                "email": "a@b.example",
                "password": "correct horse battery",
            },
            ("business_name", "state_code", "shop_kind", "email", "password", "gstin"),
        ),
        "sign-in": ("/sign-in", {"email": "a@b.example", "password": "x"}, ("email", "password", "next")),
        "language": ("/language", {"language": "hi"}, ("language", "next")),
        "switch": ("/company-switch", {"company_id": "1"}, ("company_id",)),
    }


WORDED = (
    *("item", "pack", "party", "class", "receipt", "adjustment", "return", "cancellation", "settlement", "review", "missing", "lock"),
    *("settings", "member", "sign-up", "sign-in", "language", "switch"),
)


@pytest.mark.parametrize("name", WORDED)
def test_strange_words_are_kept_clean_or_refused_and_never_break_a_page(furnished: Furnished, name: str) -> None:
    address, good, fields = worded(furnished)[name]
    client = furnished.client if name not in {"sign-up", "sign-in"} else furnished.client.application.test_client()
    wrong: list[tuple[str, ...]] = []
    for field in fields:
        for what, words in STRANGE.items():
            again = {**good, field: words} | ({"id": str(new_id())} if "id" in good and field != "id" else {})
            answer = client.post(address, data=again, headers={"X-Forwarded-For": "127.0.0.1"})
            if answer.status_code >= 500:
                wrong.append((field, what, str(answer.status_code)))
            if answer.status_code == 303 and (page := client.get(answer.headers["Location"])).status_code >= 400:
                wrong.append((field, what, "its page", str(page.status_code)))
    assert wrong == []
    pages = (
        "/items",
        "/parties",
        "/bills",
        "/receipts",
        "/stock/adjustments",
        "/settings",
        "/counter/review",
        "/reviews",
        "/items/tax-classes",
    )
    shown = {page: furnished.client.get(page) for page in pages}
    assert {page: answer.status_code for page, answer in shown.items()} == dict.fromkeys(pages, 200)
    assert not [page for page, answer in shown.items() if "\x00" in answer.text or "\u202e" in answer.text]


WORST = {"control characters", "another statement", "right to left"}
LISTS = (
    "/items",
    "/parties",
    "/bills",
    "/receipts",
    "/stock",
    "/khata",
    "/day-book",
    "/accounts",
    "/trial-balance",
    "/reviews",
    "/stock/adjustments",
    "/counter/shifts",
)


def test_strange_questions_are_answered(furnished: Furnished) -> None:
    """Search boxes, filters and places in lists, of every list, at once and one by one."""
    names = (
        "q",
        "from",
        "to",
        "after",
        "before",
        "older",
        "newer",
        "sort",
        "state",
        "kind",
        "mode",
        "series",
        "party",
        "page",
        "on",
        "month",
        "format",
        "account",
        "item",
    )
    client, wrong = furnished.client, []
    for page in (
        *LISTS,
        f"/khata/{furnished.rows['party_id']}",
        f"/accounts/{furnished.rows['account_id']}",
        f"/stock/{furnished.rows['item_id']}",
    ):
        for what, words in STRANGE.items():
            short = words[:3000]
            alone = names if what in WORST else ()
            for asked in (dict.fromkeys(names, short), *({name: short} for name in alone)):
                answer = client.get(page, query_string=asked)
                if answer.status_code >= 500:
                    wrong.append((page, what, list(asked) if len(asked) == 1 else "all", answer.status_code))
                answer.close()
    assert wrong == []
