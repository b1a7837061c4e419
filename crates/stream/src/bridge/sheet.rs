//! An event that is encoded while it is being said, in used memory: a thread that has logged once needs no more of it.
//!
//! A thread has one sheet. Whoever fills it has it to himself; if an event is logged meanwhile, by the `Debug` of a value
//! for instance, that one gets a new sheet, and one of the two is kept.

use std::cell::Cell;

use tnt4_model::{EncodedProperties, EventParts, RecordId, Severity, SourceFqn, Timestamp, TrackingId};

use super::place::{Place, Places, Standing};
use super::{Fields, Manner, Outlet, shorten};
use crate::Dropped;
use crate::record::Draft;

/// What is kept of the memory of a text, in bytes.
const KEPT: usize = 4 << 10;

thread_local! {
    static KEPT_SHEET: Cell<Option<Box<Sheet>>> = const { Cell::new(None) };
}

/// An event that is being written.
pub(crate) struct Sheet {
    pub(crate) name: String,
    severity: Severity,
    time: Timestamp,
    /// The activity that contains it.
    pub(crate) parent_id: Option<TrackingId>,
    pub(crate) page: Page,
    /// For texts on their way into the page.
    memory: String,
    standing: Standing,
    places: Places,
    source: Option<SourceFqn>,
    /// Whose source that is: of which manner, in which process.
    source_of: Option<(u64, u64)>,
}

/// What the application has said.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) properties: EncodedProperties,
    pub(crate) message: String,
    pub(crate) has_message: bool,
    /// Empty where there is none.
    pub(crate) exception: String,
    pub(crate) correlators: Vec<String>,
}

impl Sheet {
    /// A sheet for an event of this name, reported now.
    pub(crate) fn begin(name: &str, severity: Severity) -> Box<Self> {
        let kept = KEPT_SHEET.try_with(Cell::take).ok().flatten();
        let mut sheet = kept.unwrap_or_else(Self::new);
        sheet.standing.refresh();
        sheet.name.clear();
        sheet.name.push_str(name);
        sheet.severity = severity;
        sheet.time = Timestamp::now();
        sheet
    }

    fn new() -> Box<Self> {
        Box::new(Sheet {
            name: String::new(),
            severity: Severity::None,
            time: Timestamp::from_micros(0),
            parent_id: None,
            page: Page::default(),
            memory: String::new(),
            standing: Standing::new(),
            places: Places::default(),
            source: None,
            source_of: None,
        })
    }

    /// Where its values go.
    pub(crate) fn fields<'a>(&'a mut self, manner: &'a Manner) -> Fields<'a> {
        Fields::of_page(&mut self.page, &mut self.memory, &manner.names)
    }

    /// Says where in the program the event was, in which thread and process.
    pub(crate) fn place(
        &mut self,
        manner: &Manner,
        module: Option<&str>,
        file: Option<&str>,
        line: Option<u32>,
    ) {
        Place { module, file, line }.encode(&mut self.page.properties);
        self.stand(manner);
    }

    /// The same for a place that is there as long as the program is. It is encoded once.
    pub(crate) fn static_place(&mut self, manner: &Manner, place: Place<'static>) {
        self.page.properties.extend(self.places.encoded(place));
        self.stand(manner);
    }

    /// Says who says it.
    fn stand(&mut self, manner: &Manner) {
        self.page.properties.extend(self.standing.properties());
        let source_of = Some((manner.number, self.standing.generation()));
        if self.source_of != source_of {
            self.source = Some(manner.source());
            self.source_of = source_of;
        }
    }

    /// Whether it tells of something that went wrong.
    pub(crate) fn is_grave(&self) -> bool {
        self.severity >= Severity::Error
    }

    /// What it says went wrong.
    pub(crate) fn why(&self) -> &str {
        match self.page.exception.as_str() {
            "" => &self.page.message,
            exception => exception,
        }
    }

    /// Hands the event to the stream, and keeps the memory. One that is too long is shortened.
    pub(crate) fn send(mut self: Box<Self>, outlet: &Outlet) {
        let tracking_id = TrackingId::made_at(self.time);
        let mut draft = self.draft(&tracking_id);
        if matches!(draft, Err(Dropped::RecordTooLarge)) {
            shorten::page(&mut self.page);
            draft = self.draft(&tracking_id);
        }
        outlet.send_draft(&draft);
        drop(draft);
        self.keep();
    }

    fn draft(&self, tracking_id: &TrackingId) -> Result<Draft, Dropped> {
        let parts = EventParts {
            tracking_id,
            parent_id: self.parent_id.as_ref(),
            name: &self.name,
            severity: self.severity,
            report_time: self.time,
            message: self.page.has_message.then_some(&*self.page.message),
            exception: Some(&*self.page.exception).filter(|text| !text.is_empty()),
            process_id: Some(self.standing.process),
            thread_id: Some(self.standing.thread),
            correlators: &self.page.correlators,
            source: self.source.as_ref(),
            properties: &self.page.properties,
        };
        Draft::encode_by(self.severity, |out| {
            parts.encode(Some(RecordId::made_at(self.time)), out);
        })
    }

    /// Keeps the memory, as far as the next event is likely to need it.
    fn keep(mut self: Box<Self>) {
        let page = &mut self.page;
        page.properties.clear(KEPT);
        page.has_message = false;
        page.correlators.clear();
        for text in [
            &mut self.name,
            &mut page.message,
            &mut page.exception,
            &mut self.memory,
        ] {
            text.clear();
            text.shrink_to(KEPT);
        }
        self.parent_id = None;
        let _ = KEPT_SHEET.try_with(|kept| kept.set(Some(self)));
    }
}
