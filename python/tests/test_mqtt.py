"""What is logged goes to a broker, to the topic of its logger or to one that was given."""

import logging
import ssl
import sys

import pytest

from jKool.streaming import AuthorizationError, MqttHandler, logEvent

LOGIN = {"username": "user", "password": "password"}


@pytest.fixture
def handler():
    made = []

    def make(*arguments, **settings):
        made.append(MqttHandler(*arguments, **settings))
        return made[-1]

    yield make
    for one in made:
        one.close_within(0.1)
        one.close()


def record(message, name="shop"):
    return logging.makeLogRecord({"msg": message, "name": name, "levelno": 20, "levelname": "INFO"})


def test_each_logger_has_its_topic(handler, broker):
    made = handler(broker.address)
    made.handle(record("one", "shop.orders"))
    made.handle(record("two", "shop.stock"))
    made.handle(record("three", "a/#+"))
    assert broker.messages(3) == ["one", "two", "three"]
    assert broker.topics[:2] == ["shop.orders", "shop.stock"]
    assert "#" not in broker.topics[2] and "+" not in broker.topics[2]
    assert made.flush(10)


def test_a_topic_that_is_given_is_everybodys(handler, broker):
    made = handler(broker.address, topic="python/streams", qos=1, **LOGIN)
    for number in range(100):
        made.handle(record(f"number {number}", f"logger {number}"))
    assert broker.messages(100) == [f"number {number}" for number in range(100)]
    assert set(broker.topics) == {"python/streams"}
    assert broker.connects[-1]["login"] == ["user", "password"]


def test_an_event_is_what_it_is_over_http(handler, broker):
    logger = logging.Logger("shop", logging.INFO)
    logger.addHandler(handler(broker.address))
    logEvent(logger, "m", "APPL=a", corr_id="c", operation="sell")
    (found,) = broker.wait(1)
    assert (found["operation"], found["corrid"], found["source-fqn"]) == ("sell", ["c"], "APPL=a")
    assert broker.topics == ["shop"]


def test_client_and_session_are_as_they_were_asked_for(handler, broker):
    handler(broker.address, client_id="me", clean_session=False, mqtt_version="3.1.1").handle(record("m"))
    broker.wait(1)
    assert broker.connects[-1]["client"] == "me" and not broker.connects[-1]["flags"] & 2


PAHO = """
import logging, sys
sys.path.insert(0, sys.argv[2])
from jKool.streaming import MqttHandler
handler = MqttHandler(sys.argv[1], topic="t")
logger = logging.getLogger("shop")
logger.addHandler(handler)
logger.error("m")
assert handler.flush(10)
assert "paho" not in sys.modules
"""


def test_whether_there_is_a_paho_and_of_which_version_makes_no_difference(run, broker, tmp_path):
    (tmp_path / "paho").mkdir()
    (tmp_path / "paho" / "__init__.py").write_text("raise ImportError('nobody needs this')")
    done = run(PAHO, broker.address, str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert broker.messages(1) == ["m"]


def test_connecting_says_what_stands_in_the_way(handler, broker):
    handler(broker.address, **LOGIN).connect()
    with pytest.raises(AuthorizationError):
        handler(broker.address, username="user", password="wrong", spool="memory").connect()
    with pytest.raises(ConnectionError):
        handler("127.0.0.1:1", spool="memory").connect()


@pytest.mark.parametrize(
    ("options", "address"),
    [
        ({}, "<MqttHandler broker.example"),
        ({"cert_reqs": ssl.CERT_REQUIRED}, "<MqttHandler mqtts://broker.example"),
        ({"cert_reqs": "ssl.CERT_NONE"}, "<MqttHandler mqtts://broker.example"),
        ({"tls_version": ssl.PROTOCOL_TLS_CLIENT}, "<MqttHandler mqtts://broker.example"),
        ({"ca_certs": "a", "certfile": "b", "keyfile": "c"}, "<MqttHandler mqtts://broker.example"),
    ],
    ids=str,
)
def test_options_of_tls_mean_tls(handler, options, address):
    assert repr(handler("broker.example", **options)).startswith(address)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"cert_reqs": "some"}, "cert_reqs was given a text of 4 characters, and wants ssl.CERT_REQUIRED"),
        ({"tls_version": 99}, "tls_version was given 99, and wants ssl.PROTOCOL_TLS_CLIENT"),
        ({"ca_certs": 5}, "ca_certs was given 5, and wants a path"),
        ({"keyfile_password": "canary"}, "keyfile_password: a key that is encrypted cannot be read"),
        ({"qos": 3}, "qos was given 3, and wants 0, 1 or 2"),
        ({"urlStr": "https://broker.example"}, "urlStr names a server of HTTP"),
        ({"urlStr": "broker/topic"}, "urlStr: the address is not a broker's"),
        ({"urlStr": "mqtt://user:canary@broker"}, "urlStr: the address contains a user name or password"),
    ],
    ids=str,
)
def test_errors_name_the_option_and_what_would_do(options, words):
    with pytest.raises((TypeError, ValueError)) as refused:
        MqttHandler(**{"urlStr": "broker.example", **options})
    assert str(refused.value).startswith(words) and "canary" not in str(refused.value)


def test_user_and_password_may_come_from_the_environment(handler, broker, monkeypatch):
    monkeypatch.setenv("TNT4_MQTT_USER", "user")
    monkeypatch.setenv("TNT4_MQTT_PASSWORD", "password")
    handler(broker.address).connect()
    assert broker.connects[-1]["login"] == ["user", "password"]


def test_a_session_that_is_kept_wants_a_client_id(handler):
    with pytest.raises(ValueError, match="client id"):
        handler("broker.example", clean_session=False)


def test_a_successor_with_another_topic_redirects_nothing(handler, run):
    from recorder import MqttRecorder, free_port

    port = free_port()
    script = """
import logging, sys
from jKool.streaming import MqttHandler
handler = MqttHandler(sys.argv[1], topic="of/the/first")
handler.handle(logging.makeLogRecord({"msg": "left", "name": "shop"}))
assert not handler.flush(0.1)
"""
    done = run(script, f"127.0.0.1:{port}")
    assert done.returncode == 0, done.stderr
    late = MqttRecorder(port=port)
    try:
        handler(f"127.0.0.1:{port}", topic="of/the/second").handle(record("new"))
        messages = late.messages(2)
        assert dict(zip(messages, late.topics)) == {"left": "of/the/first", "new": "of/the/second"}
    finally:
        late.close()


MODULE = (sys.executable, "-m", "jKool.streaming")


def test_the_command_sends_to_a_broker(tnt4, broker, tmp_path):
    arguments = ("-- hello", "--mqtt", broker.address, "user", "password", "--topic", "python/streams")
    done = tnt4(*arguments, program=MODULE, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "") and done.stderr.startswith("1 event acknowledged by mqtt://")
    (found,) = broker.wait(1)
    assert (found["operation"], found["msg-text"], broker.topics) == ("tnt4py", "-- hello", ["python/streams"])


def test_the_commands_exit_code_says_what_became_of_the_message(tnt4, broker, tmp_path):
    def code(*arguments):
        done = tnt4("hello", "--mqtt", *arguments, program=MODULE, cwd=tmp_path)
        assert done.stdout == "" and "canary" not in done.stderr and "Traceback" not in done.stderr
        return done.returncode

    assert code(broker.address, "user", "canary") == 3
    assert code("http://a.example", "user", "canary") == 2
    assert code(broker.address, "user", "canary", "--topic", "a/#") == 2
    assert code(broker.address, "user", "canary", "--url", "http://a.example") == 2


def test_what_there_is_to_say_goes_where_the_handler_is_told(handler, tmp_path, capfd):
    handler("broker.example", ciphers="first", diagnostics="off", spool="memory")
    file = tmp_path / "told"
    handler("broker.example", topic="own/+", diagnostics=file, spool="memory")
    assert "own/+" in file.read_text() and capfd.readouterr().err == ""
