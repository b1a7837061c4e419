//! An HTTP server that keeps a [`Book`] of what it took, and has the [faults](Fault) that it is told to have.
//!
//! A thread listens, and each connection has one; they end with the sink. Requests that came together are
//! answered together, so that it keeps up with pipelines.
//!
//! On Linux each sink has a loopback address of its own. Then nothing else can get its port while it is
//! stopped, not even the client's own end of a connection that it tries in the meantime.

mod book;
mod conversation;
mod fault;
mod request;

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

pub use book::{Book, Line};
pub use fault::{Act, Fault, Manner, Mood};

/// A server on this machine.
#[derive(Debug)]
pub struct Sink {
    address: SocketAddr,
    inner: Arc<Inner>,
    door: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Inner {
    mood: Mutex<Mood>,
    manner: Mutex<Manner>,
    /// Events whose number this divides are rejected, always.
    poison: AtomicU64,
    closing: AtomicBool,
    book: Mutex<Book>,
    entered: Condvar,
    connections: Mutex<Vec<Weak<TcpStream>>>,
    opened: AtomicU64,
}

impl Sink {
    /// Starts one that is well.
    #[must_use]
    pub fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind((own_address(), 0)).expect("a port");
        let mut sink = Sink {
            address: listener.local_addr().expect("an address"),
            inner: Arc::default(),
            door: None,
        };
        sink.set_manner(manner);
        sink.open(listener);
        sink
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What is done with requests from now on.
    pub fn set_mood(&self, mood: Mood) {
        *self.inner.mood.lock().unwrap() = mood;
    }

    /// How connections are treated from now on.
    pub fn set_manner(&self, manner: Manner) {
        *self.inner.manner.lock().unwrap() = manner;
    }

    /// Rejects for good all events whose number this divides.
    pub fn set_poison(&self, divisor: u64) {
        self.inner.poison.store(divisor, Ordering::Relaxed);
    }

    /// Refuses connections and resets those that there are, until it is [started again](Self::start_again).
    pub fn stop(&mut self) {
        let Some(door) = self.door.take() else { return };
        self.inner.closing.store(true, Ordering::SeqCst);
        // It waits for a connection: this one.
        let _ = TcpStream::connect(self.address);
        door.join().expect("no panic");
        self.reset_connections();
    }

    /// Opens the same port again.
    pub fn start_again(&mut self) {
        if self.door.is_none() {
            let listener = TcpListener::bind(self.address).expect("the port is still ours");
            self.open(listener);
        }
    }

    /// Resets the connections that there are.
    pub fn reset_connections(&self) {
        for connection in self.inner.connections.lock().unwrap().drain(..) {
            if let Some(stream) = connection.upgrade() {
                conversation::reset(&stream);
            }
        }
    }

    /// Whether it rejects the event of this number.
    #[must_use]
    pub fn poisons(&self, number: u64) -> bool {
        self.inner.poisons(number)
    }

    /// What it has taken; nothing more is taken while this is held.
    pub fn book(&self) -> MutexGuard<'_, Book> {
        self.inner.book.lock().unwrap()
    }

    /// How many connections there have been.
    #[must_use]
    pub fn opened(&self) -> u64 {
        self.inner.opened.load(Ordering::Relaxed)
    }

    /// Waits until the book is as wanted; false where it was not in time.
    #[must_use]
    pub fn wait(&self, timeout: Duration, mut wanted: impl FnMut(&Book) -> bool) -> bool {
        let (_book, outcome) = self
            .inner
            .entered
            .wait_timeout_while(self.book(), timeout, |book| !wanted(book))
            .unwrap();
        !outcome.timed_out()
    }

    fn open(&mut self, listener: TcpListener) {
        self.inner.closing.store(false, Ordering::SeqCst);
        let inner = Arc::clone(&self.inner);
        self.door = Some(std::thread::spawn(move || {
            for stream in listener.incoming() {
                if inner.closing.load(Ordering::SeqCst) {
                    return;
                }
                if let Ok(stream) = stream {
                    inner.receive(stream);
                }
            }
        }));
    }
}

impl Inner {
    fn receive(self: &Arc<Self>, stream: TcpStream) {
        self.opened.fetch_add(1, Ordering::Relaxed);
        let stream = Arc::new(stream);
        let mut connections = self.connections.lock().unwrap();
        connections.retain(|connection| connection.strong_count() > 0);
        connections.push(Arc::downgrade(&stream));
        drop(connections);
        let inner = Arc::clone(self);
        std::thread::spawn(move || conversation::hold(&inner, &stream));
    }

    fn poisons(&self, number: u64) -> bool {
        let divisor = self.poison.load(Ordering::Relaxed);
        divisor > 0 && number.is_multiple_of(divisor)
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.stop();
    }
}

fn own_address() -> IpAddr {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    if !cfg!(target_os = "linux") {
        return Ipv4Addr::LOCALHOST.into();
    }
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    let [.., high, low] = std::process::id().to_be_bytes();
    Ipv4Addr::new(127, high.max(1), low, 1 + (next % 250) as u8).into()
}
