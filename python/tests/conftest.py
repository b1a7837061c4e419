"""The command as the wheel installs it, and a collector for the tests that need one."""

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
from pathlib import Path

import pytest

TIMEOUT = 60


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
        yield process, address(process.stderr)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=TIMEOUT)
        guard.cancel()


def address(lines):
    """The address in the line `listening on http://…`."""
    seen = []
    for line in lines:
        seen.append(line)
        before, found, after = line.partition("listening on ")
        if found:
            return after.split()[0]
    raise AssertionError(f"the collector ended and never listened: {''.join(seen)}")
