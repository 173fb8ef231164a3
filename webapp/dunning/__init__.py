"""Dunning: reminders of bills that send themselves, by rules of days, amount and customers, until the bill is paid.

Promises: a rule is sent for a bill once; a customer is written to once a day, by the firmest rule that is news, for all that is late;
nothing is asked for that is paid, disputed, promised for a later day or said to be paid; what is owed is read again when the message
leaves; nothing is sent on days of rest. It is off until a person switches it on. `webapp.notifications` sends and keeps the messages.
"""

from webapp.dunning.queries import Policy, decisions, every_rule, policy, written_since
from webapp.dunning.rules import EVENTS, Decision, Rule
from webapp.dunning.sending import dun, hindrance
from webapp.dunning.service import end_rule, exempt, forget_day, rest_on, save_rule, set_policy, take_usual, work_on

__all__ = [
    "EVENTS",
    "Decision",
    "Policy",
    "Rule",
    "decisions",
    "dun",
    "end_rule",
    "every_rule",
    "exempt",
    "forget_day",
    "hindrance",
    "policy",
    "rest_on",
    "save_rule",
    "set_policy",
    "take_usual",
    "work_on",
    "written_since",
]
