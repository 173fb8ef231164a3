"""What stands against a quarterly statement, each with what to do about it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from webapp.kernel.dates import written
from webapp.kernel.money import Paise, rupees
from webapp.tds.rules.days import Quarter
from webapp.tds.rules.law import PAN
from webapp.tds.rules.statement import Deductor, Deposit, Person, plain

TAN = re.compile(r"[A-Z]{4}[0-9]{5}[A-Z]")
DEDUCTOR_KINDS: Mapping[str, str] = {
    "K": "Company",
    "M": "Branch of a company",
    "F": "Firm",
    "Q": "Individual or HUF",
    "P": "Association of persons",
    "T": "Trust",
    "B": "Body of individuals",
    "J": "Artificial juridical person",
}
# The department's own codes of states (annexure of the statement), not those of GST.
STATES: Mapping[str, str] = {
    "1": "Andaman and Nicobar Islands", "2": "Andhra Pradesh", "3": "Arunachal Pradesh", "4": "Assam", "5": "Bihar", "6": "Chandigarh",
    "7": "Dadra and Nagar Haveli and Daman and Diu", "9": "Delhi", "10": "Goa", "11": "Gujarat", "12": "Haryana", "13": "Himachal Pradesh",
    "14": "Jammu and Kashmir", "15": "Karnataka", "16": "Kerala", "17": "Lakshadweep", "18": "Madhya Pradesh", "19": "Maharashtra",
    "20": "Manipur", "21": "Meghalaya", "22": "Mizoram", "23": "Nagaland", "24": "Odisha", "25": "Puducherry", "26": "Punjab",
    "27": "Rajasthan", "28": "Sikkim", "29": "Tamil Nadu", "30": "Tripura", "31": "Uttar Pradesh", "32": "West Bengal",
    "33": "Chhattisgarh", "34": "Uttarakhand", "35": "Jharkhand", "36": "Telangana", "37": "Ladakh",
}  # fmt: skip


class Fault(NamedTuple):
    """What is wrong, with whom or what, and how to put it right. What is not hard is told and does not keep the file back."""

    about: str
    problem: str
    fix: str
    is_hard: bool = True


class Loose(NamedTuple):
    """A deduction or payment that cannot stand in the statement as it is: of whom, paise, day, and whether it was deducted."""

    name: str
    amount: int
    day: date
    is_deducted: bool


def faults(
    own: Deductor | None, quarter: Quarter, deposits: Sequence[Deposit], loose: Sequence[Loose], today: date, *, is_collected: bool = False
) -> list[Fault]:
    """All that stands against the statement of a quarter."""
    found: list[Fault] = []
    if own is None:
        found.append(Fault("Deductor", "Who deducts is not told yet.", "Fill in the deductor's particulars."))
    else:
        found += _deductor_faults(own)
    if quarter.last_day >= today:
        found.append(Fault(str(quarter), f"It ends on {written(quarter.last_day)}.", "Make the statement when the quarter is over."))
    for one in loose:
        said = f"{rupees(Paise(one.amount))} on {written(one.day)}"
        if one.is_deducted:
            found.append(Fault(one.name, f"{said} is in no challan.", "Enter the challan by which it was deposited, and tick it there."))
        else:
            if is_collected:
                found.append(Fault(one.name, f"{said} should have been collected and was not.", "Collect it on the bill.", is_hard=False))
            else:
                found.append(
                    Fault(one.name, f"{said} should have been deducted and was not.", "Deduct it on the page of dues.", is_hard=False)
                )
    for deposit in deposits:
        found += _deposit_faults(deposit, today)
    if not deposits:
        found.append(
            Fault(
                str(quarter),
                "Nothing was collected." if is_collected else "Nothing was deducted.",
                "No statement is needed; tell the department so on its site.",
            )
        )
    return found


def _deductor_faults(own: Deductor) -> list[Fault]:
    found = []
    if not TAN.fullmatch(own.tan):
        found.append(Fault("TAN", f"{own.tan or 'Nothing'} is no TAN.", "Four letters, five digits, a letter: AAAA12345B."))
    for name, pan in (("PAN", own.pan), ("PAN of who answers", own.answers_pan)):
        if not PAN.fullmatch(pan):
            found.append(Fault(name, f"{pan or 'Nothing'} is no PAN.", "Five letters, four digits, a letter: ABCPK1234F."))
    if own.kind not in DEDUCTOR_KINDS:
        found.append(Fault("Deductor", "Its kind is not told.", "Choose it in the deductor's particulars."))
    if own.earlier_token and not (own.earlier_token.isascii() and own.earlier_token.isdigit() and len(own.earlier_token) == 15):
        found.append(Fault("Earlier statement", "Its token has 15 digits.", "Copy it from the receipt of that statement."))
    if not plain(own.designation):
        found.append(Fault("Who answers", "What they are is not told.", "Say it: Owner, Partner, Manager."))
    for title, one in (("Deductor", own.own), ("Who answers", own.answers)):
        found += _person_faults(title, one)
    return found


def _person_faults(title: str, one: Person) -> list[Fault]:
    found = []
    if not plain(one.name):
        found.append(Fault(title, "There is no name in Latin letters.", "Write the name in Latin letters; the file takes no others."))
    if not plain(one.lines[0]):
        found.append(Fault(title, "There is no address.", "Fill in its first line."))
    if one.state not in STATES:
        found.append(Fault(title, "There is no state.", "Choose it from the list."))
    if not (one.pin.isascii() and one.pin.isdigit() and len(one.pin) == 6):
        found.append(Fault(title, "The PIN code has six digits.", "Write it as 411001."))
    if not (one.email or (one.std and one.phone)):
        found.append(Fault(title, "There is neither e-mail nor telephone.", "Fill in one of them, the telephone with its STD code."))
    return found


def _deposit_faults(own: Deposit, today: date) -> list[Fault]:
    found = []
    about = f"Challan {own.serial} of {written(own.day)}" if own.serial else "Without deduction"
    used = sum(one.tax for one in own.deductees)
    if used > own.tax:
        words = f"It has {rupees(Paise(own.tax))} of tax, and deductions of {rupees(Paise(used))}."
        found.append(Fault(about, words, "Take deductions off it, or correct its tax."))
    if own.total % 100 or own.tax % 100:
        found.append(Fault(about, "A challan is of whole rupees.", "Enter its sums as the challan shows them."))
    if own.serial and own.day > today:
        found.append(Fault(about, "Its day has not come yet.", "Correct the day."))
    for one in own.deductees:
        said = f"{one.name or 'Nobody'}, {written(one.paid_on)}"
        if not plain(one.name):
            found.append(Fault(said, "The name of who was paid is not there in Latin letters.", "Write it on the mark, or on the party."))
        if one.pan and not PAN.fullmatch(one.pan):
            found.append(Fault(said, f"{one.pan} is no PAN.", "Correct it on the mark: ABCPK1234F."))
        if not one.pan and one.remark != "C":
            found.append(
                Fault(said, "There is no PAN, and the higher rate was not used.", "Write the PAN on the mark, or deduct the rest.")
            )
        elif not one.pan:
            found.append(Fault(said, "There is no PAN: told with remark C.", "Ask for the PAN; the payee gets no credit.", is_hard=False))
        if not one.section:
            words = "The code of these goods in the file is not known here."
            found.append(Fault(said, words, "Take the figures as Excel, and type them into the department's utility."))
        if one.amount <= 0:
            found.append(Fault(said, "What was paid is nought.", "Cancel this deduction and deduct anew."))
    return found
