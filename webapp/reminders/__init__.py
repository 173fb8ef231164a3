"""Reminders: whom to ask for money today, by how late the bills are and when they were asked last, and what was promised.

Promises: nobody is on the list who owes nothing that is late, or has promised for a day that has not come; each reminder is noted with
who, when and how, and never changed. Nothing is posted and nothing is sent from here: a message opens in the sender's own program.
Those that send themselves are `webapp.dunning`'s.
"""

from webapp.reminders.queries import Due, ReminderRow, due_list, last_reminders
from webapp.reminders.rules import USUAL_STEPS, ReminderCommand
from webapp.reminders.service import remind, set_steps

__all__ = ["USUAL_STEPS", "Due", "ReminderCommand", "ReminderRow", "due_list", "last_reminders", "remind", "set_steps"]
