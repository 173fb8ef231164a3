"""The engine's parts that need no till: hashes, days, codes, the scanner that types, search."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.ground.browser import becomes
from tests.ground.server import LiveServer

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def _tab(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-IN", timezone_id="Asia/Kolkata")
    yield context.new_page()
    context.close()


@pytest.fixture
def bare(_tab: Page, live: LiveServer) -> Page:
    """A light page, loaded afresh for each test: what one puts on its window the next does not find."""
    _tab.goto(live.url + "/offline")
    return _tab


def ask(page: Page, module: str, script: str, given: Any = None) -> Any:
    """Evaluate `script` with the module's exports as `it`."""
    return page.evaluate(
        f"""async ([module, given]) => {{
            const [base] = /.*[/]s[/][^/]+[/]/.exec(document.querySelector('link[rel=icon]').href);
            const it = await import(`${{base}}counter/${{module}}.js`);
            {script}
        }}""",
        [module, given],
    )


def test_hash_is_that_of_the_standard(bare: Page) -> None:
    texts = ["", "abc", "a" * 55, "a" * 56, "a" * 64, "तूर दाल ₹ 🧾", "x" * 1000, "\x00\x7f", "é" * 119]
    assert ask(bare, "sha256", "return given.map(it.sha256)", texts) == [hashlib.sha256(text.encode()).hexdigest() for text in texts]


def test_hash_of_a_long_bill_is_that_of_the_standard(bare: Page) -> None:
    assert ask(bare, "sha256", "return it.sha256('x'.repeat(5_000_000))") == hashlib.sha256(b"x" * 5_000_000).hexdigest()


def test_a_day_is_a_day_in_india(bare: Page) -> None:
    before, after = "2027-03-31T18:29:59Z", "2027-03-31T18:30:00Z"
    found = ask(
        bare,
        "clock",
        "return given.map((text) => Date.parse(text)).map((ms) => [it.istStamp(ms), it.istDay(ms), it.financialYear(it.istDay(ms))])",
        [before, after],
    )
    assert found == [["2027-03-31T23:59:59+05:30", "2027-03-31", 2026], ["2027-04-01T00:00:00+05:30", "2027-04-01", 2027]]


def test_a_clock_set_back_keeps_the_time_before(bare: Page) -> None:
    script = "return [[1000, 0], [1_000_000, 1_030_000], [1_000_000, 5_000_000]].map(([now, last]) => it.nextInstant(now, last))"
    assert ask(bare, "clock", script) == [
        {"at": 1000, "flag": None},
        {"at": 1_030_000, "flag": None},  # half a minute: the network's time corrected us
        {"at": 5_000_000, "flag": "set_back"},
    ]


def test_ids_are_uuid7_and_sort_by_time(bare: Page) -> None:
    ids = ask(bare, "clock", "return Array.from({ length: 2000 }, it.newId)")
    assert len(set(ids)) == 2000
    assert ids == sorted(ids)
    assert all(len(one) == 36 and one[14] == "7" and one[19] in "89ab" for one in ids)


def test_multiplier(bare: Page) -> None:
    typed = ["5*", "12 x", "1.5*", "0*", "5", "abc*", "-5*", "1e4*", "9999999*", "５*"]
    assert ask(bare, "scan", "return given.map(it.readMultiplier)", typed) == [5000, 12000, 1500, None, None, None, None, None, None, None]


SCALE = """
    const item = { id: 'i', name: 'Paneer', unit: given.unit ?? 'KGS', price: 40000000 };
    const found = { item, qty: 1000, price: item.price, pack: '' };
    const codes = new Map((given.known ?? ['12345']).map((code) => [code, found]));
    return given.codes.map((code) => it.readScaleCode(code, { codes, shop: { scale: given.scale } })?.qty ?? null);
"""


def label(digits: str) -> str:
    """Twelve digits with the thirteenth that checks them."""
    odd = sum(int(d) for d in digits[1::2]) * 3 + sum(int(d) for d in digits[0::2])
    return digits + str(-odd % 10)


def test_labels_of_the_scale(bare: Page) -> None:
    weight, price, wrong = label("211234501250"), label("261234510000"), label("211234501250")[:-1] + "x"
    codes = [weight, price, wrong, weight.replace("12345", "54321")]
    assert ask(bare, "scan", SCALE, {"codes": codes, "scale": None}) == [1250, 250, None, None]
    assert ask(bare, "scan", SCALE, {"codes": [weight], "scale": None, "unit": "GMS"}) == [1_250_000], (
        "1,250 grams of an item sold by the gram"
    )


def test_a_shop_says_how_its_scale_prints(bare: Page) -> None:
    def read(codes: list[str], known: list[str], **scale: Any) -> Any:
        usual = {"holds": {"21": "price", "28": "weight"}, "item_digits": 5, "value_digits": 5, "paise": 1}
        return ask(bare, "scan", SCALE, {"codes": codes, "known": known, "scale": {**usual, **scale}})

    price, weight, other = label("211234501250"), label("281234500500"), label("221234500500")
    assert read([price, weight, other], ["12345"]) == [31, 500, None], "1,250 paise of ₹400 a kilogram are 31 g; 22 holds nothing"
    assert read([price], ["12345"], paise=100) == [3125], "₹1,250 of ₹400 a kilogram"
    # Four digits of the item, six of the value; and four of the value behind a price's own check digit.
    assert read([label("281234001250")], ["1234"], item_digits=4, value_digits=6) == [1250]
    assert read([label("211234571250")], ["12345"], value_digits=4) == [31]
    assert read([label("280004201250")], ["42"]) == [1250], "noughts before the item's number are the scale's"
    assert read([label("281234501250")], ["2812345"]) == [1250], "an item may be known with the prefix"


WEDGE = """
    document.body.innerHTML = '<input id="field">';
    const field = document.getElementById('field');
    field.focus();
    window.heard = [];
    window.stop = it.listenForScans(window, (code) => window.heard.push(code));
    // A scanner's pace, whatever else this machine is doing: the keys one after another, and what a field does with them.
    window.scan = (text) => {
      for (const key of text.split(/(Enter|.)/).filter(Boolean)) {
        const event = new KeyboardEvent('keydown', { key, code: /[0-9]/.test(key) ? `Digit${key}` : key, bubbles: true, cancelable: true });
        if (field.dispatchEvent(event) && key.length === 1) field.value += key;
      }
    };
"""


def test_a_scanner_is_heard_and_leaves_the_field_alone(bare: Page) -> None:
    ask(bare, "scan", WEDGE)
    bare.keyboard.type("blue", delay=140)
    bare.evaluate("window.scan('8901234567894Enter')")
    assert bare.evaluate("window.heard") == ["8901234567894"]
    assert bare.input_value("#field") == "blue"


def test_a_scanner_without_enter_is_heard(bare: Page) -> None:
    ask(bare, "scan", WEDGE)
    bare.evaluate("window.scan('8901234567894')")
    becomes(bare, lambda: bare.evaluate("window.heard"), ["8901234567894"])
    assert bare.input_value("#field") == ""


def test_typing_is_not_a_scan(bare: Page) -> None:
    ask(bare, "scan", WEDGE)
    bare.keyboard.type("toor dal", delay=140)
    bare.evaluate("window.scan('abc')")  # three keys rolled at once
    becomes(bare, lambda: bare.input_value("#field"), "toor dalabc")
    bare.keyboard.press("Enter")
    assert bare.evaluate("window.heard") == []


# A scanner that stumbles, on a clock of the test's own: each stream is [key, milliseconds before it] pairs, and what is heard of it.
STREAMS = """
    let now = 0;
    let timers = [];
    let last = 0;
    window.setTimeout = (work, ms = 0) => { timers.push({ id: ++last, at: now + ms, work }); return last; };
    window.clearTimeout = (id) => { timers = timers.filter((timer) => timer.id !== id); };
    const goOn = (ms) => {
      const until = now + ms;
      for (;;) {
        const next = timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at || a.id - b.id)[0];
        if (!next) break;
        timers = timers.filter((timer) => timer !== next);
        now = Math.max(now, next.at);
        next.work();
      }
      now = until;
    };
    document.body.innerHTML = '<input id="field"><input id="other"><button id="button">b</button>';
    const field = document.getElementById('field');
    let heard = [];
    let entered = 0;
    it.listenForScans(window, (code) => heard.push(code), (code) => given.known.includes(code));
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') entered += 1;
      // As the counter's box: what is typed while nothing has the focus goes there.
      else if (event.key.length === 1 && !document.activeElement.matches('input')) field.focus();
    });
    return given.streams.map(({ keys, start = '', focus = 'field' }) => {
      goOn(1000);
      heard = [];
      entered = 0;
      field.value = start;
      document.getElementById(focus).focus();
      for (const [key, wait] of keys) {
        goOn(wait);
        const event = new KeyboardEvent('keydown', { key, code: /^[0-9]$/.test(key) ? `Digit${key}` : key, bubbles: true, cancelable: true });
        Object.defineProperty(event, 'timeStamp', { value: now });
        if (document.activeElement.dispatchEvent(event) && key.length === 1 && document.activeElement.matches('input')) {
          document.activeElement.value += key;
        }
      }
      goOn(1000);
      return [heard, field.value, entered];
    });
"""
KNOWN = ["8901234567894", "26A1000123", "SOAP-0042"]


def typed(text: str, *gaps: int, enter: int | None = None) -> list[tuple[str, int]]:
    """Keys with the time before each; the gaps begin again when they end. `enter` is the time before Enter."""
    keys = [(key, gaps[place % len(gaps)]) for place, key in enumerate(text)]
    return keys if enter is None else [*keys, ("Enter", enter)]


def hear(page: Page, *streams: dict[str, Any]) -> list[Any]:
    return list(ask(page, "scan", STREAMS, {"known": KNOWN, "streams": list(streams)}))


def test_a_scanner_that_stumbles_is_heard_whole(bare: Page) -> None:
    dice = random.Random(7)
    code, streams = KNOWN[0], []
    for place in range(300):
        low, high = ((60, 120), (5, 120), (8, 60))[place % 3]
        gaps = [dice.randint(low, high) for _ in code]
        # One that is never once quick must say when it is done: a person types so too.
        enter = dice.randint(low, high) if place % 2 or min(gaps[1:]) > 50 or low == 60 else None
        is_quick_somewhere = any(all(gap <= 50 for gap in gaps[at : at + 5]) for at in range(1, 9))
        if enter is None and not is_quick_somewhere:
            enter = 90
        streams.append({"keys": typed(code, *gaps, enter=enter), "start": "", "focus": ("field", "button")[place % 5 == 0]})
    answers = hear(bare, *streams)
    wrong = [(stream, answer) for stream, answer in zip(streams, answers, strict=True) if answer != [[code], "", 0]]
    assert wrong == []


def test_a_code_with_letters_needs_one_quick_piece(bare: Page) -> None:
    slow, stumbling = typed("SOAP-0042", 100, enter=100), typed("SOAP-0042", 100, 10, 10, 10, 90, 10, 10, 10, 10, enter=90)
    by_hand, quick = hear(bare, {"keys": slow}, {"keys": typed("SOAP-0042", 8, enter=8)})
    assert by_hand == [[], "SOAP-0042", 1], "a person types so: the box looks the code up itself"
    assert quick == [["SOAP-0042"], "", 0]
    assert hear(bare, {"keys": stumbling})[0][1:] == ["SOAP-0042", 1]


def test_what_a_person_typed_before_a_scan_stays(bare: Page) -> None:
    code = KNOWN[0]
    scan = [(code[0], 100), *typed(code[1:], 8, enter=8)]
    cases = [
        {"keys": [*typed("toor", 140), *scan]},
        {"keys": [*typed("5*", 120), *scan]},
        {"keys": [*typed("89", 100), *scan]},
        {"keys": scan, "start": "blue"},
        {"keys": [*typed("toor", 140), (code[0], 150), *typed(code[1:], 8, 8, 8, 8, 8, 8, 70, enter=90)]},
    ]
    kept = ["toor", "5*", "89", "blue", "toor"]
    assert hear(bare, *cases) == [[[code], text, 0] for text in kept]


def test_a_person_is_no_scanner(bare: Page) -> None:
    dice = random.Random(11)
    texts = ["toor dal", "9822012345", "145.50", "ravi kulkarni", "12345678", "500"]
    streams = [{"keys": typed(text, *(dice.randint(70, 220) for _ in text), enter=200)} for text in texts * 10]
    assert hear(bare, *streams) == [[[], text, 1] for text in texts * 10]


def test_the_late_enter_of_a_scan_pays_no_bill(bare: Page) -> None:
    late = {"keys": typed(KNOWN[0], 8, enter=130)}
    a_persons = {"keys": typed(KNOWN[0], 8, enter=400)}
    assert hear(bare, late, a_persons) == [[[KNOWN[0]], "", 0], [[KNOWN[0]], "", 1]]


def test_an_unknown_code_comes_whole(bare: Page) -> None:
    new = "8999999999995"  # nobody's, but its check digit fits
    assert fits(new)
    stumbled = {"keys": typed(new, 8, 90, 8, 8, 8, 8, 8, 8, 8, 70, 8, 8, 8, enter=90)}
    in_two = {"keys": typed("8999998", 8, 8, 8, 8, 8, 8, 8, enter=8)}
    assert hear(bare, stumbled, in_two) == [[[new], "", 0], [["8999998"], "", 0]]


def fits(code: str) -> bool:
    return label(code[:-1]) == code


SEARCH = """
    const catalogue = new it.Catalogue(null);
    const words = ['Toor', 'Dal', 'Basmati', 'Rice', 'Surf', 'Soap', 'Amul', 'Butter', 'Salt', 'Sugar'];
    for (let i = 0; i < 20000; i += 1) {
      const name = `${words[i % 10]} ${words[(i * 7) % 10]} ${i}`;
      catalogue.add('items', [String(i), [`890${i}`], name, i === 7 ? 'तूर दाल' : '', 'NOS', 1000, true, null, '', 'gst5', true, false, [], 1, `SKU${i}`, i % 2 ? '' : 'Tata']);
    }
    return { found: given.map((text) => catalogue.search(text).map((item) => item.name)), code: catalogue.findCode('sku77')?.item.name };
"""


def test_search_of_twenty_thousand(bare: Page) -> None:
    asked = ["toor", "DAL toor", "तूर", "sku19999", "tata surf", "zzz", "amul 8906"]
    answer = ask(bare, "catalogue", SEARCH, asked)
    toor, both, hindi, sku, brand, nothing, code = answer["found"]
    assert len(toor) == 20
    assert all(name.startswith("Toor") for name in toor)
    assert all({"Dal", "Toor"} <= set(name.split()) for name in both)
    assert [name.split()[-1] for name in hindi] == ["7"]
    assert [name.split()[-1] for name in sku] == ["19999"]
    assert (len(brand), nothing, len(code)) == (20, [], 20)
    assert answer["code"].endswith(" 77")


def test_upi_link(bare: Page) -> None:
    found = ask(
        bare,
        "upi",
        "return [it.upiLink({ upi_id: 'asha@upi', name: 'Sharma & Sons' }, given), it.upiLink({ upi_id: '', name: '' }, given)]",
        {"amount": 11805, "number": "26A1/000123"},
    )
    assert found == ["upi://pay?pa=asha@upi&pn=Sharma%20%26%20Sons&am=118.05&cu=INR&tn=Bill%2026A1%2F000123&tr=26A1000123", ""]


def test_text_is_as_the_books_take_it(bare: Page) -> None:
    typed = ["  a\tb\x00c ", "x" * 600, "🧾" * 3, "\u202eמזון", "a\nb", "\ud800x"]
    found = ask(bare, "text", "return given.map((text) => it.plainText(text)).concat([it.plainText('a\\nb', 10, true)])", typed[:5])
    assert found == ["a b c", "x" * 500, "🧾" * 3, "\u202eמזון", "a b", "a\nb"]
