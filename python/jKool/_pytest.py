"""What pytest loads by itself where this package is installed: the fixture ``jkool``."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from jKool.testing import Collector


@pytest.fixture
def jkool() -> "Iterator[Collector]":
    """A collector of this test's own; see ``jKool.testing``."""
    from jKool.testing import Collector

    with Collector() as collector:
        yield collector
