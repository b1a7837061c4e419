//! The primitives, read: numbers, text and binary data in front of what is left of a packet.

/// Why bytes are no packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// More than the reader allows.
    #[error("a packet of {length} bytes is announced, and {limit} are allowed")]
    TooLarge {
        /// The announced length of the whole packet.
        length: usize,
        /// The longest that is allowed.
        limit: usize,
    },
    /// A length of more than four bytes.
    #[error("a packet's length is not a number")]
    Length,
    /// A type of packet that does not exist or is not read here, or its flags are not those that it must have.
    #[error("a packet of unknown type or with wrong flags ({0:#04x})")]
    Kind(u8),
    /// It ends before what it says that it contains, or after it.
    #[error("a packet does not end where its content does")]
    Ends,
    /// Text that is not UTF-8, or contains NUL.
    #[error("a packet's text is not UTF-8 or contains NUL")]
    Text,
    /// A property that the standard does not know.
    #[error("a packet has a property that is unknown ({0:#04x})")]
    Property(u32),
    /// A value that the standard does not allow there.
    #[error("a packet's {0} has a value that is not allowed")]
    Value(&'static str),
    /// A protocol that is neither MQTT 3.1.1 nor 5: its level, where the name was right.
    #[error("neither MQTT 3.1.1 nor MQTT 5 is asked for")]
    Version(Option<u8>),
}

/// What is left of a packet.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Malformed::Ends)?;
        self.0 = rest;
        Ok(taken)
    }

    /// All that is left.
    pub(crate) fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.0)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, Malformed> {
        let (byte, rest) = self.0.split_first().ok_or(Malformed::Ends)?;
        self.0 = rest;
        Ok(*byte)
    }

    /// A byte that is 0 or 1.
    pub(crate) fn flag(&mut self, what: &'static str) -> Result<bool, Malformed> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Malformed::Value(what)),
        }
    }

    pub(crate) fn two(&mut self) -> Result<u16, Malformed> {
        let (bytes, rest) = self.0.split_first_chunk().ok_or(Malformed::Ends)?;
        self.0 = rest;
        Ok(u16::from_be_bytes(*bytes))
    }

    pub(crate) fn four(&mut self) -> Result<u32, Malformed> {
        let (bytes, rest) = self.0.split_first_chunk().ok_or(Malformed::Ends)?;
        self.0 = rest;
        Ok(u32::from_be_bytes(*bytes))
    }

    /// A number of one to four bytes, seven bits each, the lowest first.
    pub(crate) fn variable(&mut self) -> Result<u32, Malformed> {
        let mut value = 0;
        for shift in [0, 7, 14, 21] {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Malformed::Length)
    }

    pub(crate) fn binary(&mut self) -> Result<&'a [u8], Malformed> {
        let length = self.two()?;
        self.take(usize::from(length))
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, Malformed> {
        let text = std::str::from_utf8(self.binary()?).map_err(|_| Malformed::Text)?;
        if text.contains('\0') {
            return Err(Malformed::Text);
        }
        Ok(text)
    }

    /// A packet identifier, which is never 0.
    pub(crate) fn packet_id(&mut self) -> Result<u16, Malformed> {
        match self.two()? {
            0 => Err(Malformed::Value("packet identifier")),
            id => Ok(id),
        }
    }

    /// Nothing may be left.
    pub(crate) fn end(&self) -> Result<(), Malformed> {
        if self.is_empty() {
            return Ok(());
        }
        Err(Malformed::Ends)
    }
}
