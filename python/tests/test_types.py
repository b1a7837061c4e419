"""The package passes the type checkers in their strict modes, and so does code that uses it."""

import subprocess
import sys

import pytest

USER = """
import logging
import jKool
from jKool import metrics, streaming

logger = logging.getLogger("shop")
handler = streaming.HttpHandler("token", spool="memory")
broker = streaming.MqttHandler("broker", topic="t", ca_certs="a")
snapshot = metrics.Snapshot("Payment", category="Order")
snapshot.addProperty("amount", 5, "integer")
streaming.logEvent(logger, "m", "APPL=a", corr_id=["c"], snapshots=[snapshot])
done: bool = handler.flush(timeout=1)
with jKool.activity("Checkout") as activity:
    identity: str = activity.tracking_id


@jKool.activity("call")
def call(number: int) -> str:
    return str(number)


text: str = call(1)
"""


@pytest.mark.parametrize("checker", [("mypy", "--strict"), ("pyright",)], ids=["mypy", "pyright"])
def test_checkers_are_content(checker, tmp_path):
    name, *options = checker
    pytest.importorskip(name)
    script = tmp_path / "user.py"
    script.write_text(USER)
    (tmp_path / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    if name == "mypy":
        options += ["--cache-dir", str(tmp_path / "cache"), str(script)]
    else:
        options += ["--pythonpath", sys.executable, "--project", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", name, *options], capture_output=True, text=True, timeout=300, cwd=tmp_path
    )
    if name == "pyright" and "nodeenv" in done.stderr:
        pytest.skip("pyright has no Node")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_package_itself_is_typed(tmp_path):
    pytest.importorskip("mypy")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--python-version", "3.10", "--cache-dir", str(tmp_path), "-p", "jKool"],
        capture_output=True, text=True, timeout=300, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
