"""What the process uses is reported at an interval or with errors, where that is asked for, and by hand."""

import logging
import os
import time

import pytest

from jKool import metrics
from jKool.streaming import HttpHandler, MqttHandler

LINUX = pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="only /proc says so")
ALWAYS = {"TotalCpuUsec", "TotalCpuUserUsec", "TotalCpuSystemUsec", "ThreadCount", "Gc0Collections", "Gc2Collected"}
BY_PROC = {"ResidentBytes", "VirtualBytes", "DescriptorCount", "UptimeUsec"}


def threads():
    """Names of the threads of this process."""
    names = []
    for task in os.listdir("/proc/self/task"):
        try:
            with open(f"/proc/self/task/{task}/comm") as file:
                names.append(file.read().strip())
        except OSError:
            pass
    return names


def values(snapshot):
    return {one["name"]: one["value"] for one in snapshot["properties"]}


def snapshots(recorder):
    return [record for record in recorder.records if record["type"] == "SNAPSHOT"]


def wait_for_snapshots(recorder, count):
    with recorder.changed:
        assert recorder.changed.wait_for(lambda: len(snapshots(recorder)) >= count, 30)
        return snapshots(recorder)


def test_by_hand(log, recorder):
    log(recorder.url)
    made = metrics.process()
    (sent,) = recorder.wait(1)
    assert (sent["type"], sent["name"], sent["category"]) == ("SNAPSHOT", "Process", "Process")
    found = values(sent)
    assert ALWAYS <= set(found)
    assert found == {one.name: one.value for one in made.properties}
    hints = {one["name"]: one.get("value-type") for one in sent["properties"]}
    assert (hints["TotalCpuUsec"], hints["ThreadCount"], hints["Gc0Collected"]) == ("age.usec", "gauge", "count")
    assert found["TotalCpuUsec"] == found["TotalCpuUserUsec"] + found["TotalCpuSystemUsec"] > 0


@LINUX
def test_its_values_are_those_of_the_system(log, recorder):
    import resource
    import threading

    log(recorder.url)
    metrics.process()
    less = values(recorder.wait(1)[0])
    stop = threading.Event()
    waiting = [threading.Thread(target=stop.wait) for _ in range(5)]
    files = [os.open(os.devnull, os.O_RDONLY) for _ in range(7)]
    for thread in waiting:
        thread.start()
    held = bytearray(64 << 20)
    held[::4096] = b"x" * len(held[::4096])
    try:
        metrics.process()
        much = values(recorder.wait(2)[1])
        used = resource.getrusage(resource.RUSAGE_SELF)
        assert abs(much["TotalCpuUsec"] / 1e6 - used.ru_utime - used.ru_stime) < 1
        assert abs(much["UptimeUsec"] - (time.time() - started()) * 1e6) < 2e6
    finally:
        stop.set()
        for thread in waiting:
            thread.join()
        for file in files:
            os.close(file)
        del held
    assert BY_PROC <= set(much)
    assert much["ResidentBytes"] - less["ResidentBytes"] > 50 << 20
    assert much["VirtualBytes"] > much["ResidentBytes"]
    assert much["ThreadCount"] - less["ThreadCount"] >= 4
    assert much["DescriptorCount"] - less["DescriptorCount"] >= 6


def started():
    """When this process was started, in seconds since 1970; to the second."""
    with open("/proc/self/stat") as file:
        ticks = int(file.read().rpartition(")")[2].split()[19])
    with open("/proc/uptime") as file:
        return time.time() - float(file.read().split()[0]) + ticks / 100


def test_off_by_default(log, recorder):
    logger, handler = log(recorder.url)
    logger.error("failed")
    (record,) = recorder.wait(1)
    assert "snapshots" not in record
    assert "tnt4-process" not in threads()


def test_with_errors_once_a_second(log, recorder):
    logger, _ = log(recorder.url, process_snapshots="errors")
    logger.warning("no error")
    logger.error("first")
    logger.critical("second")
    assert "tnt4-process" not in threads()
    before, first, second = recorder.wait(3)
    assert "snapshots" not in before and "snapshots" not in second
    (snapshot,) = first["snapshots"]
    assert snapshot["category"] == "Process" and ALWAYS <= set(values(snapshot))
    time.sleep(1.05)  # the time that has to pass
    logger.error("third")
    assert len(recorder.wait(4)[3]["snapshots"]) == 1


def test_an_error_that_has_to_be_shortened_has_its_snapshot(log, recorder):
    logger, handler = log(recorder.url, process_snapshots="errors")
    logger.error("\0" * 400_000)
    (record,) = recorder.wait(1)
    assert len(record["snapshots"]) == 1 and handler.stats()["dropped"] == {}


@LINUX
def test_an_idle_process_reports_too(log, recorder):
    logger, handler = log(recorder.url, process_snapshots=1, source_fqn="APPL=idle")
    assert "tnt4-process" not in threads()
    logger.info("begun")
    first, second = wait_for_snapshots(recorder, 2)[:2]
    assert first["source-fqn"] == "APPL=idle" and "parent-id" not in first
    assert ALWAYS <= set(values(first)) and {"CpuPercent"} | BY_PROC <= set(values(second))
    assert 0.7e6 < second["time-usec"] - first["time-usec"] < 2e6
    assert recorder.records[0]["msg-text"] == "begun"
    handler.close()
    assert "tnt4-process" not in threads()
    # It begins anew with the next record.
    logger.info("again")
    wait_for_snapshots(recorder, 3)


def test_a_process_that_logs_reports_with_fresh_counts(log, recorder):
    import gc

    logger, _ = log(recorder.url, process_snapshots=1)
    while len(found := snapshots(recorder)) < 2:
        gc.collect(2)
        logger.info("busy")
        time.sleep(0.01)  # more often than a log call is due
    first, second = (values(one) for one in found)
    assert second["Gc2Collections"] > first["Gc2Collections"]


def test_handlers_of_one_stream_have_one_watch(log, recorder):
    first, handler = log(recorder.url, name="first", process_snapshots="1,errors")
    second, other = log(recorder.url, name="second", process_snapshots="errors, 1")
    assert handler.key == other.key
    first.error("one")
    second.error("two")
    one, two = recorder.wait(2)
    assert "snapshots" in one and "snapshots" not in two
    assert threads().count("tnt4-process") == 1
    handler.close()
    assert threads().count("tnt4-process") == 1
    other.close()
    assert "tnt4-process" not in threads()


FORKED = """
import logging, os, sys, time
from jKool.streaming import HttpHandler
logger = logging.getLogger("shop")
logger.setLevel(logging.INFO)
handler = HttpHandler("a-token", sys.argv[1], process_snapshots=1)
logger.addHandler(handler)
logger.info("parent")

def threads():
    return [open(f"/proc/self/task/{task}/comm").read().strip() for task in os.listdir("/proc/self/task")]

def begins():
    until = time.monotonic() + 20
    while "tnt4-process" not in threads():  # it names itself
        assert time.monotonic() < until
        time.sleep(0.001)

begins()
child = os.fork()
if child == 0:
    assert len(threads()) == 1, threads()
    logger.info("child")
    begins()
    time.sleep(1.8)  # in which one is due
    assert handler.flush(10)
    handler.close()
    assert "tnt4-process" not in threads()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
begun = time.monotonic()
handler.close()
assert time.monotonic() - begun < 3
"""


@LINUX
def test_a_child_has_its_own_from_its_first_record_on(run, recorder):
    # Python 3.12 warns of every fork of a process that has threads.
    done = run(FORKED, recorder.url, options=("-W", "ignore::DeprecationWarning"))
    assert done.returncode == 0, done.stderr
    assert done.stdout == "" and done.stderr == ""
    sources = {record["source-fqn"] for record in snapshots(recorder)}
    assert len(sources) == 2, sources


def test_a_topic_is_that_of_the_records(broker):
    handler = MqttHandler(broker.address, topic="shop", process_snapshots=1)
    try:
        handler.handle(logging.makeLogRecord({"msg": "m", "levelno": 20}))
        broker.wait(2)
        assert set(broker.topics) == {"shop"}
    finally:
        handler.close()


@pytest.mark.parametrize("given", ["off", "", "0", "no", 0, False, None, []], ids=repr)
def test_words_for_none(nobody, given, monkeypatch):
    monkeypatch.setenv("TNT4_PROCESS_SNAPSHOTS", "")
    handler = HttpHandler("t", nobody, process_snapshots=given)
    plain = HttpHandler("t", nobody)
    try:
        assert handler.key == plain.key
    finally:
        handler.close()
        plain.close()


def test_a_variable_says_it_too(nobody, monkeypatch):
    monkeypatch.setenv("TNT4_PROCESS_SNAPSHOTS", "60,errors")
    by_variable = HttpHandler("t", nobody)
    by_keyword = HttpHandler("t", nobody, process_snapshots=[60, "errors"])
    try:
        assert by_variable.key == by_keyword.key
    finally:
        by_variable.close()
        by_keyword.close()


@pytest.mark.parametrize("given", ["often", "0.5", -1, True, "60,30", float("nan"), object(), "1e99"], ids=repr)
def test_what_makes_no_sense_is_refused(nobody, given):
    with pytest.raises((TypeError, ValueError), match="process_snapshots was given .*, and wants seconds"):
        HttpHandler("t", nobody, process_snapshots=given)
