"""The books checked against themselves: for the command, the nightly job and the tests. Reads every room, decides nothing.

Promises: what is wrong is named in words; kept totals can be worked out again from the registers at any time.
"""

from webapp.books_check.rules import Breach, Check, Report
from webapp.books_check.service import replay, verify_books

__all__ = ["Breach", "Check", "Report", "replay", "verify_books"]
