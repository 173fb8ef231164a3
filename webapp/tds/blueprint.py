"""The blueprint of this room, and the words its templates share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from webapp.kernel.records import dataclass
from webapp.tds import words

bp = Blueprint("tds", __name__)


@dataclass(frozen=True, slots=True)
class Side:
    """The pages of what is deducted, or of what is collected: their views, and what their words are."""

    is_collected: bool
    dues: str
    register: str
    challans: str
    new_challan: str
    statement: str
    statement_file: str
    summary: str
    certificate: str
    marks: str

    @property
    def code(self) -> str:
        return "tcs" if self.is_collected else "tds"

    @property
    def words(self) -> dict[str, Any]:
        """Titles and columns."""
        if self.is_collected:
            return {
                "title": _("Tax collected at source"),
                "done": _("Collected"),
                "rows": _("Collections"),
                "kind": _("Kind of goods"),
                "empty": _(
                    "Nothing was collected yet. Mark the goods on which you collect tax: their bills then collect it by themselves."
                ),
                "empty_year": _("Nothing was collected in this year. Mark the goods on which you collect tax."),
                "mark": _("Mark goods"),
                "sum": _("Tax collected by section and party"),
                "account": _("TCS payable"),
            }
        return {
            "title": _("Tax deducted at source"),
            "done": _("Deducted"),
            "rows": _("Deductions"),
            "kind": _("Kind of payment"),
            "empty": _("Nothing was deducted yet. Mark the suppliers of whose bills you deduct tax."),
            "empty_year": _("Nothing was deducted in this year. Mark the suppliers of whose bills you deduct tax."),
            "mark": _("Mark a supplier"),
            "sum": _("Tax deducted by section and party"),
            "account": _("TDS payable"),
        }

    @property
    def kinds(self) -> dict[str, str]:
        return words.goods_words() if self.is_collected else words.paid_words()

    def views(self, active: str) -> list[dict[str, Any]]:
        """The pages of this side, one of them open."""
        pages = [
            (_("Dues"), self.dues),
            (self.words["rows"], self.register),
            (_("Challans"), self.challans),
            (_("Statement"), self.statement),
            (_("Summary"), self.summary),
            (_("Marks"), self.marks),
        ]
        found = [{"label": label, "url": url_for(endpoint), "active": endpoint == active} for label, endpoint in pages]
        other = TDS if self.is_collected else TCS
        return [*found, {"label": "TDS" if self.is_collected else "TCS", "url": url_for(other.dues), "active": False}]


TDS = Side(
    False,  # noqa: FBT003 - the names follow it
    "tds.show_dues",
    "tds.list_deductions",
    "tds.list_challans",
    "tds.new_challan",
    "tds.show_statement",
    "tds.send_statement_file",
    "tds.show_summary",
    "tds.show_certificate",
    "tds.list_marks",
)
TCS = Side(
    True,  # noqa: FBT003 - as above
    "tds.show_tcs_dues",
    "tds.list_collections",
    "tds.list_tcs_challans",
    "tds.new_tcs_challan",
    "tds.show_tcs_statement",
    "tds.send_tcs_statement_file",
    "tds.show_tcs_summary",
    "tds.show_tcs_certificate",
    "tds.list_tcs_marks",
)


@bp.context_processor
def shared() -> dict[str, Any]:
    """For templates: what kinds and payees are called, and the two sides of this room."""
    return {"kinds": words.kind_words(), "payees": words.payee_words(), "TDS": TDS, "TCS": TCS}
