"""What the law says, by tables and for any figures: rates by date, thresholds, certificates, due days, interest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.kernel.money import BasisPoints, Paise
from webapp.tds.rules import days, faults, law
from webapp.tds.rules.days import Quarter
from webapp.tds.rules.statement import Deductor, Person
from webapp.tds.rules.working import Before, Case, Relief, work_out

LAKH = 1_00_000_00
MAY, TODAY = date(2025, 5, 1), date(2026, 11, 20)
SHARED = Path(__file__).parents[3] / "shared" / "statutory" / "codes"


def before(year: int = 0, taxed: int = 0, month: int | None = None, month_taxed: int = 0) -> Before:
    return Before(Paise(year), Paise(taxed), Paise(year if month is None else month), Paise(month_taxed))


@pytest.mark.parametrize(
    ("kind", "payee", "day", "base", "gone", "amount"),
    [
        ("professional", "other", MAY, 50_000_00, before(), 0),  # exactly the threshold is not above it
        ("professional", "other", MAY, 50_000_01, before(), 5_000_00),
        ("professional", "other", MAY, 10_000_00, before(45_000_00), 5_500_00),  # the whole year's, from the first rupee
        ("professional", "other", MAY, 10_000_00, before(55_000_00, 55_000_00), 1_000_00),  # that was taxed already
        ("professional", "other", date(2025, 3, 31), 40_000_00, before(), 4_000_00),  # ₹30,000 until March 2025
        ("technical", "other", MAY, 60_000_00, before(), 1_200_00),
        ("director", "individual", MAY, 1_00, before(), 0),  # ten paise, to the rupee
        ("director", "individual", MAY, 5_00, before(), 1_00),
        ("contractor", "individual", MAY, 30_000_01, before(), 300_00),
        ("contractor", "other", MAY, 30_000_00, before(), 0),
        ("contractor", "other", MAY, 40_000_00, before(50_000_00), 800_00),  # one bill above: of it alone
        ("contractor", "other", MAY, 30_000_00, before(80_000_00), 2_200_00),
        ("contractor", "other", MAY, 30_000_00, before(80_000_00, 40_000_00), 1_400_00),
        ("contractor", "other", MAY, 20_000_00, before(LAKH - 20_000_00), 0),
        ("transporter", "other", MAY, 2 * LAKH, before(), 0),
        ("transporter", "no_pan", MAY, 2 * LAKH, before(), 40_000_00),
        ("rent", "individual", MAY, 50_000_00, before(5 * LAKH, 0, 0), 0),  # by the month alone
        ("rent", "individual", MAY, 30_000_00, before(5 * LAKH, 0, 30_000_00), 6_000_00),
        ("rent", "individual", date(2025, 3, 1), 60_000_00, before(), 0),  # by the year until March 2025
        ("rent_of_machinery", "other", MAY, 60_000_00, before(), 1_200_00),
        ("commission", "individual", MAY, 20_000_01, before(), 400_00),
        ("commission", "individual", date(2024, 9, 30), 20_000_00, before(), 1_000_00),  # 5 % until September 2024
        ("commission", "individual", date(2024, 10, 1), 20_000_00, before(), 400_00),
        ("insurance_commission", "other", MAY, 30_000_00, before(), 3_000_00),
        ("interest", "no_pan", MAY, 20_000_00, before(), 4_000_00),
        ("interest", "other", date(2027, 5, 1), 20_000_00, before(), 2_000_00),
        ("interest", "other", MAY, 0, before(90_000_00), 0),
        ("interest", "other", date(2022, 5, 1), 90_000_00, before(), 0),  # not known here
        ("goods", "other", MAY, 10 * LAKH, before(40 * LAKH), 0),
        ("goods", "other", MAY, 10 * LAKH, before(45 * LAKH), 500_00),  # the excess alone
        ("goods", "other", MAY, 10 * LAKH, before(60 * LAKH, 10 * LAKH), 1_000_00),
        ("goods", "no_pan", MAY, 10 * LAKH, before(45 * LAKH), 25_000_00),
        ("partner", "individual", date(2025, 3, 31), 9 * LAKH, before(), 0),  # 194T began in April 2025
        ("partner", "individual", MAY, 30_000_00, before(), 3_000_00),
        ("scrap", "other", date(2026, 3, 31), LAKH, before(), 1_000_00),
        ("scrap", "other", TODAY, LAKH, before(), 2_000_00),
        ("scrap", "no_pan", TODAY, LAKH, before(), 5_000_00),
        ("goods_sold", "other", date(2025, 3, 31), 60 * LAKH, before(), 1_000_00),
        ("goods_sold", "other", date(2025, 4, 1), 60 * LAKH, before(), 0),  # 206C(1H) ended
        ("vehicle", "other", MAY, 10 * LAKH, before(), 0),
        ("vehicle", "other", MAY, 10 * LAKH + 1, before(), 10_000_00),
    ],
)
def test_the_arithmetic(kind: str, payee: str, day: date, base: int, gone: Before, amount: int) -> None:
    assert work_out(Case(kind, payee, day, Paise(base), gone)).amount == amount


def test_the_reason_is_said_and_arrears_are_told() -> None:
    crossed = work_out(Case("professional", "other", MAY, Paise(10_000_00), before(45_000_00)))
    assert (crossed.taxed, crossed.arrears, crossed.rate_bp) == (55_000_00, 45_000_00, 1000)
    assert crossed.why == (
        "194J: ₹55,000.00 in the year, of the whole, above ₹50,000.00. 10 % of ₹55,000.00. ₹45,000.00 of it went before and was not taxed yet."
    )
    assert work_out(Case("goods_sold", "other", TODAY, Paise(LAKH))).is_in_force is False
    assert work_out(Case("professional", "other", MAY, Paise(1_00))).why == "194J: ₹1.00 in the year is not above ₹50,000.00."


@pytest.mark.parametrize(
    ("kind", "payee", "day", "rate"),
    [
        ("contractor", "individual", date(2024, 5, 1), 500),  # twice one per cent, at least five
        ("professional", "other", date(2024, 5, 1), 2000),
        ("professional", "other", date(2025, 3, 31), 2000),
        ("professional", "other", date(2025, 4, 1), 1000),  # 206AB was left out
        ("contractor", "no_pan", date(2024, 5, 1), 2000),  # the higher of both
    ],
)
def test_who_had_filed_no_return(kind: str, payee: str, day: date, rate: int) -> None:
    assert work_out(Case(kind, payee, day, Paise(2 * LAKH), is_specified=True)).rate_bp == rate


def test_a_certificate_lowers_what_it_reaches() -> None:
    lower = Relief(BasisPoints(50), Paise(60_000_00))
    own = work_out(Case("contractor", "other", MAY, Paise(LAKH), relief=lower))
    assert (own.certified, own.amount) == (60_000_00, 300_00 + 800_00)
    nothing = work_out(Case("contractor", "other", MAY, Paise(LAKH), relief=Relief(BasisPoints(0), Paise(9 * LAKH))))
    assert (nothing.certified, nothing.amount, nothing.taxed) == (LAKH, 0, LAKH)
    # Section 206AA(4): without a PAN no certificate holds.
    assert work_out(Case("contractor", "no_pan", MAY, Paise(LAKH), relief=lower)).amount == 20_000_00


@given(
    kind=st.sampled_from(sorted(law.KINDS)),
    payee=st.sampled_from(law.PAYEES),
    day=st.dates(date(2023, 4, 1), date(2028, 3, 31)),
    sums=st.lists(st.integers(1, 40 * LAKH), min_size=1, max_size=8),
    relief=st.none() | st.builds(Relief, st.integers(0, 1000).map(BasisPoints), st.integers(0, 50 * LAKH).map(Paise)),
)
def test_for_any_payments_of_one_day(kind: str, payee: str, day: date, sums: list[int], relief: Relief | None) -> None:
    """Paise are whole rupees, never more than the rate of what was paid; what was taxed once is not taxed again; the order of small
    payments does not make the sum of what is taxed differ from one payment of all of it, where a year's sum decides."""
    year = taxed = 0
    for one in sums:
        own = work_out(Case(kind, payee, day, Paise(one), before(year, taxed, year, taxed), relief=relief))
        assert own.amount % 100 == 0
        assert 0 <= own.certified <= own.taxed <= year + one - taxed or not own.taxed
        assert own.amount <= own.taxed * 30 // 100 + 100
        year, taxed = year + one, taxed + own.taxed
    assert taxed <= year
    terms = law.KINDS[kind].at(day)
    if terms and terms.year is not None and year > terms.year:
        assert taxed == (year - terms.year if law.KINDS[kind].is_excess else year)


@given(amount=st.integers(1, 2**53), day=st.dates(date(2023, 4, 1), date(2028, 3, 31)))
def test_no_figure_is_too_large(amount: int, day: date) -> None:
    own = work_out(Case("professional", "no_pan", day, Paise(amount)))
    assert own.amount == 0 or abs(own.amount * 5 - amount) <= 500


def test_the_law_of_the_day() -> None:
    assert [law.law_of("professional", "other", day) for day in (date(2026, 3, 31), date(2026, 4, 1))] == ["194J", "393(1), 1027"]
    assert [law.law_of("contractor", payee, TODAY) for payee in law.PAYEES] == ["393(1), 1023", "393(1), 1024", "393(1), 1024"]
    assert law.law_of("partner", "individual", TODAY) == "393(3), 1067?"
    assert law.law_of("partner", "individual", TODAY, with_unsure=False) == "393(3)"
    assert (law.is_sure("partner", TODAY), law.is_sure("partner", MAY), law.is_sure("scrap", TODAY)) == (False, True, False)
    assert [law.payee_of(pan) for pan in ("ABCPK1234F", "ABCHK1234F", "ABCCK1234F", "")] == ["individual", "individual", "other", "no_pan"]


# Held against the files of reference -----------------------------------------------------------------------------------

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the reference files are kept beside the repository (../shared) and are not there"
)
SECTIONS = {
    "contractor": "194C",
    "professional": "194JB",
    "technical": "194JA",
    "commission": "194H",
    "insurance_commission": "194D",
    "rent": "194I(b)",
    "rent_of_machinery": "194I(a)",
    "interest": "194A",
    "dividend": "194",
    "goods": "194Q",
    "goods_sold": "206C(1H)",
}
# Where that file is known to be wrong, by section and from which day: what the law said.
FROM_2023, TO_2024 = date(2023, 4, 1), date(2024, 4, 1)
# Where that file is known to be wrong: section, from when to when, and what the law said.
DEVIATIONS = (
    ("194H", date(2024, 10, 1), date(2025, 3, 31), "2 % (Finance (No. 2) Act 2024); the file has 5 % all year"),
    ("194I(a)", FROM_2023, TO_2024, "₹2,40,000 since April 2019; the file has 1,80,000"),
    ("194I(b)", FROM_2023, TO_2024, "₹2,40,000 since April 2019; the file has 1,80,000"),
    ("194", FROM_2023, TO_2024, "₹5,000 since April 2020; the file has 2,500"),
    ("194", date(2025, 4, 1), date(2026, 3, 31), "₹10,000 (Finance Act 2025); the file has 5,000"),
)
ENTITIES = {"Company": "other", "Individual": "individual", "No PAN / Invalid PAN": "no_pan"}


def shared_rows() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for row in json.loads(SHARED.joinpath("tds-rates-1961-act-dated.json").read_text()):
        kinds = [kind for kind, section in SECTIONS.items() if section == row["tds_section"]]
        payee = ENTITIES.get(row["entity_type"])
        # Of insurance commission "Company" there is at the rate of others; "Company Assessee" is the company.
        if row["tds_section"] == "194D":
            payee = {"Individual": "individual", "Company Assessee": "other", "No PAN / Invalid PAN": "no_pan"}.get(row["entity_type"])
        for kind in kinds if payee else []:
            for rate in row["rates"]:
                yield kind, str(payee), rate | {"section": row["tds_section"]}


@needs_shared
def test_parity_with_the_rates_of_1961() -> None:
    seen = 0
    for kind, payee, row in shared_rows():
        for day in (date.fromisoformat(row["from_date"]), date.fromisoformat(row["to_date"])):
            if any(section == row["section"] and first <= day <= last for section, first, last, _why in DEVIATIONS):
                continue
            own = law.KINDS[kind]
            terms = own.at(day)
            assert terms is not None, (kind, day)
            rate = work_out(Case(kind, payee, day, Paise(900 * LAKH))).rate_bp
            assert rate == round(row["tax_withholding_rate"] * 100), (kind, payee, day)
            limit = terms.year if terms.year is not None else terms.month
            assert limit == row["cumulative_threshold"] * 100, (kind, day)
            if row["single_threshold"] not in (0, row["cumulative_threshold"]):
                assert terms.single == row["single_threshold"] * 100
            seen += 1
    assert seen > 80


@needs_shared
def test_parity_with_the_act_of_2025() -> None:
    rows = json.loads(SHARED.joinpath("tds-tcs-2025-act.json").read_text())
    refs = {
        "Sl.6(i)D(a)": ("contractor", "individual"), "Sl.6(i)D(b)": ("contractor", "other"), "Sl.6(iii)D(a)": ("technical", "other"),
        "Sl.6(iii)D(b)": ("professional", "other"), "Sl.1(ii)": ("commission", "other"), "Sl.2(ii)D(a)": ("rent_of_machinery", "other"),
        "Sl.2(ii)D(b)": ("rent", "other"), "Sl.5(iii)": ("interest", "other"), "Sl.7": ("dividend", "other"), "Sl.8(ii)": ("goods", "other"),
        "393(3)": ("partner", "other"), "Sl.1(i)": ("insurance_commission", "individual"),
    }  # fmt: skip
    seen = set()
    for row in rows["tds"]:
        ref = row["ref"].removeprefix("393(1) ")
        if ref not in refs:
            continue
        kind, payee = refs[ref]
        own, seen = law.KINDS[kind], seen | {ref}
        terms = own.at(date(2026, 4, 1))
        assert terms is not None
        assert law.code_of(kind, payee) == row["payment_code"]
        assert own.codes_are_sure == (row["code_confidence"].startswith("confirmed") or kind == "contractor")
        rate = terms.individual_bp if payee == "individual" else terms.other_bp
        assert rate == round(float(str(row["rate_percent"]).split()[0]) * 100), kind
        assert (terms.month if row["period"] == "month" else terms.year) == row["aggregate"] * 100
        assert row["per_transaction"] is None or terms.single == row["per_transaction"] * 100
    assert seen == set(refs)
    tcs = {"Scrap": "scrap", "Alcoholic liquor": "liquor", "Tendu leaves": "tendu", "Timber / forest produce": "timber"}
    for row in rows["tcs"]:
        if row["nature"] in tcs:
            now, then = (law.KINDS[tcs[row["nature"]]].at(day) for day in (date(2026, 4, 1), date(2026, 3, 31)))
            assert now is not None
            assert then is not None
            assert (now.other_bp, then.other_bp) == (row["rate_percent"] * 100, row["before_2026_04_01"] * 100)


# Days ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "deducted", "collected"),
    [
        (date(2025, 4, 1), date(2025, 5, 7), date(2025, 5, 7)),
        (date(2025, 12, 31), date(2026, 1, 7), date(2026, 1, 7)),
        (date(2026, 3, 31), date(2026, 4, 30), date(2026, 4, 7)),
    ],
)
def test_due_days(day: date, deducted: date, collected: date) -> None:
    assert (days.deposit_due(day), days.deposit_due(day, is_collected=True)) == (deducted, collected)


def test_quarters() -> None:
    assert [str(Quarter.of(day)) for day in (date(2025, 4, 1), date(2025, 12, 31), date(2026, 3, 31))] == [
        "Q1 2025-26",
        "Q3 2025-26",
        "Q4 2025-26",
    ]
    spans = [(Quarter(2025, n).first_day, Quarter(2025, n).last_day) for n in (1, 2, 3, 4)]
    assert spans[0] == (date(2025, 4, 1), date(2025, 6, 30))
    assert spans[2:] == [(date(2025, 10, 1), date(2025, 12, 31)), (date(2026, 1, 1), date(2026, 3, 31))]
    due = [days.statement_due(Quarter(2025, n)) for n in (1, 2, 3, 4)]
    assert due == [date(2025, 7, 31), date(2025, 10, 31), date(2026, 1, 31), date(2026, 5, 31)]
    assert days.statement_due(Quarter(2025, 3), is_collected=True) == date(2026, 1, 15)


@pytest.mark.parametrize(
    ("amount", "due_on", "deducted_on", "paid_on", "interest"),
    [
        (10_000_00, MAY, MAY, date(2025, 6, 7), 0),  # in time
        (10_000_00, MAY, MAY, date(2025, 6, 8), 300_00),  # two months are touched
        (10_000_00, date(2025, 3, 10), date(2025, 3, 10), date(2025, 4, 30), 0),
        (10_000_00, date(2025, 3, 10), date(2025, 3, 10), date(2025, 5, 1), 450_00),
        (10_099_99, MAY, MAY, date(2025, 6, 8), 300_00),  # whole hundreds
        (10_000_00, date(2025, 4, 30), MAY, date(2025, 6, 7), 200_00),  # deducted late: one per cent a month
        (10_000_00, date(2025, 4, 30), MAY, date(2025, 6, 8), 500_00),
        (99_00, MAY, MAY, date(2026, 5, 1), 0),
    ],
)
def test_interest(amount: int, due_on: date, deducted_on: date, paid_on: date, interest: int) -> None:
    assert days.interest(amount, due_on, deducted_on, paid_on) == interest


@pytest.mark.parametrize("token", ["१" * 15, "1" * 14 + "²", "1" * 14 + "^"])
def test_a_token_is_of_the_files_own_digits(token: str) -> None:
    someone = Person("Sharma", ("1 Main Road", "", "", "", ""), "19", "411001", "a@b.in", "", "")
    own = Deductor("PNES12345B", "ABCCS1234K", "K", "", someone, someone, "Owner", "", "ABCPS1234K", token)
    told = faults.faults(own, Quarter(2025, 1), (), (), TODAY)
    assert "Its token has 15 digits." in [one.problem for one in told]


def test_late_fee() -> None:
    quarter = Quarter(2025, 1)
    assert days.late_fee(quarter, date(2025, 7, 31), LAKH) == 0
    assert days.late_fee(quarter, date(2025, 8, 2), LAKH) == 400_00
    assert days.late_fee(quarter, date(2026, 8, 2), 300_00) == 300_00
