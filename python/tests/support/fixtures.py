"""Reads ``data/secrets.txt``, and makes what looks like a secret of the parts that stand there."""

import random
import re
import string
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parent.parent / "data" / "secrets.txt"
ALPHABETS = {
    "a": string.ascii_letters + string.digits,
    "A": string.ascii_uppercase + string.digits,
    "h": "0123456789abcdef",
    "w": string.ascii_letters + string.digits + "-_",
    "d": string.digits,
}
GROUPS = {16: (4, 4, 4, 4), 15: (4, 6, 5), 14: (4, 6, 4)}
PART = re.compile(r"<(?:(KEY)|card (\d+) (\d+) ?([-_]?)|([aAhwd])(\d+))>")


@dataclass
class Fixture:
    kind: str
    text: str
    expected: str
    #: What must not be left of it.
    secrets: list


def fixtures():
    """All of the file."""
    made, kind = [], ""
    for line in FILE.read_text().splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif "=>" in line and not line.startswith("#"):
            template, expected = line.split(" => ")
            text, secrets = filled(template)
            made.append(Fixture(kind, text, filled(expected)[0], [] if kind == "nothing" else secrets))
    return made


def filled(template):
    """The text with its parts, the same at every run, and the parts."""
    source = random.Random(7)
    secrets = []

    def part(found):
        word, beginning, length, between, alphabet, count = found.groups()
        if word:
            return "".join(("K", "EY"))
        if beginning:
            secret = card(source, beginning, int(length), between.replace("_", " "))
        else:
            letters = ALPHABETS[alphabet]
            secret = "7" + "".join(source.choice(letters) for _ in range(int(count) - 2)) + "a"
            if alphabet in "Ad":
                secret = secret[:-1] + "9"
        secrets.append(secret)
        return secret

    return PART.sub(part, template), secrets


def card(source, beginning, length, between):
    """A number whose last digit is what the others ask for."""
    digits = beginning + "".join(source.choice(string.digits) for _ in range(length - len(beginning) - 1))
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits))]
    digits += str(-sum(number // 10 + number % 10 for number in doubled) % 10)
    groups, at = [], 0
    for size in GROUPS[length]:
        groups.append(digits[at : at + size])
        at += size
    return between.join(groups)
