"""The settings of a handler: where each comes from, and of what kind it is.

A keyword counts before the variable ``TNT4_<NAME>`` of the environment, and that before the default. Every value may be
plain text, as configuration files have it; ``env://NAME`` stands for a variable, and ``file:///path`` for what is in a
file. An error names the setting, what kind of value it was given, and what it wants; never the value, which may be a secret.
"""

import difflib
import os
from collections.abc import Mapping
from typing import Any

from jKool._kinds import (
    BYTES,
    DIAGNOSTICS,
    FALSE,
    FLAG,
    NAME,
    NUMBER,
    OCCASIONS,
    PATH,
    PROXY,
    QOS,
    SECONDS,
    SPOOL,
    TEXT,
    TEXTS,
    TRUE,
    WORDS,
    Kind,
    one_of,
    turned,
)

DEFAULT_URL = "https://data.jkoolcloud.com"

# Name, kind, default. The stream has the defaults of those that have none here.
SETTINGS: Mapping[str, tuple[Kind, Any]] = {
    "spool": (SPOOL, None),
    "durability": (one_of("disk", "sync", "memory"), None),
    "state_dir": (PATH, None),
    "spool_bytes": (BYTES, None),
    "spool_age": (SECONDS, None),
    "queue_bytes": (BYTES, None),
    "overflow": (one_of("drop_newest", "drop_oldest", "block"), None),
    "ca_file": (PATH, None),
    "client_cert": (PATH, None),
    "client_key": (PATH, None),
    "proxy": (PROXY, None),
    "connect_timeout": (SECONDS, None),
    "answer_timeout": (SECONDS, None),
    "compression": (one_of("auto", "off"), None),
    "batch_records": (NUMBER, None),
    "batch_bytes": (BYTES, None),
    "linger": (SECONDS, None),
    "report_drops": (FLAG, True),
    "diagnostics": (DIAGNOSTICS, None),
    "source_fqn": (NAME, None),
    "location": (NAME, None),
    "user": (NAME, None),
    "redact": (one_of("keys", "patterns", "off"), "keys"),
    "redact_keys": (WORDS, []),
    "redact_patterns": (TEXTS, []),
    "process_snapshots": (OCCASIONS, (None, False)),
}

# Those of MQTT, beside them.
BROKER: Mapping[str, tuple[Kind, Any]] = {
    "topic": (NAME, None),
    "qos": (QOS, 1),
    "client_id": (NAME, None),
    "clean_session": (FLAG, True),
    "keepalive": (SECONDS, 60),
    "username": (NAME, None),
    "password": (NAME, None),
    "mqtt_version": (one_of("auto", "3", "3.1.1", "311", "5", "5.0"), None),
    "verify": (FLAG, True),
    "minimum_tls": (one_of("1.2", "1.3"), None),
}

# Their variables are the stream's own, or everybody's.
NOT_OURS = frozenset({"spool", "state_dir", "diagnostics", "user", "proxy"})
# The stream reads a secret itself: one that is in a file as often as need be.
SECRETS = frozenset({"password"})
# Variables that are not named after their setting: the command has the same.
VARIABLES = {"username": "TNT4_MQTT_USER", "password": "TNT4_MQTT_PASSWORD"}
# The beginnings of brokers' addresses.
BROKERS = ("mqtt://", "mqtts://", "tcp://", "ssl://", "ws://", "wss://")


def resolved(
    url: str | None, token: str | None, keywords: Mapping[str, Any], broker: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Every setting, by keyword, variable or default, of its kind. ``broker`` has those of MQTT, where that is spoken."""
    known = [*SETTINGS, *(BROKER if broker is not None else ())]
    for name in keywords:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            meant = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
            raise TypeError(f"unknown setting {name!r}; {meant}")
    settings = {name: _one(name, keywords.get(name), SETTINGS) for name in SETTINGS}
    settings["broker"] = None
    if broker is None:
        settings["url"] = _url(url)
        settings["token"] = _token(token)
    else:
        if str(url).lower().startswith(("http://", "https://")):
            raise ValueError("urlStr names a server of HTTP: HttpHandler sends to one, and MqttHandler to a broker, as mqtts://host")
        settings["url"] = url
        settings["token"] = None
        settings["broker"] = {name: _one(name, broker.get(name), BROKER) for name in BROKER}
    _spool(settings)
    # Handlers with the same settings share a stream. The variables that the stream reads by itself count as well.
    stream_reads = [os.environ.get(name) for name in ("TNT4_SPOOL", "TNT4_STATE_DIR", "TNT4_DIAGNOSTICS")]
    settings["key"] = repr([sorted(settings.items()), stream_reads])
    return settings


def _one(name: str, given: Any, table: Mapping[str, tuple[Kind, Any]]) -> Any:
    kind, default = table[name]
    origin = name
    if given is None and name not in NOT_OURS:
        origin = VARIABLES.get(name, f"TNT4_{name.upper()}")
        given = os.environ.get(origin) or None
    if given is None:
        return default
    if name not in SECRETS:
        given = expanded(origin, given)
    return turned(origin, given, kind)


def expanded(name: str, value: Any) -> Any:
    """What ``env://NAME`` and ``file:///path`` stand for."""
    if not isinstance(value, str):
        return value
    if value.startswith("env://"):
        found = os.environ.get(value.removeprefix("env://"))
        if found is None:
            raise ValueError(f"{name}: the environment variable {value.removeprefix('env://')} is not set")
        return found
    if value.startswith("file:///"):
        path = value.removeprefix("file://")
        try:
            with open(path, encoding="utf-8") as file:
                return file.read(1 << 16).rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"{name}: cannot read {path}: {type(error).__name__}") from None
    return value


def _url(given: Any) -> str:
    origin = "urlStr"
    url = DEFAULT_URL if given is None else address(given)
    if url == DEFAULT_URL and os.environ.get("TNT4_URL"):
        origin, url = "TNT4_URL", os.environ["TNT4_URL"].strip()
    if url.lower().startswith(BROKERS):
        raise ValueError(f"{origin} names a broker of MQTT: MqttHandler sends to one, and HttpHandler to https:// and http://")
    return url


def address(given: Any) -> str:
    """The argument ``urlStr`` as text."""
    url: str = turned("urlStr", expanded("urlStr", given), TEXT).strip()
    if not url:
        raise ValueError("urlStr was given an empty text, and wants an address")
    return url


def _token(given: str | None) -> str | None:
    """As it was given: the stream reads ``env://`` and ``file://`` itself, a file as often as need be."""
    if given is not None:
        token: str = turned("accessToken", given, TEXT)
        return token
    variable = os.environ.get("TNT4_TOKEN")
    if variable:
        return variable
    path = os.environ.get("TNT4_TOKEN_FILE")
    return f"file://{os.path.abspath(path)}" if path else None


def _spool(settings: dict[str, Any]) -> None:
    """``spool`` may be a truth, a word, or the path of a folder."""
    spool = settings["spool"]
    if spool is None:
        return
    if spool.lower() in (*TRUE, "disk"):
        settings["spool"] = "disk"
    elif spool.lower() in (*FALSE, "memory"):
        settings["spool"] = "memory"
    elif spool.lower() == "sync":
        settings["spool"] = "sync"
    elif os.path.isabs(os.path.expanduser(spool)) or os.sep in spool:
        settings["state_dir"] = os.path.abspath(os.path.expanduser(spool))
        settings["spool"] = "disk"
