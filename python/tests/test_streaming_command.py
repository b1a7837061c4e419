"""The command line of the original does what it did, and its exit code says what became of the message."""

import sys
from importlib.resources import files

import pytest

# In a folder of the test's: `-m` would import what lies in the working one.
MODULE = (sys.executable, "-m", "jKool.streaming")
SCRIPT = (sys.executable, str(files("jKool").joinpath("streaming.py")))


@pytest.mark.parametrize("program", [MODULE, SCRIPT], ids=["module", "script"])
def test_a_message_is_sent(tnt4, recorder, program, tmp_path):
    done = tnt4("Your message to stream", "--https", "a-token", "--url", recorder.url, program=program, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    (record,) = recorder.wait(1)
    assert (record["operation"], record["type"], record["severity"]) == ("tnt4py", "EVENT", "INFO")
    assert record["msg-text"] == "Your message to stream"
    assert set(recorder.tokens) == {"a-token"}


def test_a_refused_token_has_its_exit_code(tnt4, recorder, tmp_path):
    done = tnt4("m", "--https", "refused", "--url", recorder.url, program=MODULE, cwd=tmp_path)
    assert done.returncode == 3 and done.stdout == "" and "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [("m",), ("m", "--https", "t", "--mqtt", "b", "u", "p"), ("--https", "t")])
def test_one_way_is_wanted(tnt4, arguments, tmp_path):
    done = tnt4(*arguments, program=MODULE, cwd=tmp_path)
    assert done.returncode == 2 and "usage" in done.stderr and done.stdout == ""


def test_the_help_names_the_options(tnt4, tmp_path):
    done = tnt4("-h", program=MODULE, cwd=tmp_path)
    for option in ("--https", "--mqtt", "--topic", "-t", "--url"):
        assert option in done.stdout
