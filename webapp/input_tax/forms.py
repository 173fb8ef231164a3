"""What pages send: a registration and month, filters, postings, capital goods."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import sha256

from webapp.gst_returns import MONTH, Registration, choices, read_period, registrations
from webapp.input_tax.register import CELLS, NATURES, Entry
from webapp.input_tax.rules import HEADS, CommonCredit, Tax
from webapp.input_tax.service import AssetDraft, Post, Typed
from webapp.kernel.dates import month_of, read_day
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import read_paise
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text, folded
from webapp.platform.tenancy import Books

STATES = ("late", "blocked", "by_hand", "told", "untold")
MOST_PLACE = 1_000_000
_TYPED = {
    "37A": ("37A", "temporary"),
    "other_temporary": ("other", "temporary"),
    "other_rules": ("other", "rules"),
    "lost": ("17(5)(h)", "rules"),
    "again": ("again", "reclaim"),
}


@dataclass(frozen=True, slots=True)
class Where:
    """Which registration and month a page is of; `known` all registrations, the chosen one is None where there is none."""

    of: Registration | None
    month: int
    known: tuple[Registration, ...]
    months: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters of the register."""

    text: str = ""
    cell: str = ""
    nature: str = ""
    state: str = ""

    @property
    def address(self) -> dict[str, str]:
        pairs = {"q": self.text, "cell": self.cell, "nature": self.nature, "state": self.state}
        return {name: value for name, value in pairs.items() if value}


def read_where(books: Books, args: Mapping[str, str]) -> Where:
    """NotFound for a GSTIN of somebody else, or no month."""
    known = tuple(registrations(books))
    gstin = args.get("gstin", "")
    of = next((one for one in known if one.gstin == gstin), None)
    if gstin and of is None:
        raise NotFound("registration")
    months = tuple(one.month for one in choices(books.today) if one.kind == MONTH)
    month = read_month(args.get("month", "")) if args.get("month") else month_of(books.today)
    return Where(of or (known[0] if known else None), month, known, months if month in months else (month, *months))


def read_month(text: str) -> int:
    """202611. NotFound for what is no month."""
    found = read_period(f"{MONTH}-{text}")
    if found is None:
        raise NotFound("month")
    return found.month


def read_place(text: str) -> int:
    """Where in a list a page begins."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 and int(text) <= MOST_PLACE else 0


def parse_wanted(args: Mapping[str, str]) -> Wanted:
    cell, nature, state = args.get("cell", ""), args.get("nature", ""), args.get("state", "")
    return Wanted(
        clean_text(args.get("q", ""))[:60],
        cell if cell in CELLS or cell in ("ineligible", "reclaimed") else "",
        nature if nature in NATURES else "",
        state if state in STATES else "",
    )


def fits(one: Entry, wanted: Wanted, told: Mapping[object, object]) -> bool:
    """Whether an entry of the register is asked for."""
    words = folded(wanted.text)
    if words and not any(words in folded(text) for text in (one.number, one.name, one.gstin, one.paper)):
        return False
    if wanted.cell and not _stands_in(one, wanted.cell):
        return False
    if wanted.nature and wanted.nature not in dict(one.by_nature):
        return False
    return (
        not wanted.state
        or {
            "late": one.is_late,
            "blocked": bool(one.unclaimed),
            "by_hand": one.is_by_hand,
            "told": one.document_id in told,
            "untold": one.bill_id is not None and one.document_id not in told,
        }[wanted.state]
    )


def _stands_in(one: Entry, cell: str) -> bool:
    if cell == "rules":
        return one.cell == "rules" or any(one.blocked)
    if cell == "ineligible":
        return any(one.ineligible)
    if cell == "other":
        return one.cell in ("other", "reclaim", "extra")
    return one.cell == ("reclaim" if cell == "reclaimed" else cell)


def parse_post(form: Mapping[str, str], gstin: str, month: int) -> Post:
    """The form beneath a proposal."""
    shown = read_heads(form, "shown-", {})
    return Post(read_id(form.get("id", "")) or new_id(), gstin, month, shown, sha_of(form))


def parse_typed(form: Mapping[str, str], gstin: str, month: int) -> Typed:
    """The form of a reversal by hand. InvalidInput for amounts that cannot be read."""
    errors: dict[str, str] = {}
    tax = read_heads(form, "", errors)
    rule, cell = _TYPED.get(form.get("rule", ""), ("", ""))
    if not rule:
        errors["rule"] = "Choose what this is."
    if errors:
        raise InvalidInput(errors)
    return Typed(read_id(form.get("id", "")) or new_id(), gstin, month, rule, cell, tax, form.get("reason", "")[:1000], sha_of(form))


def parse_common(form: Mapping[str, str], worked: CommonCredit) -> CommonCredit:
    """Rule 42 with what a person typed for T1, T2 and T4. InvalidInput beside a figure that cannot be, or where more is taken off than
    there is."""
    if "typed" not in form:
        return worked
    errors: dict[str, str] = {}
    personal, exempt, taxable = (read_heads(form, f"{name}-", errors) for name in ("personal", "exempt", "taxable"))
    for name, tax in (("personal", personal), ("exempt", exempt)):
        errors.update({f"{name}-{head}": "Type an amount of 0 or more." for head, amount in zip(HEADS, tax, strict=True) if amount < 0})
    # T4 of a month whose debit notes are more than its bills is below nothing; it is never further below than the books say.
    for head, amount, least in zip(HEADS, taxable, worked.taxable, strict=True):
        if amount < min(least, 0):
            errors[f"taxable-{head}"] = "Type an amount of 0 or more."
    own = CommonCredit(
        worked.total,
        personal,
        exempt,
        worked.blocked,
        taxable,
        worked.exempt_turnover,
        worked.turnover,
        is_mixed=form.get("is_mixed") == "1",
    )
    for head, left, all_ in zip(HEADS, own.c2, own.total, strict=True):
        if left < min(all_, 0) and f"taxable-{head}" not in errors:
            errors[f"taxable-{head}"] = "T1, T2, T3 and T4 together are more than T. Type less."
    if errors:
        raise InvalidInput(errors)
    return own


def parse_asset(form: Mapping[str, str], gstin: str) -> AssetDraft:
    """The form of capital goods. InvalidInput by field."""
    errors: dict[str, str] = {}
    tax = read_heads(form, "", errors)
    day = read_day(form.get("paper_date", ""))
    if day is None:
        errors["paper_date"] = "Choose the day of the supplier's bill."
    if errors or day is None:
        raise InvalidInput(errors)
    id_ = read_id(form.get("id", "")) or new_id()
    name, number = form.get("name", "")[:1000], form.get("paper_number", "")[:1000]
    return AssetDraft(id_, gstin, name, number, day, tax, form.get("use", ""), read_id(form.get("bill_id", "")))


def parse_change(form: Mapping[str, str]) -> tuple[str, date | None, int]:
    """Another use of capital goods: use, the day they were given up, the version of the form."""
    ended, version = form.get("ended_on", ""), form.get("version", "")
    day = read_day(ended)
    if ended and day is None:
        raise InvalidInput({"ended_on": "Choose the day."})
    return form.get("use", ""), day, read_place(version)


def read_heads(form: Mapping[str, str], prefix: str, errors: dict[str, str]) -> Tax:
    """Four amounts; an empty one is nothing. What cannot be read goes into `errors`."""
    sums = []
    for head in HEADS:
        text = form.get(f"{prefix}{head}", "").strip()
        try:
            sums.append(int(read_paise(text)) if text else 0)
        except ValueError as words:
            errors[f"{prefix}{head}"] = str(words)
            sums.append(0)
    return Tax(*sums)


def sha_of(form: Mapping[str, str]) -> str:
    """What was sent, but for what a page adds by itself."""
    kept = sorted((name, form[name]) for name in form if name not in ("csrf_token", "limit_reason"))
    return sha256(repr(kept).encode()).hexdigest()
