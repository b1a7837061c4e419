//! The parameters of a query, from the address and a form together, by names in any case.

use std::collections::HashMap;

/// The parameters of a query.
#[derive(Debug, Default)]
pub(super) struct Parameters(HashMap<String, String>);

impl Parameters {
    /// Reads them. Of a name that is given twice the first counts, and the address before the form.
    pub(super) fn read(address: &str, form: &[u8]) -> Self {
        let mut parameters = HashMap::new();
        let pairs = form_urlencoded::parse(address.as_bytes()).chain(form_urlencoded::parse(form));
        for (name, value) in pairs {
            parameters
                .entry(name.to_ascii_lowercase())
                .or_insert_with(|| value.into_owned());
        }
        Parameters(parameters)
    }

    /// The value of this name, in small letters; `None` where it is absent or blank.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// The whole number of this name.
    ///
    /// # Errors
    /// What is wrong with it, for the caller.
    pub(super) fn number(&self, name: &str) -> Result<Option<u64>, String> {
        let read = |text: &str| {
            text.parse()
                .map_err(|_| format!("{name} must be a whole number, and is {text:?}"))
        };
        self.get(name).map(read).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_matched_in_any_case_and_values_decoded() {
        let parameters = Parameters::read(
            "jk_maxRows=5&jk_tz=Etc%2FUTC",
            b"jk_query=get+number+of+events&JK_TZ=other&jk_date=",
        );
        assert_eq!(parameters.get("jk_query"), Some("get number of events"));
        assert_eq!(parameters.get("jk_tz"), Some("Etc/UTC"));
        assert_eq!(parameters.get("jk_date"), None);
        assert_eq!(parameters.number("jk_maxrows"), Ok(Some(5)));
        assert_eq!(parameters.number("jk_timeout"), Ok(None));
        assert!(
            Parameters::read("jk_maxrows=many", b"")
                .number("jk_maxrows")
                .is_err()
        );
    }
}
