//! The fields that tell where an item came from; every item has them.

use super::field::{Field, of_source, source_components, text};

pub(super) const FIELDS: &[Field] = &[
    of_source("SourceFQN", "fqn").or(&["fqn"]),
    text("SourceSSN", "source_ssn"),
    text("SourceURL", "source_url"),
    of_source("ApplName", "appl").or(&["appl", "application", "applicationname"]),
    of_source("ServerName", "server").or(&["server"]),
    of_source("Address", "address").or(&["netaddr"]),
    of_source("DataCenterName", "data_center").or(&["datacenter"]),
    of_source("GeoLocation", "geo_location").or(&["geoaddr"]),
    of_source("NetworkName", "network"),
    of_source("DeviceName", "device"),
    of_source("RuntimeName", "runtime"),
    of_source("AppServerName", "app_server").or(&["appserver"]),
    of_source("ProcessName", "process"),
    of_source("SourceUserName", "user_name").or(&["sourceuser"]),
    source_components(),
];
