"""The shop's other two stores, and the goods it keeps by batch or by serial number."""

from __future__ import annotations

from uuid import UUID

from webapp import catalogue, company
from webapp.demonstration.shop import gstin_of
from webapp.kernel.money import MilliPaise, Paise, Qty
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books


@dataclass(frozen=True, slots=True)
class Tracked:
    """A thing kept by batch or by serial number. MRP and cost (without tax) in rupees."""

    name: str
    local_name: str
    mrp: int
    cost: int
    hsn: str
    tax: str
    category: str
    brand: str
    tracking: str


CEREAL = Tracked("Baby Cereal Wheat 300 g", "बेबी सीरियल गेहूँ 300 ग्राम", 240, 176, "190110", "gst-5", "Baby food", "Poshan", "batch")
DRINK = Tracked("Malt Drink 500 g", "माल्ट ड्रिंक 500 ग्राम", 285, 212, "190190", "gst-5", "Baby food", "Poshan", "batch")
MIXER = Tracked("Mixer Grinder 750 W", "मिक्सर ग्राइंडर 750 वाट", 3890, 2450, "850940", "gst-18", "Appliances", "Gharelu", "serial")
COOKER = Tracked("Pressure Cooker 5 L", "प्रेशर कुकर 5 लीटर", 2190, 1560, "761510", "gst-5", "Appliances", "Gharelu", "serial")
HOB = Tracked("Induction Hob 1600 W", "इंडक्शन चूल्हा 1600 वाट", 2690, 1740, "851660", "gst-18", "Appliances", "Prakash", "serial")
TRACKED = (CEREAL, DRINK, MIXER, COOKER, HOB)
# The pieces of the appliances, as their labels say.
SERIALS = {
    MIXER.name: tuple(f"GH750-24{number:03d}" for number in range(118, 124)),
    COOKER.name: tuple(f"PC5-{number}" for number in range(88301, 88306)),
    HOB.name: tuple(f"IH16-77{number:02d}" for number in range(41, 45)),
}


def stores_of(books: Books) -> dict[str, UUID]:
    """A second shop in the same city, and one in another state, which is a registration of its own on the same PAN."""
    kothrud = company.StoreDraft(
        name="Kothrud", code="KTD", address="7 Paud Road, Kothrud", city="Pune", pin_code="411038", phone="+912024450012"
    )
    belagavi = company.StoreDraft(
        name="Belagavi", code="BGM", gstin=gstin_of("29ABCPS1234D1Z"), address="22 Khade Bazar", city="Belagavi", pin_code="590001"
    )
    return {draft.code: company.create_store(books, draft) for draft in (kothrud, belagavi)}


def tracked_items(books: Books) -> dict[str, UUID]:
    """The goods kept by batch or serial number, by name."""
    classes = catalogue.tax_class_ids(books)
    return {
        good.name: catalogue.create_item(
            books,
            catalogue.ItemDraft(
                name=good.name,
                local_name=good.local_name,
                price_millipaise=MilliPaise(good.mrp * 100_000),
                tax_class_id=classes[good.tax],
                unit="PCS",
                hsn=good.hsn,
                mrp_paise=Paise(good.mrp * 100),
                category=good.category,
                brand=good.brand,
                tracking=good.tracking,
                valuation="fifo" if good.tracking == "serial" else "average",  # few and dear: each lot goes out at its own cost
                reorder_level_qty=Qty(2000),
            ),
        ).id
        for good in TRACKED
    }
