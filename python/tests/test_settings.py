"""Settings come as keywords, variables or plain text, and handlers with the same share a stream."""

import copy
import datetime
import logging
import logging.config
import os
import pickle
import threading
import time

import pytest

from jKool.streaming import AuthorizationError, HttpHandler, MqttHandler


@pytest.fixture
def make():
    made = []

    def call(kind=HttpHandler, *arguments, **settings):
        handler = kind(*arguments, **settings)
        made.append(handler)
        return handler

    yield call
    for handler in made:
        handler.close_within(0.1)
        handler.close()


def config(url):
    return {
        "version": 1,
        "disable_existing_loggers": True,
        "handlers": {
            "jkool": {
                "class": "jKool.streaming.HttpHandler",
                "accessToken": "env://SHOP_TOKEN",
                "urlStr": "env://SHOP_URL",
                "level": "DEBUG",
                "spool": "memory",
                "queue_bytes": "4 MiB",
                "report_drops": "no",
                "connect_timeout": "2.5",
                "redact_keys": "iban,tax",
            }
        },
        "loggers": {"configured": {"handlers": ["jkool"], "level": "DEBUG", "propagate": False}},
    }


def test_a_configuration_of_plain_text(recorder, monkeypatch):
    monkeypatch.setenv("SHOP_TOKEN", "token-of-the-shop")
    monkeypatch.setenv("SHOP_URL", recorder.url)
    before = threads()
    for number in range(10):
        logging.config.dictConfig(config(recorder.url))
        logging.getLogger("configured").debug("number %d", number)
    logger = logging.getLogger("configured")
    (handler,) = logger.handlers
    assert handler.level == logging.DEBUG and "token" not in repr(handler)
    assert recorder.messages(10) == [f"number {number}" for number in range(10)]
    assert set(recorder.tokens) == {"token-of-the-shop"}
    # Those that were replaced have gone, and their stream was this one's.
    assert threads() - before <= 3
    logger.removeHandler(handler)
    handler.close()
    # The last of them says that it has closed the stream, and then ends.
    until = time.monotonic() + 10
    while threads() > before and time.monotonic() < until:
        time.sleep(0.01)
    assert threads() <= before


def threads():
    """Of ours; a server of a test has others."""
    names = []
    for task in os.listdir("/proc/self/task"):
        try:
            with open(f"/proc/self/task/{task}/comm") as file:
                names.append(file.read().strip())
        except OSError:
            pass
    return len([name for name in names if name.startswith("tnt4")])


def test_the_same_settings_share_a_stream(make, recorder):
    first, second = make(HttpHandler, "t", recorder.url), make(HttpHandler, "t", recorder.url)
    other = make(HttpHandler, "u", recorder.url)
    logging.Logger("shop").handlers
    first.handle(logging.makeLogRecord({"msg": "one"}))
    assert second.flush(10) and second.stats()["enqueued"] == 1
    assert other.stats()["enqueued"] == 0
    first.close()
    second.handle(logging.makeLogRecord({"msg": "two"}))
    assert recorder.messages(2) == ["one", "two"]
    assert second.stats()["enqueued"] == 2
    assert first.stats()["open"] is False


def test_copies_and_pickles_are_made_anew(make, recorder):
    handler = make(HttpHandler, "canary-token", recorder.url, logging.WARNING, redact="patterns")
    handler.addFilter(logging.Filter("shop"))
    handler.setFormatter(logging.Formatter("%(message)s!"))
    for again in (pickle.loads(pickle.dumps(handler)), copy.copy(handler), copy.deepcopy(handler)):
        assert (again.level, again.key, len(again.filters)) == (logging.WARNING, handler.key, 1)
        assert again.formatter._fmt == "%(message)s!"
        assert "canary" not in repr(again)
        again.close()
    broker = make(MqttHandler, "broker.example", "topic", client_id="c", clean_session=False, password="canary", qos=2)
    again = pickle.loads(pickle.dumps(broker))
    assert again.key == broker.key and "canary" not in repr(again)
    again.close()


@pytest.mark.parametrize(
    "settings",
    [
        {"spool": True}, {"spool": False}, {"spool": "memory"}, {"spool": "sync"}, {"durability": "sync"},
        {"spool_bytes": "64 MiB"}, {"spool_age": datetime.timedelta(days=1)}, {"overflow": "drop_oldest"},
        {"ca_file": "/no/such/file"}, {"client_cert": "a", "client_key": "b"}, {"proxy": "http://proxy:3128"},
        {"proxy": "off"}, {"compression": "off"}, {"batch_records": 5, "linger": 0.1}, {"report_drops": "off"},
        {"diagnostics": "off"}, {"source_fqn": "APPL=a"}, {"location": "Vilnius"}, {"user": "alice"},
    ],
    ids=str,
)  # fmt: skip
def test_settings_that_are_taken(make, nobody, settings):
    make(HttpHandler, "t", nobody, **settings)


@pytest.mark.parametrize(
    "settings",
    [
        {"no_such_setting": 1}, {"spool": "nowhere"}, {"durability": "some"}, {"overflow": "x"}, {"spool_bytes": "many"},
        {"connect_timeout": -1}, {"connect_timeout": "soon"}, {"redact": "maybe"}, {"report_drops": "perhaps"},
        {"client_key": "b"}, {"proxy": "socks5://p"}, {"compression": "x"}, {"location": "env://NO_SUCH_VARIABLE"},
        {"urlStr": "ftp://host"}, {"urlStr": "http://user:canary@host"}, {"urlStr": "nonsense"}, {"accessToken": "a\nb"},
        {"accessToken": "env://NO_SUCH_VARIABLE"}, {"level": "LOUD"},
    ],
    ids=str,
)  # fmt: skip
def test_settings_that_are_refused(make, nobody, settings):
    with pytest.raises((ValueError, TypeError)) as refused:
        make(HttpHandler, **{"accessToken": "canary", "urlStr": nobody, **settings})
    assert "canary" not in str(refused.value)


def test_variables_count_where_no_keyword_does(make, recorder, monkeypatch, tmp_path):
    (tmp_path / "token").write_text("from-a-file\n")
    monkeypatch.setenv("TNT4_URL", recorder.url)
    monkeypatch.setenv("TNT4_TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("TNT4_SOURCE_FQN", "APPL=by-variable")
    monkeypatch.setenv("TNT4_LOCATION", "Vilnius")
    handler = make(location="Kaunas")
    handler.handle(logging.makeLogRecord({"msg": "m"}))
    (record,) = recorder.wait(1)
    assert (record["source-fqn"], record["location"]) == ("APPL=by-variable", "Kaunas")
    assert set(recorder.tokens) == {"from-a-file"}


def test_the_spool_lies_where_it_is_told(make, nobody, tmp_path):
    handler = make(HttpHandler, "t", nobody, spool=str(tmp_path / "elsewhere"))
    handler.handle(logging.makeLogRecord({"msg": "m"}))
    assert str(handler.stats()["folder"]).startswith(str(tmp_path / "elsewhere"))


def test_nothing_touches_the_disk_where_that_is_asked_for(make, nobody, tmp_path):
    handler = make(HttpHandler, "t", nobody, spool="memory")
    handler.handle(logging.makeLogRecord({"msg": "m"}))
    assert handler.stats()["folder"] is None and not (tmp_path / "state").exists()


def test_connecting_says_what_stands_in_the_way(make, recorder, nobody):
    make(HttpHandler, "t", recorder.url).connect()
    with pytest.raises(AuthorizationError, match="token"):
        make(HttpHandler, "refused", recorder.url).connect()
    with pytest.raises(ConnectionError, match="refused"):
        make(HttpHandler, "t", nobody).connect()


def test_it_can_be_stopped_and_started(make, recorder):
    handler = make(HttpHandler, "t", recorder.url)
    handler.handle(logging.makeLogRecord({"msg": "one"}))
    handler.stop()
    handler.stop()
    assert recorder.messages(1) == ["one"]
    handler.start()
    handler.handle(logging.makeLogRecord({"msg": "two"}))
    assert handler.flush(10)
    assert recorder.messages(2) == ["one", "two"]


def test_a_flush_is_honest(make, recorder, nobody):
    assert make(HttpHandler, "t", nobody).flush() is True  # of nothing
    handler = make(HttpHandler, "t", nobody)
    handler.handle(logging.makeLogRecord({"msg": "m"}))
    assert handler.flush(timeout=0.2) is False
    stats = handler.stats()
    assert stats["pending"] == stats["enqueued"] == 1
    assert stats["problem"] and stats["problem_kind"] in ("unreachable", "unanswered")


def test_a_class_derived_from_it_may_emit_by_itself(recorder):
    class Own(HttpHandler):
        def emit(self, record):
            record.msg = f"own {record.msg}"
            super().emit(record)

    handler = Own("t", recorder.url)
    try:
        handler.handle(logging.makeLogRecord({"msg": "m"}))
        assert recorder.messages(1) == ["own m"]
    finally:
        handler.close()


def test_filters_count(make, recorder):
    handler = make(HttpHandler, "t", recorder.url)
    handler.addFilter(lambda record: record.msg != "drop")
    for message in ("drop", "keep"):
        handler.handle(logging.makeLogRecord({"msg": message}))
    assert handler.flush(10)
    assert recorder.messages(1) == ["keep"]
