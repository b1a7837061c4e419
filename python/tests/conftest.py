"""The command as the wheel installs it, and a collector for the tests that need one."""

import logging
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent / "support"))

from recorder import HttpRecorder, MqttRecorder, free_port  # noqa: E402

TIMEOUT = 60


@pytest.fixture(autouse=True)
def own_surroundings(monkeypatch, tmp_path):
    """This process, too, leaves no test's records to another, and hears of no server of the user's."""
    for name in [name for name in os.environ if name.startswith("TNT4_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TNT4_STATE_DIR", str(tmp_path / "state"))
    yield
    # `dictConfig` disables the loggers that there are, also those of other tests.
    for logger in logging.Logger.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):
            logger.disabled = False


@pytest.fixture
def recorder():
    """A server that keeps what it is sent."""
    server = HttpRecorder()
    yield server
    server.close()


@pytest.fixture
def broker():
    """A broker that keeps what it is sent."""
    server = MqttRecorder()
    yield server
    server.close()


@pytest.fixture
def nobody():
    """An address at which nobody listens."""
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture
def log():
    """A logger with a handler for this address, both closed after the test: ``logger, handler = log(url)``."""
    from jKool.streaming import HttpHandler

    made = []

    def make(url, name="shop", level=1, **settings):
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.propagate = False
        handler = HttpHandler("a-token", url, level, **settings)
        logger.addHandler(handler)
        made.append((logger, handler))
        return logger, handler

    yield make
    for logger, handler in made:
        logger.removeHandler(handler)
        handler.close_within(0.2)
        handler.close()


@pytest.fixture
def run(environment, tmp_path):
    """Runs a script in an interpreter of its own, to its end."""

    def call(script, *arguments, options=(), timeout=TIMEOUT, **variables):
        path = tmp_path / "script.py"
        path.write_text(script)
        return subprocess.run(
            [sys.executable, *options, str(path), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            env={**environment, **variables},
        )

    return call


@pytest.fixture
def environment(tmp_path):
    """The environment without what would send a test's commands elsewhere, and with a state folder of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TNT4_")}
    return {**clean, "TNT4_STATE_DIR": str(tmp_path / "state")}


@pytest.fixture(scope="session")
def script():
    """The path of the console script, beside the interpreter that runs the tests."""
    path = shutil.which("tnt4", path=sysconfig.get_path("scripts"))
    assert path, "the wheel brought no console script"
    return path


@pytest.fixture
def tnt4(script, environment):
    """Runs the command to its end."""

    def call(*arguments, program=(script,), **options):
        return subprocess.run(
            [*program, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            env=environment,
            **options,
        )

    return call


@pytest.fixture
def collector(script, tmp_path, environment):
    """A collector on a free port, as (process, address); it is ended by SIGTERM if it still runs."""
    process = subprocess.Popen(
        [script, "serve", "--listen", "127.0.0.1:0", "--store", str(tmp_path / "store.db")],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    # One that neither says where it listens nor ends would hold up the reader below.
    guard = threading.Timer(TIMEOUT, process.kill)
    guard.start()
    try:
        listens = address(process.stderr)
        guard.cancel()
        yield process, listens
    finally:
        guard.cancel()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=TIMEOUT)


def address(lines):
    """The address in the line `listening on http://…`."""
    seen = []
    for line in lines:
        seen.append(line)
        before, found, after = line.partition("listening on ")
        if found:
            return after.split()[0]
    raise AssertionError(f"the collector ended and never listened: {''.join(seen)}")
