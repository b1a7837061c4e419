"""What people build around `logging` works with the handlers: queues, configurations, adapters, other front ends."""

import json
import logging
import logging.config
import os
import queue
import warnings
from logging.handlers import QueueHandler, QueueListener

import pytest

from jKool.streaming import MqttHandler, logEvent


def properties(record):
    return {one["name"]: one["value"] for one in record.get("properties", ())}


@pytest.fixture
def configured():
    """Configures `logging`, and takes the configuration away after the test."""
    names = []

    def configure(config):
        names.extend(config["loggers"])
        logging.config.dictConfig(config)

    yield configure
    for name in names:
        logger = logging.getLogger(name)
        for handler in list(logger.handlers):
            logger.removeHandler(handler)
            handler.close()
    for logger in logging.getLogger().manager.loggerDict.values():
        logger.disabled = False


def test_behind_a_queue_everything_is_there_once(log, recorder):
    _, handler = log(recorder.url, name="behind")
    logger = logging.Logger("before", logging.DEBUG)
    waiting = queue.SimpleQueue()
    logger.addHandler(QueueHandler(waiting))
    listener = QueueListener(waiting, handler, respect_handler_level=True)
    listener.start()
    try:
        logger.info("sold %d", 3, extra={"item": 5})
        try:
            raise ValueError("once")
        except ValueError:
            logger.exception("failed")
        plain, failed = recorder.wait(2)
    finally:
        listener.stop()
    assert (plain["operation"], plain["msg-text"], properties(plain)["item"]) == ("before", "sold 3", 5)
    assert properties(plain)["function"] == "test_behind_a_queue_everything_is_there_once"
    # A queue's handler makes text of the exception, as it has to go to anywhere.
    assert json.dumps(failed).count("ValueError: once") == 1


YAML = """
version: 1
disable_existing_loggers: true
formatters:
  short: {format: "%(name)s: %(message)s"}
handlers:
  jkool:
    class: jKool.streaming.HttpHandler
    accessToken: env://SHOP_TOKEN
    urlStr: env://SHOP_URL
    level: DEBUG
    formatter: short
    spool: off
    proxy: off
    diagnostics: off
    compression: off
    report_drops: off
    redact: off
    queue_bytes: 4 MiB
    connect_timeout: 2.5
    location: 4711
    process_snapshots: errors
  broker:
    class: jKool.streaming.MqttHandler
    urlStr: broker.example
    level: CRITICAL
    topic: shop
    qos: 2
    mqtt_version: 5
    minimum_tls: 1.2
    keepalive: 30
    spool: memory
loggers:
  configured.yaml:
    handlers: [jkool, broker]
    level: DEBUG
    propagate: no
"""


def test_a_configuration_in_yaml(configured, recorder, monkeypatch):
    yaml = pytest.importorskip("yaml")
    monkeypatch.setenv("SHOP_TOKEN", "token-of-the-shop")
    monkeypatch.setenv("SHOP_URL", recorder.url)
    configured(yaml.safe_load(YAML))
    logging.getLogger("configured.yaml").error("failed", extra={"password": "shown"})
    (record,) = recorder.wait(1)
    assert (record["msg-text"], record["location"]) == ("configured.yaml: failed", "4711")
    assert properties(record)["password"] == "shown" and len(record["snapshots"]) == 1


def test_ten_configurations_leave_nothing_behind(configured, recorder):
    config = {
        "version": 1,
        "handlers": {"jkool": {"class": "jKool.streaming.HttpHandler", "accessToken": "t", "urlStr": recorder.url}},
        "loggers": {"configured.often": {"handlers": ["jkool"], "level": "INFO", "propagate": False}},
    }
    logger = logging.getLogger("configured.often")
    open_files = []
    for number in range(10):
        configured(config)
        logger.info("number %d", number)
        assert logger.handlers[0].flush(10)
        open_files.append(len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0)
    assert recorder.messages(10) == [f"number {number}" for number in range(10)]
    # The same stream all along, or one after the other: never one more than before.
    assert open_files[-1] <= open_files[0] + 2, open_files


def test_a_disabled_logger_is_named(configured, recorder, capfd):
    orphan = logging.getLogger("configured.orphan")
    configured({"version": 1, "loggers": {"configured.other": {"level": "INFO"}}})
    logEvent(orphan, "lost")
    told = capfd.readouterr().err
    assert told.count("disable_existing_loggers=False") == 1 and "configured.orphan" in told


def test_a_general_limit_is_named(log, recorder, capfd):
    logger, _ = log(recorder.url, name="limited")
    logging.disable(logging.WARNING)
    try:
        logEvent(logger, "lost")
        logEvent(logger, "kept", severity="ERROR")
        logging.disable(logging.NOTSET)
        logEvent(logger, "lost", severity=-5)
    finally:
        logging.disable(logging.NOTSET)
    assert recorder.messages(1) == ["kept"]
    assert capfd.readouterr().err.count("is in force") == 1


def test_adapters_put_their_extra_into_each_record(log, recorder):
    logger, _ = log(recorder.url)
    adapter = logging.LoggerAdapter(logger, {"request": "r1"})
    adapter.info("sold")
    (record,) = recorder.wait(1)
    assert properties(record)["request"] == "r1"
    assert properties(record)["function"] == "test_adapters_put_their_extra_into_each_record"


def test_warnings_are_records(log, recorder):
    log(recorder.url, name="py.warnings")
    logging.captureWarnings(True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn("out of date", DeprecationWarning, stacklevel=1)
    finally:
        logging.captureWarnings(False)
    (record,) = recorder.wait(1)
    assert (record["operation"], record["severity"]) == ("py.warnings", "WARNING")
    assert "DeprecationWarning: out of date" in record["msg-text"]


class JsonFormatter(logging.Formatter):
    def format(self, record):
        fields = {"text": record.getMessage(), "level": record.levelname}
        if record.exc_info:
            fields["trace"] = self.formatException(record.exc_info)
        return json.dumps(fields)


def test_a_formatter_may_make_json(log, recorder):
    logger, handler = log(recorder.url)
    handler.setFormatter(JsonFormatter())
    try:
        raise ValueError("v")
    except ValueError:
        logger.exception("failed")
    (record,) = recorder.wait(1)
    assert json.loads(record["msg-text"])["text"] == "failed"
    assert record["exception"].endswith("ValueError: v\n")


def test_of_two_with_one_name_the_applications_counts(log, recorder):
    logger, _ = log(recorder.url)
    logger.info("m", extra={"file": "upload.png", "line": "A4", "level": "gold", "stack": 1})
    (record,) = recorder.wait(1)
    found = properties(record)
    assert (found["file"], found["line"], found["level"], found["stack"]) == ("upload.png", "A4", "gold", 1)
    names = [one["name"] for one in record["properties"]]
    assert sorted(names) == sorted(set(names))
    with pytest.raises(KeyError):  # as ever
        logger.info("m", extra={"message": "taken"})


def test_names_of_loggers_in_any_script_are_topics(broker):
    handler = MqttHandler(broker.address)
    names = ["läden.größe", "商店.注文", "заказ/новый", "a\u0301", "\ud800", "x" * 70_000]
    try:
        for name in names:
            handler.handle(logging.makeLogRecord({"msg": "m", "name": name}))
        broker.wait(len(names))
        assert broker.topics[:4] == names[:4]
        assert broker.topics[4] and len(broker.topics[5].encode()) <= 65_535
        assert broker.records[1]["operation"] == names[1]
        assert handler.flush(10)
    finally:
        handler.close()


def test_loguru(recorder):
    loguru = pytest.importorskip("loguru")
    from jKool.streaming import HttpHandler

    logger = loguru.logger
    number = logger.add(HttpHandler("t", recorder.url), format=lambda record: "{message}", level="DEBUG")
    try:
        logger.bind(order=7, password="secret").success("sold {n}", n=3)
        try:
            raise ValueError("once")
        except ValueError:
            logger.exception("failed")
        sold, failed = recorder.wait(2)
    finally:
        logger.remove(number)
    assert (sold["msg-text"], sold["severity"], properties(sold)["level"]) == ("sold 3", "NOTICE", "SUCCESS")
    assert properties(sold).items() >= {"order": 7, "n": 3, "password": "***"}.items()
    assert properties(sold)["function"] == "test_loguru"
    assert (failed["msg-text"], failed["severity"]) == ("failed", "ERROR")
    assert json.dumps(failed).count("ValueError: once") == 1
    assert "extra" not in properties(failed)


@pytest.fixture
def structlog():
    module = pytest.importorskip("structlog")
    usual = logging.getLoggerClass()  # its factory sets another
    yield module
    logging.setLoggerClass(usual)
    module.contextvars.clear_contextvars()
    module.reset_defaults()


def test_structlog(structlog, log, recorder):
    log(recorder.url, name="structured")
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.stdlib.render_to_log_kwargs],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    structlog.contextvars.bind_contextvars(request="r1")
    logger = structlog.get_logger("structured.shop").bind(order=7)
    logger.info("sold", items=[1, 2], password="secret")
    try:
        raise ValueError("once")
    except ValueError:
        logger.exception("failed")
    sold, failed = recorder.wait(2)
    assert (sold["operation"], sold["msg-text"], sold["severity"]) == ("structured.shop", "sold", "INFO")
    expected = {"request": "r1", "order": 7, "items": "[1,2]", "password": "***", "function": "test_structlog"}
    assert properties(sold).items() >= expected.items()
    assert failed["msg-text"] == "failed" and json.dumps(failed).count("ValueError: once") == 1


def test_structlog_with_a_formatter(structlog, log, recorder):
    """The other way that its manual shows: an event dictionary as the record's message."""
    log(recorder.url)
    structlog.configure(
        processors=[structlog.stdlib.add_log_level, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    logger = structlog.get_logger("shop")
    logger.info("sold", order=7, password="secret")
    try:
        raise ValueError("once")
    except ValueError:
        logger.exception("failed")
    sold, failed = recorder.wait(2)
    assert (sold["msg-text"], failed["msg-text"]) == ("sold", "failed")
    found = properties(sold)
    assert (found["order"], found["password"], found["level"]) == (7, "***", "info")
    assert not {"event", "_logger", "_name"} & set(found)
    assert json.dumps(failed).count("ValueError: once") == 1 and "exc_info" not in properties(failed)
