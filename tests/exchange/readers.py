"""An export as other programs understand it: Beancount's own loader, and hledger."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from beancount import loader
from beancount.core import data

from webapp import ledger
from webapp.exchange import Format, Span, export_text
from webapp.platform.tenancy import Actor, read_books

EVERYTHING = Span()


def export(actor: Actor, wanted: Format, span: Span = EVERYTHING) -> str:
    with read_books(actor) as books:
        return "".join(export_text(books, wanted, span))


@dataclass
class Ours:
    """What our own reports say: paise by the name of the account, over a span of days."""

    opening: dict[str, int] = field(default_factory=dict)
    moved: dict[str, int] = field(default_factory=dict)
    closing: dict[str, int] = field(default_factory=dict)
    natures: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, actor: Actor, first_day: date, last_day: date) -> Ours:
        made = cls()
        with read_books(actor) as books:
            chart = ledger.chart_of_accounts(books)
            natures: dict[UUID, str] = {group.id: group.nature for group in chart.groups}
            made.natures = {one.name: natures[one.group_id] for one in chart.accounts}
            for row in ledger.trial_balance(books, first_day, last_day):
                made.opening[row.name], made.moved[row.name] = row.opening, row.debit - row.credit
                made.closing[row.name] = row.closing
        return made

    def of_nature(self, figures: dict[str, int], *natures: str) -> dict[str, int]:
        return {name: figure for name, figure in figures.items() if figure and self.natures[name] in natures}


@dataclass
class Beans:
    """A Beancount file, loaded. Names are those the shop gave: a party's lines count for the account above it."""

    entries: list[Any]

    @classmethod
    def read(cls, text: str) -> Beans:
        entries, errors, _options = loader.load_string(text)
        assert [error.message for error in errors] == []
        return cls(entries)

    @property
    def names(self) -> dict[str, str]:
        return {entry.account: entry.meta["name"] for entry in self.entries if isinstance(entry, data.Open)}

    @property
    def vouchers(self) -> list[Any]:
        return [entry for entry in self.entries if isinstance(entry, data.Transaction)]

    def sums(self, first_day: date = date.min, last_day: date = date.max) -> dict[str, int]:
        """Paise by the account's own legal name, of the entries of these days; none at nil."""
        found: dict[str, int] = defaultdict(int)
        for voucher in self.vouchers:
            if first_day <= voucher.date <= last_day:
                for posting in voucher.postings:
                    assert posting.units.currency == "INR"
                    found[posting.account] += paise(posting.units.number)
        return {account: amount for account, amount in found.items() if amount}

    def by_account(self, parties: set[str], **days: date) -> dict[str, int]:
        """The same by the shop's names, parties added up. `parties` are names of accounts kept by party."""
        return by_account(self.sums(**days), self.names, parties)


def by_account(sums: dict[str, int], names: dict[str, str], parties: set[str]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for account, amount in sums.items():
        above = account.rpartition(":")[0]
        found[names[above] if names.get(above) in parties else names[account]] += amount
    return {account: amount for account, amount in found.items() if amount}


def paise(number: Decimal) -> int:
    scaled = number * 100
    assert scaled == scaled.to_integral_value(), number
    return int(scaled)


@dataclass
class Hledger:
    """A journal in a file, asked through the program itself."""

    path: Path

    @classmethod
    def read(cls, text: str, folder: Path) -> Hledger:
        if not shutil.which("hledger"):
            pytest.skip("hledger is not installed; bin/test installs it")
        made = cls(folder / "books.journal")
        made.path.write_text(text, encoding="utf-8")
        made.ask("check", "accounts", "commodities", "balancednoautoconversion", "ordereddates")
        return made

    def ask(self, *arguments: str) -> str:
        done = subprocess.run(
            ["hledger", "-f", str(self.path), *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=1_200,
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def sums(self, *query: str) -> dict[str, int]:
        """Paise by account's full name, none at nil."""
        rows, _total = json.loads(self.ask("balance", "--flat", "-O", "json", *query))
        found = {}
        for name, _shown, _depth, amounts in rows:
            assert [amount["acommodity"] for amount in amounts] == ["INR"]
            quantity = amounts[0]["aquantity"]
            found[name] = paise(Decimal(quantity["decimalMantissa"]).scaleb(-quantity["decimalPlaces"]))
        return {name: amount for name, amount in found.items() if amount}

    def statement(self, which: str, *query: str) -> Iterator[tuple[str, int]]:
        """Account and amount of each row of `balancesheetequity` or `incomestatement`, as that statement writes its sign; "Net:" last."""
        for row in csv.reader(io.StringIO(self.ask(which, "--flat", "-O", "csv", *query))):
            if len(row) == 2 and (":" in row[0]) and row[1].startswith("INR"):
                yield row[0], paise(Decimal(row[1].removeprefix("INR ")))
