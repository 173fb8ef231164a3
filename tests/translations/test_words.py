"""The file of translations: whole, in step with the sources, and true to what is filled in."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from webapp.platform import translations
from webapp.platform.refusals import in_language
from webapp.translations import refusals
from webapp.translations.gathering import ROOT, distinct, forms, gathered, languages, messages, missing, renewed

PLACES = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}")
HINDI = re.compile(r"[\u0900-\u097f]")
# Stand as they are in any language.
THE_SAME = {"%(size)s kB", "Beancount", "CSV", "Excel", "PDF", "Razorpay", "SKU", "SMS", "STARTTLS", "WhatsApp"}


@pytest.fixture(scope="module", params=sorted(languages()))
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def text(language: str) -> str:
    return languages()[language].read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def entries(language: str, text: str) -> list[Any]:
    return messages(text, language)


def test_the_file_is_in_step_with_the_sources(language: str, text: str) -> None:
    assert renewed(language, text, gathered()) == text, "run: python -m webapp.translations"


def test_every_sentence_is_translated(language: str, text: str, entries: list[Any]) -> None:
    assert missing(text, language) == []
    assert [entry.id for entry in entries if entry.fuzzy] == []
    assert [entry.id for entry in entries if isinstance(entry.id, tuple) and len(forms(entry)) != 2] == []


def test_what_is_filled_in_stays(entries: list[Any]) -> None:
    wrong = []
    for entry in entries:
        ids = (entry.id,) if isinstance(entry.id, str) else entry.id
        for number, said in enumerate(forms(entry)):
            if Counter(PLACES.findall(said)) != Counter(PLACES.findall(ids[number])):
                wrong.append((ids[number], said))
    assert wrong == []


def test_a_translation_is_in_that_language(entries: list[Any]) -> None:
    assert [entry.id for entry in entries if not all(HINDI.search(said) for said in forms(entry)) and entry.id not in THE_SAME] == []


def test_the_end_of_a_sentence_is_its_end(entries: list[Any]) -> None:
    """A statement ends with a danda, a question with its mark; a label with neither."""
    wrong = []
    for entry in entries:
        ids = (entry.id,) if isinstance(entry.id, str) else entry.id
        ends = {".": "।", "?": "?", ":": ":"}.get(ids[0].rstrip("”")[-1], "")
        if (ends and not forms(entry)[0].endswith(ends)) or (not ends and forms(entry)[0].endswith("।")):
            wrong.append((ids[0], forms(entry)[0]))
    assert wrong == []


def test_nought_is_counted_like_many(tmp_path: Any) -> None:
    from babel.support import Translations

    hindi = Translations.load(str(translations.compiled(tmp_path)), ["hi"])
    said = [hindi.ngettext("One customer", "%(num)s customers", count) for count in (0, 1, 2)]
    assert said == ["%(num)s ग्राहक", "एक ग्राहक", "%(num)s ग्राहक"]


def test_a_refusal_is_known_again() -> None:
    """Every sentence the services refuse with, filled in, is found and said in Hindi with the same figures."""
    lost = []
    for sentence in distinct(refusals.sentences(ROOT)):
        filled = re.sub(r"\{(\w+)\}", lambda place: f"<{place[1]}>", sentence)
        said = in_language("hi", filled)
        if Counter(re.findall(r"<\w+>", said)) != Counter(re.findall(r"<\w+>", filled)) or not HINDI.search(said):
            lost.append((filled, said))
    assert lost == []


@pytest.mark.parametrize(
    ("english", "hindi"),
    [
        ("October 2026 was locked by Asha.", "October 2026 को Asha ने बंद किया है।"),
        ("This tax class does not exist.", "टैक्स वर्ग यहाँ नहीं है।"),
        ("Line 3: the quantity is nought.", "पंक्ति 3: मात्रा शून्य है।"),
        ("This file has a password. Save it without one, then send it again.", "इस फ़ाइल पर पासवर्ड है। बिना पासवर्ड सहेजें, फिर भेजें।"),
        ("Nobody has written this sentence.", "Nobody has written this sentence."),
        ("<b>October</b> was locked by {name}.", "<b>October</b> को {name} ने बंद किया है।"),
    ],
)
def test_refusals(english: str, hindi: str) -> None:
    assert in_language("hi", english) == hindi
    assert in_language("en", english) == english


def test_the_reader_of_sources_finds_sentences_only(tmp_path: Any) -> None:
    room = tmp_path / "webapp" / "room"
    room.mkdir(parents=True)
    (room / "rules.py").write_text(
        '''
"""A docstring. It says what is here."""
LABEL = "Front counter"
def refuse(bill):
    """Another docstring, a whole sentence."""
    log.error("Nobody on a page reads this.")
    keep_promise(bill, "It is a promise of ours.")
    raise BooksError(problem=f"{bill.number} is {'short' if bill else 'over'}.", fix=_("This one is gettext's."))
'''
    )
    found = [one for one in refusals.sentences(tmp_path) if one not in refusals.WORDS_TAKEN_IN]
    assert found == ["{number} is {value}.", "short", "over"]
