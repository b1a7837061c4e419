//! What can be asked for: the items, their fields, the types of these, and where the store keeps them.
//!
//! The catalogue is data. A name means a field if it is the canonical name or an alias, in any case; no two fields of an
//! item share one. The canonical names are what headers show, to the letter.

mod activity;
mod enum_kind;
mod event;
mod field;
mod item;
mod snapshot;
mod source;
mod value_type;

pub use enum_kind::EnumKind;
pub(crate) use field::{Field, Place};
pub use item::Item;
pub use value_type::ValueType;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_means_one_field_in_any_case() {
        for item in Item::ALL {
            for field in item.fields() {
                for name in field.names() {
                    for typed in [name.to_owned(), name.to_uppercase(), name.to_lowercase()] {
                        assert_eq!(item.field(&typed), Some(field), "{item:?} {typed}");
                    }
                }
                assert!(
                    field.aliases.iter().all(|alias| *alias == alias.to_lowercase()),
                    "{field:?}"
                );
            }
        }
    }

    #[test]
    fn lists_of_columns_name_fields_that_are_kept() {
        for item in Item::ALL {
            for list in [item.default_fields(), item.all_fields()] {
                assert!(list.iter().all(|field| field.place != Place::Missing), "{item:?}");
                assert_eq!(list.first().map(|field| field.name), Some(item.key()), "{item:?}");
            }
            assert!(
                item.field(item.date_field())
                    .is_some_and(|field| field.value_type == ValueType::Timestamp)
            );
            assert!(item.field(item.name_field()).is_some());
        }
        assert_eq!(event::DEFAULT.len(), Item::Event.default_fields().len());
        assert_eq!(event::DEFAULT_OF_LOG.len(), Item::Log.default_fields().len());
        assert_eq!(activity::DEFAULT.len(), Item::Activity.default_fields().len());
        assert_eq!(activity::ALL.len(), Item::Activity.all_fields().len());
        assert_eq!(snapshot::DEFAULT.len(), Item::Snapshot.default_fields().len());
    }
}
