from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from datetime import datetime, timedelta
from logging import Logger, LoggerAdapter, LogRecord
from typing import Any

from typing_extensions import Self

__version__: str
"""The version of the package, and of the command ``tnt4``."""

activity_variable: ContextVar[Scope | None]
"""The activity around a call; each task and thread has its own."""

def run(args: Sequence[str]) -> int:
    """Runs the command ``tnt4`` and returns its exit code: 0 where all went well.

    ``args`` begins with the program's name. The command reads and writes the standard streams of the process itself,
    past ``sys.stdin``, ``sys.stdout`` and ``sys.stderr``. Other Python threads run on meanwhile.
    """

def logEvent(
    logger: Logger | LoggerAdapter[Any],
    message: object,
    sourceFqn: str | None = None,
    tracking_id: object = None,
    time_usec: int | float | str | datetime | None = None,
    corr_id: object = None,
    exception: BaseException | tuple[Any, ...] | str | None = None,
    resource: object = None,
    wait_time_used: int | float | str | timedelta | None = None,
    source_url: object = None,
    severity: int | str | None = 20,
    pid: int | str | None = None,
    tid: int | str | None = None,
    comp_code: int | str | None = None,
    reason_code: int | str | None = None,
    location: object = None,
    operation: object = None,
    user: object = None,
    start_time_usec: int | float | str | datetime | None = None,
    end_time_usec: int | float | str | datetime | None = None,
    elapsed_time_usec: int | float | str | timedelta | None = None,
    msg_size: int | str | None = None,
    encoding: object = None,
    charset: object = None,
    mime_type: object = None,
    msg_age: int | float | str | timedelta | None = None,
    msg_tag: object = None,
    parent_tracking_id: object = None,
    properties: object = None,
    snapshots: object = None,
) -> None:
    """Logs a message by ``logger.log``, and says more of it than a log call can.

    The level is ``severity``: a level's number, or a word of ``logging`` or jKool; levels, filters and other handlers of the
    logger apply. ``sourceFqn`` is where it comes from, as ``APPL=shop#SERVER=web1``; by default the process. ``corr_id``
    and ``msg_tag`` are one text or several. Times are microseconds since 1970, ``datetime`` or ISO 8601; durations
    microseconds or ``timedelta``. ``exception`` is an exception or its text. ``location`` is text or (latitude, longitude).
    ``properties`` is a dictionary, or a list of ``jKool.metrics.Property``; ``snapshots`` one ``jKool.metrics.Snapshot`` or
    several.

    A value that cannot be understood is left out, and said once on standard error; the event is sent.
    """

def record_to_json(record: LogRecord) -> str:
    """The JSON of a record, as a handler without settings would send it."""

def exiting() -> None:
    """Says that the interpreter begins to end: from now on all waiting together has two seconds."""

def was_forked() -> None:
    """Says that this process is a child of a fork."""

def process_properties() -> list[tuple[str, int | float, str | None]]:
    """What the process uses: names, values, and hints of how to show them."""

def say_once(text: str, diagnostics: str | None = None) -> None:
    """Says a line where the stream's own lines go (those of handlers with this setting), unless it was said before."""

def active_trace() -> str | None:
    """The trace id of the active span of OpenTelemetry, if the application has loaded that."""

def new_tracking_id() -> str:
    """A new tracking id, a UUID of version 7."""

class Property:
    """A named value of a snapshot or an event.

    ``property_type`` is a word of jKool's (string, integer, double, boolean, timestamp), into which the value is turned where
    it can be, or a hint of how to show it, as ``currency.usd``. Without one the value's own type counts.
    """

    name: Any
    value: Any
    property_type: Any
    def __new__(cls, name: object, value: object, property_type: object = None, *, type: object = None) -> Self: ...
    @property
    def type(self) -> Any:
        """``property_type``, under its name on the wire."""

    def getDict(self) -> dict[str, Any]:
        """Its fields by their names on the wire."""

class Snapshot:
    """Named values at one time, by default the time of construction. Add it to ``logEvent(…, snapshots=[snapshot])``."""

    name: Any
    time_usec: Any
    parent_id: Any
    category: Any
    properties: Any
    def __new__(
        cls,
        name: object,
        time_usec: int | float | str | datetime | None = None,
        parent_id: object = None,
        category: object = None,
        properties: object = None,
    ) -> Self: ...
    def addProperty(
        self, name: object, value: object, property_type: object = None, *, type: object = None
    ) -> None:
        """Adds a named value; see ``Property`` for the type."""

    def getDict(self) -> dict[str, Any]:
        """Its fields by their names on the wire, those that are set."""

class Scope:
    """The activity around a call: its tracking id, and the correlators of all within it."""

    def __new__(cls, tracking_id: str, correlators: list[str]) -> Self: ...
    @property
    def tracking_id(self) -> str: ...
    @property
    def correlators(self) -> list[str]: ...

class Emitter:
    """The native half of a handler; see ``jKool._handler``."""

    def __new__(cls, *args: Any, **options: Any) -> Self: ...
    def configure(self, settings: Mapping[str, Any]) -> None:
        """Gives it the settings that ``jKool._settings.resolved`` has worked out, once."""

    def handle(self, record: LogRecord) -> Any:
        """``logging.Handler.handle``: asks the filters, then emits. It takes no lock."""

    def emit(self, record: LogRecord) -> None:
        """Makes an event of the record and hands it to the stream."""

    def send_activity(self, name: str, status: str, fields: dict[str, Any]) -> None:
        """Sends an activity with these fields, which are keywords of ``logEvent``."""

    def send_snapshot(self, snapshot: Snapshot) -> None:
        """Sends a snapshot by itself."""

    def flush_within(self, seconds: float) -> bool:
        """Waits until all that was sent has arrived, and says whether it has. Ctrl-C ends it."""

    def close_within(self, seconds: float) -> None:
        """Gives up the stream; the last of the handlers that share it waits for what is pending."""

    def begin(self) -> None:
        """Begins to deliver what earlier processes have left."""

    def stats(self) -> dict[str, Any]:
        """What became of the records: ``enqueued`` + ``inherited["adopted"]`` = ``acknowledged`` + the sum of ``dropped``
        (by reason) + ``pending``. ``problem`` says what stands in the way, ``folder`` where records wait."""

    def probe(self) -> tuple[str, str] | None:
        """Whether the server lets us in: ``None``, or the kind of problem (as in ``stats``), and words."""

    @property
    def key(self) -> str | None:
        """What tells its stream from others. It holds the token."""

class Collector:
    """The native half of ``jKool.testing.Collector``."""

    def __new__(cls, store: str, tokens: Sequence[str] = ...) -> Self: ...
    @property
    def url(self) -> str: ...
    def stop(self) -> None: ...
