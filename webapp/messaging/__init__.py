"""How a message leaves: mail, SMS, WhatsApp and push, by the accounts that a business has with their providers.

Promises: a message is never sent twice for a doubt (who may have taken it is not asked again); a provider in trouble is left alone for a
while; what providers tell afterwards is believed only with their signature and counted once; secrets are kept sealed.
Who is told what is decided by the rooms above, which hand over a Message (`deliver`) and keep what became of it (`use_reports`).
"""

from webapp.messaging.queries import Subscription, ready, subscriptions
from webapp.messaging.receiving import known_reports, use_reports
from webapp.messaging.rules import Attachment, Channel, Delivery, Message, Outcome, Provider, Report, ReportState
from webapp.messaging.sending import deliver, try_account
from webapp.messaging.to_people import mail_person, text_person

__all__ = [
    "Attachment",
    "Channel",
    "Delivery",
    "Message",
    "Outcome",
    "Provider",
    "Report",
    "ReportState",
    "Subscription",
    "deliver",
    "known_reports",
    "mail_person",
    "ready",
    "subscriptions",
    "text_person",
    "try_account",
    "use_reports",
]
