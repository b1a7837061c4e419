"""What is a secret by its name does not leave the process; what looks like one does not, where that was asked for."""

import json

import pytest

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


SECRETS = [
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc123canary",
    "Authorization: Bearer canarycanary.canary",
    "AKIACANARYCANARYCANA",
    "ghp_canarycanarycanarycanarycanary",
    "4111 1111 1111 1111",
    "https://user:canary@host/path",
    "password=canary",
    "'secret': 'canary'",
    "-----BEGIN RSA PRIVATE KEY-----\ncanary\n-----END RSA PRIVATE KEY-----",
]


@pytest.mark.parametrize("secret", SECRETS)
def test_patterns_are_looked_for_where_that_was_asked_for(log, recorder, secret):
    logger, _ = log(recorder.url, redact="patterns")
    try:
        raise ValueError(f"before {secret} after")
    except ValueError:
        logger.exception("before %s after", secret, extra={"item": f"before {secret} after"})
    (record,) = recorder.wait(1)
    fields = [record["msg-text"], record["exception"].splitlines()[-1]]
    fields += [one["value"] for one in record["properties"] if one["name"] == "item"]
    for field in fields:
        assert "***" in field and "canary" not in field.lower() and "1111" not in field, field
    assert {"name": "redacted", "type": "bool", "value": True} in record["properties"]


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
