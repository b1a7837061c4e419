"""The package passes the type checkers in their strict modes, and so does code that uses it."""

import subprocess
import sys

import pytest

USER = """
import logging
import ssl
import jKool
from jKool import metrics, streaming

logger = logging.getLogger("shop")
handler = streaming.HttpHandler("token", spool="memory", connect_timeout="2.5", process_snapshots=[60, "errors"])
broker = streaming.MqttHandler("broker", topic="t", ca_certs="a", cert_reqs=ssl.CERT_REQUIRED, qos=2, spool=False)
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


def test_a_misspelt_keyword_is_found(tmp_path):
    pytest.importorskip("mypy")
    script = tmp_path / "user.py"
    script.write_text('from jKool.streaming import HttpHandler\nHttpHandler("t", conect_timeout=1)\nHttpHandler("t", ca_file=5)\n')
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path / "cache"), str(script)],
        capture_output=True, text=True, timeout=300, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 1 and "conect_timeout" in done.stdout and "ca_file" in done.stdout, done.stdout


def test_the_package_itself_is_typed(tmp_path):
    pytest.importorskip("mypy")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--python-version", "3.10", "--cache-dir", str(tmp_path), "-p", "jKool"],
        capture_output=True, text=True, timeout=300, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
