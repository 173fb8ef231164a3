"""Reports of the stock: how it moved, how old it is, what expires, what sells and at what margin, what to order.

Promises: a figure equals a straightforward working of the registers and the bills behind it; a report is one statement
however long the list is; a person held to some stores sees the goods of those alone.
"""

__all__: list[str] = []
