"""What each kind of shop usually sells: units, categories, HSN codes at hand and a first tax class. Suggestions, not limits."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class ShopKind:
    """A kind of shop. The first unit is the usual one; `tax_class` is the code of the class a new item starts with."""

    code: str
    name: str
    name_hindi: str
    units: tuple[str, ...]
    categories: tuple[str, ...]
    hsn_favourites: tuple[str, ...]
    tax_class: str
    sells_services: bool = False

    def __str__(self) -> str:
        return self.name


_LIST = (
    ShopKind(
        code="kirana",
        name="Kirana and grocery",
        name_hindi="किराना",
        units=("NOS", "KGS", "GMS", "LTR", "PAC", "BTL", "DOZ", "BAG"),
        categories=(
            "Grains and flour",
            "Pulses",
            "Oil and ghee",
            "Spices",
            "Tea and coffee",
            "Biscuits and snacks",
            "Dairy",
            "Drinks",
            "Soap and cleaning",
            "Personal care",
        ),
        hsn_favourites=(
            "1006",
            "1101",
            "0713",
            "1701",
            "1512",
            "0902",
            "0910",
            "1905",
            "2106",
            "0401",
            "0402",
            "3401",
            "3402",
            "3306",
            "2202",
            "1905",
        ),
        tax_class="gst-5",
    ),
    ShopKind(
        code="pharmacy",
        name="Medical store",
        name_hindi="दवा की दुकान",
        units=("NOS", "TBS", "BTL", "TUB", "BOX", "PAC"),
        categories=("Tablets and capsules", "Syrups", "Injections", "Ointments", "Surgical", "Ayurvedic", "Baby care", "Personal care"),
        hsn_favourites=("3004", "3003", "3005", "3006", "9018", "9021", "2106", "3304", "9619", "4014"),
        tax_class="gst-12-5",
    ),
    ShopKind(
        code="garments",
        name="Clothes",
        name_hindi="कपड़े",
        units=("PCS", "MTR", "SET", "PRS"),
        categories=(
            "Sarees",
            "Shirts",
            "Trousers and jeans",
            "Kurtas and suits",
            "Children",
            "Innerwear",
            "Cloth by metre",
            "Bedsheets and towels",
        ),
        hsn_favourites=("6205", "6203", "6204", "6206", "6109", "6105", "5208", "5407", "6302", "6115", "6107", "6211"),
        tax_class="clothes",
    ),
    ShopKind(
        code="footwear",
        name="Shoes and slippers",
        name_hindi="जूते-चप्पल",
        units=("PRS", "NOS"),
        categories=("Men", "Women", "Children", "Sports", "Slippers", "Care and laces"),
        hsn_favourites=("6402", "6403", "6404", "6405", "6401", "3405", "6406"),
        tax_class="footwear",
    ),
    ShopKind(
        code="hardware",
        name="Hardware, paint and sanitary",
        name_hindi="हार्डवेयर",
        units=("NOS", "KGS", "MTR", "LTR", "BOX", "BAG", "ROL", "SQF", "SET"),
        categories=(
            "Tools",
            "Nails, screws and bolts",
            "Pipes and fittings",
            "Taps and sanitary",
            "Paint",
            "Cement",
            "Locks",
            "Electrical",
        ),
        hsn_favourites=("7318", "3917", "8481", "3208", "3209", "2523", "8301", "8205", "8536", "8544", "6910", "4412"),
        tax_class="gst-18",
    ),
    ShopKind(
        code="electronics",
        name="Electronics and mobiles",
        name_hindi="इलेक्ट्रॉनिक्स और मोबाइल",
        units=("NOS", "PCS", "SET", "BOX"),
        categories=(
            "Mobiles",
            "Mobile accessories",
            "Televisions",
            "Kitchen appliances",
            "Fans and coolers",
            "Computers",
            "Lights",
            "Batteries",
        ),
        hsn_favourites=("8517", "8504", "8518", "8528", "8471", "8414", "8509", "8516", "8539", "8507", "8544", "8523"),
        tax_class="gst-18",
    ),
    ShopKind(
        code="stationery",
        name="Books and stationery",
        name_hindi="किताबें और स्टेशनरी",
        units=("NOS", "PCS", "PAC", "BOX", "SET", "DOZ"),
        categories=("Notebooks", "Pens and pencils", "Books", "Paper", "Office", "Art and craft", "Files", "Gifts and toys"),
        hsn_favourites=("4820", "9608", "9609", "4901", "4802", "3213", "4016", "8214", "9503", "4202"),
        tax_class="gst-18",
    ),
    ShopKind(
        code="restaurant",
        name="Restaurant, sweets and bakery",
        name_hindi="रेस्तराँ, मिठाई और बेकरी",
        units=("NOS", "KGS", "GMS", "LTR", "PAC", "BOX"),
        categories=("Meals", "Snacks", "Sweets", "Bakery", "Tea and coffee", "Cold drinks", "Ice cream"),
        hsn_favourites=("996331", "1704", "2106", "1905", "2202", "2105", "0902", "2201"),
        tax_class="gst-5",
    ),
    ShopKind(
        code="cosmetics",
        name="Cosmetics and gifts",
        name_hindi="सौंदर्य प्रसाधन और उपहार",
        units=("NOS", "PCS", "PAC", "BOX", "SET"),
        categories=("Skin care", "Hair care", "Make-up", "Perfume", "Bangles and jewellery", "Bags", "Gifts"),
        hsn_favourites=("3304", "3305", "3303", "3307", "7117", "4202", "9615", "3401"),
        tax_class="gst-18",
    ),
    ShopKind(
        code="services",
        name="Services and repairs",
        name_hindi="सेवाएँ और मरम्मत",
        units=("NOS", "UNT", "SET", "OTH"),
        categories=("Repairs", "Salon", "Tailoring", "Photo and printing", "Consulting", "Spare parts"),
        hsn_favourites=("9987", "999721", "998821", "998386", "998311", "998912"),
        tax_class="gst-18",
        sells_services=True,
    ),
    ShopKind(
        code="other",
        name="Another kind of shop",
        name_hindi="अन्य दुकान",
        units=("NOS", "PCS", "KGS", "LTR", "MTR", "PAC", "BOX", "SET"),
        categories=(),
        hsn_favourites=(),
        tax_class="gst-18",
    ),
)
SHOP_KINDS: Mapping[str, ShopKind] = MappingProxyType({kind.code: kind for kind in _LIST})


def shop_kind(code: str) -> ShopKind:
    """The kind of shop of this code; the general one for a code we do not know."""
    return SHOP_KINDS.get(code, SHOP_KINDS["other"])
