"""The language of the vectors in Python: `run` makes one call and says what came of it. `calls.js` is its twin."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from webapp.catalogue import read_scale_label
from webapp.catalogue.price_rules import Offered, holding_price
from webapp.counter import pin_rules
from webapp.kernel import money
from webapp.kernel.calculator import worked_out
from webapp.kernel.errors import BooksError, BrokenPromise
from webapp.kernel.money import BasisPoints, MilliPaise, Paise, Qty
from webapp.kernel.typed_days import typed_day
from webapp.kernel.words import amount_in_words
from webapp.schemes import rules as schemes
from webapp.tax import rules

HERE = Path(__file__).parent
FILES = tuple(sorted(path.name for path in HERE.glob("*.jsonl")))


def cases(name: str) -> list[dict[str, Any]]:
    """Every case of one file, in order."""
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


def outcome_of(case: dict[str, Any]) -> dict[str, Any]:
    """What a case says must come of it."""
    return {key: case[key] for key in ("gives", "refuses", "breaks") if key in case}


def run(case: dict[str, Any]) -> dict[str, Any]:
    """Make the call: what it gives, or the words with which it refuses or breaks."""
    try:
        return {"gives": CALLS[case["call"]](*case["with"])}
    except BooksError as refusal:
        return {"refuses": f"{refusal.problem} {refusal.fix}"}
    except ValueError as refusal:
        return {"refuses": str(refusal)}
    except BrokenPromise as broken:
        return {"breaks": str(broken)}


def _tax_class(row: list[Any]) -> rules.TaxClass:
    rates = (rules.DatedRate(date.fromisoformat(day), over, rate, cess) for day, over, rate, cess in row[1])
    return rules.TaxClass(rules.Treatment(row[0]), tuple(rates))


def _rate_on(tax_class: list[Any], day: str, price: int, tax: str) -> list[Any]:
    found = rules.rate_on(_tax_class(tax_class), date.fromisoformat(day), MilliPaise(price), price_includes_tax=tax == "incl")
    return [found.effective_from.isoformat(), found.price_over, found.rate_bp, found.cess_bp]


def _work_out(lines: list[list[Any]], terms: list[Any]) -> dict[str, Any]:
    scheme, supply, bill_discount, ending = terms
    figures = rules.work_out(
        [
            rules.BillLine(Qty(qty), MilliPaise(price), tax == "incl", Paise(discount), BasisPoints(rate), BasisPoints(cess))
            for qty, price, tax, discount, rate, cess in lines
        ],
        rules.Terms(rules.Scheme(scheme), rules.Supply(supply), bill_discount, ending == "rounds"),
    )
    return {"lines": [list(_values(line)) for line in figures.lines], "bill": list(_values(figures))[1:]}


def _hsn_summary(rows: list[list[Any]]) -> list[list[Any]]:
    return [list(_values(row)) for row in rules.hsn_summary(rules.HsnRow(*row) for row in rows)]


def _worked_schemes(lines: list[list[Any]], told: list[dict[str, Any]]) -> list[list[Any]]:
    asked = [schemes.Line(*line[:5], is_open=line[5] == "open") for line in lines]
    return [list(off) for off in schemes.worked(asked, [schemes.from_told(_SCHEME | one) for one in told])]


_SCHEME = {
    "name": "", "from": "2017-07-01", "to": None, "days": 127, "stores": [], "lists": [], "priority": 0, "alone": False, "most": 0,
    "goods": {}, "gives": None,
}  # fmt: skip


def _scheme_stands(told: dict[str, Any], day: str, store: str, price_list: str | None) -> bool:
    return schemes.from_told(_SCHEME | told).stands(date.fromisoformat(day), store, price_list)


def _holding_price(offered: list[list[Any]], qty: int, day: str) -> int | None:
    found = [
        Offered(
            price,
            min_qty,
            date.fromisoformat(first),
            date.fromisoformat(last) if last else None,
            whose == "own",
            where == "store",
            UUID(by),
            "",
        )
        for price, min_qty, first, last, whose, where, by in offered
    ]
    best = holding_price(found, Qty(qty), date.fromisoformat(day))
    return best.price_millipaise if best else None


def _typed_day(text: str, base: str) -> str | None:
    found = typed_day(text, date.fromisoformat(base))
    return found.isoformat() if found else None


def _values(row: Any) -> Iterator[Any]:
    return (getattr(row, name) for name in row.__dataclass_fields__)


def _scale_label(code: str, names: list[str], unit: str, price: int, scale: dict[str, Any]) -> int | None:
    label = read_scale_label(code, scale)
    return label.qty(unit, price) if label and set(label.names) & set(names) else None


def _pin_pause(tries: int, gone: int) -> int:
    then = datetime(2026, 11, 22, tzinfo=UTC)
    return pin_rules.pause_after(tries, then, then + timedelta(milliseconds=gone)) // timedelta(milliseconds=1)


CALLS: dict[str, Callable[..., Any]] = {
    "approval_text": lambda *claim: pin_rules.canonical(pin_rules.Claim(*claim, "")).decode(),
    "pin_pause": _pin_pause,
    "rounded": money.rounded,
    "split": money.split,
    "rupees": money.rupees,
    "indian_grouping": money.indian_grouping,
    "plain_decimal": money.plain_decimal,
    "read_paise": money.read_paise,
    "read_millipaise": money.read_millipaise,
    "read_qty": money.read_qty,
    "read_basis_points": money.read_basis_points,
    "amount_in_words": amount_in_words,
    "work_out": _work_out,
    "discount_from_bp": rules.discount_from_bp,
    "rate_on": _rate_on,
    "treatment_on": lambda row, day, price: str(rules.treatment_on(_tax_class(row), date.fromisoformat(day), price)),
    "supply_between": lambda seller, place, sez, lut: str(rules.supply_between(seller, place, to_sez=bool(sez), zero_rated=bool(lut))),
    "is_union_territory_without_legislature": rules.is_union_territory_without_legislature,
    "state_name": rules.state_name,
    "state_of_gstin": rules.state_of_gstin,
    "check_gstin": rules.check_gstin,
    "document_kind": lambda scheme, kinds: str(rules.document_kind(rules.Scheme(scheme), [rules.Treatment(kind) for kind in kinds])),
    "hsn_summary": _hsn_summary,
    "in_base_units": money.in_base_units,
    "worked_out": worked_out,
    "worked_schemes": _worked_schemes,
    "scheme_stands": _scheme_stands,
    "holding_price": _holding_price,
    "typed_day": _typed_day,
    "scale_label": _scale_label,
}
