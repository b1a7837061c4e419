"""`jKool.testing` brings a jKool to tests."""

import logging

import pytest

from jKool.metrics import Snapshot
from jKool.streaming import HttpHandler, logEvent


def test_what_is_streamed_can_be_asked_for(jkool):
    logger = logging.Logger("shop", logging.INFO)
    handler = HttpHandler("any", jkool.url)
    logger.addHandler(handler)
    try:
        logEvent(logger, "sold", "APPL=shop", corr_id="o1", severity="ERROR", snapshots=[Snapshot("Payment")])
        logger.info("more")
        assert handler.flush(10)
    finally:
        handler.close()
    (row,) = jkool.query("get events where severity >= ERROR")["rows"]
    assert (row["Message"], row["SnapShotCount"]) == ("sold", 1)
    assert jkool.query("get number of events")["rows"] == [{"NumberOf": 2}]


def test_it_can_want_a_token():
    from jKool.streaming import AuthorizationError
    from jKool.testing import Collector

    with Collector(tokens=["good"]) as collector:
        HttpHandler("good", collector.url).connect()
        try:
            HttpHandler("bad", collector.url).connect()
        except AuthorizationError as error:
            assert "bad" not in str(error)
        else:
            raise AssertionError("a wrong token was let in")
        assert collector.query("get events")["rows"] == []


def test_a_question_that_cannot_be_answered_says_why(jkool):
    with pytest.raises(ValueError, match="'nonsense' cannot be answered: column 1: wanted a statement"):
        jkool.query("nonsense")


def test_one_token_is_no_list_of_them():
    from jKool.testing import Collector

    with pytest.raises(TypeError, match="a list"):
        Collector(tokens="good")
