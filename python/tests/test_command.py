"""The command, started by Python, is the command."""

import signal
import sys

import pytest

import jKool

MODULE = (sys.executable, "-m", "jKool")


def test_its_version_is_that_of_the_package(tnt4):
    done = tnt4("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"tnt4 {jKool.__version__}\n", "")


def test_the_module_is_the_command_too(tnt4, tmp_path):
    # In an empty folder: `-m` would import what lies in the working one.
    by_module = tnt4("--help", program=MODULE, cwd=tmp_path)
    assert by_module.returncode == 0
    assert "Usage: tnt4" in by_module.stdout
    assert by_module.stdout == tnt4("--help").stdout


def test_a_wrong_argument_is_an_error_and_no_traceback(tnt4):
    done = tnt4("--no-such-option")
    assert done.returncode != 0
    assert "--no-such-option" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_sent_is_found(tnt4, collector):
    _, url = collector
    sent = tnt4("send", "--url", url, "hello")
    assert sent.returncode == 0, sent.stderr
    answer = tnt4("query", "--url", url, "--json", "get number of events")
    assert answer.returncode == 0, answer.stderr
    assert number_of(answer.stdout) == 1


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_ends_the_collector_in_good_order(collector, name):
    process, _ = collector
    process.send_signal(getattr(signal, name))
    assert process.wait(timeout=30) == 0


def number_of(reply):
    """The one number in the reply to a `get number of`."""
    import json

    (row,) = json.loads(reply)["rows"]
    return row["NumberOf"]
