//! User name and password for brokers, where an address has none.

use tnt4_collector::Subscription;

use crate::Failure;
use crate::environment::{self, Environment};

/// Gives the subscriptions the credentials of the environment. Those in an address count before.
pub(super) fn with_credentials(
    subscriptions: Vec<Subscription>,
    environment: Environment<'_>,
) -> Result<Vec<Subscription>, Failure> {
    let user = environment::text(environment, "TNT4_MQTT_USER")?;
    let password = environment::text(environment, "TNT4_MQTT_PASSWORD")?;
    Ok(subscriptions
        .into_iter()
        .map(|subscription| subscription.or_credentials(user.as_deref(), password.as_deref()))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_without_credentials_get_those_of_the_environment() {
        let parse = |address: &str| Subscription::parse(address).unwrap();
        let given = vec![parse("mqtt://broker/a"), parse("mqtt://own:secret@broker/a")];
        let environment = |name: &str| match name {
            "TNT4_MQTT_USER" => Some("me".into()),
            "TNT4_MQTT_PASSWORD" => Some("canary".into()),
            _ => None,
        };
        let found = with_credentials(given.clone(), &environment).unwrap();
        assert_eq!(
            found,
            [
                parse("mqtt://me:canary@broker/a"),
                parse("mqtt://own:secret@broker/a")
            ]
        );
        assert_eq!(with_credentials(given.clone(), &|_| None).unwrap(), given);
        assert!(!format!("{found:?}").contains("canary"));
    }
}
