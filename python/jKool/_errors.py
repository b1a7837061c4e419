"""What went wrong, as text: for standard error, and for the field ``exception`` of an event."""

import logging
import traceback
from types import TracebackType

# What is shown of an exception at the most. The event has a bound of its own for the whole text.
FRAMES = 100
CAUSES = 16
MEMBERS = 16
DEPTH = 4
LINE = 4_000

CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n"


def report(handler: logging.Handler, record: logging.LogRecord, error: Exception) -> None:
    """Has the handler report an error as every handler does: on standard error, if ``logging.raiseExceptions``."""
    try:
        raise error
    except Exception:
        handler.handleError(record)


def rendered(exception: object) -> str:
    """The exception with its traceback, notes, causes and group members, without the values of variables."""
    if isinstance(exception, BaseException):
        return _chain(exception, 0, set())
    if isinstance(exception, type):
        return exception.__name__
    return str(exception)


def _chain(exception: BaseException, depth: int, seen: set[int]) -> str:
    links: list[tuple[BaseException, str]] = []
    current: BaseException | None = exception
    joint = ""
    while current is not None and id(current) not in seen and len(links) < CAUSES:
        seen.add(id(current))
        links.append((current, joint))
        if current.__cause__ is not None:
            joint, current = CAUSE, current.__cause__
        elif current.__suppress_context__:
            current = None
        else:
            joint, current = CONTEXT, current.__context__
    text = "" if current is None or id(current) in seen else "[earlier causes are left out]\n\n"
    for link, after in reversed(links):
        text += _one(link, depth, seen) + after
    return text


def _one(exception: BaseException, depth: int, seen: set[int]) -> str:
    text = ""
    if exception.__traceback__ is not None:
        text = "Traceback (most recent call last):\n" + _frames(exception.__traceback__)
    text += _last_line(exception)
    for note in _notes(exception):
        text += f"\n{note}"
    text += "\n"
    members = getattr(exception, "exceptions", None)
    if _is_group(exception) and isinstance(members, tuple) and depth < DEPTH:
        for number, member in enumerate(members[:MEMBERS], 1):
            inner = _chain(member, depth + 1, seen).rstrip("\n").replace("\n", "\n  | ")
            text += f"  +---------------- {number} ----------------\n  | {inner}\n"
        if len(members) > MEMBERS:
            text += f"  +---------------- and {len(members) - MEMBERS} more\n"
    return text


def _frames(trace: TracebackType) -> str:
    """The frames; of very many the first and the last ones."""
    length = _length(trace)
    if length <= FRAMES:
        return "".join(traceback.format_tb(trace))
    first = traceback.format_tb(trace, limit=FRAMES // 4)
    last = traceback.format_tb(trace, limit=-(FRAMES - FRAMES // 4))
    return "".join([*first, f"  [{length - FRAMES} frames are left out]\n", *last])


def _length(trace: TracebackType | None) -> int:
    length = 0
    while trace is not None:
        length += 1
        trace = trace.tb_next
    return length


def _last_line(exception: BaseException) -> str:
    """Class and words; of a syntax error the place as well."""
    kind = type(exception)
    name = kind.__qualname__
    if kind.__module__ not in ("builtins", "__main__"):
        name = f"{kind.__module__}.{name}"
    try:
        if isinstance(exception, SyntaxError):
            words = f"{exception.msg} ({exception.filename}, line {exception.lineno})"
        else:
            words = str(exception)
    except Exception:
        words = "<exception str() failed>"
    if len(words) > LINE:
        words = f"{words[: LINE // 2]}…[truncated {len(words) - LINE} characters]{words[-LINE // 2 :]}"
    return f"{name}: {words}" if words else name


def _notes(exception: BaseException) -> list[str]:
    notes = getattr(exception, "__notes__", None)
    if not isinstance(notes, (list, tuple)):
        return []
    return [note if isinstance(note, str) else ascii(note) for note in notes[:MEMBERS]]


def _is_group(exception: BaseException) -> bool:
    # By name, as Python 3.10 has no groups; it may have those of a backport.
    return any(base.__name__ == "BaseExceptionGroup" for base in type(exception).__mro__)
