"""Activities: what takes time, and contains what is logged meanwhile."""

import functools
import inspect
import time
from collections.abc import Callable, Iterable
from contextvars import Token
from typing import Any, TypeVar

from jKool import _tnt4
from jKool._handler import reach

Function = TypeVar("Function", bound=Callable[..., Any])


class activity:
    """Something that takes time: ``with activity("Checkout", corr_id=order):``, ``async with``, or as a decorator.

    It is sent when it begins and when it ends, with times and outcome, and what is logged inside, in the same thread or
    task, bears its tracking id as parent and its correlators. Activities inside it do too.

    ``corr_id`` is one correlator or several. ``traceparent`` is a header of W3C Trace Context, whose trace id
    becomes a correlator. ``logger`` names the logger whose handlers send it; without one all of this package's do. All other
    keywords are those of ``logEvent``.
    """

    def __init__(
        self,
        name: str,
        *,
        corr_id: str | Iterable[str] | None = None,
        traceparent: str | None = None,
        logger: Any = None,
        **fields: Any,
    ) -> None:
        if callable(name):
            raise TypeError('an activity has a name: write @jKool.activity("name")')
        self.name = str(name)
        self._correlators = _texts(corr_id)
        trace = _trace_of(traceparent)
        if trace is not None and trace not in self._correlators:
            self._correlators.append(trace)
        self._logger = logger
        self._fields = fields
        self._token: Token[Any] | None = None
        self.tracking_id = ""

    def __enter__(self) -> "activity":
        outer = _tnt4.activity_variable.get()
        correlators = list(self._correlators)
        fields = dict(self._fields)
        if outer is not None:
            correlators += [text for text in outer.correlators if text not in correlators]
            fields.setdefault("parent_tracking_id", outer.tracking_id)
        trace = _tnt4.active_trace()
        if trace is not None and trace not in correlators:
            correlators.append(trace)
        self.tracking_id = str(fields.get("tracking_id") or _tnt4.new_tracking_id())
        self._begun = time.perf_counter_ns()
        start = time.time_ns() // 1000
        fields.update(tracking_id=self.tracking_id, corr_id=correlators, time_usec=start, start_time_usec=start)
        self._sent = fields
        self._send("BEGIN", fields)
        self._token = _tnt4.activity_variable.set(_tnt4.Scope(self.tracking_id, correlators))
        return self

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if self._token is not None:
            try:
                _tnt4.activity_variable.reset(self._token)
            except ValueError:  # it ends in another context than it began in, as generators may
                pass
            self._token = None
        elapsed = (time.perf_counter_ns() - self._begun) // 1000
        fields = dict(self._sent)
        end = fields["start_time_usec"] + elapsed
        fields.update(time_usec=end, end_time_usec=end, elapsed_time_usec=elapsed)
        if error is None:
            fields.setdefault("comp_code", "SUCCESS")
            self._send("END", fields)
        else:
            fields.update(exception=error, comp_code="ERROR", severity="ERROR")
            self._send("EXCEPTION", fields)

    async def __aenter__(self) -> "activity":
        return self.__enter__()

    async def __aexit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        self.__exit__(kind, error, trace)

    def __call__(self, function: Function) -> Function:
        """Decorates a function: each call is an activity of its own."""
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def awaited(*arguments: Any, **keywords: Any) -> Any:
                async with self._again():
                    return await function(*arguments, **keywords)

            return awaited  # type: ignore[return-value]

        @functools.wraps(function)
        def called(*arguments: Any, **keywords: Any) -> Any:
            with self._again():
                return function(*arguments, **keywords)

        return called  # type: ignore[return-value]

    def _again(self) -> "activity":
        return activity(self.name, corr_id=self._correlators, logger=self._logger, **self._fields)

    def _send(self, status: str, fields: dict[str, Any]) -> None:
        for handler in reach(self._logger):
            handler.send_activity(self.name, status, fields)


def _texts(given: str | Iterable[str] | None) -> list[str]:
    if given is None:
        return []
    if isinstance(given, str) or not isinstance(given, Iterable):
        return [str(given)]
    return [str(text) for text in given]


def _trace_of(header: str | None) -> str | None:
    """The trace id of ``00-<trace id>-<span id>-<flags>``; ``None`` of what is no such header."""
    parts = str(header or "").strip().lower().split("-")
    if len(parts) < 4 or len(parts[1]) != 32 or set(parts[1]) - set("0123456789abcdef") or not parts[1].strip("0"):
        return None
    return parts[1]
