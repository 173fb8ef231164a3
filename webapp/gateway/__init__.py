"""Money that customers pay online, through a payment gateway: asked for, taken in, given back, settled.

Promises: a payment stands in the books once, whichever road tells of it, how often and in what order; what does not fit is kept with
the reason for a person to decide; nothing is sent twice blindly; a settlement is posted once, and names what does not fit in it.
"""

from webapp.gateway.accounts import CHARGES, CLEARING, SetUp, set_up
from webapp.gateway.asking import ask, cancel, withdraw
from webapp.gateway.asking import send as send_request
from webapp.gateway.events import GatewayMessageKept, GatewayRefundAsked, GatewayRequestAsked
from webapp.gateway.inbox import apply as apply_message
from webapp.gateway.inbox import keep as keep_message
from webapp.gateway.polling import ask_gateway, fetch_settlements
from webapp.gateway.queries import (
    AccountRow,
    PaymentRow,
    RequestRow,
    account_or_none,
    payment,
    payments,
    requests_of,
    settlement_or_none,
    settlements,
)
from webapp.gateway.refunding import ask_refund, send_refund
from webapp.gateway.settling import import_settlement, settled_since
from webapp.gateway.taking import enter, ignore

__all__ = [
    "CHARGES",
    "CLEARING",
    "AccountRow",
    "GatewayMessageKept",
    "GatewayRefundAsked",
    "GatewayRequestAsked",
    "PaymentRow",
    "RequestRow",
    "SetUp",
    "account_or_none",
    "apply_message",
    "ask",
    "ask_gateway",
    "ask_refund",
    "cancel",
    "enter",
    "fetch_settlements",
    "ignore",
    "import_settlement",
    "keep_message",
    "payment",
    "payments",
    "requests_of",
    "send_refund",
    "send_request",
    "set_up",
    "settled_since",
    "settlement_or_none",
    "settlements",
    "withdraw",
]
