"""A member held to one store of three: the URL map is walked, and nothing of the other stores is read, added up or acted on."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from tests.every_route.bearers import heads_of
from tests.every_route.furnished import Furnished, colleague, furnish
from tests.every_route.test_url_map import BODIES, RowsOf, address, permission, rows_of, walk
from tests.ground.shops import Shop
from webapp import company
from webapp.parties.models import Party
from webapp.platform.permissions import OF_THE_WHOLE_BUSINESS, Role
from webapp.platform.tenancy import open_books

__all__ = ["rows_of"]

WORD = "THEIRS"
# What furnished documents say and masters (a party, an item, an account) do not: notes, references, numbers, names of tills and counts.
# What a party said when it was reminded was said to the company.
SAID = re.compile(rf"{WORD}(?: (?:note|ref|tea|slip|gone|made|advance|bank|order|count|code|soap|counter)\b|-1)")
AMOUNT = re.compile(r"(?<![\d.,])-?\d[\d,]*\.\d\d(?![\d.])")
# Parameters of an address that name a document of a store.
# fmt: off
DOCUMENTS = frozenset([
    "adjustment_id", "advance_id", "approval_id", "allocation_id", "attachment_id", "bill_id", "cheque_id", "command_id", "count_id", "document_id", "ewaybill_id", "goods_receipt_id",
    "invoice_id", "journal_id", "link_id", "note_id", "order_id", "paper_id", "purchase_id", "purchase_order_id", "purchase_payment_id",
    "receipt_id", "recurring_id", "shift_id", "slip_id", "template_id", "till_id", "transfer_id", "voucher_id", "write_off_id",
])
# fmt: on
# Figures on these pages are of the whole company by their nature, and each for its reason.
OF_THE_COMPANY = {
    "budgets": "a budget without a store is the whole business's plan; what was spent stands on the variance, which is of a store",
    "catalogue": "prices, taxes and import sheets are the company's: every store sells at them",
    "schemes": "an offer is the company's",
    "share_capital": "the face value of a share: shares are of the company, no store has any",
    "links.list_notices": "who pays by the link of a statement pays the company; a payment on a document's link is of its store",
    "parties": "a customer's limit of credit is the company's",
    "sales.list_items": "the price of an item",
}


@dataclass(frozen=True)
class Held:
    """What stands in the first store, and the browser of the accountant who is held to the third, where nothing has happened yet."""

    theirs: Furnished
    client: FlaskClient
    other: UUID
    parties: tuple[str, ...]


@pytest.fixture
def held(app: Flask, sharma: Shop, monkeypatch: pytest.MonkeyPatch) -> Held:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    theirs = furnish(app, sharma, WORD)
    with open_books(sharma.actor) as books:
        other, mine = company.default_store(books), company.create_store(books, company.StoreDraft(name="Annexe", code="ANX"))
        found = sorted(books.session.scalars(select(Party.id).where(Party.name.startswith(WORD))), key=str)
        company.limit_member(books, UUID(theirs.rows[f"{Role.ACCOUNTANT}_id"]), [mine])
    return Held(theirs, colleague(app, theirs, Role.ACCOUNTANT), other, tuple(map(str, found)))


def read(client: FlaskClient, url: str) -> tuple[int, str]:
    """The status and the words of an answer; of a workbook, those of its sheets."""
    answer = client.get(url, headers=heads_of(client, url))
    sent = answer.get_data()
    answer.close()
    if sent[:2] == b"PK":
        with zipfile.ZipFile(BytesIO(sent)) as book:
            sent = b" ".join(book.read(name) for name in book.namelist())
    return answer.status_code, sent.decode("utf-8", "replace")


def amounts(words: str) -> set[str]:
    """Every amount that a reader sees, but nought, the limit of the customer's credit and the limit up to which a balance is small."""
    text = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", words, flags=re.DOTALL)
    return {one for one in AMOUNT.findall(text) if one.strip("-0.,")} - {"1,00,000.00", "100000.00", "1.00"}


def ids(made: Furnished) -> set[str]:
    """The ids of the documents, however they are written."""
    whole = {made.rows[name] for name in DOCUMENTS if name in made.rows}
    return whole | {one.replace("-", "") for one in whole}


def answers(app: Flask, held: Held, rule: Rule) -> Iterator[tuple[str, int, str]]:
    """A page, the same asked of the store that is not this member's, and their files where it offers some."""
    elsewhere = f"store={held.other}&store_id={held.other}&q={WORD}"
    for party_id in held.parties if "party_id" in rule.arguments else held.parties[:1]:
        url = address(app, rule, held.theirs.rows | {"party_id": party_id})
        status, words = read(held.client, url)
        yield url, status, words
        files = ["format=csv", "format=xlsx", f"format=csv&{elsewhere}"] if "format=csv" in words else []
        for query in (elsewhere, *files):
            yield f"{url}?{query}", *read(held.client, f"{url}?{query}")


def test_every_page_and_file_is_of_his_store_alone(app: Flask, held: Held) -> None:
    wrong, theirs = list[Any](), ids(held.theirs)
    for rule, method in walk(app):
        if method != "GET" or (asked := permission(app, rule)) is None or asked in OF_THE_WHOLE_BUSINESS:
            continue
        is_of_company = {rule.endpoint, rule.endpoint.partition(".")[0]} & set(OF_THE_COMPANY)
        for url, status, words in answers(app, held, rule):
            told = words.replace(address(app, rule, held.theirs.rows), "")
            shown = {one for one in theirs if one in told} | set(SAID.findall(told)) | (set() if is_of_company else amounts(told))
            if status >= 500 or shown or (rule.arguments & DOCUMENTS and status not in {403, 404}):
                wrong.append((url, rule.endpoint, status, sorted(shown)[:6]))
    assert wrong == []


def test_he_acts_on_no_document_of_another_store(app: Flask, held: Held, sharma: Shop, rows_of: RowsOf) -> None:
    before, wrong = rows_of(sharma), list[Any]()
    for rule, method in walk(app):
        if method == "GET" or not rule.arguments & DOCUMENTS or permission(app, rule) is None:
            continue
        answer = held.client.open(
            address(app, rule, held.theirs.rows), method=method, data=BODIES.get(rule.endpoint), headers={"X-Munim-Sync": "1"}
        )
        if answer.status_code not in {403, 404}:
            wrong.append((rule.endpoint, answer.status_code))
    assert wrong == []
    after = rows_of(sharma)
    assert after.pop("security_event") != before.pop("security_event") == []  # that he was refused is counted
    assert after == before


def test_what_is_of_the_whole_business_is_neither_done_nor_offered(held: Held) -> None:
    paths = ("/edit-log", "/edit-log/export.jsonl", "/year-close", "/ledger-files", "/ledger-text", "/accounts/new", "/opening-balances")
    assert [held.client.get(path).status_code for path in paths] == [403] * len(paths)
    assert [held.theirs.client.get(path).status_code for path in paths] == [200] * len(paths)
    page = held.client.get("/khata").text
    assert ("of your stores only: Annexe." in page, "/edit-log" in page, "/year-close" in page) == (True, False, False)
    assert "stores only" not in held.theirs.client.get("/khata").text
