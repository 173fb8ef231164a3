"""Pages that change the chart of accounts. The list itself, with its balances, is a report (/accounts)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.kernel.ids import new_id, read_id
from webapp.ledger import chart_import, chart_reads, charting, forms, merging, queries
from webapp.ledger.csv_rows import MOST_BYTES
from webapp.ledger.schedule_words import schedule_head_choices
from webapp.platform import audit, exports
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other

bp = Blueprint("ledger", __name__)


def account_form(*, account_id: UUID | None = None, typed: Any = None, errors: Any = None) -> Response:
    """The form of an account, new or one there is."""
    with read_books(current_actor()) as books:
        card = chart_reads.account_card(books, account_id) if account_id else None
        chart = queries.chart_of_accounts(books)
        group_id = read_id((typed or request.args).get("group_id")) or (card.group_id if card else None)
        values = typed or (card.draft() if card else {"group_id": group_id})
        return page(
            "ledger/account_form.html",
            card=card,
            values=values,
            errors=errors or {},
            groups=_choices(chart),
            heads=schedule_head_choices(),
            is_bank=chart_reads.is_bank(chart, group_id) or bool(card and card.bank_last_four),
            merged=chart_reads.merged_from(books, card.id) if card else [],
            id=(typed or {}).get("id") or new_id(),
        )


def _choices(chart: queries.Chart) -> list[tuple[UUID, Any, int]]:
    return [(group.id, group, depth) for group, depth in chart_reads.groups_in_order(chart)]


@bp.get("/accounts/new")
@needs(Permission.CHART_WRITE)
def new_account() -> Response:
    return account_form()


@bp.post("/accounts")
@needs(Permission.CHART_WRITE)
@form_again(account_form)
def create_account() -> BaseResponse:
    with open_books(current_actor()) as books:
        draft = forms.parse_account(request.form)
        charting.create_account(books, draft, read_id(request.form.get("id", "")))
    flash(_("%(name)s is saved.", name=draft.name), "success")
    return see_other(url_for("reports.accounts"))


@bp.get("/accounts/<uuid:account_id>/edit")
@needs(Permission.CHART_WRITE)
def show_account_form(account_id: UUID) -> Response:
    return account_form(account_id=account_id)


@bp.post("/accounts/<uuid:account_id>")
@needs(Permission.CHART_WRITE)
@form_again(account_form)
def change_account(account_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        draft = forms.parse_account(request.form)
        charting.change_account(books, account_id, draft, forms.parse_version(request.form))
    flash(_("%(name)s is saved.", name=draft.name), "success")
    return see_other(url_for("reports.account", account_id=account_id))


@bp.post("/accounts/<uuid:account_id>/archival")
@needs(Permission.CHART_WRITE)
def create_account_archival(account_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        charting.put_away(books, account_id, forms.parse_version(request.form))
    return see_other(url_for("ledger.show_account_form", account_id=account_id))


@bp.post("/accounts/<uuid:account_id>/restoration")
@needs(Permission.CHART_WRITE)
def create_account_restoration(account_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        charting.bring_back(books, account_id, forms.parse_version(request.form))
    return see_other(url_for("ledger.show_account_form", account_id=account_id))


def merge_form(*, account_id: UUID, typed: Any = None, errors: Any = None) -> Response:
    """The form that merges an account into another. It says what will be posted before anything is."""
    with read_books(current_actor()) as books:
        card = chart_reads.account_card(books, account_id)
        others = [
            one for one in chart_reads.account_cards(books) if one.nature == card.nature and one.id != card.id and not one.is_archived
        ]
        into_id = read_id((typed or request.args).get("into", ""))
        into = next((one for one in others if one.id == into_id), None)
        return page(
            "ledger/merge_form.html",
            card=card,
            others=[one for one in others if not one.wants_party and one.code != "stock-in-hand"],
            into=into,
            balance=chart_reads.balance_today(books, card),
            today=books.today,
            errors=errors or {},
        )


@bp.get("/accounts/<uuid:account_id>/merge")
@needs(Permission.CHART_WRITE)
def show_merge_form(account_id: UUID) -> Response:
    return merge_form(account_id=account_id)


@bp.post("/accounts/<uuid:account_id>/merge")
@needs(Permission.CHART_WRITE)
@form_again(merge_form)
def create_merge(account_id: UUID) -> BaseResponse:
    into = forms.parse_target(request.form)
    with open_books(current_actor()) as books:
        merging.merge_account(books, account_id, into, forms.parse_version(request.form))
    return see_other(url_for("reports.account", account_id=into))


# Groups ---------------------------------------------------------------------------------------------------------------


def group_form(*, group_id: UUID | None = None, typed: Any = None, errors: Any = None) -> Response:
    """The form of a group, new or one there is."""
    with read_books(current_actor()) as books:
        card = chart_reads.group_card(books, group_id) if group_id else None
        chart = queries.chart_of_accounts(books)
        inside = [one for one in chart.accounts if one.group_id == group_id] + [
            one for one in chart.groups if group_id and one.parent_id == group_id
        ]
        return page(
            "ledger/group_form.html",
            card=card,
            values=typed or card or {"parent_id": read_id(request.args.get("parent_id", ""))},
            errors=errors or {},
            groups=_choices(chart),
            is_empty=not inside,
            id=(typed or {}).get("id") or new_id(),
        )


@bp.get("/account-groups/new")
@needs(Permission.CHART_WRITE)
def new_group() -> Response:
    return group_form()


@bp.post("/account-groups")
@needs(Permission.CHART_WRITE)
@form_again(group_form)
def create_group() -> BaseResponse:
    with open_books(current_actor()) as books:
        draft = forms.parse_group(request.form)
        charting.create_group(books, draft, read_id(request.form.get("id", "")))
    flash(_("%(name)s is saved.", name=draft.name), "success")
    return see_other(url_for("reports.accounts"))


@bp.get("/account-groups/<uuid:group_id>")
@needs(Permission.CHART_WRITE)
def show_group_form(group_id: UUID) -> Response:
    return group_form(group_id=group_id)


@bp.post("/account-groups/<uuid:group_id>")
@needs(Permission.CHART_WRITE)
@form_again(group_form)
def change_group(group_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        draft = forms.parse_group(request.form)
        charting.change_group(books, group_id, draft, forms.parse_version(request.form))
    flash(_("%(name)s is saved.", name=draft.name), "success")
    return see_other(url_for("reports.accounts"))


@bp.post("/account-groups/<uuid:group_id>/removal")
@needs(Permission.CHART_WRITE)
def create_group_removal(group_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        charting.remove_group(books, group_id, forms.parse_version(request.form))
    return see_other(url_for("reports.accounts"))


# The chart as a file --------------------------------------------------------------------------------------------------


@bp.get("/accounts/chart.csv")
@needs(Permission.REPORT_EXPORT)
def export_chart() -> Response:
    actor = current_actor()
    with open_books(actor) as books:
        audit.record(books, "export", "account", "chart", new={"format": "csv"})

    def rows() -> Iterator[tuple[Any, ...]]:
        with read_books(actor) as books:
            yield from chart_import.rows_of_chart(books)

    return exports.as_csv("chart-of-accounts", chart_import.HEADINGS, rows())


def import_form(*, typed: Any = None, errors: Any = None) -> Response:
    return page("ledger/chart_import.html", errors=errors or {})


@bp.get("/accounts/import")
@needs(Permission.CHART_WRITE)
def show_chart_import() -> Response:
    return import_form()


@bp.post("/accounts/import")
@needs(Permission.CHART_WRITE)
@form_again(import_form)
def create_chart_import() -> BaseResponse:
    content = forms.require_file(sent_file())
    with open_books(current_actor()) as books:
        found = chart_import.import_chart(books, content)
    words = _(
        "%(groups)s groups and %(made)s accounts are new, %(changed)s accounts were changed.",
        groups=found.groups,
        made=found.made,
        changed=found.changed,
    )
    flash(words, "success")
    return see_other(url_for("reports.accounts"))


def sent_file() -> bytes:
    """What was sent as `file`, one byte more than is taken at most."""
    sent = request.files.get("file")
    return sent.stream.read(MOST_BYTES + 1) if sent is not None and sent.filename else b""


# At the end: these modules hang their pages on the blueprint above.
from webapp.ledger import routes_cost_centres, routes_openings  # noqa: E402, F401
