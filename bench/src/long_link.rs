//! A link with a long way: what goes in on one side comes out on the other after a delay, in either direction,
//! however much it is.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// A link to a server, with a delay.
#[derive(Debug)]
pub struct LongLink {
    address: SocketAddr,
}

impl LongLink {
    /// A link to the server at `to`. Each direction takes `delay`: a round trip takes twice as long.
    ///
    /// # Errors
    /// Where no port can be had.
    pub fn start(to: SocketAddr, delay: Duration) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        thread::spawn(move || {
            for near in listener.incoming().flatten() {
                // Where the server is gone the connection ends, as it would without the link.
                let _ = TcpStream::connect(to).and_then(|far| join(&near, &far, delay));
            }
        });
        Ok(LongLink { address })
    }

    /// Where it begins.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its beginning, for a stream.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

fn join(near: &TcpStream, far: &TcpStream, delay: Duration) -> io::Result<()> {
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    carry(near.try_clone()?, far.try_clone()?, delay);
    carry(far.try_clone()?, near.try_clone()?, delay);
    Ok(())
}

/// Carries bytes and the end, each `delay` after it came.
fn carry(mut from: TcpStream, mut to: TcpStream, delay: Duration) {
    let (send, receive) = mpsc::channel::<(Instant, Vec<u8>)>();
    thread::spawn(move || {
        let mut buffer = vec![0; 256 * 1024];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            if send
                .send((Instant::now() + delay, buffer[..count].to_vec()))
                .is_err()
            {
                break;
            }
        }
    });
    thread::spawn(move || {
        for (due, bytes) in receive {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if to.write_all(&bytes).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
}
