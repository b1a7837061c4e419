"""Whatever a record holds arrives, within bounds, and never hurts the one who logs it."""

import collections
import dataclasses
import datetime
import decimal
import enum
import json
import logging
import pathlib
import sys
import time
import uuid

import pytest

from jKool.streaming import logRecordToJsonString


def sent(record):
    return json.loads(logRecordToJsonString(record))


def made(message="m", arguments=(), **extra):
    record = logging.LogRecord("shop", logging.INFO, "/app/shop.py", 7, message, arguments, None, "sell")
    record.__dict__.update(extra)
    return record


def properties(record):
    return {one["name"]: one for one in sent(record).get("properties", ())}


def value(item):
    return properties(made(item=item))["item"]


def test_a_record_without_anything_special():
    record = made("sold %d of %s", (3, "tea"))
    fields = sent(record)
    first = {"operation": "shop", "type": "EVENT", "severity": "INFO", "msg-text": "sold 3 of tea"}
    assert first.items() <= fields.items()
    assert fields["time-usec"] == round(record.created * 1e6)
    assert (fields["pid"], fields["tid"]) == (record.process, record.thread)
    found = {name: one["value"] for name, one in properties(record).items()}
    expected = {"file": "/app/shop.py", "line": 7, "function": "sell", "process": "MainProcess", "thread": "MainThread"}
    assert expected == found
    parts = dict(part.split("=", 1) for part in fields["source-fqn"].split("#"))
    assert list(parts) == ["APPL", "PROCESS", "RUNTIME", "SERVER", "NETADDR"]
    assert parts["PROCESS"] == str(record.process)


@dataclasses.dataclass
class Order:
    number: int
    password: str


class Colour(enum.Enum):
    RED = 1


class Named(str):
    pass


@pytest.mark.parametrize(
    ("item", "kind", "expected"),
    [
        (True, "bool", True),
        (5, "long", 5),
        (2**63 - 1, "long", 2**63 - 1),
        (2**64, "string", str(2**64)),
        (1.5, "double", 1.5),
        (float("nan"), "double", "NaN"),
        ("text", "string", "text"),
        (Named("text"), "string", "text"),
        (None, "string", "None"),
        (b"bytes", "string", "bytes"),
        (decimal.Decimal("12.50"), "double", 12.5),
        (decimal.Decimal("0.1234567890123456789"), "string", "0.1234567890123456789"),
        (datetime.datetime(1970, 1, 1, 0, 0, 1, tzinfo=datetime.timezone.utc), "date.usec", 1_000_000),
        (datetime.date(2026, 11, 22), "string", "2026-11-22"),
        (datetime.timedelta(seconds=2), "long", 2_000_000),
        (uuid.UUID(int=1), "string", str(uuid.UUID(int=1))),
        (Colour.RED, "string", "RED"),
        (pathlib.Path("/a/b"), "string", "/a/b"),
        (KeyError("k"), "string", "KeyError: 'k'"),
        ([1, "a", None, 1.5, False], "string", '[1,"a",null,1.5,false]'),
        ((1, (2,)), "string", "[1,[2]]"),
        ({"a": {"b": [1]}}, "string", '{"a":{"b":[1]}}'),
        (collections.deque([1, 2]), "string", "[1,2]"),
        (Order(5, "x"), "string", '{"number":5,"password":"x"}'),
    ],
)
def test_objects_have_types(item, kind, expected):
    found = value(item)
    assert (found["type"], found["value"]) == (kind, expected)
    assert found.get("value-type") != "lossy"


def cycle():
    items = [1]
    items.append(items)
    return items


def deep():
    items = []
    for _ in range(10_000):
        items = [items]
    return items


class Unprintable:
    def __str__(self):
        raise RuntimeError("never")

    __repr__ = __str__


class Long:
    def __len__(self):
        return 10**9

    def __str__(self):
        raise AssertionError("it is too long to be shown")


@dataclasses.dataclass
class Holder:
    items: dict


HUGE = {number: number for number in range(1_000_000)}


@pytest.mark.parametrize(
    "item",
    [
        cycle(), deep(), HUGE, Holder(HUGE), list(HUGE), set(range(100_000)), "x" * 5_000_000, b"\xff" * 5_000_000,
        10**10_000, Unprintable(), Long(), [Unprintable()], {Unprintable(): 1}, bytes([0, 255]),
    ],
    ids=lambda item: type(item).__name__,
)  # fmt: skip
def test_what_is_too_much_is_marked_and_quick(item):
    record = made(item=item)
    best = min(timed(record) for _ in range(5))
    found = value(item)
    assert found["value-type"] == "lossy"
    assert len(found["value"]) < 40_000
    assert best < 0.1, f"{best} s"  # 10 ms in a release build of an idle machine


def timed(record):
    begun = time.perf_counter()
    logRecordToJsonString(record)
    return time.perf_counter() - begun


def test_many_properties_are_bounded():
    record = made(**{f"k{number}": number for number in range(5_000)})
    assert len(sent(record)["properties"]) < 1_100


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\ud800 a", "\ufffd a"),
        ("\ud83d\ude00", "\U0001f600"),
        ("nul \0, line \u2028, escape \x1b[31m, rtl \u202e, \U0001f600", None),
    ],
)
def test_any_text_is_valid_json(text, expected):
    assert sent(made(text))["msg-text"] == (expected or text)
    assert value(text)["value"] == (expected or text)


def test_long_messages_lose_their_middle():
    text = "begin" + "x" * 2_000_000 + "end"
    found = sent(made(text))["msg-text"]
    assert found.startswith("begin") and found.endswith("end") and "…[truncated " in found


@pytest.mark.parametrize("text", ["\0" * 1_000_000, "\0" * 300_000, "ä" * 900_000])
def test_records_of_any_text_are_taken(log, recorder, text):
    logger, handler = log(recorder.url)
    logger.info(text, extra={"item": text, "other": [text]})
    recorder.wait(1)
    assert handler.flush() and handler.stats()["dropped"] == {}


@pytest.mark.parametrize(
    ("number", "name", "severity", "is_own"),
    [
        (10, "DEBUG", "DEBUG", False),
        (20, "INFO", "INFO", False),
        (30, "WARNING", "WARNING", False),
        (40, "ERROR", "ERROR", False),
        (50, "CRITICAL", "CRITICAL", False),
        (5, "TRACE", "TRACE", True),
        (25, "SUCCESS", "NOTICE", True),
        (33, "Level 33", "WARNING", True),
        (60, "FATAL", "FATAL", True),
        (1000, "Level 1000", "HALT", True),
        (20, "INFORMATION", "INFO", True),
    ],
)
def test_levels_have_severities(number, name, severity, is_own):
    record = made()
    record.levelno, record.levelname = number, name
    assert sent(record)["severity"] == severity
    found = properties(record)
    if is_own:
        assert (found["level"]["value"], found["level-number"]["value"]) == (name, number)
    else:
        assert "level" not in found


def caught(function):
    try:
        function()
    except BaseException:
        return sys.exc_info()
    raise AssertionError("it raised nothing")


def recursive(depth=0):
    return recursive(depth + 1)


def divide():
    return 1 / 0


def wrong():
    exec("a b")


def chained():
    try:
        raise KeyError("first")
    except KeyError as error:
        raise ValueError("second") from error


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (divide, ["Traceback", "ZeroDivisionError: division by zero"]),
        (chained, ["KeyError: 'first'", "direct cause", "ValueError: second"]),
        (recursive, ["frames are left out", "RecursionError"]),
        (wrong, ["SyntaxError: "]),
    ],
)
def test_exceptions_are_told_once_and_bounded(function, words):
    record = made()
    record.exc_info = caught(function)
    text = sent(record)["exception"]
    for word in words:
        assert text.count(word) == 1, text
    assert len(text) < 20_000


@pytest.mark.skipif(sys.version_info < (3, 11), reason="groups and notes are of Python 3.11")
def test_groups_and_notes_are_told():
    def fail():
        error = ValueError("inner")
        error.add_note("a note")
        raise ExceptionGroup("several", [error, KeyError("k")])  # noqa: F821

    record = made()
    record.exc_info = caught(fail)
    text = sent(record)["exception"]
    for word in ("ExceptionGroup: several", "ValueError: inner", "a note", "KeyError: 'k'"):
        assert text.count(word) == 1, text


@pytest.mark.parametrize("info", [(None, None, None), (ValueError, None, None), (ValueError, ValueError("v"), None), ()])
def test_incomplete_exceptions_do_no_harm(info):
    record = made()
    record.exc_info = info
    sent(record)


def test_a_long_chain_is_bounded():
    error = None
    for number in range(1_000):
        following = ValueError(f"number {number}")
        following.__cause__ = error
        error = following
    record = made()
    record.exc_info = (ValueError, error, None)
    text = sent(record)["exception"]
    assert "number 999" in text and "earlier causes are left out" in text


def test_a_formatter_makes_the_text_and_the_exception_is_there_once(log, recorder):
    logger, handler = log(recorder.url)
    handler.setFormatter(logging.Formatter("<%(message)s>"))
    try:
        raise ValueError("once")
    except ValueError:
        logger.exception("failed")
    (record,) = recorder.wait(1)
    assert record["msg-text"] == "<failed>"
    assert record["exception"].count("ValueError: once") == 1


def test_the_formatter_of_basic_config_is_not_taken(log, recorder):
    logger, handler = log(recorder.url)
    handler.setFormatter(logging.Formatter(logging.BASIC_FORMAT))
    logger.info("plain")
    assert recorder.messages(1) == ["plain"]


def test_a_wrong_format_is_reported_as_ever_and_sent_raw(log, recorder, capfd):
    logger, _ = log(recorder.url)
    logger.info("%d", "x")
    (record,) = recorder.wait(1)
    assert record["msg-text"] == "%d"
    assert {"name": "args", "type": "string", "value-type": "json", "value": '["x"]'} in record["properties"]
    told = capfd.readouterr()
    assert "--- Logging error ---" in told.err and "TypeError" in told.err and told.out == ""


def test_a_wrong_format_is_silent_where_logging_is(log, recorder, capfd, monkeypatch):
    monkeypatch.setattr(logging, "raiseExceptions", False)
    logger, _ = log(recorder.url)
    logger.info("%d", "x")
    recorder.wait(1)
    assert capfd.readouterr().err == ""


def test_a_stack_and_a_message_that_is_no_text(log, recorder):
    logger, _ = log(recorder.url)
    logger.info(ValueError("as a message"), stack_info=True)
    (record,) = recorder.wait(1)
    assert record["msg-text"] == "as a message"
    assert any(one["name"] == "stack" and "Stack (most recent call last)" in one["value"] for one in record["properties"])


def test_a_mapping_and_a_record_of_another_class(log, recorder):
    class Braces(logging.LogRecord):
        def getMessage(self):
            return str(self.msg).format(*self.args)

    logger, _ = log(recorder.url)
    logger.info("%(a)s", {"a": 5})
    usual = logging.getLogRecordFactory()
    logging.setLogRecordFactory(Braces)
    try:
        logger.info("{} {}", 1, 2)
    finally:
        logging.setLogRecordFactory(usual)
    assert recorder.messages(2) == ["5", "1 2"]


def test_records_of_another_process_are_named_after_it():
    record = made()
    assert f"#PROCESS={record.process}#" in sent(record)["source-fqn"]
    record.process = 4_000_000_000
    named = sent(record)["source-fqn"]
    assert "#PROCESS=4000000000#" in named and named.startswith("APPL=") and "#NETADDR=" in named
    assert f"#PROCESS={made().process}#" in sent(made())["source-fqn"]
