//! The fully qualified name of this process, for records that bring none:
//! `APPL=…#PROCESS=…#RUNTIME=…#SERVER=…#NETADDR=…`.
//!
//! The address is the one from which this machine would reach others: a datagram socket is told of a partner, and sends
//! nothing. The name is made once, and anew in a child of a fork, which has another number.

use std::net::UdpSocket;
use std::path::Path;
use std::sync::Arc;

use arc_swap::ArcSwapOption;
use tnt4_model::{SourceFqn, SourceType};

use crate::fork;

/// The variable that holds another name.
const VARIABLE: &str = "TNT4_SOURCE_FQN";

/// The name, and the generation of processes that it is of.
static MADE: ArcSwapOption<(u64, SourceFqn)> = ArcSwapOption::const_empty();

/// The name of this process as a source: what the environment variable `TNT4_SOURCE_FQN` says, else the program's name, the
/// process's number, `rust`, host and address. The variable's value goes as it is, also where it is malformed.
#[must_use]
pub fn of_process() -> SourceFqn {
    let generation = fork::generation();
    match &*MADE.load() {
        Some(made) if made.0 == generation => return made.1.clone(),
        _ => {}
    }
    let fqn = match std::env::var(VARIABLE) {
        Ok(given) if !given.is_empty() => SourceFqn::from_wire(given),
        _ => of(&application(), "rust"),
    };
    MADE.store(Some(Arc::new((generation, fqn.clone()))));
    fqn
}

/// The name of this process as a source, for an application and a runtime that call themselves so.
#[must_use]
pub fn of(application: &str, runtime: &str) -> SourceFqn {
    let process = std::process::id().to_string();
    let parts = [
        (SourceType::Appl, application),
        (SourceType::Process, &process),
        (SourceType::Runtime, runtime),
        (SourceType::Server, &host()),
        (SourceType::NetAddr, &address()),
    ];
    let named = parts.iter().filter(|(_, name)| !name.is_empty());
    let built = named.fold(SourceFqn::builder(), |builder, (kind, name)| {
        // A `#` would end a name early.
        builder.component(kind, name.replace('#', "_"))
    });
    built
        .build()
        .unwrap_or_else(|_| SourceFqn::from_wire(format!("PROCESS={process}")))
}

/// The program's name without its folder.
fn application() -> String {
    let named = std::env::args_os().next().filter(|name| !name.is_empty());
    let path = named.map_or_else(|| std::env::current_exe().unwrap_or_default(), Into::into);
    let name = path.file_name().map(Path::new).unwrap_or(&path).to_string_lossy();
    name.strip_suffix(std::env::consts::EXE_SUFFIX)
        .unwrap_or(&name)
        .to_owned()
}

/// What this machine calls itself.
fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    match name.trim() {
        "" => std::env::var("HOSTNAME")
            .ok()
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| "localhost".to_owned()),
        name => name.to_owned(),
    }
}

/// The address from which this machine would reach others.
fn address() -> String {
    let found = || {
        let socket = UdpSocket::bind(("0.0.0.0", 0)).ok()?;
        // An address that is set aside for examples.
        socket.connect(("192.0.2.1", 9)).ok()?;
        Some(socket.local_addr().ok()?.ip().to_string())
    };
    found().unwrap_or_else(|| "127.0.0.1".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_named_from_the_inside_out() {
        let fqn = of("a#shop", "rust");
        let kinds: Vec<SourceType> = fqn.components().map(|(kind, _)| kind).collect();
        assert_eq!(
            kinds,
            [
                SourceType::Appl,
                SourceType::Process,
                SourceType::Runtime,
                SourceType::Server,
                SourceType::NetAddr
            ]
        );
        assert_eq!(fqn.component(&SourceType::Appl), Some("a_shop"));
        let process = std::process::id().to_string();
        assert_eq!(fqn.component(&SourceType::Process), Some(process.as_str()));
        assert_eq!(of("", "rust").component(&SourceType::Appl), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_child_has_a_name_of_its_own() {
        let own = of_process();
        assert_eq!(of_process(), own);
        let child = crate::fork::tests::fork(|| {
            let process = std::process::id().to_string();
            i32::from(of_process().component(&SourceType::Process) != Some(&process))
        });
        assert_eq!(crate::fork::tests::wait(child), 0);
    }
}
