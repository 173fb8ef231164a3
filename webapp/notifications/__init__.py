"""Notifications: who is told what, when, in which language and by which channel; how each message stands.

Promises: the same event, key and recipient are told once; two workers never send one message twice; what may have arrived is not sent
again but by a person; who has ended such messages gets none, also of those that wait already; a value can neither fill a place of its
own nor add to the heads of a mail; one company's messages are never another's. What carries a message is `webapp.messaging`'s.
"""

from webapp.notifications.events import MessagesQueued
from webapp.notifications.queries import MessageRow, Policy, endings, policy, unread
from webapp.notifications.rules import REMINDERS
from webapp.notifications.sending import send_due, take_report, use_check
from webapp.notifications.telling import hindrances, notify

__all__ = [
    "REMINDERS",
    "MessageRow",
    "MessagesQueued",
    "Policy",
    "endings",
    "hindrances",
    "notify",
    "policy",
    "send_due",
    "take_report",
    "unread",
    "use_check",
]
