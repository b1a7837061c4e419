"""The keywords of the handlers for type checkers and editors. Nothing of it is imported when a program runs.

All may be text, as in configuration files. The manual says what each means.
"""

from collections.abc import Sequence, Set
from datetime import timedelta
from os import PathLike
from typing import Any, Literal, TypedDict

Path = str | PathLike[str]
Seconds = float | str | timedelta
Bytes = int | str
Flag = bool | str
Several = str | Sequence[str] | Set[str]


class Settings(TypedDict, total=False):
    """Keywords of every handler."""

    spool: bool | Path | None
    durability: str | None
    state_dir: Path | None
    spool_bytes: Bytes | None
    spool_age: Seconds | None
    queue_bytes: Bytes | None
    overflow: str | None
    ca_file: Path | None
    client_cert: Path | None
    client_key: Path | None
    proxy: str | Literal[False] | None
    connect_timeout: Seconds | None
    answer_timeout: Seconds | None
    compression: str | Literal[False] | None
    batch_records: int | str | None
    batch_bytes: Bytes | None
    linger: Seconds | None
    report_drops: Flag | None
    diagnostics: Path | Literal[False] | None
    source_fqn: str | None
    location: str | None
    user: str | None
    redact: str | Literal[False] | None
    redact_keys: Several | None
    redact_patterns: Several | None
    process_snapshots: Seconds | Sequence[Seconds] | Literal[False] | None


class MqttSettings(Settings, total=False):
    """Keywords of ``MqttHandler`` beside those that its signature names."""

    qos: int | str | None
    mqtt_version: str | float | None
    verify: Flag | None
    minimum_tls: str | float | None
    ca_certs: Path | None
    certfile: Path | None
    keyfile: Path | None
    keyfile_password: None
    cert_reqs: Any
    tls_version: Any
    ciphers: str | None
