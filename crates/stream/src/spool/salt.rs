//! The salt: the key of the digests of secrets, one for each state folder.
//!
//! It is 32 random bytes. Without it, whoever sees a folder's name cannot try tokens against it.

use std::path::Path;

use ring::hmac;
use ring::rand::{SecureRandom as _, SystemRandom};

use super::error::SpoolError;
use super::files;

const LENGTH: usize = 32;

/// A key for digests of secrets.
pub(super) struct Salt(hmac::Key);

impl Salt {
    /// Reads the salt of a state folder; makes it where there is none.
    pub(super) fn of(state_folder: &Path) -> Result<Self, SpoolError> {
        let path = state_folder.join("salt");
        let bytes = match files::read_short(&path, LENGTH) {
            Err(error) if error.is_not_found() => {
                files::create_whole(&path, &random(&path)?)?;
                // Another process may have been faster: its salt counts.
                files::read_short(&path, LENGTH)
            }
            read => read,
        }?;
        if bytes.len() != LENGTH {
            return Err(SpoolError::Damaged { path });
        }
        Ok(Self::new(&bytes))
    }

    /// The digest of some secrets in their order: 16 hexadecimal digits.
    pub(super) fn digest(&self, secrets: &[&str]) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        for secret in secrets {
            // With their lengths, as `ab`, `c` and `a`, `bc` are not the same.
            context.update(&(secret.len() as u64).to_le_bytes());
            context.update(secret.as_bytes());
        }
        hex(context.sign().as_ref(), 8)
    }

    pub(super) fn new(bytes: &[u8]) -> Self {
        Salt(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }
}

/// The first `count` bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8], count: usize) -> String {
    bytes
        .iter()
        .take(count)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn random(path: &Path) -> Result<[u8; LENGTH], SpoolError> {
    let mut bytes = [0; LENGTH];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| std::io::Error::other("the system gives no random numbers"))
        .map_err(SpoolError::io("create", path))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn all_who_come_at_once_get_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let start = Barrier::new(8);
        let digests: Vec<_> = std::thread::scope(|scope| {
            let make = || {
                start.wait();
                Salt::of(folder.path()).unwrap().digest(&["token"])
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(make)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(digests.iter().all(|digest| *digest == digests[0]), "{digests:?}");
        let names: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, ["salt"]);
    }

    #[test]
    fn another_salt_makes_another_digest() {
        let digest = |salt: &[u8], secrets: &[&str]| Salt::new(salt).digest(secrets);
        assert_eq!(digest(&[1; 32], &["a", "b"]), digest(&[1; 32], &["a", "b"]));
        assert_ne!(digest(&[1; 32], &["a", "b"]), digest(&[2; 32], &["a", "b"]));
        assert_ne!(digest(&[1; 32], &["ab", "c"]), digest(&[1; 32], &["a", "bc"]));
    }

    #[test]
    fn one_of_another_length_is_damaged() {
        for length in [0, 31, 33] {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("salt"), vec![7; length]).unwrap();
            assert!(matches!(Salt::of(folder.path()), Err(SpoolError::Damaged { .. })));
        }
    }
}
