"""Code that was written for the original, as its readme has it, runs as it stands."""

import logging
import ssl
import time
import uuid

import pytest
from readme import DECORATED, FQN, MORE, MQTT, SNAPSHOT, START


@pytest.fixture
def started(recorder, monkeypatch):
    """The names after the first snippet, with the address that it leaves to its default."""
    monkeypatch.setenv("TNT4_URL", recorder.url)
    # Another test may have had `dictConfig` disable all loggers that there were.
    logging.getLogger("jKool logger").disabled = False
    names = {}
    exec(START, names)
    names["logger"].propagate = False
    yield names
    names["logger"].removeHandler(names["hdlr"])
    names["logger"].setLevel(logging.NOTSET)
    names["hdlr"].close()


def test_a_logger_with_a_handler(started, recorder):
    (record,) = recorder.wait(1)
    expected = {"operation": "jKool logger", "type": "EVENT", "msg-text": "Test log", "severity": "ERROR"}
    assert expected.items() <= record.items()
    assert set(recorder.tokens) == {"jkool-api-access-token"}


def test_an_event_with_a_source(started, recorder):
    started["logger"].setLevel(logging.INFO)
    exec(DECORATED, started)
    record = recorder.wait(2)[1]
    assert (record["source-fqn"], record["msg-text"], record["severity"]) == (FQN, "This is an example", "INFO")


def test_an_event_with_more(started, recorder):
    started["logger"].setLevel(logging.INFO)
    exec(MORE, {**started, "time": time})
    record = recorder.wait(2)[1]
    assert record["corrid"] == ["your-correlator-id"]
    assert record["location"] == "Atlanta, Ga"
    assert abs(record["time-usec"] / 1e6 - time.time()) < 60


def test_an_event_with_a_snapshot(started, recorder):
    from jKool.metrics import Snapshot
    from jKool.streaming import logEvent

    started["logger"].setLevel(logging.INFO)
    names = {"Snapshot": Snapshot, "logEvent": logEvent, "sourcefqn": FQN, "orderNo": 4711, "orderAmount": 12.0}
    exec(SNAPSHOT, {**started, **names})
    (snapshot,) = recorder.wait(2)[1]["snapshots"]
    assert (snapshot["name"], snapshot["category"], snapshot["type"]) == ("Payment", "Order", "SNAPSHOT")
    assert snapshot["properties"] == [
        {"name": "order-no", "type": "string", "value": "4711"},
        {"name": "order-amount", "type": "long", "value": 12},
    ]


def test_brokers_with_options_of_tls(capfd):
    from jKool.streaming import MqttHandler

    names = {"MqttHandler": MqttHandler, "ssl": ssl, "uuid": uuid}
    exec(MQTT, names)
    for handler in (names["first"], names["second"]):
        assert "mqtts://broker-url" in repr(handler)
        handler.close()
    told = capfd.readouterr()
    assert told.out == ""
    assert "tls_version PROTOCOL_TLSV1 is out of date" in told.err
    assert "ciphers is of no effect" in told.err


def test_what_the_level_drops_is_said_once(started, recorder, capfd):
    exec(DECORATED, started)
    exec(DECORATED, started)
    told = capfd.readouterr()
    assert told.err.count("setLevel") == 1 and "jKool logger" in told.err
    assert told.out == ""
