"""Reports of the stock: how it moved, how old it is, what expires, what sells and at what margin, what to order.

Promises: a figure equals a straightforward working of the registers and the bills behind it; a report is one statement
however long the list is; a person held to some stores sees the goods of those alone.
"""

from webapp.stock_reports.watch import expiring, running_low

__all__ = ["expiring", "running_low"]
