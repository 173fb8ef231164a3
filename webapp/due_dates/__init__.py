"""The calendar of due dates: what is to be filed, paid or handed over, by when, and how it stands.

It files nothing and keeps no return: what was filed is said by the rooms of the returns, what was deposited by that of tax at source, and
what was done elsewhere is noted here by hand. Promises: a day is worked out from dated rules with their source, or from what the
department notified, entered with where it says so; a reminder of a return, its day and a lead time is announced once (`ReturnDue`).
"""

from webapp.due_dates.events import ReturnDue
from webapp.due_dates.queries import Obligation, obligations
from webapp.due_dates.service import announce_due

__all__ = ["Obligation", "ReturnDue", "announce_due", "obligations"]
