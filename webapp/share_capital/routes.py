"""Screens of the register of shares: every class with its entries, the form of a class, who held it at the end of a year."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.kernel.dates import FinancialYear, Period
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import plain_decimal
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other
from webapp.share_capital import forms, queries, rules, service
from webapp.share_capital.words import kind_words

bp = Blueprint("share_capital", __name__)

_SPARE_ROWS = 5


def register_page(*, typed: Any = None, errors: Any = None, class_id: UUID | None = None, **_given: Any) -> Response:
    """The register: every class with its entries, and the form of a new entry (of `class_id` where one was refused)."""
    with read_books(current_actor()) as books:
        year, today = FinancialYear.of(books.today), books.today
        classes, every = queries.share_classes(books), queries.moves_of(books)
    shown = []
    for one in classes:
        rows = [row for row in every if row.class_id == one.id]
        moves = queries.standing(rows)
        shown.append((one, rows, rules.reconciled(moves, Period(year.first_day, today))))
    return page(
        "share_capital/register.html",
        shown=shown, year=year, today=today, kinds=kind_words(), id=new_id(), typed=typed or {}, errors=errors or {}, refused=class_id,
    )  # fmt: skip


@bp.get("/share-register")
@needs(Permission.REPORT_READ)
def show_register() -> Response:
    wanted_format = sheets.asked_format()
    return sheets.send(_sheet(), wanted_format) if wanted_format else register_page()


def _sheet() -> Sheet:
    labels = ((_("Class"), "text", 24), (_("Date"), "day", 12), (_("What happened"), "text", 26), (_("Shares"), "number", 14))
    columns = (*(Column(*one) for one in labels), Column(_("Note"), "text", 30), Column(_("Entered by"), "text", 18))
    words, undone = kind_words(), _("Taken back")

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        names = {one.id: one.name for one in queries.share_classes(books)}
        for row in sorted(queries.moves_of(books), key=lambda one: (names[one.class_id], one.day, one.made_at)):
            said = f"{words[row.kind]} ({undone})" if row.is_undone else words[row.kind]
            yield names[row.class_id], row.day, said, row.move.signed, row.note, row.made_by

    return Sheet("share-register", _("Register of shares"), (), columns, rows, is_wide=True)


def class_form(*, class_id: UUID | None = None, typed: Any = None, errors: Any = None) -> Response:
    """The form of a class, new or one there is."""
    own = None
    if class_id is not None:
        with read_books(current_actor()) as books:
            own = queries.share_class(books, class_id)
    values = typed or {"kind": "equity"}
    if own and not typed:
        values = {
            "name": own.name,
            "kind": "preference" if own.is_preference else "equity",
            "face_value": plain_decimal(own.face_value_paise, 2),
            "authorised": own.authorised,
            "rights": own.rights,
            "version": own.version,
        }
    return page("share_capital/class_form.html", own=own, values=values, errors=errors or {}, id=values.get("id") or new_id())


@bp.get("/share-register/new")
@needs(Permission.CHART_WRITE)
def new_class() -> Response:
    return class_form()


@bp.get("/share-register/<uuid:class_id>/edit")
@needs(Permission.CHART_WRITE)
def edit_class(class_id: UUID) -> Response:
    return class_form(class_id=class_id)


@bp.post("/share-register")
@needs(Permission.CHART_WRITE)
@form_again(class_form)
def create_class() -> BaseResponse:
    draft = forms.parse_class(request.form)
    with open_books(current_actor()) as books:
        service.add_class(books, read_id(request.form.get("id", "")) or new_id(), draft)
    flash(_("Saved."), "success")
    return see_other(url_for("share_capital.show_register"))


@bp.post("/share-register/<uuid:class_id>")
@needs(Permission.CHART_WRITE)
@form_again(class_form)
def change_class(class_id: UUID) -> BaseResponse:
    draft = forms.parse_class(request.form)
    with open_books(current_actor()) as books:
        service.change_class(books, class_id, draft, forms.read_version(request.form))
    flash(_("Saved."), "success")
    return see_other(url_for("share_capital.show_register"))


@bp.post("/share-register/<uuid:class_id>/moves")
@needs(Permission.CHART_WRITE)
@form_again(register_page)
def create_move(class_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        move_id = read_id(request.form.get("id", "")) or new_id()
        service.add_move(books, move_id, class_id, forms.parse_move(request.form), request.form.get("note", ""))
    flash(_("Entered."), "success")
    return see_other(url_for("share_capital.show_register", _anchor=f"class-{class_id}"))


def taking_back_form(*, move_id: UUID, typed: Any = None, errors: Any = None) -> Response:
    """Why an entry is taken back."""
    with read_books(current_actor()) as books:
        row = next((one for one in queries.moves_of(books) if one.id == move_id), None)
        if row is None:
            raise NotFound("entry of the register")
        own = queries.share_class(books, row.class_id)
    return page("share_capital/take_back.html", row=row, own=own, kinds=kind_words(), values=typed or {}, errors=errors or {}, id=new_id())


@bp.get("/share-register/moves/<uuid:move_id>/taking-back")
@needs(Permission.CHART_WRITE)
def new_taking_back(move_id: UUID) -> Response:
    return taking_back_form(move_id=move_id)


@bp.post("/share-register/moves/<uuid:move_id>/taking-back")
@needs(Permission.CHART_WRITE)
@form_again(taking_back_form)
def create_taking_back(move_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        class_id = service.take_back(books, read_id(request.form.get("id", "")) or new_id(), move_id, request.form.get("reason", ""))
    flash(_("Taken back."), "success")
    return see_other(url_for("share_capital.show_register", _anchor=f"class-{class_id}"))


def holders_form(*, class_id: UUID, year: int, typed: Any = None, errors: Any = None) -> Response:
    """Who held a class at the end of a year, a row for each, with rows to spare."""
    span = _year(year)
    with read_books(current_actor()) as books:
        own, found = queries.share_class(books, class_id), queries.holders_of(books, class_id, year)
        day = min(span.last_day, books.today)
        whole = rules.outstanding(queries.standing(queries.moves_of(books, class_id)), day)
    values: dict[str, Any] = dict(typed or {"version": found.version})
    if not typed:
        for place, one in enumerate(found.holders):
            values |= {f"name_{place}": one.name, f"shares_{place}": one.shares, f"promoter_{place}": "1" if one.is_promoter else ""}
    filled = [int(name.removeprefix("name_")) for name in values if name.removeprefix("name_").isdecimal() and len(name) < 9]
    count = min(max([*filled, -1]) + 1 + (0 if typed else _SPARE_ROWS), service.MOST_HOLDERS + 1)
    return page("share_capital/holders.html", own=own, year=span, day=day, whole=whole, values=values, errors=errors or {}, count=count)


@bp.get("/share-register/<uuid:class_id>/holders/<int:year>")
@needs(Permission.CHART_WRITE)
def show_holders(class_id: UUID, year: int) -> Response:
    return holders_form(class_id=class_id, year=year)


@bp.post("/share-register/<uuid:class_id>/holders/<int:year>")
@needs(Permission.CHART_WRITE)
@form_again(holders_form)
def change_holders(class_id: UUID, year: int) -> BaseResponse:
    _year(year)
    holders, typed_in = forms.parse_holders(request.form)
    with open_books(current_actor()) as books:
        try:
            service.name_holders(books, class_id, year, holders, forms.read_version(request.form))
        except InvalidInput as refusal:
            raise InvalidInput({typed_in.get(field, field): words for field, words in refusal.errors.items()}) from refusal
    flash(_("Saved."), "success")
    return see_other(url_for("share_capital.show_register", _anchor=f"class-{class_id}"))


def _year(number: int) -> FinancialYear:
    if not 1990 <= number < 2099:
        raise NotFound("financial year")
    return FinancialYear(number)
