"""The portal's refusals: what its codes mean, and what a shop does about each. In our own words.

Source: the error list of the e-way bill portal as public clients keep it, read 2026-11. A code that is not here is shown in the portal's
own words. 4002, 4005, 4009 and 4010 are the e-invoice portal's, of an e-way bill by IRN.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from webapp.kernel.text import clean_text


class Meaning(NamedTuple):
    """What is wrong, and what to do."""

    problem: str
    fix: str


TOKEN_GONE = frozenset({"238", "105", "1005"})
STANDS_ALREADY = frozenset({"604", "4002"})
NOT_ACTIVE = frozenset({"312"})  # cancelled already, or not ours: its details say which
NOT_FOUND = frozenset({"301", "325", "338", "4005", "2148", "2154"})
NO_SUCH_TRIP = frozenset({"325", "387", "418"})

_WAY = "Correct how the goods travel, then send again."
_ANEW = "Cancel the document and issue it anew."
CORRECT_ADDRESS = "Correct the address, of the party or of the store, then send again."
_OURS = "Send again. If it is refused again, download the JSON and show it to whoever looks after the program."
_SETTINGS = "Look at E-way bill settings: user name, password, client id and secret."
_LEAVE_OUT = "Take it back, and put the others together without it."
_PARTS = "Load each vehicle with no more than is left of the whole."
_TAX = "The document's taxes are not what the two states ask. " + _ANEW

MEANINGS: Mapping[str, Meaning] = MappingProxyType(
    {
        "105": Meaning("The portal's session has ended.", "Send again: the program signs in anew."),
        "108": Meaning("The portal did not accept user name or password.", _SETTINGS),
        "201": Meaning("The portal does not know this supply type.", _OURS),
        "202": Meaning("The portal does not know what the goods travel for.", "Choose what they travel for, then send again."),
        "203": Meaning("What the goods travel for does not fit the way they go.", "Choose another, then send again."),
        "204": Meaning("The portal does not know this kind of document.", _OURS),
        "205": Meaning(
            "This kind of document does not go with what the goods travel for.", "Choose what they travel for, then send again."
        ),
        "206": Meaning("The portal does not take this number: at most 16 letters, digits, - and /.", _ANEW),
        "207": Meaning("The portal does not take the document's date.", "A document is told on its day or within 180 days."),
        "208": Meaning("The sender's GSTIN is not right.", "Correct the GSTIN of the store or the supplier."),
        "210": Meaning("The PIN code where the goods leave is missing or wrong.", CORRECT_ADDRESS),
        "211": Meaning("The state where the goods leave is missing or wrong.", CORRECT_ADDRESS),
        "212": Meaning("The receiver's GSTIN is not right.", "Correct the GSTIN of the party."),
        "214": Meaning("The PIN code where the goods go is missing or wrong.", CORRECT_ADDRESS),
        "215": Meaning("The state where the goods go is missing or wrong.", CORRECT_ADDRESS),
        "216": Meaning("An HSN code is missing or not in the portal's list.", "Correct the item; a document that stands is issued anew."),
        "217": Meaning("A unit is not in the portal's list.", "Correct the item; a document that stands is issued anew."),
        "218": Meaning("A rate of CGST and SGST is none that the law has.", _ANEW),
        "219": Meaning("A rate of IGST is none that the law has.", _ANEW),
        "220": Meaning("The portal does not know how the goods travel.", "Choose road, rail, air or ship."),
        "221": Meaning("The distance is not right.", "Type the kilometres of the way, or 0 for the portal's own."),
        "222": Meaning("The transporter's id is not right.", "Type his GSTIN, or the TRANSIN of 15 signs he has of the portal."),
        "225": Meaning("The vehicle's number is not written as the portal wants it.", "Type it as on the plate, such as MH12AB1234."),
        "226": Meaning("Neither a vehicle nor a transport document is named.", _WAY),
        "233": Meaning("The document has no goods.", "An e-way bill is for goods; services need none."),
        "238": Meaning("The portal's session has ended.", "Send again: the program signs in anew."),
        "251": Meaning("CGST and SGST of a line are not equal.", _ANEW),
        "301": Meaning("The portal does not know this number.", "Check the number of the e-way bill."),
        "303": Meaning("Goods by road need a vehicle.", "Type the vehicle's number."),
        "311": Meaning("The e-way bill has ended: its vehicle cannot be changed.", "Extend it first, within 8 hours of its end."),
        "312": Meaning("It is cancelled already, or another GSTIN has made it.", "Ask the portal how it stands."),
        "315": Meaning("The portal cancels within 24 hours only.", "Tell the other party; nothing more can be done on the portal."),
        "316": Meaning(
            "An officer has looked at it on the way: it cannot be cancelled any more.", "Nothing more can be done on the portal."
        ),
        "346": Meaning("An e-way bill is rejected within 72 hours only.", "Talk to the other party."),
        "358": Meaning("The document is of another GSTIN than the portal's user.", _SETTINGS),
        "359": Meaning("Goods that go out are told by the GSTIN they leave from.", _SETTINGS),
        "360": Meaning("Goods that come in are told by the GSTIN they come to.", _SETTINGS),
        "362": Meaning("The transport document is older than the document of the goods.", "Correct its date."),
        "374": Meaning("Goods that leave the country go to PIN 999999, state 96.", "Correct the customer's country."),
        "376": Meaning("Goods from abroad come from PIN 999999, state 96.", "Correct the supplier's country."),
        "377": Meaning("The portal wants to know in words what the goods travel for.", "Type it, in at most 20 characters."),
        "378": Meaning("A supply to or from a special economic zone bears IGST.", _ANEW),
        "382": Meaning(
            "The portal extends from 8 hours before to 8 hours after the end.", "Make a new e-way bill where the goods still travel."
        ),
        "389": Meaning("The kilometres that are left are missing.", "Type them."),
        "390": Meaning("More kilometres are left than the whole way has.", "Type the kilometres from where the goods are now."),
        "305": Meaning("The place from which the vehicle leaves is missing.", "Type it."),
        "306": Meaning("The state from which the vehicle leaves is not right.", "Choose it."),
        "322": Meaning("The portal could not put them together.", "Ask it how each e-way bill stands, then send again."),
        "381": Meaning("One of the e-way bills has no vehicle yet.", "Enter its vehicle first, then send again."),
        "385": Meaning("By rail, air or ship the transport document and its date are needed.", "Type both."),
        "386": Meaning("The reason for the change is missing.", "Choose it, and say it in a few words."),
        "387": Meaning("The portal does not know this consolidated e-way bill.", "Check its number on the portal."),
        "388": Meaning("The portal could not change the consolidated e-way bill.", "Send again in a while."),
        "391": Meaning("None of its e-way bills holds any more.", "Extend those that still travel, then put them together anew."),
        "392": Meaning("The consolidated e-way bill is cancelled on the portal.", "Put the e-way bills together anew."),
        "394": Meaning("Goods that do not go by road need a transport document.", "Type its number and its date."),
        "395": Meaning("The number of an e-way bill has 12 digits and nothing else.", "Correct the number."),
        "397": Meaning("The portal could not begin the movement in several vehicles.", "Ask it how the e-way bill stands, then try again."),
        "399": Meaning("The unit is none of the e-way bill's.", "Choose the unit of its goods."),
        "400": Meaning("The vehicles take more than the whole.", _PARTS),
        "402": Meaning("The quantity is nought or less.", "Type how much the vehicle takes."),
        "405": Meaning("The portal knows no such vehicle in this movement.", "Ask the portal how the e-way bill stands."),
        "411": Meaning("The portal knows no such movement in several vehicles.", "Ask the portal how the e-way bill stands."),
        "412": Meaning("The goods go on in several vehicles: one vehicle for all is not taken any more.", "Add or change a vehicle there."),
        "413": Meaning("The unit is another than that of the first movement.", "Choose the same unit."),
        "452": Meaning("One of the e-way bills was made on the other of the two portals.", _LEAVE_OUT),
        "604": Meaning("The portal has an e-way bill of this document already.", "Ask the portal for it."),
        "611": Meaning("This kind of document does not go with the supply.", _OURS),
        "612": Meaning("The portal does not know this type of transaction.", _OURS),
        "614": Meaning("The type of transaction is missing.", _OURS),
        "617": Meaning("The place the goods leave from is the sender's own.", "Leave the other place of dispatch empty."),
        "618": Meaning("The place the goods go to is the buyer's own.", "Leave the other place of delivery empty."),
        "619": Meaning(
            "Without a vehicle the portal wants the transporter's id.", "Type the transporter's GSTIN or TRANSIN, or the vehicle."
        ),
        "620": Meaning("The total is less than its parts.", _OURS),
        "621": Meaning("A vehicle is named, and not how the goods travel.", "Choose road, rail, air or ship."),
        "623": Meaning("IGST is charged within a state.", _TAX),
        "624": Meaning("CGST and SGST are charged between states.", _TAX),
        "638": Meaning("How the goods travel is missing.", "Choose road, rail, air or ship."),
        "640": Meaning("The total is missing.", _OURS),
        "643": Meaning("The goods leave from another state than the sender's.", "Type the place of dispatch."),
        "644": Meaning("The goods go to another state than the buyer's.", "Type the place of delivery."),
        "645": Meaning("The transporter has entered the vehicle: he moves the goods on.", "Ask him to do it."),
        "646": Meaning("Another GSTIN moves these goods.", "Only who made the e-way bill, or its transporter, may do it."),
        "648": Meaning("One of the e-way bills goes in several vehicles.", _LEAVE_OUT),
        "649": Meaning("The transporter of one of the e-way bills has entered its vehicle.", "Let him put them together, or leave it out."),
        "650": Meaning("One of the e-way bills is of another GSTIN, and you are not its transporter.", _LEAVE_OUT),
        "653": Meaning("One of the e-way bills is cancelled.", _LEAVE_OUT),
        "702": Meaning(
            "The distance is more than a tenth away from the portal's own.", "Type the kilometres of the road, or 0 for the portal's own."
        ),
        "812": Meaning("E-way bills of gold are not put together.", _LEAVE_OUT),
        "818": Meaning("One of the e-way bills has ended.", "Extend it first, or leave it out."),
        "4002": Meaning("The portal has an e-way bill of this e-invoice already.", "Ask the portal for it."),
        "4005": Meaning("The portal has no e-way bill of this e-invoice.", "Send it again."),
        "4009": Meaning("The document has no goods.", "An e-way bill is for goods; services need none."),
        "4010": Meaning("By its IRN no e-way bill is made of notes and services.", "Make it on the e-way bill portal."),
        "4011": Meaning("The vehicle or the transporter is not right.", _WAY),
    }
)


def meaning(code: str, said: str = "") -> Meaning:
    """What a code means; the portal's own words where we have none for it."""
    known = MEANINGS.get(code)
    if known:
        return known
    words = clean_text(said)[:300] or (f"The portal refused it ({code})." if code else "The portal refused it and gave no reason.")
    return Meaning(words, "Correct what the portal names, then send again.")
