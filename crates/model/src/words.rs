//! The one macro behind the enumerations whose ordinal and name go on the wire.

/// Declares an enumeration of `Variant = ordinal, "NAME" | "ALIAS" …;` with its conversions.
///
/// Names and aliases are matched without regard to case, as every known server and client does.
macro_rules! words {
    ($(#[$meta:meta])* $type:ident {
        $($(#[$doc:meta])* $variant:ident = $ordinal:literal, $name:literal $(| $alias:literal)*;)+
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $type {
            $($(#[$doc])* $variant = $ordinal,)+
        }

        impl $type {
            /// Every value, in the order of the ordinals.
            pub const ALL: &'static [$type] = &[$($type::$variant,)+];

            /// The number that stands for this value on the wire and in comparisons.
            #[must_use]
            pub const fn ordinal(self) -> u8 {
                self as u8
            }

            /// The name on the wire, in capitals.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $($type::$variant => $name,)+
                }
            }

            /// The value of this name or alias, in any case; `None` for any other word.
            #[must_use]
            pub fn from_name(word: &str) -> Option<$type> {
                $(if word.eq_ignore_ascii_case($name) $(|| word.eq_ignore_ascii_case($alias))* {
                    return Some($type::$variant);
                })+
                None
            }

            /// The value of this ordinal; `None` for any other number.
            #[must_use]
            pub fn from_ordinal(ordinal: i64) -> Option<$type> {
                Self::ALL.iter().copied().find(|value| i64::from(value.ordinal()) == ordinal)
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

pub(crate) use words;
