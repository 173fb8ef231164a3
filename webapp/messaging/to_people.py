"""Mail and SMS to a person as such, of no business: by the mail server and the carrier of this machine, under the program's own name."""

from __future__ import annotations

from uuid import UUID

from webapp.messaging.carrier import Carrier, End, Template
from webapp.messaging.rules import Channel, Delivery, Message, Outcome, Provider
from webapp.messaging.sending import call, machine_carrier, unusable
from webapp.platform import machine
from webapp.platform.sms_road import GAP, SmsRoad

# Where the machine names no words of its own: they go to countries that register none. One SMS each: 160 signs, 70 of them where one is
# of another script (3GPP TS 23.038).
_WORDS = {
    "en": "{code} is your code for Munim. It works for 10 minutes and once. Give it to nobody.",
    "hi": "{code} आपका Munim कोड है: 10 मिनट तक, एक बार। किसी को न दें।",
}


def mail_person(mail_id: UUID, to: str, subject: str, text: str) -> Outcome:
    """Hand one mail over. Asks the network: never call it inside a transaction. LATER asks to be called again."""
    message = Message(id=mail_id, channel=Channel.EMAIL, to=to, subject=subject, text=text)
    if unusable(message):
        return Outcome.REFUSED
    carrier = machine_carrier(sender_name="Munim", reply_to="")
    return carrier.outcome if isinstance(carrier, End) else call(carrier, message, 0).outcome


def text_person(text_id: UUID, to: str, code: str, language: str) -> Delivery:
    """Hand an SMS with a code over. Nothing in it is a person's or a business's own words. Asks the network, and asks to be called again,
    as `mail_person`; what the carrier said is in the words."""
    road = machine.sms()
    if road is None:
        return Delivery(Outcome.REFUSED, words="No SMS leaves this machine: SMS_URL names no carrier.")
    text = (road.text or _WORDS.get(language, _WORDS["en"])).replace(GAP, code)
    message = Message(text_id, Channel.SMS, to, "", text, template="phone_code", variables=(("code", code),))
    if reason := unusable(message):
        return Delivery(Outcome.REFUSED, words=reason)
    found = call(_carrier(road), message, 0)
    return Delivery(found.outcome, road.provider, found.provider_id, found.words)


def _carrier(road: SmsRoad) -> Carrier:
    at = {"base_url": road.base_url} if road.base_url else {}
    if road.provider == "twilio":
        return Carrier(Provider.TWILIO, {**at, "account_sid": road.account, "sender": road.sender}, {"auth_token": road.secret})
    template = Template("phone_code", road.template, "en", "")
    return Carrier(Provider.MSG91, at, {"authkey": road.secret}, template=template)
