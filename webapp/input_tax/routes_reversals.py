"""Pages of reversals: what a month proposes with its working, what is typed by hand, what was posted, and taking it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from webapp.input_tax import forms, posted, words
from webapp.input_tax.blueprint import bp
from webapp.input_tax.posted import ReversalRow
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.places import read_key, write_key
from webapp.kernel.text import clean_text
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other

FORMS = ("37", "37-again", "37A", "37A-again", "38", "42", "42Y", "43", "wasted")


def worked(books: Books, gstin: str, month: int, form: MultiDict[str, str], *, with_year: bool = False) -> Any:
    """Every proposal of a month, by its form's name; and the working of Rule 42. That of a year reads all its months: it is worked out
    where somebody asks for it, from March to September after it (Rule 42(2))."""
    from webapp.input_tax import late_returns, proposals  # read returns and stock; wanted here alone

    found = proposals.month_entries(books, gstin, month)
    turnover = proposals.turnover(books, gstin, month)
    common = proposals.common_credit(found, *turnover)
    errors: dict[str, str] = {}
    try:
        common = forms.parse_common(form, common)
    except InvalidInput as refused:
        errors = dict(refused.errors)
    is_bank = posted.standing(books, gstin).is_bank
    by_cell = {one.cell: one for one in proposals.rule_37(books, gstin, month)}
    own = {"37": by_cell.get("temporary"), "37-again": by_cell.get("reclaim"), "wasted": proposals.wasted(books, gstin, month)}
    by_cell = {one.cell: one for one in late_returns.rule_37a(books, gstin, month)}
    own |= {"37A": by_cell.get("temporary"), "37A-again": by_cell.get("reclaim")}
    if is_bank:
        own["38"] = proposals.rule_38(found)
    else:
        own["42"] = proposals.rule_42(common)
        own["43"] = proposals.rule_43(posted.assets(books, gstin), month, *turnover)
        if with_year and (year := year_of(month)):
            own["42Y"] = proposals.rule_42_year(books, gstin, year, proposals.day_of(month, books.today))
    return own, common, errors, is_bank


def year_of(month: int) -> FinancialYear | None:
    """The year whose Rule 42 a month may put right: it ends with March; its last return for that is September's."""
    return FinancialYear(month // 100 - 1) if 3 <= month % 100 <= 9 else None


def month_page(*, typed: Any = None, errors: Any = None) -> Response:
    """A month: proposals, the form by hand, what was posted for it."""
    from webapp.input_tax import proposals  # as above

    with read_books(current_actor()) as books:
        where = forms.read_where(books, request.args)
        if where.of is None:
            return page("input_tax/none.html")
        given = typed if typed is not None else request.args
        with_year = request.args.get("year") == "1"
        own, common, wrong, is_bank = worked(books, where.of.gstin, where.month, given, with_year=with_year)
        rows = posted.reversals(books, where.of.gstin, first=where.month, last=where.month)
        balance = posted.balance(books, where.of.gstin)
        day = proposals.day_of(where.month, books.today)
    done = {(row.rule, row.cell) for row in rows if row.cancelled_on is None}
    offers = [(name, one) for name, one in own.items() if one is not None]
    return page(
        "input_tax/month.html",
        where=where,
        offers=offers,
        done=done,
        common=common,
        is_bank=is_bank,
        rows=rows,
        balance=balance,
        day=day,
        year=None if is_bank or with_year else year_of(where.month),
        ids={name: new_id() for name in (*FORMS, "typed")},
        choices=list(words.typed_words().items()),
        typed=typed or {},
        errors={**wrong, **(errors or {})},
    )


@bp.get("/input-tax/reversals")
@needs(Permission.RETURN_READ)
def show_month() -> Response:
    return month_page()


@bp.post("/input-tax/reversals/<form_name>")
@needs(Permission.RETURN_FILE)
@form_again(lambda form_name, **more: month_page(**more))
def create_reversal(form_name: str) -> BaseResponse:
    from webapp.input_tax import service  # as above

    with open_books(current_actor()) as books:
        where = forms.read_where(books, request.args)
        if where.of is None or form_name not in (*FORMS, "typed"):
            raise NotFound("form")
        if form_name == "typed":
            made: ReversalRow = service.post_typed(books, forms.parse_typed(request.form, where.of.gstin, where.month))
        else:
            asked, is_of_year = forms.parse_post(request.form, where.of.gstin, where.month), form_name == "42Y"
            service.turn(books, asked.id)
            own, _common, errors, _is_bank = worked(books, where.of.gstin, where.month, request.form, with_year=is_of_year)
            if errors:
                raise InvalidInput(errors)
            made = service.post_proposal(books, asked, own.get(form_name))
    return see_other(url_for("input_tax.show_reversal", reversal_id=made.id))


@bp.get("/input-tax/reversals/posted")
@needs(Permission.RETURN_READ)
def list_reversals() -> Response:
    text = clean_text(request.args.get("q", ""))[:60]
    with read_books(current_actor()) as books:
        where = forms.read_where(books, request.args)
        if where.of is None:
            return page("input_tax/none.html")
        if wanted_format := sheets.asked_format():
            from webapp.input_tax import lists  # as above

            return sheets.send(lists.posted_sheet(where.of), wanted_format)
        after = _after(request.args.get("older", ""))
        found = posted.reversals(books, where.of.gstin, words=text, after=after, most=posted.PAGE + 1)
    rows = found[: posted.PAGE]
    older = write_key(rows[-1].month, rows[-1].id) if len(found) > posted.PAGE else None
    return page("input_tax/reversals.html", where=where, rows=rows, text=text, older=older)


def _after(text: str) -> tuple[int, UUID] | None:
    found = read_key(text, int)
    return (int(found[0]), found[1]) if found else None


def reversal_page(reversal_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One posting with its working; the cancel form keeps what was typed."""
    with read_books(current_actor()) as books:
        own = posted.reversal(books, reversal_id)
        lines = posted.lines(books, reversal_id)
    return page("input_tax/reversal.html", own=own, lines=lines, typed=typed or {}, errors=errors or {})


@bp.get("/input-tax/reversals/posted/<uuid:reversal_id>")
@needs(Permission.RETURN_READ)
def show_reversal(reversal_id: UUID) -> Response:
    return reversal_page(reversal_id)


@bp.post("/input-tax/reversals/posted/<uuid:reversal_id>/cancellation")
@needs(Permission.RETURN_FILE)
@form_again(reversal_page)
def create_reversal_cancellation(reversal_id: UUID) -> BaseResponse:
    from webapp.input_tax import service  # as above

    with open_books(current_actor()) as books:
        service.cancel(books, reversal_id, reason=request.form.get("reason", ""))
    return see_other(url_for("input_tax.show_reversal", reversal_id=reversal_id))
