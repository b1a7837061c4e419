"""The kinds of values that settings have, each with what it makes of plain text and of objects of Python."""

import math
import os
from collections.abc import Callable
from typing import Any, NamedTuple

TRUE = ("1", "true", "yes", "on")
FALSE = ("0", "false", "no", "off")


class Kind(NamedTuple):
    """What turns a value into one of the kind, or raises, and what that wants, in words."""

    turned: Callable[[Any], Any]
    wanted: str


def kind_of(value: Any) -> str:
    """What a value is, without saying it: it may be a secret."""
    if isinstance(value, str):
        return f"a text of {len(value)} characters" if value else "an empty text"
    name = type(value).__name__
    article = "an" if name[:1].lower() in "aeiou" else "a"
    return "None" if value is None else f"{article} {name}"


def _text(value: Any) -> str:
    """Numbers are text as well: YAML makes them of what somebody wrote without quotes."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError
    return str(value)


def _path(value: Any) -> str:
    return os.fsdecode(value) if isinstance(value, (os.PathLike, bytes)) else _text(value)


def _path_or_off(value: Any) -> str:
    return "off" if value is False else _path(value)


def _spool(value: Any) -> str:
    return str(value) if isinstance(value, bool) else _path(value)


def _word(value: Any) -> str:
    # YAML makes a truth of `off`, and a number of `1.2`.
    return ("on" if value else "off") if isinstance(value, bool) else _text(value).strip().lower()


def _seconds(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError
    total = getattr(value, "total_seconds", None)  # a timedelta
    seconds = float(total() if total is not None else value)
    if not (math.isfinite(seconds) and seconds >= 0):
        raise ValueError
    return seconds


def _bytes(value: Any) -> int:
    """A number of bytes, which may have a unit of 1,024: ``64 MiB``, ``64 MB`` and ``64m`` are the same."""
    if isinstance(value, str):
        written = value.strip().lower().removesuffix("b").removesuffix("i").strip()
        for unit, factor in (("k", 1 << 10), ("m", 1 << 20), ("g", 1 << 30)):
            if written.endswith(unit):
                return _number(float(written.removesuffix(unit)) * factor // 1)
        return _number(written)
    return _number(value)


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise TypeError
    number = int(value)
    if not 0 <= number < 1 << 63 or (isinstance(value, float) and number != value):
        raise ValueError
    return number


def _flag(value: Any) -> bool:
    if isinstance(value, str):
        word = value.strip().lower()
        if word in TRUE or word in FALSE:
            return word in TRUE
        raise ValueError
    if not isinstance(value, int):
        raise TypeError
    return bool(value)


def _words(value: Any) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else _several(value)


def _texts(value: Any) -> list[str]:
    """Of which one alone may hold commas."""
    return [value] if isinstance(value, str) else _several(value)


def _several(value: Any) -> list[str]:
    if not isinstance(value, (list, tuple, set, frozenset)) or not all(isinstance(part, str) for part in value):
        raise TypeError
    return sorted(value) if isinstance(value, (set, frozenset)) else list(value)


def _occasions(value: Any) -> tuple[float | None, bool]:
    """Every how many seconds, and whether with errors."""
    interval, errors = None, False
    for part in value.split(",") if isinstance(value, str) else value if isinstance(value, (list, tuple)) else [value]:
        word = part.strip().lower() if isinstance(part, str) else part
        if word in ("", "errors"):
            errors = errors or word == "errors"
        elif word is not False and word not in FALSE and word != 0:
            seconds = _seconds(word)
            if interval is not None or not 1 <= seconds <= 366 * 86_400:
                raise ValueError
            interval = seconds
    return interval, errors


TEXT = Kind(_text, "text")
PATH = Kind(_path, "a path, or text")
PROXY = Kind(_path_or_off, "an address, or off")
DIAGNOSTICS = Kind(_path_or_off, "stderr, off, or the path of a file")
SPOOL = Kind(_spool, "disk, sync or memory, the path of a folder, or a truth")
WORD = Kind(_word, "a word")
SECONDS = Kind(_seconds, "seconds, at least 0: a number, its digits, or a timedelta")
BYTES = Kind(_bytes, "a number of bytes, or text such as 64 MiB")
NUMBER = Kind(_number, "a whole number, at least 0, or its digits")
FLAG = Kind(_flag, "a truth: True or False, yes or no, on or off, 1 or 0")
WORDS = Kind(_words, "a list of texts, or one text with commas between them")
TEXTS = Kind(_texts, "a list of texts, or one text")
OCCASIONS = Kind(_occasions, 'seconds between them, at least 1, "errors", both as "60,errors", or "off"')
