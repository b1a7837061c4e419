//! Reason codes: what an end says about a packet of the other's, in one byte.

use std::fmt;

/// A reason code of MQTT 5. Those from 0x80 on are failures.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reason(pub u8);

macro_rules! reasons {
    ($($name:ident = $code:literal, $words:literal;)*) => {
        impl Reason {
            $(#[doc = concat!("`", stringify!($code), "`: ", $words, ".")] pub const $name: Reason = Reason($code);)*

            fn words(self) -> Option<&'static str> {
                match self.0 {
                    $($code => Some($words),)*
                    _ => None,
                }
            }
        }
    };
}

reasons! {
    SUCCESS = 0x00, "success";
    NO_SUBSCRIBERS = 0x10, "no matching subscribers";
    UNSPECIFIED = 0x80, "unspecified error";
    MALFORMED = 0x81, "malformed packet";
    PROTOCOL_ERROR = 0x82, "protocol error";
    IMPLEMENTATION = 0x83, "implementation specific error";
    VERSION = 0x84, "unsupported protocol version";
    CLIENT_ID = 0x85, "client identifier not valid";
    CREDENTIALS = 0x86, "bad user name or password";
    NOT_AUTHORIZED = 0x87, "not authorized";
    UNAVAILABLE = 0x88, "server unavailable";
    BUSY = 0x89, "server busy";
    BANNED = 0x8A, "banned";
    SHUTTING_DOWN = 0x8B, "server shutting down";
    AUTHENTICATION_METHOD = 0x8C, "bad authentication method";
    KEEP_ALIVE = 0x8D, "keep alive timeout";
    TAKEN_OVER = 0x8E, "session taken over";
    FILTER_INVALID = 0x8F, "topic filter invalid";
    TOPIC_INVALID = 0x90, "topic name invalid";
    ID_IN_USE = 0x91, "packet identifier in use";
    ID_NOT_FOUND = 0x92, "packet identifier not found";
    RECEIVE_MAXIMUM = 0x93, "receive maximum exceeded";
    TOPIC_ALIAS = 0x94, "topic alias invalid";
    TOO_LARGE = 0x95, "packet too large";
    RATE = 0x96, "message rate too high";
    QUOTA = 0x97, "quota exceeded";
    ADMINISTRATIVE = 0x98, "administrative action";
    PAYLOAD_FORMAT = 0x99, "payload format invalid";
    RETAIN = 0x9A, "retain not supported";
    QOS = 0x9B, "QoS not supported";
    USE_ANOTHER = 0x9C, "use another server";
    MOVED = 0x9D, "server moved";
    NO_SHARED = 0x9E, "shared subscriptions not supported";
    CONNECTION_RATE = 0x9F, "connection rate exceeded";
    CONNECT_TIME = 0xA0, "maximum connect time";
    NO_SUBSCRIPTION_IDS = 0xA1, "subscription identifiers not supported";
    NO_WILDCARDS = 0xA2, "wildcard subscriptions not supported";
}

impl Reason {
    /// Whether it says that something was not done.
    #[must_use]
    pub const fn is_failure(self) -> bool {
        self.0 >= 0x80
    }

    /// What a return code in 3.1.1's CONNACK means.
    pub(crate) fn of_return_code(code: u8) -> Self {
        match code {
            0 => Reason::SUCCESS,
            1 => Reason::VERSION,
            2 => Reason::CLIENT_ID,
            3 => Reason::UNAVAILABLE,
            4 => Reason::CREDENTIALS,
            5 => Reason::NOT_AUTHORIZED,
            _ => Reason::UNSPECIFIED,
        }
    }

    /// The return code in 3.1.1's CONNACK that comes nearest.
    pub(crate) fn return_code(self) -> u8 {
        match self {
            Reason::SUCCESS => 0,
            Reason::VERSION => 1,
            Reason::CLIENT_ID => 2,
            Reason::CREDENTIALS => 4,
            Reason::NOT_AUTHORIZED | Reason::BANNED => 5,
            _ => 3,
        }
    }
}

/// Its words in the standard, and its number.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({:#04x})",
            self.words().unwrap_or("unknown reason"),
            self.0
        )
    }
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
