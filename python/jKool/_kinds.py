"""The kinds of values that settings have, each with what it makes of plain text and of objects of Python."""

import os
from collections.abc import Callable
from typing import Any, NamedTuple

TRUE = ("1", "true", "yes", "on")
FALSE = ("0", "false", "no", "off")

# The longest time, in seconds: a hundred years.
LONGEST = 100 * 366 * 86_400


class Kind(NamedTuple):
    """What turns a value into one of the kind, or raises, and what that wants, in words."""

    turned: Callable[[Any], Any]
    wanted: str


def kind_of(value: Any) -> str:
    """What a value is. A text is not repeated: it may be a secret."""
    if value is None or isinstance(value, (bool, float)):
        return str(value)
    if isinstance(value, int):
        return str(value) if abs(value) < 1 << 64 else "a huge number"
    if isinstance(value, str):
        return f"a text of {len(value)} characters" if value else "an empty text"
    name = type(value).__name__
    return name if isinstance(value, bytes) else f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def _text(value: Any) -> str:
    """Numbers are text as well: YAML makes them of what somebody wrote without quotes."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise TypeError
    return str(value)


def _path(value: Any) -> str:
    if not isinstance(value, (str, bytes, os.PathLike)):
        raise TypeError
    path = os.fsdecode(value)
    if not path or "\0" in path:
        raise ValueError
    return path


def _path_or_off(value: Any) -> str:
    # YAML makes a truth of `off`.
    return "off" if value is False else _path(value)


def _spool(value: Any) -> str:
    return str(value) if isinstance(value, bool) else _path(value)


def _seconds(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError
    total = getattr(value, "total_seconds", None)  # a timedelta
    seconds = float(total() if total is not None else value)
    if not 0 <= seconds <= LONGEST:
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
    if value not in (0, 1):
        raise ValueError
    return bool(value)


def _words(value: Any) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else _several(value)


def _texts(value: Any) -> list[str]:
    """Of which one alone may hold commas. An empty pattern would be found everywhere."""
    return [text for text in ([value] if isinstance(value, str) else _several(value)) if text]


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


def one_of(*words: str) -> Kind:
    """One of these words, in any case."""

    def word_of(value: Any) -> str:
        # YAML makes a truth of `off`, and a number of `1.2`.
        word = ("on" if value else "off") if isinstance(value, bool) else _text(value).strip().lower()
        if word not in words:
            raise ValueError
        return word

    return Kind(word_of, f"{', '.join(words[:-1])} or {words[-1]}")


TEXT = Kind(_text, "text")
NAME = Kind(lambda value: _text(value) or None, "text")
PATH = Kind(_path, "a path")
PROXY = Kind(_path_or_off, "an address as http://host:port, or off")
DIAGNOSTICS = Kind(_path_or_off, "stderr, off, or the path of a file")
SPOOL = Kind(_spool, "disk, sync or memory, or the path of a folder")
SECONDS = Kind(_seconds, "seconds, at least 0: a number, its digits, or a timedelta")
BYTES = Kind(_bytes, "a number of bytes, or text such as 64 MiB")
NUMBER = Kind(_number, "a whole number, at least 0, or its digits")
QOS = Kind(lambda value: int(one_of("0", "1", "2").turned(value)), "0, 1 or 2")
FLAG = Kind(_flag, "a truth: True or False, yes or no, on or off, 1 or 0")
WORDS = Kind(_words, "a list of texts, or one text with commas between them")
TEXTS = Kind(_texts, "a list of texts, or one text")
OCCASIONS = Kind(_occasions, 'seconds between them, at least 1, "errors", both as "60,errors", or "off"')


def turned(name: str, given: Any, kind: Kind) -> Any:
    """The value as one of this kind, or an error that names the setting, what it was given, and what it wants."""
    try:
        return kind.turned(given)
    except (TypeError, ValueError, OverflowError) as error:
        wrong = TypeError if isinstance(error, TypeError) else ValueError
    # Out here, so that no other error goes before this one.
    raise wrong(f"{name} was given {kind_of(given)}, and wants {kind.wanted}")
