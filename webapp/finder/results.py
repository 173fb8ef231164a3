"""Finds as a screen lists them: groups in the order they are likely meant, each find with its address."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from flask import current_app, url_for
from flask_babel import force_locale, pgettext
from flask_babel import gettext as _

from webapp import ledger
from webapp.finder import pages, queries, rules
from webapp.finder.queries import Document, Name
from webapp.finder.rules import Asked
from webapp.kernel.dates import written
from webapp.kernel.money import rupees
from webapp.platform.permissions import Permission
from webapp.platform.tenancy import Actor, Books

MOST = 6


class Found(NamedTuple):
    """A line of the list."""

    title: str
    detail: str
    url: str
    icon: str


class Group(NamedTuple):
    """Finds of one kind, under their heading."""

    label: str
    found: list[Found]


def find(books: Books, asked: Asked, language: str) -> list[Group]:
    """What the actor of these books may open and was asked for; groups without a find are left out."""
    actor, chart = books.actor, ledger.chart_of_accounts(books)
    groups = [
        Group(_("Pages"), _pages(actor, asked, language)),
        Group(_("Bills and vouchers"), _documents(books, asked, chart)),
        Group(
            _("Customers and suppliers"), _names(books, asked, Permission.PARTY_READ, queries.parties, "parties.show_party", "user-round")
        ),
        Group(_("Items"), _names(books, asked, Permission.ITEM_READ, queries.items, "catalogue.show_item", "package")),
        Group(_("Accounts"), _accounts(books, asked, chart)),
    ]
    # A number names a document before anything else; a word, a page.
    order = (1, 2, 3, 4, 0) if asked.is_figure else (0, 2, 3, 4, 1)
    return [groups[place] for place in order if groups[place].found]


def _pages(actor: Actor, asked: Asked, language: str) -> list[Found]:
    fitting = rules.ranked(asked, pages.pages_for(actor, language), MOST)
    return [Found(page.title, "", page.url, page.icon) for page in fitting]


def _documents(books: Books, asked: Asked, chart: ledger.Chart) -> list[Found]:
    found: list[Document] = []
    series = queries.series_of(books, asked)
    if books.actor.may(Permission.BILL_READ):
        found += queries.bills(books, asked, series)
    if books.actor.may(Permission.VOUCHER_READ):
        known = {one.id for one in found}
        found += [one for one in queries.vouchers(books, asked, series, chart) if one.id not in known]
    in_order = sorted(found, key=lambda one: (one.day, one.id), reverse=True)
    return [_document(one) for one in in_order[: MOST + 2]]


def _document(one: Document) -> Found:
    parts = [written(one.day), rupees(one.total) if one.total is not None else "", one.narration]
    detail = " · ".join(part for part in parts if part)
    if one.is_bill:
        return Found(one.number, detail, url_for("sales.show_bill", invoice_id=one.id), "receipt-text")
    return Found(one.number, detail, url_for("reports.voucher", voucher_id=one.id), "notebook-text")


def _names(
    books: Books, asked: Asked, needed: Permission, read: Callable[[Books, Asked], list[Name]], endpoint: str, icon: str
) -> list[Found]:
    if not books.actor.may(needed):
        return []
    return [_named(one, endpoint, icon) for one in _best(asked, read(books, asked))]


def _accounts(books: Books, asked: Asked, chart: ledger.Chart) -> list[Found]:
    if not books.actor.may(Permission.REPORT_READ):
        return []
    with force_locale("hi"):
        both = [one._replace(others=f"{one.others} {pgettext('chart', one.title)}") for one in queries.accounts(books, asked, chart)]
    chosen = [one._replace(title=pgettext("chart", one.title), detail=pgettext("chart", one.detail)) for one in _best(asked, both)]
    return [_named(one, "reports.account", "notebook-text") for one in chosen]


def _best(asked: Asked, found: Iterable[Name]) -> list[Name]:
    """The best, those in use before those put away."""
    fitting = rules.ranked(asked, found, queries.LOOKED_AT)
    return sorted(fitting, key=lambda one: one.is_archived)[:MOST]


def _named(one: Name, endpoint: str, icon: str) -> Found:
    (argument,) = next(current_app.url_map.iter_rules(endpoint)).arguments
    where: dict[str, Any] = {argument: one.id}
    detail = " · ".join(part for part in (one.detail, _("Archived") if one.is_archived else "") if part)
    return Found(one.title, detail, url_for(endpoint, **where), icon)
