"""The books for other programs: the whole register as a Beancount or a Ledger (hledger) journal. Reads all, decides nothing.

Promises: every voucher of the span is there, to the paisa, reversals too; no two accounts share a name; the other
program's balances are ours; the same books give the same file; that the books left is in the edit log.
"""

from webapp.exchange.forms import read_asked
from webapp.exchange.rules import Format, Span
from webapp.exchange.service import ask_file, export_text, make_file, write_file

__all__ = ["Format", "Span", "ask_file", "export_text", "make_file", "read_asked", "write_file"]
