"""The year's close: what is still open, the closing figures frozen, the months locked. It posts nothing: openings carry by the year rule.

Promises: frozen figures are never changed, and say by a hash that they were not; a year is re-opened with who and why, and
closed again beside what it was; after the final lock nothing of it moves.
"""

from webapp.closing.queries import YearRow, closing_figures, differences, frozen, year_rows
from webapp.closing.service import close_year, make_final, reopen_year

__all__ = ["YearRow", "close_year", "closing_figures", "differences", "frozen", "make_final", "reopen_year", "year_rows"]
