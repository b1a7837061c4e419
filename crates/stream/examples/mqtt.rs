//! Events by MQTT, to a broker or to a collector that takes publishers; each to a topic of its own.
//!
//!     tnt4 serve --mqtt 127.0.0.1:1883 &
//!     TNT4_URL=mqtt://127.0.0.1:1883 cargo run -p tnt4 --example mqtt
//!     tnt4 query "get events fields EventName, Message"
//!
//! User name and password are those of `TNT4_MQTT_USER` and `TNT4_MQTT_PASSWORD`, where the broker wants some.

use std::env;
use std::error::Error;
use std::time::Duration;

use tnt4::{Builder, Event, Mqtt, Secret, Topic};

fn main() -> Result<(), Box<dyn Error>> {
    let mut settings = Mqtt::new().topic(Topic::new("plant")?);
    if let (Ok(user), Ok(password)) = (env::var("TNT4_MQTT_USER"), env::var("TNT4_MQTT_PASSWORD")) {
        settings = settings.user_name(user).password(Secret::new(password)?);
    }
    let stream = Builder::from_env()?.mqtt(settings).build()?;

    stream.send(Event::new("Started").message("to the stream's topic"))?;
    let pump = Topic::new("plant/7/pump")?;
    stream.send_to(pump.clone(), Event::new("Pressure").property("bar", 1.9))?;
    // Whoever else subscribes may not know our JSON: a text goes as it is.
    stream.send_text(pump, "pressure is low")?;

    // It has arrived when the broker has acknowledged it, at QoS 1.
    let outcome = stream.close(Duration::from_secs(5));
    println!("{outcome}");
    if outcome.is_complete() {
        Ok(())
    } else {
        Err("the rest goes with the next start".into())
    }
}
