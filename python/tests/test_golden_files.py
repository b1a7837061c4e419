"""What the original's readme sends is what it sent, but for the differences that ``docs/migrating.md`` lists.

The files in ``golden`` are what is sent, with what differs from run to run in angle brackets. After a wanted change
they are written anew by ``GOLDEN=write``, and the difference belongs into the document.
"""

import json
import logging
import os
import re
import sys
import time
from pathlib import Path

import pytest
from readme import DECORATED, FQN, MORE, SNAPSHOT, START

from jKool.metrics import Snapshot
from jKool.streaming import logEvent

GOLDEN = Path(__file__).parent / "golden"
DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "migrating.md"
NAMES = {
    "Snapshot": Snapshot, "logEvent": logEvent, "time": time, "sourcefqn": FQN, "orderNo": 4711, "orderAmount": 12.0,
}  # fmt: skip
#: What the original sent of each: recorded from it, or as its documentation has it. Times and identities are left out.
PLAIN = {"operation": "jKool logger", "type": "EVENT", "msg-text": "Test log", "severity": "ERROR"}
EXAMPLE = {**PLAIN, "msg-text": "This is an example", "severity": "INFO", "source-fqn": FQN}
SNAPSHOT_SENT = {
    "name": "Payment",
    "category": "Order",
    "properties": [
        {"name": "order-no", "type": "string", "value": 4711},
        {"name": "order-amount", "type": "integer", "value": 12.0},
    ],
}
RICH = '''
streaming.logEvent(logger, "rich message", "APPL=a#SERVER=s#NETADDR=1.2.3.4#DATACENTER=d#GEOADDR=1,2",
    severity="WARNING", operation="op", corr_id="c1", wait_time_used=5, start_time_usec=1, msg_age=7,
    parent_tracking_id="p1")
'''
RICH_SENT = {
    "operation": "op", "type": "EVENT", "msg-text": "rich message", "severity": "WARNING",
    "source-fqn": "APPL=a#SERVER=s#NETADDR=1.2.3.4#DATACENTER=d#GEOADDR=1,2", "corr-id": "c1", "wait-time-used": 5,
    "start-time-usec": 1, "msg-age": 7, "parent-tracking-id": "p1",
}  # fmt: skip
COMMAND = {"operation": "tnt4py", "type": "EVENT", "msg-text": "Your message to stream", "severity": "INFO"}

SNIPPETS = {
    "log": ("", PLAIN),
    "event": (DECORATED, EXAMPLE),
    "event-with-more": (MORE, {**EXAMPLE, "corr-id": "your-correlator-id", "location": "Atlanta, Ga"}),
    "snapshot": (SNAPSHOT, {**EXAMPLE, "msg-text": "Order Processed Succesfully", "snapshots": [SNAPSHOT_SENT]}),
    "rich": (RICH, RICH_SENT),
}


@pytest.fixture
def sent(recorder, monkeypatch):
    """Runs a snippet behind the first one, and gives what was sent of it."""
    monkeypatch.setenv("TNT4_URL", recorder.url)
    names = {**NAMES}
    exec(compile(START, "start.py", "exec"), names)

    def run(snippet):
        names["logger"].setLevel(logging.INFO)
        names["logger"].propagate = False
        exec(compile(snippet, "snippet.py", "exec"), names)
        return recorder.wait(2 if snippet else 1)[-1]

    yield run
    names["logger"].removeHandler(names["hdlr"])
    names["logger"].setLevel(logging.NOTSET)
    names["hdlr"].close()


@pytest.mark.parametrize("name", SNIPPETS)
def test_a_snippet_sends_what_it_did_and_what_is_listed(sent, name):
    snippet, original = SNIPPETS[name]
    record = sent(snippet)
    compare(record, original)
    golden(name, record)


@pytest.mark.parametrize("way", ["https", "mqtt"])
def test_a_command_line_sends_what_it_did_and_what_is_listed(tnt4, recorder, broker, tmp_path, environment, way):
    program = (sys.executable, "-m", "jKool.streaming")
    environment["TNT4_URL"] = recorder.url
    if way == "https":
        arguments = ["--https", "your-access-token"]
    else:
        arguments = ["--mqtt", broker.address, "user", "password", "--topic", "python/streams"]
    done = tnt4("Your message to stream", *arguments, program=program, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    (record,) = (recorder if way == "https" else broker).wait(1)
    compare(record, COMMAND)
    if way == "mqtt":
        assert broker.topics == ["python/streams"]


def compare(record, original):
    """The original's fields are there, by the names that they have now, and all others are listed."""
    renamed, added = listed()
    expected = {renamed.get(name, name): value for name, value in original.items()}
    for name, value in expected.items():
        if name == "snapshots":
            for one, other in zip(record[name], value, strict=True):
                compare_snapshot(one, other, added)
        else:
            # Those that are lists now had one text.
            found = record[name]
            assert found == value or found == [value], name
    assert set(record) - set(expected) <= added


def compare_snapshot(snapshot, original, added):
    assert (snapshot["name"], snapshot["category"]) == (original["name"], original["category"])
    assert [one["name"] for one in snapshot["properties"]] == [one["name"] for one in original["properties"]]
    assert set(snapshot) - set(original) <= added | {"type", "time-usec"}


def listed():
    """New names by those of the original, and the fields that it did not have, as the document lists them."""
    table = DOCUMENT.read_text().split("## What is sent")[1].split("\n## ")[0]
    renamed, added = {}, set()
    for row in re.findall(r"^\| (.*?) \| (.*?) \|", table, re.MULTILINE)[1:]:
        before, now = (re.findall(r"`([^`]+)`", cell) for cell in row)
        # A row of nothing but names: `a`, `b` | `c`, `d`
        if before and re.fullmatch(r"(`[\w-]+`(: text|: a list)?(, )?)+ (`[\w-]+`(: text|: a list)?(, )?)+", " ".join(row)):
            renamed.update(zip(before, now, strict=True))
        else:
            added.update(now)
    return renamed, added


def golden(name, record):
    """The record is what the file has."""
    shown = json.dumps(steady(record), indent=2, ensure_ascii=False) + "\n"
    file = GOLDEN / f"{name}.json"
    if os.environ.get("GOLDEN") == "write":
        file.write_text(shown)
    assert shown == file.read_text()


def steady(found):
    """The same, with what differs from run to run in angle brackets."""
    if isinstance(found, list):
        return [steady(one) for one in found]
    if not isinstance(found, dict):
        return found
    kept = {}
    for name, value in found.items():
        if name in ("tnt4-id", "tracking-id", "time-usec", "pid", "tid"):
            kept[name] = f"<{name}>"
        elif name == "source-fqn":
            kept[name] = re.sub(r"=[^#]+", "=<…>", value) if "PROCESS=" in value else value
        else:
            kept[name] = steady(value)
    return kept
