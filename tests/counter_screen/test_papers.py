"""What comes out of the printer: sizes of paper, the words the law asks for, the copies."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.counter_screen.conftest import DAL, DECCAN, ONIONS, SALT, SOAP, Till, pdf_facts
from tests.ground.shops import Shop
from webapp.company import change_profile
from webapp.platform.tenancy import open_books

pytestmark = pytest.mark.browser


def choose_paper(till: Till, size: str) -> None:
    till.page.evaluate("size => localStorage.setItem('munim.paper', size)", size)


def print_to(till: Till, folder: Path) -> tuple[dict[str, str], str]:
    """The page as the printer gets it: what pdfinfo says, and its text."""
    path = folder / "paper.pdf"
    till.page.pdf(path=path, prefer_css_page_size=True)
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout
    return pdf_facts(path), re.sub(r"[ \t]+", " ", text)


def sell(till: Till, *codes: str, keys: tuple[str, ...] = ("Enter", "Enter")) -> str:
    for code in codes:
        till.scan(code)
    till.press(*keys)
    number = till.expect_done()
    expect(till.page.locator("#paper .receipt")).to_contain_text(number)
    return number


@pytest.mark.parametrize(("size", "width"), [("80", 80), ("58", 58)])
def test_a_roll_is_one_page_as_long_as_the_bill(till: Till, tmp_path: Path, size: str, width: int) -> None:
    choose_paper(till, size)
    number = sell(till, DAL, SOAP, SALT)
    facts, text = print_to(till, tmp_path)
    across, down = (float(part) / 72 * 25.4 for part in re.findall(r"[0-9.]+", facts["Page size"])[:2])
    assert facts["Pages"] == "1"
    assert abs(across - width) < 0.6
    assert 90 < down < 230
    printed = till.page.evaluate("document.querySelector('#paper .receipt').getBoundingClientRect().width / 96 * 25.4")
    assert abs(printed - {80: 72, 58: 48}[width]) < 0.5
    for words in (
        "Sharma Stores",
        "12, Laxmi Road",
        "27AABCS1234D1ZV",
        "Maharashtra (27)",
        number,
        "ORIGINAL FOR RECIPIENT",
        "0713",
        "2.5+2.5",
        "138.10",
        "Rupees Two Hundred Ten Only",
        "Reverse charge: No",
    ):
        assert words in text.replace("\n", " "), words
    # Salt is exempt and the buyer unregistered: one paper for both kinds of goods, Rule 46A.
    assert "Invoice-cum-bill of supply" in text


def test_a4_for_a_business_of_another_state(till: Till, tmp_path: Path) -> None:
    choose_paper(till, "a4")
    till.scan(DAL)
    till.press("F3")
    expect(till.page.locator("#customer-find")).to_be_focused()
    till.type("dec")
    till.press("Enter")
    expect(till.page.locator("#customer-name")).to_have_text(DECCAN)
    sell(till, SOAP)
    facts, text = print_to(till, tmp_path)
    assert "A4" in facts["Page size"]
    assert facts["Pages"] == "1"
    for words in (
        "Tax invoice",
        DECCAN,
        "29AABCI1234D1Z1",
        "MG Road, Bengaluru",
        "Karnataka (29)",
        "Place of supply",
        "IGST",
        "UQC",
        "NOS",
        "6.90",
        "6.10",
        "Rupees One Hundred Eighty-Five Only",
        "Reverse charge",
        "Authorised signatory",
        "For Sharma Stores",
    ):
        assert words in text, words
    assert "CGST" not in text


def test_the_second_print_says_duplicate(till: Till, tmp_path: Path) -> None:
    sell(till, DAL)
    till.press("F10")
    expect(till.page.locator("#paper .receipt")).to_contain_text("DUPLICATE")
    till.expect_prints(2)


def test_a_upi_bill_bears_a_code_of_25_mm(till: Till) -> None:
    sell(till, DAL, keys=("Enter", "Alt+2", "Enter"))
    code = till.page.locator("#paper .r-qr svg")
    expect(code).to_have_attribute("aria-label", re.compile(r"upi://pay\?pa=sharma@okbank.*am=145\.00.*tr=26A\d000001"))
    assert till.page.evaluate("document.querySelector('#paper .r-qr svg').getBoundingClientRect().width / 96 * 25.4") >= 25


def test_hindi_and_english_on_one_bill(open_till: Callable[..., Till], shop: Shop) -> None:
    with open_books(shop.actor) as books:
        change_profile(books, {"bill_language": "en+hi"})
    till = open_till()
    sell(till, DAL)
    receipt = till.page.locator("#paper .receipt")
    expect(receipt).to_contain_text("तूर दाल 1 किलो")
    expect(receipt).to_contain_text("Tax invoice / कर बीजक")


def test_exempt_goods_make_a_bill_of_supply(till: Till) -> None:
    sell(till, SALT)
    receipt = till.page.locator("#paper .receipt")
    expect(receipt).to_contain_text("Bill of supply")
    expect(receipt.locator(".r-taxes")).to_have_count(0)


def test_the_screen_stays_off_the_paper(till: Till, tmp_path: Path) -> None:
    sell(till, DAL)
    _facts, text = print_to(till, tmp_path)
    assert "Scan or type a name" not in text
    assert "Add customer" not in text


def test_a_long_name_and_a_large_sum_stay_within_58_mm(till: Till, tmp_path: Path) -> None:
    choose_paper(till, "58")
    till.scan(ONIONS)
    till.page.locator("input[name=qty]").fill("99999.999")
    till.press("Enter", "Enter", "Enter")
    expect(till.page.locator("#pay-error")).to_contain_text("Only 10000 of Onions are in stock.")
    till.page.get_by_role("button", name="Sell all the same").click()
    till.expect_done()
    expect(till.page.locator("#paper .receipt")).to_contain_text("35,00,000")
    assert (
        till.page.evaluate("() => { const box = document.querySelector('#paper .receipt'); return box.scrollWidth - box.clientWidth; }")
        <= 0
    )
