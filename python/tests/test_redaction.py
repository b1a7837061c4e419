"""What is a secret by its name does not leave the process; what looks like one does not, where that was asked for."""

import json
import logging

import pytest
from fixtures import fixtures
from recorder import HttpRecorder

NAMES = [
    "password", "Password", "user_password", "DB-PASSWD", "pwd", "client_secret", "api_key", "apiKey", "X-Api-Key",
    "access_token", "refreshToken", "Authorization", "Cookie", "Set-Cookie", "private_key", "passphrase", "session_id",
    "aws_secret_access_key", "credentials", "pin", "cvv", "ssn", "jwt", "auth", "card_number",
]  # fmt: skip
HARMLESS = ["compass", "author", "spinning", "passenger", "sessions_total", "key", "monkey", "tok", "order-no"]


@pytest.mark.parametrize("name", NAMES)
def test_values_under_the_names_of_secrets_are_hidden(log, recorder, name):
    logger, _ = log(recorder.url)
    logger.info("m", extra={name: "canary", "outer": {"list": [{name: "canary"}]}})
    (record,) = recorder.wait(1)
    assert "canary" not in json.dumps(record)
    found = {one["name"]: one for one in record["properties"]}
    assert (found[name]["value"], found[name]["value-type"]) == ("***", "redacted")
    assert json.loads(found["outer"]["value"]) == {"list": [{name: "***"}]}


@pytest.mark.parametrize("name", HARMLESS)
def test_others_are_not(log, recorder, name):
    logger, _ = log(recorder.url)
    logger.info("m", extra={name: "kept"})
    assert {"name": name, "type": "string", "value": "kept"} in recorder.wait(1)[0]["properties"]


def test_it_can_be_turned_off_and_extended(log, recorder):
    logger, _ = log(recorder.url, redact="off")
    other, _ = log(recorder.url, name="other", redact_keys="iban, Tax-Id")
    logger.info("m", extra={"password": "shown"})
    other.info("m", extra={"IBAN": "canary", "tax_id": "canary", "password": "canary"})
    first, second = sorted(recorder.wait(2), key=lambda record: record["operation"] != "shop")
    assert "shown" in json.dumps(first)
    assert "canary" not in json.dumps(second)


def test_counts_of_tokens_are_no_secrets(log, recorder):
    logger, _ = log(recorder.url)
    usage = {"max_tokens": 4096, "tokens": ["canary"]}
    logger.info("m", extra={"prompt_tokens": 512, "usage": usage, "token": 5, "token_seed": 5})
    found = {one["name"]: one for one in recorder.wait(1)[0]["properties"]}
    assert found["prompt_tokens"]["value"] == 512
    assert json.loads(found["usage"]["value"]) == {"max_tokens": 4096, "tokens": "***"}
    assert found["token"]["value"] == found["token_seed"]["value"] == "***"


def test_a_value_in_which_something_is_hidden_says_so(log, recorder):
    logger, _ = log(recorder.url)
    logger.info("m", extra={"outer": {"deep": [{"password": "canary"}]}, "other": {"a": 1}})
    found = {one["name"]: one for one in recorder.wait(1)[0]["properties"]}
    assert found["outer"]["value-type"] == "redacted"
    assert found["other"]["value-type"] == "json"


FIXTURES = fixtures()


def test_there_are_enough_fixtures():
    secrets = [fixture for fixture in FIXTURES if fixture.kind != "nothing"]
    assert len(secrets) + len(NAMES) >= 100 and len(FIXTURES) - len(secrets) + len(HARMLESS) >= 30


@pytest.fixture(scope="module")
def redacted():
    """What is sent of each fixture, in the message, in an exception and in a value."""
    from jKool.streaming import HttpHandler

    server = HttpRecorder()
    logger = logging.getLogger("redacted")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    handler = HttpHandler("a-token", server.url, redact="patterns", spool="memory")
    logger.addHandler(handler)
    for number, fixture in enumerate(FIXTURES):
        try:
            raise ValueError(fixture.text)
        except ValueError:
            extra = {"number": number, "item": fixture.text, "nested": {"list": [fixture.text]}}
            logger.exception("%s", fixture.text, extra=extra)
    records = server.wait(len(FIXTURES))
    logger.removeHandler(handler)
    handler.close()
    server.close()
    return {named(record)["number"]["value"]: record for record in records}


def named(record):
    return {one["name"]: one for one in record["properties"]}


@pytest.mark.parametrize("number", range(len(FIXTURES)), ids=lambda number: f"{FIXTURES[number].kind}-{number}")
def test_patterns_are_looked_for_where_that_was_asked_for(redacted, number):
    fixture, record = FIXTURES[number], redacted[number]
    found = named(record)
    assert record["msg-text"] == fixture.expected
    assert record["exception"].splitlines()[-1] == f"ValueError: {fixture.expected}"
    assert found["item"]["value"] == fixture.expected
    sent = json.dumps(record)
    assert not [secret for secret in fixture.secrets if secret in sent]
    if fixture.kind == "nothing":
        assert "redacted" not in found and "value-type" not in found["item"]
        assert json.loads(found["nested"]["value"]) == {"list": [fixture.expected]}
    else:
        assert fixture.kind in found["redacted"]["value"].split(", ")
        assert found["item"]["value-type"] == found["nested"]["value-type"] == "redacted"


def test_an_exception_that_log_event_was_given_is_looked_at(log, recorder):
    from jKool.streaming import logEvent

    logger, _ = log(recorder.url, redact="patterns")
    logEvent(logger, "password=canary", exception=ValueError("password=canary at https://user:canary@host"))
    (record,) = recorder.wait(1)
    assert "canary" not in json.dumps(record)
    assert "password in an address" in named(record)["redacted"]["value"]


def test_patterns_of_ones_own_take_linear_time(log, recorder):
    import time

    logger, _ = log(recorder.url, redact_patterns=["(a+)+$"])
    begun = time.perf_counter()
    logger.info("a" * 65_536 + "!")
    assert time.perf_counter() - begun < 5
    recorder.wait(1)


@pytest.mark.parametrize("pattern", ["(", "(?=a)", "a{1000}{1000}"])
def test_patterns_that_cannot_be_used_are_refused(log, nobody, pattern):
    with pytest.raises(ValueError, match="redact_patterns"):
        log(nobody, redact_patterns=[pattern])
