//! The layer: what `tracing` tells of events and spans, led to where each belongs.

use std::fmt;
use std::sync::Arc;

use tnt4_model::Activity;
use tracing_core::span::{Attributes, Id, Record};
use tracing_core::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use super::event::{place, severity, written};
use super::lineage::Lineage;
use super::panics;
use super::scope::{Scope, Scopes};
use super::visitor::Visitor;
use crate::bridge::{Fields, Manner, Outlet, Sheet};

/// Leads events and spans of `tracing` to a stream: see [`layer`](crate::layer()).
///
/// It fits on any subscriber that keeps spans as `tracing_subscriber::registry()` does, beside other layers, with filters of
/// its own (`with_filter`), and several times with several streams. It sends whatever reaches it: the filter decides
/// about levels.
pub struct TracingLayer {
    pub(crate) outlet: Arc<Outlet>,
    pub(crate) manner: Manner,
    pub(crate) spans: bool,
    pub(crate) span_begins: bool,
}

impl TracingLayer {
    /// The lineage of a span.
    fn lineage<S>(&self, span: &SpanRef<'_, S>) -> Option<Arc<Lineage>>
    where
        S: for<'a> LookupSpan<'a>,
    {
        let extensions = span.extensions();
        let scope = extensions.get::<Scopes>()?.of(&self.manner)?;
        Some(Arc::clone(&scope.lineage))
    }

    /// Does something with what the layer keeps of a span. No code of the application's may run in it.
    fn with_scope<S, T>(
        &self,
        id: &Id,
        context: &Context<'_, S>,
        then: impl FnOnce(&mut Scope) -> T,
    ) -> Option<T>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let span = context.span(id)?;
        let mut extensions = span.extensions_mut();
        let scope = extensions.get_mut::<Scopes>()?.of_mut(&self.manner)?;
        Some(then(scope))
    }

    /// The activity of a span, with its fields. The application's code runs.
    fn activity(&self, attributes: &Attributes<'_>) -> Activity {
        let metadata = attributes.metadata();
        let mut activity = Activity::new(metadata.name()).severity(severity(metadata.level()));
        place(metadata).apply(&mut activity.operation);
        attributes.record(&mut Visitor {
            fields: &mut Fields::of(&mut activity.operation, &mut String::new(), &self.manner.names),
            of_log: false,
        });
        activity.operation.source.fqn = Some(self.manner.source());
        activity
    }

    fn report(&self, activity: &mut Activity) {
        if self.spans {
            self.outlet.send_activity(activity);
        }
    }

    /// Gives an event its parent and its correlators, and a span that had an error its status.
    fn relate<S>(&self, event: &Event<'_>, context: &Context<'_, S>, sheet: &mut Sheet)
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        #[cfg(feature = "opentelemetry")]
        if let Some(trace) = super::opentelemetry::active()
            && !sheet.page.correlators.contains(&trace)
        {
            sheet.page.correlators.push(trace);
        }
        let Some(span) = context.event_span(event) else {
            return;
        };
        if let Some(lineage) = self.lineage(&span) {
            if self.spans {
                sheet.parent_id = Some(lineage.tracking_id.clone());
            }
            lineage.collect(&mut sheet.page.correlators);
        }
        if sheet.is_grave() {
            self.with_scope(&span.id(), context, |scope| scope.fail(sheet.why()));
        }
    }
}

impl<S> Layer<S> for TracingLayer
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let Some(_entered) = Outlet::enter() else {
            return;
        };
        let mut sheet = written(event, &self.manner);
        self.relate(event, &context, &mut sheet);
        sheet.send(&self.outlet);
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(_entered) = Outlet::enter() else {
            return;
        };
        let activity = self.activity(attributes);
        let Some(span) = context.span(id) else {
            return;
        };
        let parent = span.parent().and_then(|parent| self.lineage(&parent));
        let mut scope = Scope::begin(&self.manner, activity, parent);
        if self.span_begins {
            self.report(&mut scope.activity);
        }
        let mut extensions = span.extensions_mut();
        let earlier = extensions.remove::<Scopes>();
        extensions.insert(Scopes::with(earlier, scope));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(_entered) = Outlet::enter() else {
            return;
        };
        let mut fields = Activity::new("").operation;
        values.record(&mut Visitor {
            fields: &mut Fields::of(&mut fields, &mut String::new(), &self.manner.names),
            of_log: false,
        });
        self.with_scope(id, &context, |scope| scope.record(&mut fields));
    }

    fn on_follows_from(&self, id: &Id, follows: &Id, context: Context<'_, S>) {
        let other = context.span(follows).and_then(|span| self.lineage(&span));
        if let Some(other) = other {
            self.with_scope(id, &context, |scope| scope.follow(&other));
        }
    }

    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        #[cfg(feature = "opentelemetry")]
        let trace = super::opentelemetry::active();
        self.with_scope(id, &context, |scope| {
            #[cfg(feature = "opentelemetry")]
            if let Some(trace) = trace {
                scope.lineage.belong(trace);
            }
            scope.enter();
        });
    }

    fn on_exit(&self, id: &Id, context: Context<'_, S>) {
        self.with_scope(id, &context, |scope| scope.exit(panics::latest));
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else {
            return;
        };
        let scope = span
            .extensions_mut()
            .get_mut::<Scopes>()
            .and_then(|scopes| scopes.take(&self.manner));
        if let Some(scope) = scope {
            self.report(&mut scope.end());
        }
    }
}

impl fmt::Debug for TracingLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TracingLayer")
            .field("stream", self.outlet.stream())
            .field("spans", &self.spans)
            .finish_non_exhaustive()
    }
}
