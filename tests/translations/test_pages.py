"""Every page in Hindi: one that forgets to mark a sentence for translation is found here without being named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.every_route.furnished import Furnished, furnish
from tests.every_route.test_url_map import address, walk
from tests.ground.shops import Shop

VOID = {"br", "col", "hr", "img", "input", "link", "meta", "path", "source", "use"}
# Where the program speaks, not a row of the shop: what stands there is ours to say in Hindi.
SPOKEN = {"button", "caption", "dt", "h1", "h2", "h3", "h4", "label", "legend", "nav", "th"}
LABELS = ("placeholder", "aria-label", "title", "data-confirm", "data-label")
# Names, not words: kept in Latin letters in the trade's Hindi, and what the shops of the tests call their things.
NAMES = re.compile(
    r"\b(?:CSV|Excel|XLSX|PDF|SKU|Tally|Prime|Ctrl|GSTINs?|GSTR-\d\w*|CMP-08|PMT-06|CPIN|TRANSIN|JSON|IMS|PIN|Tm|HSN|SAC|CGST|SGST|IGST|UPI|QR|MRP|"
    r"Alt|Munim|WhatsApp|SMTP|MSG91|Twilio|Razorpay|MB|English|Dr|Cr|Beancount|hledger|Ledger|Sharma Stores|"
    r"Kesar \w+|Kesar|Dal|Soap|Cold room|Main store|Ravi|owner|[A-Z]{3}|mm|\d\d-[A-Z][a-z]{2}-\d{4}|\d{0,2} ?[A-Z][a-z]{2}(?: \d{4})?)\b"
)
# A narration is written into the books once, in English, and never again: it is shown as it was written. A notice is in the language
# that its reader had chosen when he was told.
NARRATION = re.compile(
    r"^(?:Received from|other:|Advance from|Goods from|Paid to|Sent to) Kesar\b.*|^Kesar Mills, bill Kesar-1 of .*"
    r"|^(?:Interest up to|Cheque \d+ of) \S+: Kesar\b.*|^Deposit slip: \S+$"
    r"|^Kesar landlord, TDS \S+, \d+ of \S+$|^Tax deducted at source deposited, challan \d+, BSR \d+$|^Costs of goods, worked out again$"
    r"|^Input tax of \w+ \d{4}: reversed, Rule \w+, .*|^Deposited with the GST portal for .*"
    r"|^Tax under section 9\(5\) on \S+$|^TCS of GST by .*, \w+ \d{4}$"
    r"|^Settlement setl_Kesar, UTR Kesar ref$|^Kesar Meera is past the credit limit$"
)
# Of a person, of a file, of the web, of a program's token, of a document, of a registration, of a vehicle, of what a gateway keeps.
ADDRESS = re.compile(
    r"\S+@\S+|\S+\.(?:csv|txt|json)\b|https://\S*|\d\d(?:-|00)[A-Z]+/\d+|\b\d\d[A-Z]{5}\d{4}[A-Z]\dZ\w\b|\bMH12AB1234\b|\b(?:pay|setl)_Kesar\b|\bmun_(?:pat|svc)_\w+"
)
BESIDE = re.compile(r"\([^()]*\)")  # the English term beside the Hindi
WORDS = re.compile(r"[A-Za-z]{2,}(?:[ ’'-]+[A-Za-z]+)*")
# Codes of the tariff are described as the tariff describes them; a command's own text is shown as it came.
PASSED_ON = ("/items/hsn",)


class Spoken(HTMLParser):
    """What the program itself says on a page, each with where it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.said: list[tuple[str, str]] = []
        self.language = ""
        self.description = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang") or ""
        if tag not in VOID:
            self.open.append("rate" if "data-hsn" in given else tag)
        self.said += [(name, given[name] or "") for name in LABELS if given.get(name)]

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() not in {tag, "rate"}:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not {"script", "style", "rate"} & set(self.open) and set(self.open) & SPOKEN:
            self.said.append((self.open[-1], " ".join(data.split())))


def english(said: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(where, text) for where, text in said if WORDS.search(_unnamed(text))]


def _unnamed(text: str) -> str:
    for pattern in (NARRATION, ADDRESS, BESIDE, NAMES):
        text = pattern.sub("", text)
    return text


@pytest.fixture
def kesar(app: Flask, sharma: Shop, monkeypatch: pytest.MonkeyPatch) -> Furnished:
    """A shop with a row of everything, whose owner reads Hindi."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    made = furnish(app, sharma, "Kesar")
    assert made.client.post("/language", data={"language": "hi"}).status_code == 303
    return made


def pages(app: Flask, made: Furnished) -> Iterator[tuple[str, str]]:
    for rule, method in walk(app):
        if method == "GET" and rule.rule not in {"/counter", "/offline"} and not rule.rule.startswith(PASSED_ON):
            url = address(app, rule, made.rows)
            with made.client.get(url) as answer:
                if answer.content_type.startswith("text/html") and answer.status_code not in {303, 302}:
                    yield url, answer.text


def test_every_page_speaks_hindi(app: Flask, kesar: Furnished) -> None:
    wrong, count = [], 0
    for url, html in pages(app, kesar):
        page = Spoken()
        page.feed(html)
        count += 1
        if html.lstrip().lower().startswith("<!doctype") and page.language != "hi":
            wrong.append((url, "lang", page.language))
        wrong += [(url, *one) for one in english(page.said)]
    assert not wrong, "\n".join(map(str, wrong))
    assert count > 45


@pytest.mark.parametrize("path", ["/", "/sign-in", "/sign-up"])
def test_who_is_not_signed_in_is_met_in_the_browsers_language(client: FlaskClient, path: str) -> None:
    page = Spoken()
    page.feed(client.get(path, headers={"Accept-Language": "hi-IN,hi;q=0.9,en;q=0.5"}).text)
    assert page.language == "hi"
    assert english(page.said) == []


def test_the_page_without_a_network_speaks_both(client: FlaskClient) -> None:
    """It is the same for everybody, whoever asked first."""
    html = client.get("/offline", headers={"Accept-Language": "hi"}).text
    assert '<html lang="en">' in html
    assert html.index("This page needs the network") < html.index('<div lang="hi">') < html.index("इस पन्ने को नेटवर्क चाहिए")


def test_a_refusal_beside_its_field_is_in_hindi(kesar: Furnished) -> None:
    answer = kesar.client.post("/items", data={"name": "", "price": "5", "kind": "goods", "unit": "NOS"})
    assert answer.status_code == 422
    assert "सामान का नाम लिखें।" in answer.text
    assert "Give the item a name" not in answer.text


def test_a_refusal_of_its_own_is_in_hindi(kesar: Furnished) -> None:
    answer = kesar.client.get("/items/01a1fce1-0000-7000-8000-000000000000")
    assert answer.status_code == 404
    assert "सामान यहाँ नहीं है।" in answer.text


def test_a_planted_english_label_is_found() -> None:
    page = Spoken()
    page.feed('<html lang="hi"><label>Selling price</label><p>Selling price</p><th>एमआरपी</th><input placeholder="Name or phone"></html>')
    assert english(page.said) == [("label", "Selling price"), ("placeholder", "Name or phone")]


def test_who_signs_up_in_hindi_goes_on_in_hindi(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser's language is kept with the person, and for the bills."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    hindi = {"Accept-Language": "hi-IN,hi;q=0.9,en;q=0.5"}
    assert "महाराष्ट्र" in client.get("/sign-up", headers=hindi).text
    asked = {
        "business_name": "Kesar",
        "state_code": "27",
        "shop_kind": "kirana",
        "email": "asha@kesar.example",
        "password": "correct horse battery",
    }
    assert client.post("/sign-up", data=asked, headers=hindi).status_code == 303
    assert '<html lang="hi">' in client.get("/today", headers={"Accept-Language": "en"}).text
