"""The dated rates, the states and the numbers of people, held against what the law and the portals say."""

from __future__ import annotations

import csv
import re
import unicodedata
from datetime import date

import pytest
from stdnum import luhn

from tests.tax.conftest import ROOT
from webapp.kernel.errors import BooksError
from webapp.kernel.money import BasisPoints, MilliPaise
from webapp.kernel.words import amount_in_words
from webapp.tax import identifiers
from webapp.tax.rules import (
    RETIRED_STATES,
    RULES_V,
    SEED_TAX_CLASSES,
    STATES,
    STATES_HINDI,
    DatedRate,
    TaxClass,
    Treatment,
    check_gstin,
    check_pan,
    hsn_digits_required,
    rate_on,
    state_of_gstin,
    treatment_on,
)
from webapp.tax.seed_rates import SEED_SOURCES

SHARED = ROOT.parent / "shared"
SEEDS = {seed.code: TaxClass(seed.treatment, seed.rates) for seed in SEED_TAX_CLASSES}
BEFORE, AFTER = date(2025, 9, 21), date(2025, 9, 22)
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="the reference data beside the repository is not here")


def rupees(amount: int) -> MilliPaise:
    return MilliPaise(amount * 100_000)


@pytest.mark.parametrize(
    ("code", "day", "price", "rate", "cess"),
    [
        ("gst-5", BEFORE, 100, 500, 0),
        ("gst-18", AFTER, 100, 1800, 0),
        ("gst-12-5", BEFORE, 100, 1200, 0),
        ("gst-12-5", AFTER, 100, 500, 0),
        ("gst-12-18", AFTER, 100, 1800, 0),
        ("gst-18-5", BEFORE, 100, 1800, 0),
        ("gst-18-5", AFTER, 100, 500, 0),
        ("gst-28-18", BEFORE, 100, 2800, 0),
        ("gst-28-18", AFTER, 100, 1800, 0),
        ("gst-40", BEFORE, 100, 2800, 0),
        ("gst-40-drinks", BEFORE, 40, 2800, 1200),
        ("gst-40-drinks", AFTER, 40, 4000, 0),
        ("gst-3", AFTER, 60_000, 300, 0),
        ("gst-0.25", AFTER, 60_000, 25, 0),
        ("clothes", BEFORE, 1000, 500, 0),
        ("clothes", BEFORE, 1001, 1200, 0),
        ("clothes", AFTER, 2500, 500, 0),
        ("clothes", AFTER, 2501, 1800, 0),
        ("footwear", BEFORE, 1000, 1200, 0),
        ("footwear", BEFORE, 1001, 1800, 0),
        ("footwear", AFTER, 1001, 500, 0),
        ("footwear", AFTER, 2501, 1800, 0),
    ],
)
def test_the_seeded_rates_of_the_day(code: str, day: date, price: int, rate: int, cess: int) -> None:
    found = rate_on(SEEDS[code], day, rupees(price))
    assert (found.rate_bp, found.cess_bp) == (rate, cess)


def test_seeds_have_codes_names_in_both_languages_and_a_source() -> None:
    assert len(SEEDS) == len(SEED_TAX_CLASSES)
    assert set(SEED_SOURCES) == set(SEEDS)
    for seed in SEED_TAX_CLASSES:
        assert seed.name
        assert re.search("[ऀ-ॿ]", seed.name_hindi)


def test_what_became_nil_is_nil_rated_from_that_day() -> None:
    assert treatment_on(SEEDS["gst-5-nil"], BEFORE, rupees(30)) is Treatment.TAXABLE
    assert treatment_on(SEEDS["gst-5-nil"], AFTER, rupees(30)) is Treatment.NIL


def test_footwear_before_its_first_row_is_refused_with_a_remedy() -> None:
    with pytest.raises(BooksError) as refused:
        rate_on(SEEDS["footwear"], date(2021, 12, 31), rupees(500))
    assert "31-Dec-2021" in refused.value.problem
    assert "add the rate" in refused.value.fix


def test_a_price_with_tax_in_the_gap_takes_the_higher_rate() -> None:
    # At 5 % Rs 2,800 leaves 2,666.67, above the limit; at 18 % it leaves 2,372.88, below it. Neither fits.
    clothes = SEEDS["clothes"]
    found = [rate_on(clothes, AFTER, rupees(price), price_includes_tax=True).rate_bp for price in (2625, 2626, 2800, 2951)]
    assert found == [500, 1800, 1800, 1800]


def test_a_tax_class_that_contradicts_itself_is_refused() -> None:
    row = DatedRate(AFTER, MilliPaise(0), BasisPoints(500), BasisPoints(0))
    with pytest.raises(BooksError, match="same day"):
        TaxClass(Treatment.TAXABLE, (row, row))
    with pytest.raises(BooksError, match="bears no tax"):
        TaxClass(Treatment.EXEMPT, (row,))
    for rate, cess in ((-1, 0), (10_001, 0), (0, -1), (0, 30_001)):
        with pytest.raises(BooksError, match="out of range"):
            DatedRate(AFTER, MilliPaise(0), BasisPoints(rate), BasisPoints(cess))
    with pytest.raises(BooksError, match="price limit"):
        DatedRate(AFTER, MilliPaise(-1), BasisPoints(0), BasisPoints(0))


@needs_shared
def test_states_are_those_of_the_portals_list() -> None:
    with (SHARED / "statutory/codes/state-codes.csv").open(encoding="utf-8", newline="") as file:
        assert {row["code"]: row["name"] for row in csv.DictReader(file)} == dict(STATES)


@needs_shared
def test_gstins_of_the_samples_pass_or_fail_as_their_check_digit_says() -> None:
    found: set[str] = set()
    for path in sorted((SHARED / "statutory/samples").rglob("*")):
        if path.suffix in {".json", ".csv"}:
            found |= set(re.findall(r"\b[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][0-9A-Z]{3}\b", path.read_text(encoding="utf-8")))
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    good = {number for number in found if luhn.is_valid(number, alphabet)}
    assert len(good) >= 8
    assert len(found - good) >= 4
    for number in good:
        assert check_gstin(number.lower()) == number
    for number in found - good:
        with pytest.raises(ValueError, match="GSTIN"):
            check_gstin(number)


def test_one_wrong_character_anywhere_is_noticed() -> None:
    good = "27AAPFU0939F1ZV"
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    for place, sign in enumerate(good):
        for other in alphabet:
            if other != sign:
                with pytest.raises(ValueError, match="GSTIN"):
                    check_gstin(good[:place] + other + good[place + 1 :])


def test_pan() -> None:
    assert check_pan(" aapfu 0939f ") == "AAPFU0939F"
    for wrong in ("", "AAPFU0939", "AAPFU0939F1", "AAPF00939F", "AAPFU０９３９F", "AAPFU0000F", "AAPXU0939F", "ÄAPFU0939F"):
        with pytest.raises(ValueError, match="PAN"):
            check_pan(wrong)


def test_hindi_has_a_word_of_its_own_for_every_number_to_99() -> None:
    said = [amount_in_words(number * 100, "hi") for number in range(100)]
    assert len(set(said)) == 100
    assert all(unicodedata.is_normalized("NFC", words) for words in said)


def test_the_facts_of_the_till_are_ours() -> None:
    """Every state, retired code and limit in `gst_rules.js`, `states.js` and `gstin.js`, read as text."""
    text = "\n".join((ROOT / f"static/counter/{name}.js").read_text(encoding="utf-8") for name in ("gst_rules", "states", "gstin"))
    rows = re.findall(r"^  \['(\d\d)', '([^']+)', '([^']+)'\],$", text, re.MULTILINE)
    assert {code: name for code, name, _ in rows} == dict(STATES)
    assert {code: name for code, _, name in rows} == dict(STATES_HINDI)
    codes = re.search(r"STATE_CODES = new Set\('([^']+)'", text)
    assert codes
    assert codes[1].split() == [code for code, _, _ in rows]
    assert f"RULES_V = {RULES_V};" in text
    retired = re.search(r"RETIRED_STATES = Object\.freeze\(\{(.*?)\}\)", text)
    assert retired
    assert dict(re.findall(r"(\d\d): '(\d\d)'", retired[1])) == dict(RETIRED_STATES)
    for value in ("MOST_RATE_BP = 10_000;", "MOST_CESS_BP = 30_000;"):
        assert value in text


def test_the_room_is_pure() -> None:
    """Nothing of the web, the database, the clock or chance comes into the arithmetic."""
    for path in [*(ROOT / "webapp/tax").glob("*.py"), ROOT / "webapp/kernel/words.py"]:
        imported = re.findall(r"^(?:from|import) ([\w.]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
        own = [name for name in imported if name.startswith("webapp")]
        assert all(name.startswith(("webapp.kernel", "webapp.tax")) for name in own), path
        assert not {"flask", "sqlalchemy", "random", "time", "decimal"} & set(imported), path


def test_no_float_in_the_till_s_arithmetic() -> None:
    for name in ("money", "tax", "words", "gst_rules", "states", "gstin"):
        text = (ROOT / f"static/counter/{name}.js").read_text(encoding="utf-8")
        assert not re.search(r"toFixed|parseFloat|Math\.round|\b\d+\.\d+\b(?! %)(?!\.)", _without_words(text)), name


def _without_words(text: str) -> str:
    """JavaScript without its comments and strings."""
    return re.sub(r"/\*.*?\*/|//[^\n]*|'[^'\n]*'|`[^`]*`", "", text, flags=re.DOTALL)


def test_digits_of_hsn_follow_the_turnover() -> None:
    """Notification 78/2020-Central Tax: 4 up to Rs 5 crore, 6 above."""
    assert [hsn_digits_required(aato_over_5_crore=over) for over in (False, True)] == [4, 6]


def test_numbers_of_the_portals_sandbox_are_taken_by_the_installations_choice_alone() -> None:
    theirs = "01AMBPG7773M002"
    with pytest.raises(ValueError, match="GSTIN"):
        check_gstin(theirs)
    identifiers.use(takes_sandbox=True)
    try:
        assert check_gstin(f" {theirs.lower()} ") == theirs
        assert state_of_gstin(theirs) == "01"
        assert check_gstin("27AAPFU0939F1ZV")
        for wrong in ("01AMBPG7773M00", "88AMBPG7773M002", "01AMBPG7773M00'", "011MBPG7773M002"):
            with pytest.raises(ValueError, match=r"\w"):
                check_gstin(wrong)
    finally:
        identifiers.use(takes_sandbox=False)
    with pytest.raises(ValueError, match="GSTIN"):
        check_gstin(theirs)
