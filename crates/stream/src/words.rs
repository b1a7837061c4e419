//! Errors that end a `main` by `?` are shown by their `Debug`: those of a program's first lines say there, too, what they say
//! to people.

/// Gives an error a `Debug` that is its `Display`.
macro_rules! debug_as_display {
    ($error:ty) => {
        impl std::fmt::Debug for $error {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }
    };
}

pub(crate) use debug_as_display;

#[cfg(test)]
mod tests {
    use crate::{BuildError, EnvironmentError};

    #[test]
    fn who_returns_them_from_main_tells_what_to_do() {
        for error in [
            format!("{:?}", EnvironmentError::Nothing),
            format!("{:?}", BuildError::Scheme("ftp:".to_owned())),
        ] {
            assert!(error.contains(' '), "{error}");
        }
    }
}
