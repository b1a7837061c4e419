//! The order process of a shop: what an application would stream of itself.
//!
//! Each order is an activity that is reported when it begins and again when it ends, with an event for each
//! step, in three services, under one correlator; the payment brings a snapshot. Nothing is random: the
//! numbers follow from the order's own, so that the demo shows the same each time.

use std::time::Duration;

use tnt4::{
    Activity, ActivityStatus, CompCode, Event, EventType, Item, Property, Severity, Snapshot, SourceFqn,
    Timestamp, TrackingId,
};

/// How many orders there are.
pub(super) const COUNT: u32 = 25;

/// An order came in so long after the one before it.
const PACE: i64 = 2_000_000;

const SHOP: &str = "APPL=shop#SERVER=web1#DATACENTER=DC1";
const WAREHOUSE: &str = "APPL=warehouse#SERVER=stock1#DATACENTER=DC1";
const PAYMENTS: &str = "APPL=payments#SERVER=pay1#DATACENTER=DC2";

/// All orders, the last of which came in a moment ago.
pub(super) fn items(now: Timestamp) -> Vec<Item> {
    let first = now.as_micros() - (i64::from(COUNT) + 1) * PACE;
    let begun = |number: u32| Timestamp::from_micros(first + i64::from(number) * PACE);
    (0..COUNT)
        .flat_map(|number| Order::new(number, begun(number)).items())
        .collect()
}

/// One order.
struct Order {
    number: u32,
    begun: Timestamp,
    id: TrackingId,
    correlator: String,
}

/// One step of an order.
struct Step {
    name: &'static str,
    kind: EventType,
    source: &'static str,
    millis: u32,
    severity: Severity,
    message: String,
}

impl Order {
    fn new(number: u32, begun: Timestamp) -> Self {
        Order {
            number,
            begun,
            id: TrackingId::new(),
            correlator: format!("order-{}", 4711 + number),
        }
    }

    fn is_declined(&self) -> bool {
        self.number % 9 == 4
    }

    fn is_picked_up(&self) -> bool {
        self.number % 5 == 2
    }

    fn articles(&self) -> u32 {
        1 + self.number % 4
    }

    fn cents(&self) -> u32 {
        1_990 * self.articles() + 125 * self.number
    }

    fn steps(&self) -> Vec<Step> {
        let number = self.number;
        let step = |name, kind, source, millis, severity, message: String| Step {
            name,
            kind,
            source,
            millis,
            severity,
            message,
        };
        let articles = self.articles();
        let mut steps = vec![step(
            "ReceiveOrder",
            EventType::Receive,
            SHOP,
            3 + number % 4,
            Severity::Info,
            format!("{} of {articles} articles", self.correlator),
        )];
        let left = 40 - number;
        let (severity, message) = if left < 20 {
            (Severity::Warning, format!("stock is low: {left} left"))
        } else {
            (Severity::Info, format!("{left} left"))
        };
        let millis = 20 + number * 7 % 31;
        steps.push(step(
            "CheckStock",
            EventType::Call,
            WAREHOUSE,
            millis,
            severity,
            message,
        ));
        let slow = if number % 8 == 5 { 2_200 } else { 0 };
        let millis = 180 + number * 37 % 200 + slow;
        let (severity, message) = if self.is_declined() {
            (Severity::Error, "card declined".to_owned())
        } else {
            (Severity::Info, "paid".to_owned())
        };
        steps.push(step(
            "ChargeCard",
            EventType::Call,
            PAYMENTS,
            millis,
            severity,
            message,
        ));
        if self.is_declined() {
            return steps;
        }
        if !self.is_picked_up() {
            let message = "handed to the carrier".to_owned();
            let millis = 45 + number % 10;
            steps.push(step(
                "ShipOrder",
                EventType::Send,
                WAREHOUSE,
                millis,
                Severity::Info,
                message,
            ));
        }
        let message = "mail to the customer".to_owned();
        steps.push(step(
            "ConfirmOrder",
            EventType::Send,
            SHOP,
            6,
            Severity::Info,
            message,
        ));
        steps
    }

    fn items(&self) -> Vec<Item> {
        let begin = self.activity().report_time(self.begun);
        let mut items = vec![Item::from(begin)];
        let mut end = self.activity();
        let mut time = self.begun;
        for step in self.steps() {
            let event = self.event(&step, time);
            time = Timestamp::from_micros(time.as_micros() + i64::from(step.millis) * 1_000);
            end = end.contains(event.operation.tracking_id.as_str());
            items.push(event.into());
        }
        end = end.end_time(time).report_time(time);
        end = if self.is_declined() {
            end.status(ActivityStatus::Exception)
                .severity(Severity::Error)
                .comp_code(CompCode::Error)
                .exception("card declined")
        } else {
            end.status(ActivityStatus::End).comp_code(CompCode::Success)
        };
        items.push(end.into());
        items
    }

    fn activity(&self) -> Activity {
        Activity::new("ProcessOrder")
            .tracking_id(self.id.clone())
            .correlator(self.correlator.clone())
            .source(SourceFqn::from_wire(SHOP))
            .start_time(self.begun)
    }

    fn event(&self, step: &Step, begun: Timestamp) -> Event {
        let took = Duration::from_millis(u64::from(step.millis));
        let ended = Timestamp::from_micros(begun.as_micros() + i64::from(step.millis) * 1_000);
        let event = Event::new(step.name)
            .event_type(step.kind)
            .parent(self.id.clone())
            .correlator(self.correlator.clone())
            .source(SourceFqn::from_wire(step.source))
            .severity(step.severity)
            .start_time(begun)
            .end_time(ended)
            .report_time(ended)
            .elapsed(took)
            .message(step.message.clone());
        match (step.name, step.severity) {
            ("ChargeCard", Severity::Error) => event
                .comp_code(CompCode::Error)
                .exception(step.message.clone())
                .snapshot(self.payment(ended)),
            ("ChargeCard", _) => event.snapshot(self.payment(ended)),
            _ => event,
        }
    }

    fn payment(&self, time: Timestamp) -> Snapshot {
        let card = ["Visa", "Mastercard", "Amex"][self.number as usize % 3];
        Snapshot::new("Payment")
            .category("Order")
            .time(time)
            .source(SourceFqn::from_wire(PAYMENTS))
            .with(Property::new("amount", f64::from(self.cents()) / 100.0).with_hint("currency.usd"))
            .property("items", self.articles())
            .property("card", card)
    }
}

#[cfg(test)]
mod tests {
    use super::super::counts::Counts;
    use super::*;

    #[test]
    fn the_numbers_are_the_same_each_time() {
        let now = Timestamp::from_micros(1_795_348_800_000_000);
        let mut counts = Counts::default();
        let items = items(now);
        items.iter().for_each(|item| counts.add(item));
        assert_eq!(counts, Counts::stored(115, 25, 25, 0));
        let ends = items.iter().filter_map(|item| match item {
            Item::Activity(activity) => activity.operation.end_time,
            _ => None,
        });
        assert!(
            ends.max().is_some_and(|last| last < now),
            "all of it is in the past"
        );
        let declined = items.iter().filter(
            |item| matches!(item, Item::Activity(activity) if activity.status == ActivityStatus::Exception),
        );
        assert_eq!(declined.count(), 3);
    }
}
