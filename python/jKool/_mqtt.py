"""The handler that sends over MQTT."""

import logging
from typing import TYPE_CHECKING, Any

from jKool import _tnt4
from jKool._handler import StreamHandler
from jKool._kinds import PATH, kind_of, turned
from jKool._settings import BROKER, address, resolved

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from jKool._keywords import MqttSettings

# What was an option of paho's `tls_set`, and what it is here.
TLS = {"ca_certs": "ca_file", "certfile": "client_cert", "keyfile": "client_key"}

# What means TLS 1.2 or later: names, and the numbers of ssl.PROTOCOL_TLS, of 1.2, of a client and of a server.
TLS_VERSIONS = frozenset(
    ("", "PROTOCOL_TLS", "PROTOCOL_TLSV1_2", "PROTOCOL_TLS_CLIENT", "PROTOCOL_TLS_SERVER", "TLSV1_2", "2", "5", "16", "17")
)
OUT_OF_DATE = frozenset(
    ("PROTOCOL_TLSV1", "PROTOCOL_TLSV1_1", "PROTOCOL_SSLV23", "PROTOCOL_SSLV3", "TLSV1", "TLSV1_1", "SSLV3", "1", "3", "4")
)


class MqttHandler(StreamHandler):
    """Sends what is logged to a broker of MQTT, from where jKool takes it. No other package is needed.

    Constructing it waits for nothing; ``connect`` does, if you want to know. A record counts as delivered when the
    broker has acknowledged it (``qos`` 1, the default, or 2).

    ``urlStr`` is a host, host and port, or ``mqtt://``, ``mqtts://``, ``ws://`` or ``wss://`` with a host. Without ``topic``
    each record goes to the topic of its logger's name. The options of paho's ``tls_set`` (``ca_certs``, ``certfile``,
    ``keyfile``, ``cert_reqs``, ``tls_version``, ``ciphers``) are taken, and mean TLS; it is never older than 1.2. All other
    settings are those of ``HttpHandler``.
    """

    def __init__(
        self,
        urlStr: str,  # noqa: N803
        topic: str | None = None,
        level: int | str = logging.INFO,
        clean_session: bool = True,
        client_id: str | None = None,
        keepalive: float = 60,
        username: str | None = None,
        password: str | None = None,
        **ssl_properties: "Unpack[MqttSettings]",
    ) -> None:
        broker = {
            "topic": topic,
            "clean_session": clean_session,
            "client_id": client_id,
            "keepalive": keepalive,
            "username": username,
            "password": password,
        }
        self._given = (urlStr, {**broker, **ssl_properties})
        settings: dict[str, Any] = dict(ssl_properties)
        told: list[str] = []
        url = _secured(address(urlStr), settings, broker, told)
        broker.update({name: settings.pop(name) for name in BROKER if name in settings})
        worked_out = resolved(url, None, settings, broker)
        for line in told:
            _tnt4.say_once(f"MqttHandler: {line}", worked_out["diagnostics"])
        super().__init__(level, worked_out, _shown(url))

    def _recipe(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        url, keywords = self._given
        return (url,), keywords


def _secured(url: str, settings: dict[str, Any], broker: dict[str, Any], told: list[str]) -> str:
    """Turns paho's options into ours; an address without a scheme gets that of TLS where there are any.

    What there is to say of them is ``told``.
    """
    found = False
    for name, ours in TLS.items():
        if name in settings:
            found = True
            value = settings.pop(name)
            settings.setdefault(ours, value if value is None else turned(name, value, PATH))
    if "cert_reqs" in settings:
        found = True
        given = settings.pop("cert_reqs")
        wanted = _last_word(given)
        # Without one of them paho required a certificate.
        if wanted not in ("CERT_NONE", "0", "CERT_OPTIONAL", "1", "CERT_REQUIRED", "2", ""):
            raise ValueError(f"cert_reqs was given {kind_of(given)}, and wants ssl.CERT_REQUIRED, or its name")
        broker["verify"] = wanted not in ("CERT_NONE", "0")
    if "tls_version" in settings:
        found = True
        given = settings.pop("tls_version")
        version = _last_word(given)
        if version in ("TLSV1_3", "PROTOCOL_TLSV1_3"):
            broker["minimum_tls"] = "1.3"
        elif version in OUT_OF_DATE:
            told.append(f"tls_version {version} is out of date; TLS 1.2 or later is spoken")
        elif version not in TLS_VERSIONS:
            wanted = "ssl.PROTOCOL_TLS_CLIENT or ssl.TLSVersion.TLSv1_3, or its name"
            raise ValueError(f"tls_version was given {kind_of(given)}, and wants {wanted}")
    if settings.pop("ciphers", None) is not None:
        found = True
        told.append("ciphers is of no effect; those of TLS 1.2 and 1.3 that are secure are offered")
    if settings.pop("keyfile_password", None) is not None:
        raise ValueError("keyfile_password: a key that is encrypted cannot be read; give one that is not")
    if found and "://" not in url:
        return f"mqtts://{url}"
    return url


def _last_word(value: Any) -> str:
    """Of ``ssl.CERT_REQUIRED``, a member of an enumeration or its name in text, ``CERT_REQUIRED``."""
    if value is None:
        return ""
    return str(getattr(value, "name", value)).rpartition(".")[2].upper()


def _shown(url: str) -> str:
    """The address without user and password."""
    scheme, divider, rest = url.rpartition("://")
    return f"{scheme}{divider}{rest.rpartition('@')[2].partition('/')[0]}"
