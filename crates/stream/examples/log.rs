//! A program that logs by the crate `log` streams by one line: `tnt4::log::init()`.
//!
//!     TNT4_URL=http://127.0.0.1:6580 cargo run -p tnt4 --example log
//!     tnt4 query "get events fields EventName, Severity, Message, Exception, Properties"
//!
//! In a program of your own: `tnt4 = { …, features = ["log"] }` and `log = { version = "0.4", features = ["kv"] }` (`kv_std` for
//! errors as values).

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    // When this is dropped, what was logged gets up to two seconds to be delivered.
    let _guard = tnt4::log::init()?;

    // The operation is the module, unless there is a target.
    log::info!("the shop is open");

    // Values keep their types, and can be asked for. Records that share a correlator belong together.
    log::warn!(target: "shop::stock", item = 4711, left = 2.5, corrid = "order-17"; "stock is low");

    // An error brings what caused it.
    if let Err(error) = "many".parse::<u32>() {
        log::error!(target: "shop::orders", error:err = error; "the order cannot be read");
    }

    // Values under the names of secrets stay here, and so does what is below the level (TNT4_LEVEL, `info` by default).
    log::info!(target: "shop::login", user = "ann", password = "correct horse"; "welcome");
    log::debug!("nobody hears this");
    Ok(())
}
