"""GSTR-3B of a registration and a month or a quarter, how it is paid, and the electronic ledgers that the portal keeps.

It tells what GSTR-1 told and what input tax found, and decides nothing about either. Promises: its output tax is what GSTR-1 of the period
told, to the paisa; what pays it is used in the order of s.49(5) and leaves the least cash; a filed return is kept as it was, moves the
three ledgers once, and goes with everything it moved when it is taken back; a ledger's balance is the sum of its lines.
"""

from webapp.gstr3b.building import FORM, gstr3b
from webapp.gstr3b.challans import ChallanRow, Deposit, cancel_deposit, deposit, deposits, instalment
from webapp.gstr3b.credited import Credited, CreditedRow, cancel_credit, credits_of, enter_credit, held_against
from webapp.gstr3b.law import due_on
from webapp.gstr3b.ledgers import Kept, Opening, balances, carried, credit_balance, enter_opening, kept_of, standing
from webapp.gstr3b.service import file_3b, payment, post_set_off, reopen_3b, voucher_of
from webapp.gstr3b.setting_off import Settlement, settle
from webapp.gstr3b.told import Figure, Gstr3b
from webapp.gstr3b.writing import as_text

__all__ = [
    "FORM",
    "ChallanRow",
    "Credited",
    "CreditedRow",
    "Deposit",
    "Figure",
    "Gstr3b",
    "Kept",
    "Opening",
    "Settlement",
    "as_text",
    "balances",
    "cancel_credit",
    "cancel_deposit",
    "carried",
    "credit_balance",
    "credits_of",
    "deposit",
    "deposits",
    "due_on",
    "enter_credit",
    "enter_opening",
    "file_3b",
    "gstr3b",
    "held_against",
    "instalment",
    "kept_of",
    "payment",
    "post_set_off",
    "reopen_3b",
    "settle",
    "standing",
    "voucher_of",
]
