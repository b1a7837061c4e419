//! How the layer is made.

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::{TracingLayer, panics};
use crate::bridge::{Choices, Guard, InitError, Level, Levels, Outlet, choices_builder};

/// The configuration of a [`TracingLayer`]: see [`layer`].
#[must_use = "a builder does nothing until `init` or `build`"]
pub struct LayerBuilder {
    choices: Choices,
    spans: bool,
    span_begins: bool,
    panics: bool,
}

/// Begins the configuration of a layer for `tracing-subscriber`, by which a program streams what it logs:
///
/// ```no_run
/// let _guard = tnt4::layer().init()?;
/// tracing::info!(order = 4711, amount = 12.5, "paid");
/// # Ok::<(), tnt4::InitError>(())
/// ```
///
/// Address and token are those of `TNT4_URL` and `TNT4_TOKEN` ([`Builder::from_env`](crate::Builder::from_env)) unless it is told otherwise. Beside
/// other layers, or with filters:
///
/// ```
/// use tracing_subscriber::prelude::*;
/// # let server = tnt4::testing::MemoryServer::new();
/// # let builder = tnt4::Stream::builder().transport(server.transport());
/// # stringify! {
/// let builder = tnt4::Stream::builder().url("https://data.example").token_file("/run/secrets/token");
/// # };
/// let (layer, guard) = tnt4::layer().builder(builder).build()?;
/// let subscriber = tracing_subscriber::registry()
///     .with(layer.with_filter(tracing_subscriber::filter::LevelFilter::INFO));
///
/// tracing::subscriber::with_default(subscriber, || {
///     let _order = tracing::info_span!("order", corrid = "order-4711").entered();
///     tracing::info!(amount = 12.5, "paid");
/// });
/// let outcome = guard.close(std::time::Duration::from_secs(5));
/// assert!(outcome.is_complete(), "{outcome}");
/// # let taken = server.taken();
/// # assert_eq!(taken.len(), 3);
/// # assert!(taken[1].contains(r#""corrid":["order-4711"],"msg-text":"paid""#), "{}", taken[1]);
/// # Ok::<(), tnt4::InitError>(())
/// ```
///
/// An event becomes an event, named by its target, with message, level, place, thread and every field, typed; numbers beyond 64
/// bits, and what is only shown, as text. A span becomes an activity, which is sent when it begins and when it is
/// closed, with busy and idle time; it ends as `EXCEPTION` after an `ERROR` event in it, or where a panic left it. What is logged within
/// has it as parent and its correlators, and those of the spans around it. A field named `corrid`, `corr_id`, `correlator` or
/// `correlators` adds some. An error given as `error = &error as &dyn Error` becomes the exception, with all its sources.
///
/// Nothing waits for a disk or a network, no runtime is needed, and none is disturbed. What the stream's own threads
/// log (TLS, HTTP) is left out.
pub fn layer() -> LayerBuilder {
    LayerBuilder {
        choices: Choices::new(),
        spans: true,
        span_begins: true,
        panics: false,
    }
}

choices_builder!(LayerBuilder);

impl LayerBuilder {
    /// Whether spans become activities. They do by default. Where they do not, events still have their correlators.
    pub fn spans(mut self, spans: bool) -> Self {
        self.spans = spans;
        self
    }

    /// Whether an activity is sent when its span begins, too, and not only when it is closed. It is by default: who is
    /// looking sees what is under way, and where a process died. Without it spans cost half as much.
    pub fn span_begins(mut self, begins: bool) -> Self {
        self.span_begins = begins;
        self
    }

    /// Each panic becomes an event of severity `CRITICAL`, with its place and, where `RUST_BACKTRACE` asks for it, its
    /// backtrace; then the hook that was there before is called. Not by default.
    ///
    /// A panic that unwinds `main` drops the guard, which delivers the event; where panics abort, the process waits up to
    /// 2 s for that.
    pub fn panics(mut self) -> Self {
        self.panics = true;
        self
    }

    /// From which level on [`init`](Self::init) sends, instead of what `TNT4_LEVEL` says: `info`, which is the default, or
    /// `warn,shop=debug`.
    pub fn level(mut self, levels: impl Into<String>) -> Self {
        self.choices.levels = Some(levels.into());
        self
    }

    /// Makes the layer, to be combined with others, and the guard that ends its stream. It touches neither the network
    /// nor the disk, and starts no thread; the first record does. No level is left out: that is for filters.
    ///
    /// # Errors
    /// [`InitError`], where configuration or environment cannot be used.
    pub fn build(self) -> Result<(TracingLayer, Guard), InitError> {
        let manner = self.choices.manner();
        let outlet = Outlet::open(self.choices.origin)?;
        let layer = TracingLayer {
            outlet: outlet.clone(),
            manner,
            spans: self.spans,
            span_begins: self.span_begins,
        };
        if self.panics {
            panics::install(outlet.clone(), layer.manner.again());
        }
        Ok((layer, Guard::new(outlet)))
    }

    /// Makes the layer the whole subscriber of this process, from `INFO` on unless [`level`](Self::level) or the environment
    /// variable `TNT4_LEVEL` says otherwise.
    ///
    /// # Errors
    /// [`InitError`], where configuration or environment cannot be used, or the process has a subscriber.
    pub fn init(mut self) -> Result<Guard, InitError> {
        let levels = self.choices.levels()?;
        // A panic hook stays, so it comes last.
        let panics = std::mem::take(&mut self.panics);
        let (layer, guard) = self.build()?;
        let (outlet, manner) = (layer.outlet.clone(), layer.manner.again());
        tracing_subscriber::registry()
            .with(targets(&levels))
            .with(layer)
            .try_init()
            .map_err(|_| InitError::Taken("subscriber of tracing"))?;
        if panics {
            panics::install(outlet, manner);
        }
        Ok(guard)
    }
}

fn targets(levels: &Levels) -> Targets {
    let named = levels.targets.iter();
    Targets::new()
        .with_default(filter(levels.general))
        .with_targets(named.map(|(target, level)| (target.clone(), filter(*level))))
}

fn filter(level: Level) -> LevelFilter {
    match level {
        Level::Off => LevelFilter::OFF,
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
        Level::Trace => LevelFilter::TRACE,
    }
}
