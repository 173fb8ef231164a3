"""The place of supply, paragraph by paragraph (IGST Act s.10, s.12, s.13), and which taxes it leads to (s.7, s.8, s.16)."""

from __future__ import annotations

import pytest

from webapp.kernel.errors import BooksError
from webapp.tax.kinds import Supply
from webapp.tax.place import NATURES, Nature, Where, place_of_supply, section_of
from webapp.tax.states import state_tax_name, supply_between

PUNE, CHENNAI, DELHI, ABROAD = "27", "33", "07", "96"


@pytest.mark.parametrize(
    ("paragraph", "nature", "where", "place"),
    [
        ("10(1)(a)", Nature.GOODS, Where(PUNE, CHENNAI, True, ends=DELHI), DELHI),
        ("10(1)(a): no other end is told", Nature.GOODS, Where(PUNE, CHENNAI, True), CHENNAI),
        ("10(1)(b)", Nature.BILL_TO_SHIP_TO, Where(PUNE, CHENNAI, True, ends=PUNE), CHENNAI),
        ("10(1)(c)", Nature.NOT_MOVED, Where(PUNE, CHENNAI, True, event=PUNE), PUNE),
        ("10(1)(ca): the address on the invoice", Nature.GOODS, Where(PUNE, CHENNAI, ends=PUNE), CHENNAI),
        ("10(1)(ca): none", Nature.GOODS, Where(PUNE), PUNE),
        ("10(1)(d)", Nature.INSTALLED, Where(PUNE, CHENNAI, True, event=DELHI), DELHI),
        ("10(1)(e)", Nature.ON_BOARD, Where(PUNE, CHENNAI, True, event=DELHI), DELHI),
        ("11(b): exported goods", Nature.GOODS, Where(PUNE, ABROAD, ends=ABROAD), ABROAD),
        ("12(2)(a)", Nature.SERVICE, Where(PUNE, CHENNAI, True, event=PUNE), CHENNAI),
        ("12(2)(b)", Nature.SERVICE, Where(PUNE, CHENNAI), CHENNAI),
        ("12(2)(b): no address", Nature.SERVICE, Where(PUNE), PUNE),
        ("12(3)", Nature.IMMOVABLE_PROPERTY, Where(PUNE, CHENNAI, True, event=DELHI), DELHI),
        ("12(3), proviso: abroad", Nature.IMMOVABLE_PROPERTY, Where(PUNE, CHENNAI, True, event=ABROAD), CHENNAI),
        ("12(7), proviso: abroad", Nature.EVENT, Where(PUNE, CHENNAI, event=ABROAD), CHENNAI),
        ("12(4)", Nature.PERFORMED, Where(PUNE, CHENNAI, True, event=PUNE), PUNE),
        ("12(5): registered", Nature.TRAINING, Where(PUNE, CHENNAI, True, event=PUNE), CHENNAI),
        ("12(5): anybody else", Nature.TRAINING, Where(PUNE, CHENNAI, event=PUNE), PUNE),
        ("12(6)", Nature.ADMISSION, Where(PUNE, CHENNAI, True, event=DELHI), DELHI),
        ("12(7): registered", Nature.EVENT, Where(PUNE, CHENNAI, True, event=DELHI), CHENNAI),
        ("12(7): anybody else", Nature.EVENT, Where(PUNE, CHENNAI, event=DELHI), DELHI),
        ("12(8): registered", Nature.GOODS_TRANSPORT, Where(PUNE, CHENNAI, True, event=PUNE), CHENNAI),
        ("12(8): anybody else", Nature.GOODS_TRANSPORT, Where(PUNE, CHENNAI, event=PUNE), PUNE),
        ("12(9): registered", Nature.PASSENGERS, Where(PUNE, CHENNAI, True, event=PUNE), CHENNAI),
        ("12(9): anybody else", Nature.PASSENGERS, Where(PUNE, CHENNAI, event=PUNE), PUNE),
        ("12(11): a fixed line", Nature.TELECOM, Where(PUNE, CHENNAI, True, event=DELHI), DELHI),
        ("12(11): mobile", Nature.TELECOM, Where(PUNE, CHENNAI), CHENNAI),
        ("12(12): no records", Nature.BANKING, Where(PUNE), PUNE),
        ("12(13)", Nature.INSURANCE, Where(PUNE, CHENNAI, True), CHENNAI),
        ("13(2): exported service", Nature.SERVICE, Where(PUNE, ABROAD), ABROAD),
        ("13(2): imported service", Nature.SERVICE, Where(ABROAD, PUNE, True), PUNE),
        ("13(3)", Nature.PERFORMED, Where(PUNE, ABROAD, event=PUNE), PUNE),
        ("13(4)", Nature.IMMOVABLE_PROPERTY, Where(PUNE, ABROAD, event=PUNE), PUNE),
        ("13(5)", Nature.EVENT, Where(PUNE, ABROAD, event=PUNE), PUNE),
        ("13(8)(a)", Nature.BANKING, Where(PUNE, ABROAD), PUNE),
        ("13(2): goods carried for one abroad, since 13(9) went", Nature.GOODS_TRANSPORT, Where(PUNE, ABROAD, event=PUNE), ABROAD),
        ("13(10)", Nature.PASSENGERS, Where(PUNE, ABROAD, event=PUNE), PUNE),
    ],
)
def test_each_paragraph(paragraph: str, nature: Nature, where: Where, place: str) -> None:
    assert place_of_supply(nature, where) == place, paragraph
    if nature in NATURES and nature is not Nature.ON_BOARD:
        assert paragraph.startswith(section_of(nature, where)), paragraph


@pytest.mark.parametrize("nature", [Nature.EVENT, Nature.NOT_MOVED, Nature.IMMOVABLE_PROPERTY, Nature.BILL_TO_SHIP_TO])
def test_what_cannot_be_told_is_refused(nature: Nature) -> None:
    with pytest.raises(BooksError, match="cannot be told"):
        place_of_supply(nature, Where(PUNE))
    with pytest.raises(BooksError, match="not a GST state code"):
        place_of_supply(nature, Where(PUNE, "28", event="28"))


@pytest.mark.parametrize(
    ("what", "supply", "expected"),
    [
        ("within the state", supply_between(PUNE, PUNE), Supply.INTRA),
        ("between states", supply_between(PUNE, CHENNAI), Supply.INTER),
        ("to a SEZ of the same state, on payment", supply_between(PUNE, PUNE, to_sez=True), Supply.INTER),
        ("to a SEZ under LUT", supply_between(PUNE, PUNE, to_sez=True, zero_rated=True), Supply.ZERO_RATED),
        ("an export on payment", supply_between(PUNE, ABROAD), Supply.INTER),
        ("an export under LUT", supply_between(PUNE, ABROAD, zero_rated=True), Supply.ZERO_RATED),
        ("an import", supply_between(ABROAD, PUNE), Supply.INTER),
        ("a deemed export is taxed as what it is", supply_between(PUNE, PUNE), Supply.INTRA),
        ("the sea belt", supply_between("97", PUNE), Supply.INTER),
    ],
)
def test_which_taxes_that_leads_to(what: str, supply: Supply, expected: Supply) -> None:
    assert supply is expected, what


def test_the_states_share_is_called_utgst_where_there_is_no_legislature() -> None:
    assert [state_tax_name(code) for code in ("04", "26", "31", "35", "38", "97")] == ["UTGST"] * 6
    assert [state_tax_name(code) for code in ("01", "07", "34", "27", "", None)] == ["SGST"] * 6
