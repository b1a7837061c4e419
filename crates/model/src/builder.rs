//! The builder methods that items share. They are inherent methods, so that nobody has to import a trait.

/// Gives a type with the field `operation` the methods that fill it.
macro_rules! operation_builder {
    ($type:ident) => {
        impl $type {
            /// Sets the identity, where it must not be a new one.
            pub fn tracking_id(mut self, id: impl Into<$crate::TrackingId>) -> Self {
                self.operation.tracking_id = id.into();
                self
            }

            /// Sets the activity or event that contains this one.
            pub fn parent(mut self, id: impl Into<$crate::TrackingId>) -> Self {
                self.operation.parent_id = Some(id.into());
                self
            }

            /// Sets how grave it is; [`Severity::Info`](crate::Severity::Info) by default.
            pub fn severity(mut self, severity: $crate::Severity) -> Self {
                self.operation.severity = severity;
                self
            }

            /// Sets how it ended.
            pub fn comp_code(mut self, code: $crate::CompCode) -> Self {
                self.operation.comp_code = Some(code);
                self
            }

            /// Sets the number that tells why it ended so.
            pub fn reason_code(mut self, code: i64) -> Self {
                self.operation.reason_code = Some(code);
                self
            }

            /// Sets the text of the error or stack trace.
            pub fn exception(mut self, text: impl Into<String>) -> Self {
                self.operation.exception = Some(text.into());
                self
            }

            /// Sets when it began.
            pub fn start_time(mut self, time: $crate::Timestamp) -> Self {
                self.operation.start_time = Some(time);
                self
            }

            /// Sets when it ended.
            pub fn end_time(mut self, time: $crate::Timestamp) -> Self {
                self.operation.end_time = Some(time);
                self
            }

            /// Sets how long it took, where that is not the end less the start.
            pub fn elapsed(mut self, time: std::time::Duration) -> Self {
                self.operation.elapsed_usec = Some($crate::timestamp::micros(time));
                self
            }

            /// Sets when it was reported; the moment of construction by default.
            pub fn report_time(mut self, time: $crate::Timestamp) -> Self {
                self.operation.report_time = Some(time);
                self
            }

            /// Sets how much of the time was spent waiting.
            pub fn waited(mut self, time: std::time::Duration) -> Self {
                self.operation.wait_usec = Some($crate::timestamp::micros(time));
                self
            }

            /// Sets the operating system's number of the process.
            pub fn process_id(mut self, id: u32) -> Self {
                self.operation.process_id = Some(i64::from(id));
                self
            }

            /// Sets the operating system's number of the thread.
            pub fn thread_id(mut self, id: i64) -> Self {
                self.operation.thread_id = Some(id);
                self
            }

            /// Sets the place: a city, an address or coordinates.
            pub fn location(mut self, place: impl Into<String>) -> Self {
                self.operation.location = Some(place.into());
                self
            }

            /// Sets on whose behalf it was done.
            pub fn user(mut self, name: impl Into<String>) -> Self {
                self.operation.user = Some(name.into());
                self
            }

            /// Sets on what it was done, plain or as `TYPE=name`.
            pub fn resource(mut self, name: impl Into<String>) -> Self {
                self.operation.resource = Some(name.into());
                self
            }

            /// Adds a correlator: items that share one belong together.
            pub fn correlator(mut self, text: impl Into<String>) -> Self {
                self.operation.correlators.push(text.into());
                self
            }

            /// Sets the text.
            pub fn message(mut self, text: impl Into<String>) -> Self {
                self.operation.message.text = Some(text.into());
                self
            }

            /// Sets how long the message was on its way.
            pub fn message_age(mut self, time: std::time::Duration) -> Self {
                self.operation.message.age_usec = Some($crate::timestamp::micros(time));
                self
            }

            /// Sets the size of the message in bytes, where the text is not all of it.
            pub fn message_size(mut self, bytes: i64) -> Self {
                self.operation.message.size = Some(bytes);
                self
            }

            /// Sets the MIME type of the message.
            pub fn mime_type(mut self, name: impl Into<String>) -> Self {
                self.operation.message.mime_type = Some(name.into());
                self
            }

            /// Sets the encoding of the message, for instance `base64`.
            pub fn encoding(mut self, name: impl Into<String>) -> Self {
                self.operation.message.encoding = Some(name.into());
                self
            }

            /// Sets the character set of the message.
            pub fn charset(mut self, name: impl Into<String>) -> Self {
                self.operation.message.charset = Some(name.into());
                self
            }

            /// Adds a label.
            pub fn tag(mut self, text: impl Into<String>) -> Self {
                self.operation.message.tags.push(text.into());
                self
            }

            /// Adds a snapshot that was taken with it.
            pub fn snapshot(mut self, snapshot: $crate::Snapshot) -> Self {
                self.operation.snapshots.push(snapshot);
                self
            }
        }

        $crate::builder::common_builder!($type, operation);
    };
}

/// Gives a type with the field `measures` the methods that fill it.
macro_rules! measures_builder {
    ($type:ident) => {
        impl $type {
            /// Measurements of this name, taken now, with a new identity.
            pub fn new(name: impl Into<String>) -> Self {
                $type {
                    measures: $crate::Measures::measured_now(name.into()),
                }
            }

            /// Sets the identity, where it must not be a new one.
            pub fn tracking_id(mut self, id: impl Into<$crate::TrackingId>) -> Self {
                self.measures.tracking_id = id.into();
                self
            }

            /// Sets the event or activity that it was taken with; inside one it need not be set.
            pub fn parent(mut self, id: impl Into<$crate::TrackingId>) -> Self {
                self.measures.parent_id = Some(id.into());
                self
            }

            /// Sets what kind of thing was measured.
            pub fn category(mut self, name: impl Into<String>) -> Self {
                self.measures.category = Some(name.into());
                self
            }

            /// Sets when it was measured; the moment of construction by default.
            pub fn time(mut self, time: $crate::Timestamp) -> Self {
                self.measures.time = Some(time);
                self
            }

            /// Sets how grave it is; [`Severity::Info`](crate::Severity::Info) by default.
            pub fn severity(mut self, severity: $crate::Severity) -> Self {
                self.measures.severity = severity;
                self
            }
        }

        $crate::builder::common_builder!($type, measures);
    };
}

/// What every item has, whichever struct its fields are in.
macro_rules! common_builder {
    ($type:ident, $fields:ident) => {
        impl $type {
            /// Adds a named value.
            pub fn property(self, name: impl Into<String>, value: impl Into<$crate::Value>) -> Self {
                self.with($crate::Property::new(name, value))
            }

            /// Adds a property that is already built, for instance one with a hint.
            pub fn with(mut self, property: $crate::Property) -> Self {
                self.$fields.properties.push(property);
                self
            }

            /// Sets where it comes from.
            pub fn source(mut self, fqn: $crate::SourceFqn) -> Self {
                self.$fields.source.fqn = Some(fqn);
                self
            }

            /// Sets the name of the sender's stream.
            pub fn stream_name(mut self, name: impl Into<String>) -> Self {
                self.$fields.source.stream_name = Some(name.into());
                self
            }

            /// Sets an address that tells more of the source.
            pub fn source_url(mut self, url: impl Into<String>) -> Self {
                self.$fields.source.url = Some(url.into());
                self
            }

            /// Sets after how many seconds it may be deleted: 0 for the repository's default, negative for
            /// never stored, only shown to live subscribers.
            pub fn time_to_live(mut self, seconds: i64) -> Self {
                self.$fields.ttl_secs = Some(seconds);
                self
            }
        }
    };
}

pub(crate) use {common_builder, measures_builder, operation_builder};
