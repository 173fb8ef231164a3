"""Goods on their way from one store to another: sent, in transit, received, or recalled before they arrived.

Promises: what one store sends is in no store until the other receives it, and stands in Goods in transit meanwhile; what
arrives is worth what was sent; what did not arrive has a reason; between two registrations a tax invoice goes with the
goods, and its tax is owed by one and claimed by the other.
"""

from webapp.transfers.events import TransferRecalled, TransferReceived, TransferSent
from webapp.transfers.queries import LineRow, TransferRow, TransferView, on_the_way, transfer, transfers
from webapp.transfers.rules import Receive, ReceivedLine, Send, SendLine
from webapp.transfers.service import recall, receive, send
from webapp.transfers.travelling import sent_worth_more_than

__all__ = [
    "LineRow",
    "Receive",
    "ReceivedLine",
    "Send",
    "SendLine",
    "TransferRecalled",
    "TransferReceived",
    "TransferRow",
    "TransferSent",
    "TransferView",
    "on_the_way",
    "recall",
    "receive",
    "send",
    "sent_worth_more_than",
    "transfer",
    "transfers",
]
