"""Text, exceptions, levels and source names as nobody should make them, and as somebody does."""

import json
import logging
import queue
from logging.handlers import QueueHandler, QueueListener

import pytest

from jKool.metrics import Snapshot
from jKool.streaming import logEvent

LONE = "\ud800"


def divide():
    return 1 / 0


def test_lone_surrogates_anywhere_are_valid_text_on_the_wire(log, recorder):
    logger, _ = log(recorder.url, name=f"shop{LONE}")
    snapshot = Snapshot(f"s{LONE}", category=LONE)
    snapshot.addProperty(f"n{LONE}", LONE, f"unit{LONE}")
    fields = dict.fromkeys(("user", "location", "resource", "corr_id", "msg_tag", "operation", "exception", "charset"), LONE)
    logEvent(logger, LONE, f"APPL={LONE}", snapshots=snapshot, properties={LONE: {LONE: [LONE]}}, **fields)
    try:
        raise ValueError(LONE)
    except ValueError:
        logger.exception("failed", extra={LONE: LONE})
    # The server takes nothing but UTF-8.
    first, second = recorder.wait(2)
    assert first["msg-text"] == first["user"] == "\ufffd" and first["snapshots"][0]["name"] == "s\ufffd"
    assert second["exception"].endswith("ValueError: \ufffd\n")


@pytest.mark.parametrize("text", ["\0", "\u2028\u2029", "\x1b[2J\x1b]0;t\x07", "\u202egnp.exe", "\U0001f600", "\ufeff", "\x7f\x9b"])
def test_any_character_arrives_as_it_was(log, recorder, text):
    logger, _ = log(recorder.url)
    logger.info("%s", text, extra={"item": text, "bytes": text.encode()})
    (record,) = recorder.wait(1)
    found = {one["name"]: one["value"] for one in record["properties"]}
    assert record["msg-text"] == found["item"] == found["bytes"] == text


def test_bytes_that_are_no_text_are_shown_as_python_writes_them(log, recorder):
    logger, _ = log(recorder.url)
    logger.info("%s", b"\xff\xfe", extra={"item": b"\xff\xfea"})
    (record,) = recorder.wait(1)
    assert record["msg-text"] == "b'\\xff\\xfe'"
    (item,) = [one for one in record["properties"] if one["name"] == "item"]
    assert (item["value"], item["value-type"]) == ("\\xff\\xfea", "lossy")


def test_an_exception_where_there_is_none(log, recorder):
    logger, _ = log(recorder.url)
    logger.error("one", exc_info=True)
    logger.error("two", exc_info=ValueError("given"))
    logger.error("three", exc_info=(ValueError, None, None))
    one, two, three = recorder.wait(3)
    assert "exception" not in one
    assert two["exception"] == "ValueError: given\n"
    assert three["exception"].strip() == "ValueError"


def test_a_traceback_is_there_once_behind_a_queue(log, recorder):
    _, handler = log(recorder.url)
    waiting = queue.SimpleQueue()
    logger = logging.getLogger("before-the-queue")
    logger.propagate = False
    before = QueueHandler(waiting)
    logger.addHandler(before)
    listener = QueueListener(waiting, handler)
    listener.start()
    try:
        try:
            divide()
        except ZeroDivisionError:
            logger.exception("failed")
        (record,) = recorder.wait(1)
    finally:
        listener.stop()
        logger.removeHandler(before)
    assert json.dumps(record).count("ZeroDivisionError: division by zero") == 1


def test_other_handlers_beside_it_do_not_double_the_traceback(log, recorder):
    logger, _ = log(recorder.url)
    beside = logging.StreamHandler(open("/dev/null", "w"))  # noqa: SIM115
    logger.handlers.insert(0, beside)
    try:
        divide()
    except ZeroDivisionError:
        logger.exception("failed")
    finally:
        logger.removeHandler(beside)
        beside.stream.close()
    (record,) = recorder.wait(1)
    assert record["msg-text"] == "failed"
    assert json.dumps(record).count("ZeroDivisionError: division by zero") == 1


@pytest.mark.parametrize(
    ("number", "name", "severity"),
    [(25, "AUDIT", "NOTICE"), (5, "NOISE", "TRACE"), (60, "EMERGENCY", "FATAL"), (15, "VERBOSE", "INFO"), (35, "NOTICE", "NOTICE")],
)
def test_levels_of_ones_own_are_kept_beside_their_severity(log, recorder, number, name, severity):
    logging.addLevelName(number, name)
    try:
        logger, _ = log(recorder.url)
        logger.log(number, "m")
        (record,) = recorder.wait(1)
    finally:
        logging._levelToName.pop(number)
        logging._nameToLevel.pop(name)
    found = {one["name"]: one["value"] for one in record["properties"]}
    assert (record["severity"], found["level"], found["level-number"]) == (severity, name, number)


@pytest.mark.parametrize(
    "name",
    ["=", "no pair", "APPL=", "=shop", "APPL=a##SERVER=b", "APPL=a#b", "APPL=" + "x" * 10_000 + "#y", "x" * 10_000],
    ids=lambda name: name[:12],
)
def test_malformed_source_names_go_as_they_are_and_are_said_once(log, recorder, capfd, name):
    logger, _ = log(recorder.url)
    for _ in range(3):
        logEvent(logger, "m", name)
    for record in recorder.wait(3):
        assert record["source-fqn"] == name or "…[truncated " in record["source-fqn"]
    told = capfd.readouterr()
    assert told.err.count("\n") == 1 and len(told.err) < 5_000 and "Traceback" not in told.err


@pytest.mark.parametrize("name", ["APPL=a#APPL=b", "APPL=a=b", "GEOADDR=52.5,13.4", "OWN=x"])
def test_unusual_source_names_are_not_malformed(log, recorder, capfd, name):
    logger, _ = log(recorder.url)
    logEvent(logger, "m", name)
    assert recorder.wait(1)[0]["source-fqn"] == name
    assert capfd.readouterr().err == ""


def test_an_empty_source_name_is_said(log, recorder, capfd):
    logger, _ = log(recorder.url)
    logEvent(logger, "m", "")
    recorder.wait(1)
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize("arguments", [("%d", "x"), ("%s %s", "one"), ("%s", 1, 2), ("%(name)s", {"other": 1}), ("%y", 1), ("100%", 1)])
def test_a_wrong_format_ships_the_template_and_its_arguments(log, recorder, capfd, arguments):
    logger, _ = log(recorder.url)
    logger.info(*arguments)
    logger.info("after")
    record, after = recorder.wait(2)
    assert record["msg-text"] == arguments[0] and after["msg-text"] == "after"
    assert "args" in {one["name"] for one in record["properties"]}
    told = capfd.readouterr()
    assert "--- Logging error ---" in told.err and told.out == ""
