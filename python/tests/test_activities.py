"""An activity is sent when it begins and when it ends, and what is logged inside belongs to it."""

import asyncio
import concurrent.futures
import sys
import threading
import types

import pytest

import jKool
from jKool import metrics

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def test_what_is_logged_inside_belongs_to_it(log, recorder):
    logger, _ = log(recorder.url)
    with jKool.activity("Checkout", corr_id="order-1", user="alice") as activity:
        logger.info("inside")
        metrics.gauge("depth", 5, "items", queue="q")
    logger.info("outside")
    begin, inside, gauge, end, outside = recorder.wait(5)
    assert (begin["type"], begin["operation"], begin["status"]) == ("ACTIVITY", "Checkout", "BEGIN")
    assert (end["status"], end["comp-code"], end["user"]) == ("END", "SUCCESS", "alice")
    assert begin["tracking-id"] == end["tracking-id"] == activity.tracking_id == inside["parent-id"]
    assert begin["start-time-usec"] == end["start-time-usec"]
    assert end["end-time-usec"] - end["start-time-usec"] == end["elapsed-time-usec"] >= 0
    assert begin["corrid"] == inside["corrid"] == ["order-1"]
    assert (gauge["type"], gauge["name"], gauge["parent-id"]) == ("SNAPSHOT", "depth", activity.tracking_id)
    assert {"name": "value", "type": "long", "value-type": "items", "value": 5} in gauge["properties"]
    assert "parent-id" not in outside and "corrid" not in outside


def test_activities_lie_in_one_another(log, recorder):
    logger, _ = log(recorder.url)
    with jKool.activity("outer", corr_id=["a", "b"]) as outer:
        with jKool.activity("inner", corr_id="c"):
            logger.info("m")
    _, inner, record, *_ = recorder.wait(5)
    assert inner["parent-id"] == outer.tracking_id
    assert record["parent-id"] == inner["tracking-id"]
    assert record["corrid"] == ["c", "a", "b"]


def test_an_exception_ends_it_and_goes_on(log, recorder):
    log(recorder.url)
    with pytest.raises(ValueError, match="sold out"):
        with jKool.activity("Checkout"):
            raise ValueError("sold out")
    end = recorder.wait(2)[1]
    assert (end["status"], end["comp-code"], end["severity"]) == ("EXCEPTION", "ERROR", "ERROR")
    assert "ValueError: sold out" in end["exception"]


def test_functions_can_be_activities(log, recorder):
    logger, _ = log(recorder.url)

    @jKool.activity("plain")
    def plain(number):
        logger.info("plain %d", number)
        return number

    @jKool.activity("awaited")
    async def awaited(number):
        await asyncio.sleep(0)
        logger.info("awaited %d", number)
        return number

    assert [plain(1), plain(2)] == [1, 2]
    assert plain.__name__ == "plain"

    async def main():
        return await asyncio.gather(awaited(3), awaited(4))

    assert asyncio.run(main()) == [3, 4]
    records = recorder.wait(12)
    begun = [record["tracking-id"] for record in records if record.get("status") == "BEGIN"]
    assert len(set(begun)) == 4
    parents = {record["msg-text"]: record["parent-id"] for record in records if record["type"] == "EVENT"}
    assert len(set(parents.values())) == 4 and set(parents.values()) == set(begun)


def test_a_name_is_wanted():
    with pytest.raises(TypeError, match="has a name"):

        @jKool.activity
        def function():
            pass


def test_each_task_has_its_own(log, recorder):
    logger, _ = log(recorder.url)

    async def task(number):
        async with jKool.activity("task", corr_id=f"c{number}"):
            await asyncio.sleep(0)
            logger.info("%d", number)
            await asyncio.to_thread(logger.info, "%d", number)
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(pool, logger.info, "%s", f"none {number}")

    async def main():
        await asyncio.gather(*(task(number) for number in range(200)))

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        asyncio.run(main())
    events = [record for record in recorder.wait(1000) if record["type"] == "EVENT"]
    assert len(events) == 600
    for record in events:
        words = record["msg-text"].split()
        assert record.get("corrid") == (None if words[0] == "none" else [f"c{words[0]}"])


def test_a_thread_begins_without_any(log, recorder):
    logger, _ = log(recorder.url)
    with jKool.activity("outer"):
        thread = threading.Thread(target=logger.info, args=("m",))
        thread.start()
        thread.join()
    record = next(record for record in recorder.wait(3) if record["type"] == "EVENT")
    assert "parent-id" not in record


@pytest.mark.parametrize(
    ("header", "correlators"),
    [
        (f"00-{TRACE}-00f067aa0ba902b7-01", [TRACE]),
        (f"00-{TRACE.upper()}-00f067aa0ba902b7-01", [TRACE]),
        ("00-" + "0" * 32 + "-00f067aa0ba902b7-01", None),
        ("nonsense", None),
        (None, None),
    ],
)
def test_a_header_of_a_trace_is_a_correlator(log, recorder, header, correlators):
    log(recorder.url)
    with jKool.activity("Checkout", traceparent=header):
        pass
    assert recorder.wait(2)[1].get("corrid") == correlators


def test_an_active_span_is_a_correlator(log, recorder, monkeypatch):
    context = types.SimpleNamespace(is_valid=True, trace_id=int(TRACE, 16))
    span = types.SimpleNamespace(get_span_context=lambda: context)
    module = types.SimpleNamespace(get_current_span=lambda: span)
    monkeypatch.setitem(sys.modules, "opentelemetry.trace", module)
    logger, _ = log(recorder.url)
    logger.info("one")
    context.is_valid = False
    logger.info("two")
    first, second = recorder.wait(2)
    assert first["corrid"] == [TRACE] and "corrid" not in second


def test_counters_and_timers_become_snapshots(log, recorder):
    log(recorder.url)
    orders = metrics.counter("orders")
    assert (orders(), orders(2)) == (1, 3)
    with metrics.timer("took"):
        pass

    @metrics.timer("called")
    def called():
        return 5

    assert called() == 5
    found = [(record["name"], record["category"], record["properties"][0]) for record in recorder.wait(4)]
    assert [name for name, _, _ in found] == ["orders", "orders", "took", "called"]
    assert [one["value"] for _, _, one in found[:2]] == [1, 3]
    assert {one["value-type"] for _, _, one in found} == {"count", "age.usec"}


def test_only_the_handlers_of_a_named_logger_send_it(log, recorder, nobody):
    logger, _ = log(recorder.url)
    _, other = log(nobody, name="other")
    with jKool.activity("Checkout", logger=logger):
        pass
    recorder.wait(2)
    assert other.stats()["enqueued"] == 0
