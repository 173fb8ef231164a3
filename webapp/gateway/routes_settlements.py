"""Pages of settlements, and of the gateway's settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import company, identity
from webapp.gateway import accounts, forms, queries, rules, settling
from webapp.gateway.blueprint import bp
from webapp.gateway.queries import PAGE, Wanted
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.places import Cursor, read_cursor, write_cursor
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.templating import account_name
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other, settings


def settlements_page(*, typed: Any = None, errors: Any = None) -> Response:
    """The list, with the form that takes in a report."""
    del typed  # files are chosen anew
    wanted = forms.parse_wanted(request.args if request.method == "GET" else {}, ())
    with read_books(current_actor()) as books:
        found = queries.settlements(books, wanted, older_than=read_cursor(request.args.get("older", "")))
        kept = queries.account_or_none(books)
    shown = found[:PAGE]
    older = write_cursor(Cursor(shown[-1].settled_on, shown[-1].id)) if len(found) > PAGE else None
    values: dict[str, Any] = {"shown": shown, "wanted": wanted, "address": forms.address_of(wanted), "older": older}
    return page("gateway/settlements.html", **values, account=kept, errors=errors or {})


@bp.get("/online-payments/settlements")
@needs(Permission.ONLINE_PAYMENT_READ)
def list_settlements() -> Response:
    if wanted_format := sheets.asked_format():
        return sheets.send(_sheet(forms.parse_wanted(request.args, ())), wanted_format)
    return settlements_page()


def _sheet(wanted: Wanted) -> Sheet:
    columns = (
        Column(_("Date"), "day", 11),
        Column(_("Settlement"), "code", 20),
        Column("UTR", "code", 20),
        Column(_("Fee"), "amount", 12),
        Column(_("GST on the fee"), "amount", 12),
        Column(_("Into the bank"), "amount", 14),
        Column(_("What is wrong"), "text", 30),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        place = None
        while found := queries.settlements(books, wanted, older_than=place, most=500):
            for one in found[:500]:
                yield one.settled_on, one.remote_id, one.utr, one.fee_paise, one.tax_paise, one.net_paise, one.difference
            if len(found) <= 500:
                return
            place = Cursor(found[499].settled_on, found[499].id)

    return Sheet("settlements", _("Settlements"), (), columns, rows, is_wide=True)


@bp.get("/online-payments/settlements/<uuid:settlement_id>")
@needs(Permission.ONLINE_PAYMENT_READ)
def show_settlement(settlement_id: UUID) -> Response:
    return settlement_page(settlement_id)


def settlement_page(settlement_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One settlement with its lines."""
    with read_books(current_actor()) as books:
        row = queries.settlement_or_none(books, settlement_id)
        if row is None:
            raise NotFound("settlement")
        lines = queries.settlement_lines(books, settlement_id)
    return page("gateway/settlement.html", row=row, lines=lines, typed=typed or {}, errors=errors or {})


@bp.post("/online-payments/settlements/files")
@needs(Permission.ONLINE_PAYMENT_WRITE)
@form_again(settlements_page)
def create_import() -> BaseResponse:
    from webapp.gateway import report_files  # asked for now and then

    sent = request.files.get("file")
    content = sent.stream.read(report_files.MOST_BYTES + 1) if sent and sent.filename else b""
    if not content:
        raise InvalidInput({"file": _("Choose the settlement report, as CSV.")})
    found = report_files.read_report(content)
    with open_books(current_actor()) as books:
        kept = accounts.account(books)
        made = sum(settling.import_settlement(books, kept, seen, "file") for seen in found)
    flash(_("%(new)s new settlements, %(known)s known already.", new=made, known=len(found) - made), "success")
    return see_other(url_for("gateway.list_settlements"))


@bp.post("/online-payments/settlements/<uuid:settlement_id>/posting")
@needs(Permission.ONLINE_PAYMENT_WRITE)
def create_posting(settlement_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        settling.post_by_hand(books, settlement_id)
    return see_other(url_for("gateway.show_settlement", settlement_id=settlement_id))


@bp.post("/online-payments/settlements/<uuid:settlement_id>/acceptance")
@needs(Permission.ONLINE_PAYMENT_WRITE)
@form_again(settlement_page)
def create_acceptance(settlement_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        settling.accept_difference(books, settlement_id, request.form.get("reason", ""))
    return see_other(url_for("gateway.show_settlement", settlement_id=settlement_id))


# How the gateway is reached --------------------------------------------------------------------------------------------


def settings_page(*, typed: Any = None, errors: Any = None) -> Response:
    """What is kept, or what was typed; a secret is never shown again."""
    from webapp.gateway.razorpay import BASE_URL

    with read_books(current_actor()) as books:
        kept = queries.account_or_none(books)
        banks = accounts.banks(books)
        shop = company.profile(books)
    tax_kind = kept.tax_kind if kept else rules.usual_tax_kind(shop.gstin, shop.state_code)
    hook = f"{settings().public_url}{_hook_path(kept)}" if kept else ""
    values: dict[str, Any] = {
        "kept": kept,
        "banks": [(str(id_), account_name(name)) for id_, name in banks],
        "tax_kind": tax_kind,
        "hook": hook,
    }
    return page("gateway/settings.html", **values, base_url=BASE_URL, typed=typed or {}, errors=errors or {})


def _hook_path(kept: queries.AccountRow) -> str:
    return url_for("gateway.receive_message", hook_company=current_actor().company_id, hook_id=kept.hook_id)


@bp.get("/online-payments/settings")
@needs(Permission.COMPANY_WRITE)
def show_settings() -> Response:
    return settings_page()


@bp.post("/online-payments/settings")
@needs(Permission.COMPANY_WRITE)
@identity.require_fresh
@form_again(settings_page)
def change_settings() -> BaseResponse:
    with open_books(current_actor()) as books:
        accounts.set_up(books, forms.parse_set_up(request.form))
    flash(_("The settings are kept."), "success")
    return see_other(url_for("gateway.show_settings"))
