"""Mail to a person as such, of no business: by the mail server of this machine, under the program's own name."""

from __future__ import annotations

from uuid import UUID

from webapp.messaging.carrier import End
from webapp.messaging.rules import Channel, Message, Outcome
from webapp.messaging.sending import call, machine_carrier, unusable


def mail_person(mail_id: UUID, to: str, subject: str, text: str) -> Outcome:
    """Hand one mail over. Asks the network: never call it inside a transaction. LATER asks to be called again."""
    message = Message(id=mail_id, channel=Channel.EMAIL, to=to, subject=subject, text=text)
    if unusable(message):
        return Outcome.REFUSED
    carrier = machine_carrier(sender_name="Munim", reply_to="")
    return carrier.outcome if isinstance(carrier, End) else call(carrier, message, 0).outcome
