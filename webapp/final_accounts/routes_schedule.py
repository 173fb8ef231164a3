"""Screens of Schedule III: both parts with their notes, and the form of what no account can tell."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import share_capital
from webapp.final_accounts import forms, layouts_notes, layouts_schedule, notes, schedule_reads
from webapp.final_accounts.blueprint import about_words, as_at, asked, bp, day_labels
from webapp.kernel.dates import FinancialYear, Period, written
from webapp.kernel.errors import NotFound
from webapp.kernel.money import plain_decimal
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other


@bp.get("/schedule-iii")
@needs(Permission.REPORT_READ)
def show_schedule_iii() -> Response:
    wanted_format = sheets.asked_format()
    # The Schedule asks for the figures of the year before beside those of this one (General Instruction 5).
    args = {**request.args, "compare": "last-year"}
    with read_books(current_actor()) as books:
        choice = asked(books, args, as_at=True)
        chosen: dict[str, Any] = {**as_at(books, choice), "comparisons": ()}
        found = schedule_reads.schedule_of(books, choice.days, store_id=choice.store_id)
        about = about_words(books, choice, is_as_at=True)
        year = FinancialYear.of(choice.period.last_day)
        shares = () if choice.store_id else share_capital.notes_of(books, choice.days[0], choice.days[1])
        said = notes.in_order(found.notes[0].words)
    labels = day_labels(choice)
    rows, results = layouts_schedule.schedule_rows(found.schedule), layouts_schedule.results_rows(found)
    if wanted_format:
        whole = layouts_schedule.file_rows(found, labels, rows, results) + layouts_notes.file_rows(shares, said, labels)
        return sheets.send(_sheet(about, labels, whole), wanted_format)
    return page(
        "final_accounts/schedule_iii.html",
        found=found,
        rows=rows,
        results=results,
        labels=labels,
        choice=choice,
        about=about,
        per_share=layouts_schedule.per_share_rows(found),
        ages=layouts_schedule.age_tables(found),
        age_words=layouts_schedule.age_words(),
        line_words=layouts_schedule.line_words,
        note_words=layouts_schedule.note_words,
        year=year.start_year,
        shares=[layouts_notes.share_note(one) for one in shares],
        said=said,
        subjects=layouts_notes.subject_words(),
        **chosen,
    )


def _sheet(about: tuple[str, ...], labels: tuple[str, ...], whole: list[layouts_schedule.Cells]) -> Sheet:
    more = layouts_schedule.age_labels(of_customers=True)[len(labels) :]  # the widest of its tables
    columns = (
        Column(_("Group"), "text", 26),
        Column(_("Account"), "text", 26),
        Column(_("Note"), "text", 6),
        *(Column(label, "amount", 13) for label in (*labels, *more)),
    )
    return Sheet("schedule-iii", _("Schedule III"), about, columns, lambda _books: iter(whole), is_wide=True)


def notes_form(*, year: int, typed: Any = None, errors: Any = None) -> Response:
    """The form of a year's notes: shares, and what of each loan falls due within twelve months of its end."""
    with read_books(current_actor()) as books:
        span = _year(year)
        kept = schedule_reads.notes_of(books, year)
        loans = schedule_reads.long_term_loans(books, min(span.last_day, max(books.today, span.first_day)))
        names = {id_: name for id_, name, _owed in loans}
        loans += [one for one in schedule_reads.other_maturities(books, kept) if one[0] not in names]
        weighted = share_capital.weighted_equity(books, Period(span.first_day, span.last_day))
    values = typed or {
        "version": kept.version,
        "shares": kept.shares or "",
        "potential_shares": kept.potential_shares or "",
        "preference": plain_decimal(kept.preference_paise, 2) if kept.preference_paise else "",
        "dilution": plain_decimal(kept.dilution_paise, 2) if kept.dilution_paise else "",
        "face_value": plain_decimal(kept.face_value_paise, 2) if kept.face_value_paise else "",
        **{f"due_{id_.hex}": plain_decimal(amount, 2) for id_, amount in kept.maturities.items()},
    }
    return page(
        "final_accounts/schedule_notes.html",
        year=span, values=values, errors=errors or {}, loans=loans, day=written(span.last_day), weighted=weighted,
    )  # fmt: skip


@bp.get("/schedule-iii/<int:year>/notes")
@needs(Permission.CHART_WRITE)
def show_schedule_notes(year: int) -> Response:
    return notes_form(year=year)


@bp.post("/schedule-iii/<int:year>/notes")
@needs(Permission.CHART_WRITE)
@form_again(notes_form)
def change_schedule_notes(year: int) -> BaseResponse:
    span = _year(year)
    with open_books(current_actor()) as books:
        notes.change_notes(books, year, forms.parse_notes(request.form))
    flash(_("The notes of %(year)s are saved.", year=span), "success")
    return see_other(url_for("final_accounts.show_schedule_iii", to=span.last_day.isoformat()))


def words_form(*, year: int, typed: Any = None, errors: Any = None) -> Response:
    """The form of what the notes of a year say in words."""
    span = _year(year)
    with read_books(current_actor()) as books:
        kept, before = (notes.in_order(one.words) for one in schedule_reads.notes_of_years(books, [year, year - 1]))
    # A year of which nothing is said begins with the words of the year before.
    values = typed or {**(kept or before), "seen": notes.digest(kept)}
    is_copied = not typed and not kept and bool(before)
    return page(
        "final_accounts/schedule_words.html",
        year=span, values=values, errors=errors or {}, subjects=layouts_notes.subject_words(), is_copied=is_copied,
    )  # fmt: skip


@bp.get("/schedule-iii/<int:year>/words")
@needs(Permission.CHART_WRITE)
def show_schedule_words(year: int) -> Response:
    return words_form(year=year)


@bp.post("/schedule-iii/<int:year>/words")
@needs(Permission.CHART_WRITE)
@form_again(words_form)
def change_schedule_words(year: int) -> BaseResponse:
    span = _year(year)
    with open_books(current_actor()) as books:
        notes.change_words(books, year, request.form, request.form.get("seen", ""))
    flash(_("The notes of %(year)s are saved.", year=span), "success")
    return see_other(url_for("final_accounts.show_schedule_iii", to=span.last_day.isoformat()))


def _year(number: int) -> FinancialYear:
    if not 1990 <= number < 2099:
        raise NotFound("financial year")
    return FinancialYear(number)
