"""The blueprint of the final accounts, and what all their templates may call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, request, url_for
from flask_babel import gettext as _

from webapp import company, ledger
from webapp.final_accounts.forms import Choice, read_choice
from webapp.kernel import periods
from webapp.kernel.dates import Period, month_name, month_of, written
from webapp.kernel.errors import NotFound
from webapp.platform.permissions import permission_of
from webapp.platform.tenancy import Books
from webapp.platform.web import current_actor

bp = Blueprint("final_accounts", __name__)

Choices = list[tuple[str, str]]
# The statements that a cost centre bears a part of, or that are of the vouchers naming it.
_OF_CENTRES = frozenset(
    f"final_accounts.show_{name}" for name in ("profit_and_loss", "balance_sheet", "trial_balance", "cash_flow", "fund_flow", "ratios")
)
# What an address of a statement may hold. A new choice of days keeps the rest, and what stands open.
KEPT = ("from", "to", "compare", "store", "centre", "parties", "layout", "detail", "open", "method", "q")


@bp.context_processor
def ways() -> dict[str, Any]:
    """For templates: the ways from a figure to what it is made of, and from one statement to another."""
    return {
        "same_report": same_report,
        "screen_url": screen_url,
        "toggled": toggled,
        "stepped": stepped,
        "statements": statements,
        "kept": kept,
    }


def kept(*without: str) -> dict[str, str]:
    """What the address says now, some of it left out: the hidden fields of the form of days."""
    return {name: request.args[name] for name in KEPT if request.args.get(name) and name not in without}


def same_report(**changes: object) -> str:
    """This statement with its choices, and with `changes` to them. None takes one out."""
    values = {name: value for name, value in {**kept(), **changes}.items() if value is not None}
    everything: dict[str, Any] = {**(request.view_args or {}), **values}
    return url_for(str(request.endpoint), **everything)


def toggled(choice: Choice, code: str) -> str:
    """This statement with a group opened, or closed where it stands open."""
    groups = choice.open_groups ^ {code}
    return same_report(open=".".join(sorted(groups)) or None)


def screen_url(endpoint: str, **values: Any) -> str | None:
    """Where a screen is, for those who may open it."""
    view = current_app.view_functions.get(endpoint)
    permission = permission_of(view) if view else None
    return url_for(endpoint, **values) if view and (permission is None or current_actor().may(permission)) else None


def stepped(choice: Choice, *, on: bool) -> str:
    """This statement over the span of the same length before, or after (`on`)."""
    span = periods.following(choice.period) if on else periods.previous(choice.period)
    return same_report(**{"from": span.first_day.isoformat(), "to": span.last_day.isoformat()})


def statements() -> list[dict[str, Any]]:
    """The statements side by side, so that one leads to another over the same days and store."""
    days = kept("layout", "detail", "open", "method", "q", "centre", "parties")
    centre = {"centre": request.args["centre"]} if request.args.get("centre") else {}
    names = (
        ("final_accounts.show_profit_and_loss", _("Profit and loss")),
        ("final_accounts.show_balance_sheet", _("Balance sheet")),
        ("final_accounts.show_schedule_iii", _("Schedule III")),
        ("final_accounts.show_equity", _("Capital")),
        ("final_accounts.show_cash_flow", _("Cash flow")),
        ("final_accounts.show_fund_flow", _("Fund flow")),
        ("final_accounts.show_ratios", _("Ratios")),
        ("final_accounts.show_trial_balance", _("Trial balance")),
    )
    return [
        {
            "label": label,
            "url": url_for(endpoint, **days, **(centre if endpoint in _OF_CENTRES else {})),  # type: ignore[arg-type]
            "active": endpoint == request.endpoint,
        }
        for endpoint, label in names
    ]


def presets(choice: Choice, books: Books, *, as_at: bool = False) -> list[dict[str, Any]]:
    """The spans an accountant asks for most, as links that keep everything else."""
    words = {
        "year": _("Today") if as_at else _("This year"),
        "quarter": _("This quarter"),
        "month": _("This month"),
        "last-month": _("Last month"),
        "last-quarter": _("Last quarter"),
        "last-year": _("Last year"),
    }
    wanted = ("year", "last-month", "last-quarter", "last-year") if as_at else tuple(words)
    spans = {name: periods.preset(name, books.today) for name in wanted}
    return [
        {
            "label": words[name],
            "url": same_report(**{"from": None if as_at else span.first_day.isoformat(), "to": span.last_day.isoformat()}),
            "active": span.last_day == choice.period.last_day if as_at else span == choice.period,
        }
        for name, span in spans.items()
    ]


def comparisons(*, as_at: bool = False) -> list[tuple[str, str]]:
    """What a period may be compared with."""
    return [
        ("", _("No comparison")),
        *([] if as_at else [("previous", _("Period before"))]),
        ("last-year", _("A year before")),
        ("months", _("Month by month")),
    ]


def asked(books: Books, args: Mapping[str, str], *, layouts: tuple[str, ...] = (), as_at: bool = False, by_centre: bool = False) -> Choice:
    """The choice of an address (see `forms.read_choice`), of one store where the member may see no more (`company.shown_store`).

    A statement that no cost centre bears a part of has none, whatever the address says (`by_centre`).
    """
    choice = read_choice(args, books.today, layouts=layouts, as_at=as_at)
    shown = company.shown_store(books, choice.store_id)
    return replace(choice, store_id=shown.store_id, shown=shown, centre_id=choice.centre_id if by_centre else None)


def asked_balances(books: Books, args: Mapping[str, str], *, layouts: tuple[str, ...], as_at: bool = False) -> tuple[Choice, Choices]:
    """The choice of a statement of balances, and the cost centres to choose from. NotFound for a centre that is none of this company's,
    BooksError for an archived one."""
    choice = asked(books, args, layouts=layouts, as_at=as_at, by_centre=True)
    narrowed = ledger.centre_filter(books, args.get("centre", ""))
    return with_ledgers(books, choice), narrowed.choices(_("All cost centres"))


def asked_vouchers(books: Books, args: Mapping[str, str]) -> tuple[Choice, dict[str, Any]]:
    """The choice of a statement that is of the vouchers naming a cost centre, whole, and what its form offers. NotFound for a centre that
    is none of this company's, BooksError for an archived one."""
    choice = asked(books, args, by_centre=True)
    narrowed = ledger.centre_filter(books, args.get("centre", ""))
    offered = {"centres": narrowed.choices(_("All cost centres")), "stores": stores(choice), "comparisons": comparisons()}
    return replace(choice, naming=narrowed.centres), {"presets": presets(choice, books), **offered}


def with_ledgers(books: Books, choice: Choice) -> Choice:
    """The same, its accounts leading to their ledgers also of a cost centre."""
    if choice.centre_id is None:
        return choice
    return replace(choice, is_of_balances=True, splits_parties=False, money=ledger.money_accounts(books))


def stores(choice: Choice) -> Choices:
    """The stores to choose from; none where there is no choice to make."""
    return choice.shown.choices(_("All stores")) if choice.shown else []


def centres(books: Books, choice: Choice) -> Choices:
    """The cost centres to choose from; none where there are none. NotFound when the one chosen is not this company's."""
    found = ledger.cost_centres(books)
    if choice.centre_id is not None and choice.centre_id not in {one.id for one in found}:
        raise NotFound("cost centre")
    shown = [one for one in found if not one.is_archived or one.id == choice.centre_id]
    return [("", _("All cost centres")), *((str(one.id), one.name) for one in shown)] if shown else []


def store_name(books: Books, store_id: UUID | None) -> str:
    """The store a statement is of, or nothing when it is of all."""
    return company.store(books, store_id).name if store_id else ""


def span_words(period: Period) -> str:
    """The days of a period, as paper says them."""
    words: str = _("%(first)s to %(last)s", first=written(period.first_day), last=written(period.last_day))
    return words


def column_labels(choice: Choice) -> tuple[str, ...]:
    """What stands above each column of a statement over a period."""
    if choice.compare == "months":
        return (*(month_name(month_of(one.first_day)) for one in choice.columns[:-1]), _("Total"))
    return tuple(span_words(one) for one in choice.columns) if choice.compare else (_("Amount"),)


def day_labels(choice: Choice) -> tuple[str, ...]:
    """What stands above each column of a statement as at a day."""
    return tuple(written(day) for day in choice.days)


def as_at(books: Books, choice: Choice) -> dict[str, Any]:
    """What the form of a statement as at a day offers."""
    return {"presets": presets(choice, books, as_at=True), "stores": stores(choice), "comparisons": comparisons(as_at=True)}


def about_words(books: Books, choice: Choice, *, is_as_at: bool = False) -> tuple[str, ...]:
    """What stands beneath the title: the days, and the store and the cost centre when it is of one (and whether others stand
    beneath it, which are counted in)."""
    days = _("As at %(day)s", day=written(choice.period.last_day)) if is_as_at else span_words(choice.period)
    beneath = ledger.centres_beneath(books, choice.centre_id) if choice.centre_id else []
    centre = _("%(name)s with the centres beneath it", name=beneath[0].name) if len(beneath) > 1 else "".join(one.name for one in beneath)
    return tuple(part for part in (days, store_name(books, choice.store_id), centre) if part)
