"""Input tax credit: its register by registration and month, what of it is reversed and claimed again, and table 4 of GSTR-3B.

Promises: 4A less 4B of a month is, by head, what the input tax accounts of the registration moved (but for what was used to pay, and
what was there when the books began); a reversal is posted once for a month, by one voucher; what is claimed again is never more than was
reversed for the time being. It decides nothing about purchases: papers have said what was claimed.
"""

from webapp.input_tax.queries import inward_supplies, reverse_charge, table_4
from webapp.input_tax.register import Entry, entries
from webapp.input_tax.rules import Cell, CellRow, Table4, Table5, Tax

__all__ = ["Cell", "CellRow", "Entry", "Table4", "Table5", "Tax", "entries", "inward_supplies", "reverse_charge", "table_4"]
