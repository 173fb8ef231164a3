"""What a password and an e-mail must be, and how long to wait after failed tries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

from webapp.kernel.phones import mobile
from webapp.kernel.text import clean_text

LEAST_PASSWORD = 8
MOST_PASSWORD = 128
FREE_TRIES = 5
MORE_OF_A_NETWORK = 20
SIGN_IN_DAYS = 30
IDLE_HOURS = 12
MOST_SIGN_INS = 10

# The first of every list of leaked passwords; longer lists live with sign-in hardening.
_WORN_OUT_WORDS = (
    "password password1 password123 passw0rd 12345678 123456789 1234567890 11111111 00000000 qwertyui qwerty123 qwertyuiop "
    "iloveyou abcd1234 abc12345 a1234567 admin123 welcome1 welcome123 india123 india@123 munim123 letmein1 sunshine princess "
    "87654321 12341234 asdfghjk zaq12wsx 1q2w3e4r 1qaz2wsx krishna1 ganesh123 jaimatadi omsairam sairam123 radhe123 test1234"
)
_WORN_OUT = frozenset(_WORN_OUT_WORDS.split())


def normal_email(text: str) -> str:
    """The e-mail as we keep it. ValueError, with words for the user, when it cannot be one."""
    email = text.strip().lower()
    name, at, host = email.partition("@")
    if not (name and at and "." in host.strip(".") and " " not in email and len(email) <= 254 and "@" not in host):
        raise ValueError("Type an e-mail address, for example asha@example.in.")
    return email


def check_password(password: str, *, unlike: tuple[str, ...] = ()) -> None:
    """ValueError, with words for the user, when a password is too short, too long, worn out or one's own name.

    No rule asks for mixed characters: OWASP ASVS 5.0, 6.2.5.
    """
    if len(password) < LEAST_PASSWORD:
        raise ValueError(f"Use at least {LEAST_PASSWORD} characters. A few words together are easy to remember.")
    if len(password) > MOST_PASSWORD:
        raise ValueError(f"Use at most {MOST_PASSWORD} characters.")
    lowered = password.lower()
    if lowered in _WORN_OUT or lowered in {word.lower() for word in unlike if word} or len(set(lowered)) < 3:
        raise ValueError("This password is among the first that are guessed. Choose another.")


def mobile_phone(text: str, prefixes: tuple[str, ...]) -> str:
    """A mobile number as it is kept, +919876543210. ValueError, with words for the user, for another, and for one that begins with none of
    `prefixes`."""
    text = clean_text(text)  # what is copied out of a list of contacts brings unseen signs along
    if not text.isascii():  # other scripts' digits look alike and are easily mis-keyed
        raise ValueError("Type the phone number in plain digits, for example 98200 12345.")
    found = mobile(text)
    if found is None:
        raise ValueError("This is no mobile number. In India it has ten digits and begins with 6, 7, 8 or 9.")
    if not found.startswith(prefixes):
        raise ValueError(f"Codes leave this machine only for numbers that begin with {', '.join(prefixes)}.")
    return found


def is_six_digits(text: str) -> bool:
    """Whether a text can be a code that was sent."""
    return bool(re.fullmatch(r"[0-9]{6}", text, re.ASCII))


def without_digits(words: str) -> str:
    """A carrier's words for the log, without a number or code that it may have repeated."""
    return re.sub(r"\d{4,}", "…", words)


def wait_after(tries: int, last_at: datetime, now: datetime) -> timedelta:
    """How long until the next try is heard. Nothing for the first few, then doubling to a quarter of an hour."""
    if tries < FREE_TRIES:
        return timedelta(0)
    pause = timedelta(seconds=min(900, 2 ** min(tries - FREE_TRIES + 1, 10)))
    return max(timedelta(0), last_at + pause - now)


_LEAST_DIGITS = 4
MOST_CODE_STEM = 4


def code_stem(name: str) -> str:
    """What the code of a business begins with: the first letters and digits of its name, "SHRI" of Shri Ganesh Stores. A name in
    another script gives "ORG"."""
    return re.sub(r"[^A-Z0-9]", "", name.upper())[:MOST_CODE_STEM] or "ORG"


def codes_of(name: str) -> Iterator[str]:
    """The codes that a business of this name may have, the best first: SHRI, SHRI2, SHRI3."""
    stem = code_stem(name)
    yield stem
    for turn in count(2):
        yield f"{stem}{turn}"


def member_id(code: str, member_no: int) -> str:
    """ORG_MEMBER: the code of the business and the number of the member in it, SHRI_0007."""
    return f"{code}_{member_no:0{_LEAST_DIGITS}d}"


# In this order: each names itself beside those after it ("Edg/ … Chrome/ … Safari/").
_BROWSERS = (
    ("Edge", r"\bEdg(?:e|A|iOS)?/"),
    ("Opera", r"\bOPR/"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Firefox", r"\b(?:Firefox|FxiOS)/"),
    ("Chrome", r"(?:Chrome|CriOS)/"),
    ("Safari", r"\bSafari/"),
)
_MACHINES = (
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("Windows", r"\bWindows\b"),
    ("Mac", r"\bMacintosh\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("Linux", r"\bLinux\b"),
)


def device_words(user_agent: str) -> str:
    """A browser and its machine as people call them: "Chrome, Windows". Both names are the makers' own, in any language; "" for
    neither. It is what the browser says of itself, so it helps to recognise a device and proves nothing."""
    found = (next((name for name, sign in names if re.search(sign, user_agent)), "") for names in (_BROWSERS, _MACHINES))
    return ", ".join(name for name in found if name)
