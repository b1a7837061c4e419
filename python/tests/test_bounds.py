"""Of what is logged so much is looked at, and no more, whatever it is: elements are counted, not seconds."""

import collections
import dataclasses
import itertools
import json
import logging
import time
import types

import pytest

from jKool.metrics import Property, Snapshot
from jKool.streaming import logEvent, logRecordToJsonString

#: The budget of one record, and one to see that there is more.
MOST = 1_001


class Counted:
    """Counts how many of its kind were shown."""

    shown = 0

    def __str__(self):
        Counted.shown += 1
        return "x"


class Elements(list):
    """Counts how many of its elements were taken."""

    taken = 0

    def __iter__(self):
        for element in super().__iter__():
            Elements.taken += 1
            yield element


class Lookup(collections.abc.Mapping):
    """A mapping that is no dictionary."""

    def __getitem__(self, key):
        raise AssertionError("its values are not asked for")

    def __iter__(self):
        raise AssertionError("its keys are not asked for")

    def __len__(self):
        return 1_000_000


@dataclasses.dataclass
class Holder:
    items: list


@pytest.fixture(autouse=True)
def nothing_counted():
    Counted.shown = Elements.taken = 0


def sent(**extra):
    record = logging.LogRecord("shop", logging.INFO, __file__, 7, "m", (), None)
    record.__dict__.update(extra)
    found = json.loads(logRecordToJsonString(record))
    return {one["name"]: one for one in found["properties"]}


ONE = Counted()
MANY = [ONE] * 100_000


@pytest.mark.parametrize(
    "item",
    [
        MANY,
        tuple(MANY),
        dict.fromkeys(range(100_000), ONE),
        {ONE: MANY},
        collections.deque(MANY),
        Holder(MANY),
        [[[ONE] * 100] * 100] * 100,
        {number: {"inner": [ONE] * 50} for number in range(1_000)},
        {Counted() for _ in range(5_000)},
        frozenset(Counted() for _ in range(5_000)),
        collections.OrderedDict.fromkeys(range(100_000), ONE),
        collections.Counter({number: 1 for number in range(100_000)}),
    ],
    ids=lambda item: type(item).__name__,
)
def test_so_many_elements_are_shown(item):
    found = sent(item=item)["item"]
    assert Counted.shown <= MOST
    assert found["value-type"] == "lossy" and found["value"].endswith(("…]", "…}", "]", "}"))


def test_so_many_elements_are_taken():
    assert sent(item=Elements(range(1_000_000)))["item"]["value-type"] == "lossy"
    assert Elements.taken <= MOST + 1


def test_elements_are_counted_over_all_values_of_a_record():
    names = {f"k{number}": MANY for number in range(100)}
    found = sent(**names)
    assert Counted.shown <= MOST
    assert len(found) <= MOST + 10


def test_so_deep_is_looked():
    item = [ONE]
    for _ in range(10_000):
        item = [ONE, item]
    found = sent(item=item)["item"]
    assert Counted.shown <= 10
    assert found["value-type"] == "lossy"


def test_what_only_looks_like_a_container_is_named():
    found = sent(item=Lookup(), proxy=types.MappingProxyType({number: 1 for number in range(5_000)}))
    assert found["item"]["value"] == "<Lookup of 1000000 elements>"
    assert found["proxy"]["value"] == "<mappingproxy of 5000 elements>"


def test_a_generator_is_left_as_it_is():
    source = iter(range(10))
    assert sent(item=source)["item"]["value"].startswith("<range_iterator")
    assert list(source) == list(range(10))


def test_a_million_properties_are_no_more_work_than_a_thousand():
    record = logging.LogRecord("shop", logging.INFO, __file__, 7, "m", (), None)
    record.__dict__.update({f"k{number}": number for number in range(1_000_000)})
    begun = time.process_time()
    found = json.loads(logRecordToJsonString(record))["properties"]
    assert time.process_time() - begun < 0.1
    assert len(found) < 1_100 and found[-1] == {"name": "…", "type": "string", "value-type": "lossy", "value": "more properties"}


def test_what_never_ends_is_taken_in_part(log, recorder):
    logger, _ = log(recorder.url)
    taken = itertools.count()
    endless = (f"c{number}" for number in taken)
    properties = (Property(f"p{number}", number) for number in itertools.count())
    snapshots = (Snapshot(f"s{number}") for number in itertools.count())
    logEvent(logger, "m", corr_id=endless, properties=properties, snapshots=snapshots)
    (record,) = recorder.wait(1)
    assert len(record["corrid"]) == 100 and next(taken) <= 102
    assert len(record["properties"]) + len(record.get("snapshots", ())) < 1_100


def test_arrays_and_frames_are_shown_in_short():
    numpy = pytest.importorskip("numpy")
    found = sent(
        number=numpy.int64(5), real=numpy.float32(0.5), truth=numpy.bool_(True), moment=numpy.datetime64("2026-11-23"),
        array=numpy.zeros(1_000_000), square=numpy.eye(2),
    )  # fmt: skip
    assert (found["number"]["type"], found["number"]["value"]) == ("long", 5)
    assert (found["real"]["type"], found["real"]["value"]) == ("double", 0.5)
    assert (found["truth"]["type"], found["truth"]["value"]) == ("bool", True)
    assert "2026-11-23" in found["moment"]["value"]
    assert "..." in found["array"]["value"] and len(found["array"]["value"]) < 200
    assert found["square"]["value"].startswith("[[1. 0.]")


def test_tables_are_shown_in_short():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": range(100_000), "b": "x"})
    found = sent(missing=pandas.NA, no_time=pandas.NaT, time=pandas.Timestamp("2026-11-23", tz="UTC"), frame=frame)
    assert found["missing"]["value"] == "<NA>"
    assert found["no_time"]["value"] == "NaT"
    assert (found["time"]["type"], found["time"]["value"]) == ("date.usec", 1795392000000000)
    assert len(found["frame"]["value"]) < 5_000
