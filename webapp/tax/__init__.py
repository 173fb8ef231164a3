"""The GST arithmetic: rates by date, the kind of supply, the figures of a bill, the words of the law.

Pure and without tables: numbers in, numbers out. The counter's JavaScript (`static/counter/tax.js`) is the same
arithmetic, held equal to this by the vectors in `tests/vectors`. An open room: use `webapp.tax.rules`.
The rule itself is written out in `docs/tax-arithmetic.md`.
"""
