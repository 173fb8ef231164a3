"""Units as GST names them: the Unit Quantity Codes (UQC) of the GST portal's list, which returns and e-way bills use.

`decimals` is how finely a shop measures in the unit: 0 for what is counted. OTH is kept for what fits none; services
have no unit in the returns (NA).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Unit(NamedTuple):
    """A unit by its UQC, its names, what is printed beside a quantity, and the decimals it is measured in."""

    code: str
    name: str
    name_hindi: str
    short: str
    decimals: int


_LIST = (
    Unit("NOS", "Numbers", "नग", "no.", 0),
    Unit("PCS", "Pieces", "पीस", "pc", 0),
    Unit("KGS", "Kilograms", "किलोग्राम", "kg", 3),
    Unit("GMS", "Grams", "ग्राम", "g", 3),
    Unit("LTR", "Litres", "लीटर", "L", 3),
    Unit("MLT", "Millilitres", "मिलीलीटर", "ml", 3),
    Unit("MTR", "Metres", "मीटर", "m", 3),
    Unit("CMS", "Centimetres", "सेंटीमीटर", "cm", 3),
    Unit("PAC", "Packs", "पैकेट", "pack", 0),
    Unit("BOX", "Boxes", "डिब्बा", "box", 0),
    Unit("BTL", "Bottles", "बोतल", "btl", 0),
    Unit("BAG", "Bags", "बैग / बोरी", "bag", 0),
    Unit("DOZ", "Dozens", "दर्जन", "doz", 0),
    Unit("PRS", "Pairs", "जोड़ी", "pair", 0),
    Unit("SET", "Sets", "सेट", "set", 0),
    Unit("TBS", "Tablets", "गोली", "tab", 0),
    Unit("TUB", "Tubes", "ट्यूब", "tube", 0),
    Unit("CAN", "Cans", "कैन", "can", 0),
    Unit("CTN", "Cartons", "कार्टन", "ctn", 0),
    Unit("ROL", "Rolls", "रोल", "roll", 0),
    Unit("BDL", "Bundles", "बंडल", "bdl", 0),
    Unit("BUN", "Bunches", "गुच्छा", "bunch", 0),
    Unit("QTL", "Quintals", "क्विंटल", "qtl", 3),
    Unit("TON", "Tonnes", "टन", "t", 3),
    Unit("MTS", "Metric tons", "मीट्रिक टन", "t", 3),
    Unit("SQF", "Square feet", "वर्ग फुट", "sq ft", 3),
    Unit("SQM", "Square metres", "वर्ग मीटर", "sq m", 3),
    Unit("SQY", "Square yards", "वर्ग गज", "sq yd", 3),
    Unit("CBM", "Cubic metres", "घन मीटर", "cu m", 3),
    Unit("CCM", "Cubic centimetres", "घन सेंटीमीटर", "cc", 3),
    Unit("KLR", "Kilolitres", "किलोलीटर", "kL", 3),
    Unit("KME", "Kilometres", "किलोमीटर", "km", 3),
    Unit("YDS", "Yards", "गज", "yd", 3),
    Unit("GYD", "Gross yards", "ग्रोस गज", "gr yd", 3),
    Unit("GRS", "Gross (144)", "ग्रोस (144)", "gross", 0),
    Unit("GGK", "Great gross (1,728)", "ग्रेट ग्रोस (1,728)", "gt gross", 0),
    Unit("TGM", "Ten gross (1,440)", "दस ग्रोस (1,440)", "10 gross", 0),
    Unit("THD", "Thousands", "हज़ार", "thousand", 3),
    Unit("BAL", "Bales", "गाँठ", "bale", 0),
    Unit("BKL", "Buckles", "बकल", "buckle", 0),
    Unit("BOU", "Billions of units", "अरब इकाई", "bn", 3),
    Unit("DRM", "Drums", "ड्रम", "drum", 0),
    Unit("UGS", "US gallons", "यूएस गैलन", "US gal", 3),
    Unit("UNT", "Units", "इकाई", "unit", 0),
    Unit("OTH", "Others", "अन्य", "", 3),
    Unit("NA", "None (service)", "लागू नहीं (सेवा)", "", 3),
)
UNITS: Mapping[str, Unit] = MappingProxyType({unit.code: unit for unit in _LIST})

# What people and other programs write for a unit, in lower case without dots, and the code it means.
OTHER_NAMES: Mapping[str, str] = MappingProxyType(
    {
        **{unit.code.lower(): unit.code for unit in _LIST},
        **{unit.name.lower(): unit.code for unit in _LIST},
        **{unit.name_hindi: unit.code for unit in _LIST},
        **dict.fromkeys(("no", "number", "nag", "each", "ea", "नंबर"), "NOS"),
        **dict.fromkeys(("pc", "piece", "pieces", "pcs", "pce"), "PCS"),
        **dict.fromkeys(("kg", "kgs", "kilo", "kilos", "kilogram", "किलो"), "KGS"),
        **dict.fromkeys(("g", "gm", "gms", "gram"), "GMS"),
        **dict.fromkeys(("l", "lt", "ltr", "ltrs", "litre", "liter", "liters"), "LTR"),
        **dict.fromkeys(("ml", "mls", "millilitre"), "MLT"),
        **dict.fromkeys(("m", "mtr", "mtrs", "metre", "meter", "meters"), "MTR"),
        **dict.fromkeys(("cm", "centimetre"), "CMS"),
        **dict.fromkeys(("pack", "pkt", "pkts", "packet", "packets", "pac"), "PAC"),
        **dict.fromkeys(("box", "bx", "डिब्बे"), "BOX"),
        **dict.fromkeys(("bottle", "btl", "btls"), "BTL"),
        **dict.fromkeys(("bag", "bori", "sack", "बोरी"), "BAG"),
        **dict.fromkeys(("dozen", "dz", "dzn", "doz"), "DOZ"),
        **dict.fromkeys(("pair", "pr", "prs", "जोड़ा"), "PRS"),
        **dict.fromkeys(("tab", "tabs", "tablet", "strip"), "TBS"),
        **dict.fromkeys(("tube",), "TUB"),
        **dict.fromkeys(("can", "tin"), "CAN"),
        **dict.fromkeys(("carton", "ctn", "case"), "CTN"),
        **dict.fromkeys(("roll",), "ROL"),
        **dict.fromkeys(("bundle",), "BDL"),
        **dict.fromkeys(("bunch",), "BUN"),
        **dict.fromkeys(("quintal", "qtl"), "QTL"),
        **dict.fromkeys(("ton", "tonne", "mt"), "TON"),
        **dict.fromkeys(("sqft", "sq ft", "sft"), "SQF"),
        **dict.fromkeys(("unit", "u"), "UNT"),
        **dict.fromkeys(("other",), "OTH"),
    }
)


def unit_code(text: str) -> str:
    """The UQC meant by what somebody wrote ("kg", "Pcs.", "दर्जन"). ValueError when it is none we know."""
    wanted = " ".join(text.replace(".", " ").split()).lower()
    found = OTHER_NAMES.get(wanted)
    if found is None:
        raise ValueError(f"“{text.strip()[:30]}” is not a unit we know. Use a GST unit such as NOS, KGS, LTR, PAC or BOX.")
    return found
