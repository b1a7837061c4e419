//! An event that is encoded while it is being said, in used memory: a thread that says what it has said before needs no more
//! of it.
//!
//! A thread has one sheet. Whoever fills it has it to himself; if an event is logged meanwhile, by the `Debug` of a value
//! for instance, that one gets a new sheet, and one of the two is kept.

use std::cell::Cell;

use tnt4_model::{EncodedProperties, EventParts, RecordId, Severity, Timestamp, TrackingId};

use super::site::{Site, Sites};
use super::standing::Standing;
use super::{Fields, Manner, Outlet, Statement, shorten};
use crate::Dropped;
use crate::record::Draft;

/// What is kept of the memory of a text, in bytes.
const KEPT: usize = 4 << 10;

thread_local! {
    static KEPT_SHEET: Cell<Option<Box<Sheet>>> = const { Cell::new(None) };
}

/// An event that is being written.
pub(crate) struct Sheet {
    severity: Severity,
    time: Timestamp,
    /// The activity that contains it.
    pub(crate) parent_id: Option<TrackingId>,
    pub(crate) page: Page,
    /// For texts on their way into the page.
    memory: String,
    standing: Standing,
    /// What its statement says each time.
    site: Box<Site>,
    sites: Sites,
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
    /// A sheet for what this statement says now.
    pub(crate) fn begin(statement: &Statement<'_>, manner: &Manner) -> Box<Self> {
        let kept = KEPT_SHEET.try_with(Cell::take).ok().flatten();
        let mut sheet = kept.unwrap_or_else(|| Self::new(statement, manner));
        let Sheet {
            standing,
            site,
            sites,
            ..
        } = &mut *sheet;
        standing.refresh();
        if !site.is(statement, manner, standing) {
            sites.exchange(site, statement, manner, standing);
        }
        site.names.begin();
        sheet.severity = statement.severity;
        sheet.time = Timestamp::now();
        sheet
    }

    fn new(statement: &Statement<'_>, manner: &Manner) -> Box<Self> {
        let mut standing = Standing::new();
        standing.refresh();
        Box::new(Sheet {
            severity: Severity::None,
            time: Timestamp::from_micros(0),
            parent_id: None,
            page: Page::default(),
            memory: String::new(),
            site: Box::new(Site::new(statement, manner, &standing)),
            sites: Sites::default(),
            standing,
        })
    }

    /// Where its values go, of the same manner as the statement.
    pub(crate) fn fields<'a>(&'a mut self, manner: &'a Manner) -> Fields<'a> {
        debug_assert!(self.site.is_of(manner), "a sheet of another manner");
        Fields::of_page(
            &mut self.page,
            &mut self.site.names,
            &mut self.memory,
            &manner.names,
        )
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
        let id = RecordId::made_at(self.time);
        let mut draft = self.draft(id);
        if matches!(draft, Err(Dropped::RecordTooLarge)) {
            shorten::page(&mut self.page);
            draft = self.draft(id);
        }
        outlet.send_draft(&draft);
        drop(draft);
        self.keep();
    }

    fn draft(&self, id: RecordId) -> Result<Draft, Dropped> {
        let parts = EventParts {
            id,
            outline: &self.site.outline,
            parent_id: self.parent_id.as_ref(),
            report_time: self.time,
            message: self.page.has_message.then_some(&*self.page.message),
            exception: Some(&*self.page.exception).filter(|text| !text.is_empty()),
            correlators: &self.page.correlators,
            properties: &self.page.properties,
        };
        Draft::encode_by(self.severity, |out| parts.encode(out))
    }

    /// Keeps the memory, as far as the next event is likely to need it.
    fn keep(mut self: Box<Self>) {
        let page = &mut self.page;
        page.properties.clear(KEPT);
        page.has_message = false;
        page.correlators.clear();
        for text in [&mut page.message, &mut page.exception, &mut self.memory] {
            text.clear();
            text.shrink_to(KEPT);
        }
        self.parent_id = None;
        let _ = KEPT_SHEET.try_with(|kept| kept.set(Some(self)));
    }
}
