"""When the office does what, counted back from the last day, so that a look around finds something of everything: a batch past
its day and one near it, a transfer on its way, goods that are ordered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from webapp.demonstration import buying, collecting, deducting, making, selling, sending
from webapp.demonstration.goods import GOODS
from webapp.demonstration.shop import Desk, Shop, set_clock
from webapp.platform.tenancy import Books, open_books

_STEPS: Mapping[int, Callable[[Desk, Books, date], None]] = {
    283: deducting.pay_for_the_shelves,
    220: buying.buy_baby_food,
    90: selling.sell_baby_food,
    50: buying.order_appliances,
    46: buying.receive_appliances,
    44: buying.bill_appliances,
    42: buying.bring_appliances,
    40: buying.give_a_mixer_back,
    36: buying.buy_fresh_baby_food,
    32: collecting.take_cheques,
    31: collecting.bank_cheques,
    30: buying.pay_for_appliances,
    29: selling.sell_appliances,
    28: collecting.one_comes_back,
    27: selling.quote,
    25: selling.take_order,
    23: deducting.pay_the_agent,
    21: making.design_hamper,
    20: selling.report_invoices,
    19: selling.sell_to_goa,
    18: selling.deliver,
    17: selling.take_back_from_goa,
    16: making.pack_hampers,
    15: selling.deliver_and_bill,
    14: collecting.pay_by_cheque,
    13: collecting.ask_for_money,
    12: sending.send_to_kothrud,
    11: sending.receive_at_kothrud,
    10: sending.throw_away,
    9: selling.sell_at_kothrud,
    8: sending.send_to_belagavi,
    7: making.open_a_hamper,
    6: selling.hostel_pays,
    5: sending.receive_at_belagavi,
    4: buying.order_more,
    3: selling.make_price_list,
    2: selling.make_schemes,
    1: sending.send_again,
}
_PROMISED = 27  # from that day on the week's delivery brings what the office will take off the shelf


class Office:
    """The office's year, a day at a time."""

    def __init__(self, shop: Shop, last_day: date) -> None:
        self.desk = Desk(shop, last_day, {})

    def work(self, day: date) -> list[tuple[int, int]]:
        """Do what is due. Returns (place in GOODS, thousandths) that is promised from today and will leave the shelf."""
        back = (self.desk.last_day - day) // timedelta(days=1)
        if step := _STEPS.get(back):
            set_clock(day, 7, 30)
            with open_books(self.desk.shop.actor) as books:
                step(self.desk, books, day)
        if back != _PROMISED:
            return []
        places = {good.name: place for place, good in enumerate(GOODS)}
        promised = (selling.HOSTEL, selling.GOA, sending.RECEIVED, sending.ON_THE_WAY, making.USED)
        return [(places[name], count * 1000) for some in promised for name, count in some.items()]
