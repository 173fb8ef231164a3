"""Whatever people typed, the file is read by both programs, and says the same."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.exchange.readers import Beans, Hledger
from webapp.exchange import beancount, journal
from webapp.exchange.letters import in_latin
from webapp.exchange.rules import Entry, Group, Head, Leg, Names, Opening
from webapp.exchange.texts import on_one_line, shown

DAY = date(2026, 4, 1)
NASTY = [
    "Rent; advance | paid",
    'He said "no" \\ and left',
    "  two blanks  inside  ",
    "first line\nsecond line\r\n\tthird",
    "; all of it a comment",
    "* ! (code) = @ #tag ^link key: value",
    "किराना – सोन पापड़ी 🎉👩‍🌾",
    "\u202eדוח שנתי\u202c",
    "2026-04-01 open Assets:Evil INR",
    "  Assets:Cash  -999.00 INR",
    "include /etc/passwd",
    "",
    "%(name)s {name} \\n \\\\",
    "a" * 500,
]
NAMES = [
    "Cash",
    "cash",
    "CASH ",
    "Cash-2",
    "नकद",
    "नक़द",
    "Bank: current",
    "Bank; current",
    "Bank (SBI) #2",
    "Assets",
    "Bank Accounts",
    "🎉",
    "🎊",
    "1st",
    "ß",
    "中文",
    "x  y",
    "א",
    "—",
]
words = st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
called = st.one_of(st.sampled_from(NAMES), st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12))
amounts = st.integers(1, 10**14)
GROUPS = [
    Group(UUID(int=1), "current-assets", "Current Assets", None, "asset"),
    Group(UUID(int=2), "bank-accounts", "Bank Accounts", UUID(int=1), "asset"),
    Group(UUID(int=3), "sales-accounts", "Sales Accounts", None, "income"),
    Group(UUID(int=4), "capital-account", "Capital Account", None, "liability"),
    Group(UUID(int=5), "loans-liability", "Loans (Liability)", None, "liability"),
]


@st.composite
def charts(draw: st.DrawFn) -> list[Head]:
    names = draw(st.lists(called, min_size=2, max_size=8))
    return [Head(UUID(int=100 + n), None, name, draw(st.sampled_from(GROUPS)).id) for n, name in enumerate(names)]


def written(writer: Any, heads: list[Head], texts: list[tuple[str, str, str, int]]) -> tuple[str, list[Entry], dict[str, str]]:
    """A file with an entry for each of (number, payee, narration, paise), between two of the accounts."""
    names = writer.names().of_chart(GROUPS, heads)
    entries = []
    for n, (number, payee, narration, amount) in enumerate(texts):
        legs = (Leg(names[heads[n % len(heads)].id], amount), Leg(names[heads[(n + 1) % len(heads)].id], -amount))
        entries.append(Entry(str(UUID(int=n)), DAY, "journal", number, payee, narration, "", legs))
    openings = [Opening(names[head.id], head.name) for head in heads]
    text = "".join(writer.head("Shop", DAY, openings)) + "".join(map(writer.entry, entries))
    return text, entries, {names[head.id]: head.name for head in heads}


def sums(entries: list[Entry]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for entry in entries:
        for leg in entry.legs:
            found[leg.account] += leg.amount
    return {account: amount for account, amount in found.items() if amount}


@settings(max_examples=40, deadline=None)
@given(charts(), st.lists(st.tuples(words, words, words, amounts), min_size=1, max_size=6))
def test_beancount_reads_what_was_typed(heads: list[Head], texts: list[tuple[str, str, str, int]]) -> None:
    text, entries, names = written(beancount, heads, texts)
    beans = Beans.read(text)
    assert beans.sums() == sums(entries)
    assert beans.names == {account: shown(name) for account, name in names.items()}
    assert [(one.payee or "", one.narration, one.meta["number"]) for one in beans.vouchers] == [
        (shown(payee), shown(narration), shown(number)) for number, payee, narration, _amount in texts
    ]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(charts(), st.lists(st.tuples(words, words, words, amounts), min_size=1, max_size=6))
def test_hledger_reads_what_was_typed(tmp_path: Path, heads: list[Head], texts: list[tuple[str, str, str, int]]) -> None:
    text, entries, _names = written(journal, heads, texts)
    hledger = Hledger.read(text, tmp_path)
    assert hledger.sums() == sums(entries)
    read = json.loads(hledger.ask("print", "-O", "json"))
    assert [one["tcode"].strip() for one in read] == [plain(number, "();").strip() for number, *_rest in texts]
    assert [one["tdescription"] for one in read] == [
        " | ".join(part for part in (plain(payee, ";|"), plain(narration, ";|")) if part) for _number, payee, narration, _amount in texts
    ]


def plain(text: str, signs: str) -> str:
    """One line, the format's own signs in their full width."""
    return "".join(chr(ord(sign) + 0xFEE0) if sign in signs else sign for sign in on_one_line(text))


@pytest.mark.parametrize("writer", [beancount, journal], ids=["beancount", "journal"])
@settings(max_examples=60, deadline=None)
@given(names=st.lists(called, min_size=1, max_size=20))
def test_no_two_accounts_share_a_name(writer: Any, names: list[str]) -> None:
    heads = [Head(UUID(int=100 + n), None, name, GROUPS[n % 2].id) for n, name in enumerate(names)]
    made: Names = writer.names()
    found = made.of_chart(GROUPS, heads)
    assert len({name.casefold() for name in found.values()}) == len(heads)
    groups_names = {name.rpartition(":")[0] for name in found.values()}
    assert not groups_names & set(found.values()), "an account is not called like a group that holds others"
    # A younger account takes nothing from an older one.
    assert writer.names().of_chart(GROUPS, heads[:-1]) == {head.id: found[head.id] for head in heads[:-1]}


@pytest.mark.parametrize(
    ("name", "in_beancount", "in_journal"),
    [
        ("Owner's drawings", "Owners-drawings", "Owner's drawings"),
        ("Sales, exempt and nil-rated", "Sales-exempt-and-nil-rated", "Sales, exempt and nil-rated"),
        ("Loans (Liability)", "Loans-Liability", "Loans （Liability）"),
        ("Duties & Taxes", "Duties-and-Taxes", "Duties & Taxes"),
        ("किराना", "Kirānā", "किराना"),
        ("सोन पापड़ी", "Sōna-pāpaṙī", "सोन पापड़ी"),
        ("தமிழ் கடை", "Tamiḻ-kaṭai", "தமிழ் கடை"),
        ("ਦੁਕਾਨ", "Dukāna", "ਦੁਕਾਨ"),
        ("বাজার ১২", "Bājāra-12", "বাজার ১২"),
        ("a: b; c", "A-b-c", "a： b； c"),
        ("🎉", "X", "🎉"),
    ],
)
def test_a_name_stays_readable(name: str, in_beancount: str, in_journal: str) -> None:
    assert beancount.component(name) == in_beancount
    assert journal.component(name) == in_journal


@pytest.mark.parametrize(
    ("one", "other"), [("ख", "क्ह"), ("ऐ", "अइ"), ("क", "क़"), ("कँ", "कं"), ("ऋ", "रि"), ("ड़", "ड"), ("शव", "षव"), ("कौ", "कउ")]
)
def test_letters_that_sound_alike_are_written_apart(one: str, other: str) -> None:
    assert in_latin(one) != in_latin(other)


def test_capital_is_the_owners_own() -> None:
    heads = [Head(UUID(int=9), "capital", "Capital", UUID(int=4)), Head(UUID(int=8), None, "From the bank", UUID(int=5))]
    assert sorted(beancount.names().of_chart(GROUPS, heads).values()) == [
        "Equity:Capital-Account:Capital",
        "Liabilities:Loans-Liability:From-the-bank",
    ]
