"""The settings of a handler: where each comes from, and of what kind it is.

A keyword counts before the variable ``TNT4_<NAME>`` of the environment, and that before the default. Every value may be
plain text, as configuration files have it; ``env://NAME`` stands for a variable, and ``file:///path`` for what is in a
file. No error repeats a value.
"""

import os
from collections.abc import Callable, Mapping
from typing import Any

DEFAULT_URL = "https://data.jkoolcloud.com"

TRUE = ("1", "true", "yes", "on")
FALSE = ("0", "false", "no", "off")


def text(value: Any) -> str:
    return os.fspath(value) if isinstance(value, os.PathLike) else str(value)


def word(value: Any) -> str:
    return str(value).strip().lower()


def number(value: Any) -> float:
    if isinstance(value, bool):
        raise ValueError
    seconds = getattr(value, "total_seconds", None)  # a timedelta
    return float(seconds() if seconds is not None else value)


def whole(value: Any) -> int:
    """A whole number; of bytes it may have a unit: ``64 MiB``."""
    if isinstance(value, bool):
        raise ValueError
    if isinstance(value, str):
        written = value.strip().lower().removesuffix("b").removesuffix("i").strip()
        for unit, factor in (("k", 1 << 10), ("m", 1 << 20), ("g", 1 << 30)):
            if written.endswith(unit):
                return int(float(written.removesuffix(unit)) * factor)
        return int(written)
    return int(value)


def flag(value: Any) -> bool:
    if isinstance(value, str):
        if word(value) in TRUE:
            return True
        if word(value) in FALSE:
            return False
        raise ValueError
    return bool(value)


def words(value: Any) -> list[str]:
    """Several texts: a list, or one text with commas between them."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return [str(part) for part in value]


def texts(value: Any) -> list[str]:
    """Several texts, of which one alone may hold commas."""
    return [value] if isinstance(value, str) else [str(part) for part in value]


# Name, kind, default. The stream has the defaults of those that have none here.
SETTINGS: Mapping[str, tuple[Callable[[Any], Any], Any]] = {
    "spool": (text, None),
    "durability": (word, None),
    "state_dir": (text, None),
    "spool_bytes": (whole, None),
    "spool_age": (number, None),
    "queue_bytes": (whole, None),
    "overflow": (word, None),
    "ca_file": (text, None),
    "client_cert": (text, None),
    "client_key": (text, None),
    "proxy": (text, None),
    "connect_timeout": (number, None),
    "answer_timeout": (number, None),
    "compression": (word, None),
    "batch_records": (whole, None),
    "batch_bytes": (whole, None),
    "linger": (number, None),
    "report_drops": (flag, True),
    "diagnostics": (text, None),
    "source_fqn": (text, None),
    "location": (text, None),
    "user": (text, None),
    "redact": (word, "keys"),
    "redact_keys": (words, []),
    "redact_patterns": (texts, []),
}

# Those of MQTT, beside them.
BROKER: Mapping[str, tuple[Callable[[Any], Any], Any]] = {
    "topic": (text, None),
    "qos": (whole, 1),
    "client_id": (text, None),
    "clean_session": (flag, True),
    "keepalive": (number, 60),
    "username": (text, None),
    "password": (text, None),
    "mqtt_version": (word, None),
    "verify": (flag, True),
    "minimum_tls": (word, None),
}

# Their variables are the stream's own, or everybody's.
NOT_OURS = frozenset({"spool", "state_dir", "diagnostics", "user", "proxy"})
# The stream reads a secret itself: one that is in a file as often as need be.
SECRETS = frozenset({"password"})


def resolved(
    url: str | None, token: str | None, keywords: Mapping[str, Any], broker: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Every setting, by keyword, variable or default, of its kind. ``broker`` has those of MQTT, where that is spoken."""
    unknown = [name for name in keywords if name not in SETTINGS]
    if unknown:
        known = ", ".join([*SETTINGS, *(BROKER if broker is not None else ())])
        raise TypeError(f"unknown setting {unknown[0]!r}; there are {known}")
    settings = {name: _one(name, keywords.get(name), SETTINGS) for name in SETTINGS}
    settings["broker"] = None
    if broker is None:
        settings["url"] = _url(url)
        settings["token"] = _token(token)
    else:
        settings["url"] = str(expanded("urlStr", url or "")).strip()
        settings["token"] = None
        settings["broker"] = {name: _one(name, broker.get(name), BROKER) for name in BROKER}
    _spool(settings)
    # Handlers with the same settings share a stream. The variables that the stream reads by itself count as well.
    stream_reads = [os.environ.get(name) for name in ("TNT4_SPOOL", "TNT4_STATE_DIR", "TNT4_DIAGNOSTICS")]
    settings["key"] = repr([sorted(settings.items()), stream_reads])
    return settings


def _one(name: str, given: Any, table: Mapping[str, tuple[Callable[[Any], Any], Any]]) -> Any:
    kind, default = table[name]
    origin = name
    if given is None and name not in NOT_OURS:
        origin = f"TNT4_{name.upper()}"
        given = os.environ.get(origin) or None
    if given is None:
        return default
    if name not in SECRETS:
        given = expanded(name, given)
    try:
        return kind(given)
    except (TypeError, ValueError):
        raise ValueError(f"{origin} has a value that means nothing; see the manual of this handler") from None


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


def _url(given: str | None) -> str:
    if given is None or given == DEFAULT_URL:
        return os.environ.get("TNT4_URL") or DEFAULT_URL
    return str(expanded("urlStr", given)).strip()


def _token(given: str | None) -> str | None:
    """As it was given: the stream reads ``env://`` and ``file://`` itself, a file as often as need be."""
    if given is not None:
        return str(given)
    token = os.environ.get("TNT4_TOKEN")
    if token:
        return token
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
