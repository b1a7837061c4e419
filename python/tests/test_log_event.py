"""`logEvent` says more than a log call can, and never less than it is told."""

import copy
import datetime
import inspect
import logging
import pickle
import time
import uuid

import pytest

from jKool.metrics import Property, Snapshot
from jKool.streaming import SnapshotEncoder, logEvent

KEYWORDS = (
    "tracking_id time_usec corr_id exception resource wait_time_used source_url severity pid tid comp_code reason_code "
    "location operation user start_time_usec end_time_usec elapsed_time_usec msg_size encoding charset mime_type msg_age "
    "msg_tag parent_tracking_id properties snapshots"
).split()


def test_its_arguments_are_the_originals():
    assert list(inspect.signature(logEvent).parameters) == ["logger", "message", "sourceFqn", *KEYWORDS]


def test_every_keyword_has_its_name_on_the_wire(log, recorder):
    logger, _ = log(recorder.url)
    answer = logEvent(
        logger, "100 % rich", "APPL=a#SERVER=s", tracking_id="t1", time_usec=1795348800000000, corr_id="c1",
        exception="Boom", resource="QUEUE=q", wait_time_used=5, source_url="https://a.example", severity="WARNING", pid=7,
        tid=8, comp_code="ERROR", reason_code=-9, location="Atlanta, Ga", operation="op", user="alice", start_time_usec=1,
        end_time_usec=2, elapsed_time_usec=3, msg_size=4, encoding="none", charset="UTF-8", mime_type="text/plain",
        msg_age=6, msg_tag="tag", parent_tracking_id="p1", properties={"n": 1}, snapshots=[],
    )  # fmt: skip
    assert answer is None
    (record,) = recorder.wait(1)
    expected = {
        "operation": "op", "type": "EVENT", "msg-text": "100 % rich", "severity": "WARNING",
        "source-fqn": "APPL=a#SERVER=s", "tracking-id": "t1", "time-usec": 1795348800000000, "corrid": ["c1"],
        "exception": "Boom", "resource": "QUEUE=q", "wait-time-usec": 5, "source-url": "https://a.example", "pid": 7,
        "tid": 8, "comp-code": "ERROR", "reason-code": -9, "location": "Atlanta, Ga", "user": "alice",
        "start-time-usec": 1, "end-time-usec": 2, "elapsed-time-usec": 3, "msg-size": 4, "encoding": "none",
        "charset": "UTF-8", "mime-type": "text/plain", "msg-age-usec": 6, "msg-tag": ["tag"], "parent-id": "p1",
    }  # fmt: skip
    assert expected.items() <= record.items()
    assert set(record) - set(expected) == {"tnt4-id", "properties"}
    properties = {one["name"]: one["value"] for one in record["properties"]}
    assert properties["n"] == 1 and properties["logger"] == "shop"
    assert properties["function"] == "test_every_keyword_has_its_name_on_the_wire"
    assert properties["file"] == __file__


def test_arguments_may_be_given_by_place(log, recorder):
    logger, _ = log(recorder.url)
    logEvent(logger, "m", "APPL=a", "t1", 5, "c1")
    (record,) = recorder.wait(1)
    assert (record["tracking-id"], record["time-usec"], record["corrid"]) == ("t1", 5, ["c1"])


def test_each_event_has_its_own_identity_and_time(log, recorder):
    logger, _ = log(recorder.url)
    for _ in range(2):
        logEvent(logger, "m", snapshots=Snapshot("s"))
    first, second = recorder.wait(2)
    assert first["tracking-id"] != second["tracking-id"]
    assert first["snapshots"][0]["tracking-id"] != second["snapshots"][0]["tracking-id"]
    assert first["time-usec"] <= second["time-usec"]
    assert first["snapshots"][0]["time-usec"] <= second["snapshots"][0]["time-usec"]
    assert abs(second["time-usec"] / 1e6 - time.time()) < 60


def test_values_may_be_objects(log, recorder):
    logger, _ = log(recorder.url)
    moment = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.timezone.utc)
    identity = uuid.uuid4()
    error = ValueError("no stock")
    logEvent(
        logger, "m", tracking_id=identity, time_usec=moment, corr_id=["a", "b"], msg_tag=("x", "y"), exception=error,
        elapsed_time_usec=datetime.timedelta(seconds=1.5), start_time_usec="2026-11-22T12:00:00Z", comp_code=0,
        location=(52.5, 13.4), pid="12", severity=logging.ERROR,
    )  # fmt: skip
    (record,) = recorder.wait(1)
    assert record["tracking-id"] == str(identity)
    assert record["time-usec"] == record["start-time-usec"] == int(moment.timestamp()) * 1_000_000
    assert (record["corrid"], record["msg-tag"]) == (["a", "b"], ["x", "y"])
    assert record["exception"] == "ValueError: no stock\n"
    assert record["elapsed-time-usec"] == 1_500_000
    assert (record["comp-code"], record["location"], record["pid"]) == ("SUCCESS", "52.5,13.4", 12)
    assert record["severity"] == "ERROR"


class Bad:
    def __str__(self):
        raise RuntimeError("never")

    def __iter__(self):
        raise RuntimeError("never")


def test_bad_values_cost_no_event(log, recorder, capfd):
    logger, handler = log(recorder.url)
    for _ in range(2):
        logEvent(logger, "m", "no name", **{name: Bad() for name in KEYWORDS if name not in ("severity",)})
    logEvent(logger, "m", severity=Bad())
    assert recorder.messages(3) == ["m"] * 3
    told = capfd.readouterr()
    assert told.err.count("logEvent: time_usec was given") == 1
    assert told.err.count("in a source name is not TYPE=name") == 1
    assert "and wants a datetime, ISO 8601, or microseconds since 1970; the event goes without what was not understood" in told.err
    assert "Traceback" not in told.err and told.out == ""


@pytest.mark.parametrize("given", [None, "shop"])
def test_what_is_no_logger_is_told(given):
    with pytest.raises(TypeError, match="the first argument is a logger"):
        logEvent(given, "m")


def test_an_unknown_keyword_is_an_error():
    with pytest.raises(TypeError):
        logEvent(logging.getLogger("shop"), "m", no_such_keyword=1)


def test_filters_and_other_handlers_apply(log, recorder):
    logger, _ = log(recorder.url)
    seen = []

    class Other(logging.Handler):
        def emit(self, record):
            seen.append((record.getMessage(), record.levelno, record.jKool["corr_id"]))

    other = Other()
    drop = lambda record: "drop" not in record.getMessage()  # noqa: E731
    logger.addHandler(other)
    logger.addFilter(drop)
    try:
        logEvent(logger, "drop this", corr_id="a")
        logEvent(logger, "keep this", corr_id="b", severity=logging.WARNING)
    finally:
        logger.removeHandler(other)
        logger.removeFilter(drop)
    assert recorder.messages(1) == ["keep this"]
    assert seen == [("keep this", logging.WARNING, "b")]


def test_severities_of_jkool_have_levels(log, recorder):
    logger, _ = log(recorder.url, level=logging.WARNING)
    for word in ("NOTICE", "FAILURE", "HALT", "debug", "error"):
        logEvent(logger, word, severity=word)
    assert [record["severity"] for record in recorder.wait(3)] == ["FAILURE", "HALT", "ERROR"]


def test_an_adapters_extra_is_beside_the_decorations(log, recorder):
    logger, _ = log(recorder.url)
    adapter = logging.LoggerAdapter(logger, {"request": 7})
    logEvent(adapter, "m", corr_id="c")
    (record,) = recorder.wait(1)
    assert record["corrid"] == ["c"]
    assert {"name": "request", "type": "long", "value": 7} in record["properties"]


def test_a_queue_takes_decorations_along(log, recorder):
    import queue
    from logging.handlers import QueueHandler, QueueListener

    _, handler = log(recorder.url, name="behind")
    logger = logging.getLogger("before")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    waiting = queue.SimpleQueue()
    before = QueueHandler(waiting)
    logger.addHandler(before)
    listener = QueueListener(waiting, handler)
    listener.start()
    try:
        logEvent(logger, "m", corr_id="c")
        assert recorder.wait(1)[0]["corrid"] == ["c"]
    finally:
        listener.stop()
        logger.removeHandler(before)


def test_snapshots_are_what_they_were():
    import json

    snapshot = Snapshot("Payment", time_usec=5, category="Order")
    assert snapshot.properties is None
    snapshot.addProperty("order-no", "A", "string")
    snapshot.addProperty("amount", 1.5)
    assert snapshot.properties[0].property_type == "string"
    assert Property("n", 1, "integer").getDict() == {"name": "n", "value": 1, "type": "integer"}
    fields = json.loads(json.dumps(snapshot, cls=SnapshotEncoder))
    assert fields["name"] == "Payment" and fields["time-usec"] == 5 and fields["type"] == "SNAPSHOT"
    assert fields["category"] == "Order" and "parent-id" not in fields
    assert fields["properties"][0] == {"name": "order-no", "value": "A", "type": "string"}
    for again in (pickle.loads(pickle.dumps(snapshot)), copy.deepcopy(snapshot)):
        assert json.dumps(again, cls=SnapshotEncoder) == json.dumps(snapshot, cls=SnapshotEncoder)
    with pytest.raises(TypeError):
        json.dumps(object(), cls=SnapshotEncoder)
