"""What the handlers of all transports have in common.

The work is done by the native half, ``jKool._tnt4.Emitter``: it makes an event of a record and appends it to a stream,
which delivers it on a thread of its own.
"""

import atexit
import logging
import os
import weakref
from typing import Any

# `_errors` is for the native half. Were it imported by the first record with an exception, a child that another thread
# forks meanwhile would wait for that import for ever.
from jKool import _errors as _errors
from jKool import _tnt4, _workers
from jKool._kinds import SECONDS, turned

# What a handler waits for where nobody says how long, in seconds.
PATIENCE = 2.0

# Runs before `logging` closes its handlers, since it is registered later.
atexit.register(_tnt4.exiting)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_tnt4.was_forked)


class AuthorizationError(Exception):
    """The server refused the token."""

    def __init__(self, value: str = "") -> None:
        super().__init__(value)
        self.value = value


class StreamHandler(_tnt4.Emitter, logging.Handler):
    """A handler that sends what is logged to jKool. Handlers with the same settings share a stream."""

    # Those that may still send, for activities and metrics, which have no logger. Unlike a set of weak references it
    # can be read while other threads write to it.
    _live: "weakref.WeakValueDictionary[int, StreamHandler]" = weakref.WeakValueDictionary()

    def __init__(self, level: int | str, settings: dict[str, Any], shown: str) -> None:
        logging.Handler.__init__(self, level)
        self._shown = shown
        self.configure(settings)
        StreamHandler._live[id(self)] = self
        _workers.watch()

    def createLock(self) -> None:  # noqa: N802
        """There is none: neither a fork nor a record within a record can meet a lock that will not open."""
        self.lock = None

    def setFormatter(self, fmt: logging.Formatter | None) -> None:  # noqa: N802
        """The formatter makes the text of the events. Without one that is the record's message.

        The one that ``logging.basicConfig`` gives to every handler without a formatter repeats what events have in
        fields of their own, and is not taken.
        """
        if type(fmt) is logging.Formatter and fmt._fmt == logging.BASIC_FORMAT:
            fmt = None
        logging.Handler.setFormatter(self, fmt)

    def connect(self) -> None:
        """Goes the way to the server, and says whether it lets us in. Nothing else waits for the network.

        Raises ``AuthorizationError`` where the server refuses the token, and ``ConnectionError`` with the reason where
        it cannot be reached.
        """
        ended = self.probe()
        if ended is not None:
            kind, why = ended
            if kind == "unauthorized":
                raise AuthorizationError(why)
            raise ConnectionError(why)
        self.start()

    def start(self) -> None:
        """Begins to deliver what earlier processes have left. The first record does that, too."""
        self.begin()

    def stop(self, timeout: float = PATIENCE) -> None:
        """Waits until what was sent has arrived, and ends the stream. The next record, or ``start``, begins it anew."""
        self.close_within(turned("timeout", timeout, SECONDS))

    # `logging.Handler.flush` returns nothing; nobody is hurt by an answer.
    def flush(self, timeout: float = PATIENCE) -> bool:  # type: ignore[override]
        """Waits up to ``timeout`` seconds until what was sent has arrived, and says whether all has."""
        return self.flush_within(turned("timeout", timeout, SECONDS))

    def close(self) -> None:
        """Waits up to two seconds for what is pending. With a spool on disk the rest goes with the next start."""
        try:
            self.close_within(PATIENCE)
        finally:
            logging.Handler.close(self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._shown} ({logging.getLevelName(self.level)})>"

    def _recipe(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """What makes another like it."""
        raise NotImplementedError

    def __reduce__(self) -> tuple[Any, ...]:
        arguments, keywords = self._recipe()
        state = (self.level, self.formatter, list(self.filters), self.get_name())
        return _made, (type(self), arguments, keywords, state)

    # The other one would be asked by `copy`.
    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return self.__reduce__()


def _living() -> list[StreamHandler]:
    return [handler for reference in StreamHandler._live.valuerefs() if (handler := reference()) is not None]


def _end_of_worker() -> None:
    """What ``logging`` does at the end of other processes: all handlers together have two seconds."""
    _tnt4.exiting()
    for handler in _living():
        handler.stop()


_workers.at_end(_end_of_worker)


def _made(kind: Any, arguments: tuple[Any, ...], keywords: dict[str, Any], state: tuple[Any, ...]) -> Any:
    """A handler like another, from a pickle or for a copy. It shares the stream in the same process."""
    handler = kind(*arguments, **keywords)
    level, formatter, filters, name = state
    handler.setLevel(level)
    handler.setFormatter(formatter)
    handler.filters = filters
    if name is not None:
        handler.set_name(name)
    return handler


def reach(logger: Any = None) -> list[StreamHandler]:
    """One handler for each stream: those on the way from a logger to the root, or all."""
    if logger is None:
        found = _living()
    else:
        found = []
        current = getattr(logger, "logger", logger)
        while current is not None:
            found += [handler for handler in current.handlers if isinstance(handler, StreamHandler)]
            current = current.parent if current.propagate else None
    return list({handler.key: handler for handler in found}.values())
