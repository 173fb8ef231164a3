"""The note on share capital and the notes in words, laid out for the page of Schedule III and for its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from webapp.final_accounts.layouts_schedule import FILE_AMOUNTS, Cells
from webapp.kernel.money import rupees
from webapp.kernel.records import dataclass
from webapp.platform.templating import grouped, percent
from webapp.share_capital import ClassNote, kind_words


@dataclass(frozen=True, slots=True)
class ShareNote:
    """The note on a class of shares: `rows` are (words, number, amount, number of the year before, its amount); `holders` are tables of
    (caption, rows of name, number, share now, share before, change)."""

    name: str
    about: str
    rights: str
    rows: tuple[tuple[str, int, int, int, int], ...]
    holders: tuple[tuple[str, tuple[Cells, ...]], ...]
    five_years: tuple[str, ...]


def share_note(one: ClassNote) -> ShareNote:
    """A class as note 6A of the General Instructions has it."""
    words = kind_words()
    own, before = one.years
    kinds = [kind for kind in words if any(kind == name for year in one.years for name, _number in year.moves)]

    def row(label: str, number: int, number_before: int) -> tuple[str, int, int, int, int]:
        return label, number, one.amount(number), number_before, one.amount(number_before)

    rows = (
        row(_("At the beginning of the year"), own.opening, before.opening),
        *(row(words[kind], dict(own.moves).get(kind, 0), dict(before.moves).get(kind, 0)) for kind in kinds),
        row(_("At the end of the year"), own.closing, before.closing),
    )
    tables = ((_("Holders above 5 percent"), one.large), (_("Promoters"), one.promoters))
    holders = tuple(
        (
            caption,
            tuple(
                (held.holder.name, held.holder.shares, percent(held.share_bp), percent(held.before_bp), _change(held.change_bp))
                for held in every
            ),
        )
        for caption, every in tables
        if every
    )
    value = rupees(one.own.face_value_paise)
    authorised = _(
        "%(count)s of %(value)s authorised, %(amount)s",
        count=grouped(one.own.authorised), value=value, amount=rupees(one.amount(one.own.authorised)),
    )  # fmt: skip
    told = tuple(_("%(what)s in five years: %(count)s", what=words[kind], count=grouped(number)) for kind, number in one.five_years)
    return ShareNote(one.own.name, authorised, one.own.rights, rows, holders, told)


def subject_words() -> dict[str, str]:
    """What the notes in words are about."""
    return {
        "policies": _("Accounting policies"),
        "contingent": _("Contingent liabilities"),
        "commitments": _("Commitments"),
        "other": _("Other notes"),
    }


def file_rows(shares: Sequence[ClassNote], said: Mapping[str, str], labels: Sequence[str]) -> list[Cells]:
    """The same at the end of a file: its heading, what it is, then figures."""
    whole: list[Cells] = []
    for note in map(share_note, shares):
        whole.append(_row(_("Share capital: %(name)s", name=note.name), note.about, labels[0], _("Amount"), labels[1], _("Amount")))
        for words, number, amount, number_before, amount_before in note.rows:
            whole.append(_row("", words, grouped(number), amount, grouped(number_before), amount_before))
        whole += [_row("", words) for words in (*note.five_years, *([note.rights] if note.rights else []))]
        for caption, held in note.holders:
            whole.append(_row(caption, "", _("Shares"), labels[0], labels[1], _("Change")))
            whole += [_row("", name, grouped(shares), *rest) for name, shares, *rest in held]
    for subject, words in said.items():
        whole.append(_row(subject_words()[subject]))
        whole += [_row("", line) for line in words.splitlines() if line.strip()]
    return whole


def _row(heading: str, words: str = "", *cells: Any) -> Cells:
    return (heading, words, "", *cells, *("",) * (FILE_AMOUNTS - len(cells)))


def _change(basis_points: int | None) -> str:
    if basis_points is None:
        return str(_("new"))
    return ("+" if basis_points > 0 else "") + percent(basis_points)
