"""Schemes: what a shop takes off when goods are bought together, in a quantity, of a kind, or for a sum.

Promises: what a scheme gives is worked out by one pure rule (`rules.worked`), the same to the paisa here and at the till; it is a
discount of the lines that take part, shared among them, so that each line says what was truly paid for it; a scheme is changed by
nobody's stale page, and archived rather than deleted.
"""

from webapp.schemes.queries import all_schemes, schemes_for_till, schemes_standing
from webapp.schemes.rules import Goods, Kind, Line, Off, Scheme, Step, worked
from webapp.schemes.service import change_scheme, create_scheme, put_scheme_away

__all__ = [
    "Goods",
    "Kind",
    "Line",
    "Off",
    "Scheme",
    "Step",
    "all_schemes",
    "change_scheme",
    "create_scheme",
    "put_scheme_away",
    "schemes_for_till",
    "schemes_standing",
    "worked",
]
