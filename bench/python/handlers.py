"""What is measured: each handler is made by a function, which imports what it needs, so that it costs others nothing."""

import logging
import queue
from dataclasses import dataclass
from typing import Callable

MESSAGE = (
    "seq=%08d payment accepted for customer 4711 from branch 0042, order amount 129.95 EUR, "
    "took 23.4 ms, cache hit, rc=0"
)
assert len(MESSAGE % 1) == 120, len(MESSAGE % 1)

SOURCE = "APPL=PythonStreaming#SERVER=PythonServer100#NETADDR=11.0.0.2#DATACENTER=DC1#GEOADDR=52.52437,13.41053"


@dataclass
class Case:
    """``log(number)`` is what is timed. ``close()`` is what a program does at an orderly end, and delivers what is left."""

    log: Callable[[int], None]
    close: Callable[[], None]


@dataclass
class Handler:
    make: Callable[[str, int], Case]
    #: Whether its events come to the server.
    ships: bool = True
    #: Whether the server's answers tell it of a refusal.
    hears: bool = False
    #: Whether it promises that nothing is lost while the process lives and the server works.
    lossless: bool = True


HANDLERS: dict[str, Handler] = {}


def handler(name, **traits):
    def register(make):
        HANDLERS[name] = Handler(make, **traits)
        return make

    return register


def info(made, close=None):
    """Calls of ``logger.info`` on a logger that has this handler."""
    logger = logging.getLogger("bench")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    made.setLevel(logging.INFO)
    logger.addHandler(made)
    call, message = logger.info, MESSAGE
    return Case(lambda number: call(message, number), close or made.close)


def events(made, log_event, snapshot_class):
    """Calls of ``logEvent`` with eight fields and a snapshot of three properties."""
    case = info(made)
    logger = logging.getLogger("bench")

    def log(number):
        snapshot = snapshot_class("Payment", category="Order")
        snapshot.addProperty("order-no", number, "integer")
        snapshot.addProperty("order-amount", 129.95, "double")
        snapshot.addProperty("customer", "4711", "string")
        log_event(
            logger, MESSAGE % number, SOURCE, corr_id="corr-4711", location="Atlanta, Ga", resource="orders",
            user="alice", operation="accept", msg_tag="pay", elapsed_time_usec=23400, comp_code="SUCCESS",
            snapshots=[snapshot],
        )  # fmt: skip

    return Case(log, case.close)


def ours(url, **settings):
    from jKool.streaming import HttpHandler

    made = HttpHandler("a-token", url, **settings)

    def close():
        made.flush(30)
        made.close()

    return made, close


@handler("queue", ships=False)
def _(url, port):
    """The standard library's queue, and nothing behind it: the least that a handler with a thread costs."""
    from logging.handlers import QueueHandler, QueueListener

    waiting = queue.SimpleQueue()
    listener = QueueListener(waiting, logging.NullHandler())
    listener.start()
    return info(QueueHandler(waiting), listener.stop)


@handler("tnt4", hears=True)
def _(url, port):
    return info(*ours(url))


@handler("tnt4-memory", hears=True)
def _(url, port):
    return info(*ours(url, spool="memory"))


@handler("tnt4-patterns", hears=True)
def _(url, port):
    """With message, exception and values searched for what looks like a secret."""
    return info(*ours(url, redact="patterns"))


@handler("tnt4-event", hears=True)
def _(url, port):
    from jKool.metrics import Snapshot
    from jKool.streaming import logEvent

    made, close = ours(url)
    return Case(events(made, logEvent, Snapshot).log, close)


@handler("original", hears=True)
def _(url, port):
    from original import OriginalHandler

    return info(OriginalHandler("a-token", url))


@handler("original-event", hears=True)
def _(url, port):
    from original import OriginalHandler, Snapshot, logEvent

    return events(OriginalHandler("a-token", url), logEvent, Snapshot)


@handler("original-queue", hears=True)
def _(url, port):
    """The original behind the standard library's queue."""
    from logging.handlers import QueueHandler, QueueListener

    from original import OriginalHandler

    waiting = queue.SimpleQueue()
    listener = QueueListener(waiting, OriginalHandler("a-token", url))
    listener.start()
    return info(QueueHandler(waiting), listener.stop)


@handler("otlp", hears=True, lossless=False)
def _(url, port):
    """OpenTelemetry with its defaults: a queue of 2,048, which drops."""
    return otlp(url)


@handler("otlp-large", hears=True)
def _(url, port):
    """The same with a queue in which all events have room."""
    return otlp(url, max_queue_size=1 << 20)


def otlp(url, **settings):
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor

    provider = LoggerProvider()
    provider.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(f"{url}/v1/logs"), **settings))
    return info(LoggingHandler(logging.INFO, provider), provider.shutdown)


@handler("loki", hears=True)
def _(url, port):
    import logging_loki

    made = logging_loki.LokiQueueHandler(
        queue.Queue(-1), url=f"{url}/loki/api/v1/push", tags={"app": "bench"}, version="1"
    )
    return info(made, made.listener.stop)


@handler("logstash")
def _(url, port):
    from logstash_async.handler import AsynchronousLogstashHandler

    made = AsynchronousLogstashHandler("127.0.0.1", port, database_path=None)

    def close():
        made.flush()
        made.shutdown()

    return info(made, close)


@handler("fluent")
def _(url, port):
    from fluent import asynchandler
    from fluent.handler import FluentRecordFormatter

    made = asynchandler.FluentHandler("app.bench", host="127.0.0.1", port=port, queue_maxsize=0)
    made.setFormatter(FluentRecordFormatter({"where": "%(module)s.%(funcName)s", "type": "%(levelname)s"}))
    return info(made)
