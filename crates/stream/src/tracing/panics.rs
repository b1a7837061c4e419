//! Panics as events, where the application asks for that.
//!
//! The hook sends an event of severity `CRITICAL` named `panic`, with the message, the place and, where `RUST_BACKTRACE`
//! asks for it, the backtrace; then it calls the hook that was there before. It looks at no span: a layer may be panicking
//! with the span's data in hand. Where a panic aborts the process, it waits up to 2 s for what is pending.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::cell::RefCell;
use std::panic::{Location, PanicHookInfo};
use std::sync::Arc;
use std::time::Duration;

use tnt4_model::Severity;

use crate::bridge::{Manner, Outlet, Place, Sheet, Statement};

/// How long the process lives on where a panic aborts it.
const TIME_TO_ABORT: Duration = Duration::from_secs(2);

thread_local! {
    /// What the latest panic of this thread said.
    static LATEST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Sends an event at each panic from now on.
pub(crate) fn install(outlet: Arc<Outlet>, manner: Manner) {
    let previous = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        report(panic, &outlet, &manner);
        previous(panic);
        if cfg!(panic = "abort") {
            let _ = outlet.flush(TIME_TO_ABORT);
        }
    }));
}

/// What the panic that this thread is unwinding for has said.
pub(crate) fn latest() -> String {
    let known = LATEST.try_with(|latest| latest.try_borrow_mut().ok()?.take());
    known.ok().flatten().unwrap_or_else(|| "panicked".to_owned())
}

fn report(panic: &PanicHookInfo<'_>, outlet: &Outlet, manner: &Manner) {
    let Some(_entered) = Outlet::enter() else {
        return;
    };
    let payload = panic.payload();
    let text = payload.downcast_ref::<&str>().copied();
    let message = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let message = message.unwrap_or("a value that is no text");
    let place = panic.location();
    let statement = Statement {
        callsite: None,
        target: "panic",
        severity: Severity::Critical,
        place: Place {
            file: place.map(Location::file),
            line: place.map(Location::line),
            ..Place::default()
        },
    };
    let mut sheet = Sheet::begin(&statement, manner);
    sheet.fields(manner).message(format_args!("{message}"));
    let told = place.map_or_else(
        || format!("panicked: {message}"),
        |place| format!("panicked at {place}: {message}"),
    );
    let backtrace = Backtrace::capture();
    let exception = match backtrace.status() {
        BacktraceStatus::Captured => format!("{told}\n{backtrace}"),
        _ => told.clone(),
    };
    sheet.fields(manner).exception(&exception);
    let _ = LATEST.try_with(|latest| latest.try_borrow_mut().map(|mut latest| *latest = Some(told)));
    sheet.send(outlet);
}
