//! From an answer to verdicts, in the words that people will read.

use std::time::SystemTime;

use serde_json::Value;

use super::answer::Answer;
use super::redirect;
use super::status::{self, Meaning};
use super::words::{Secrets, shown};
use crate::{ProblemKind, Setback, Verdict};

/// The verdict about the one record of a request.
pub(crate) fn of_one(answer: &Answer, secrets: &Secrets) -> Result<Verdict, Setback> {
    match status::meaning(answer.status) {
        Meaning::Done => Ok(Verdict::Done),
        Meaning::Rejected => Ok(Verdict::Rejected(no(answer, secrets))),
        Meaning::Retry => Err(retry(answer, secrets)),
        Meaning::Refused => Err(Setback::Refused {
            why: no(answer, secrets),
        }),
        Meaning::Redirected => Err(Setback::Blocked {
            why: no(answer, secrets),
        }),
    }
}

/// The verdicts about the `count` records of a request, one a line: a list of their indices and verdicts.
/// `None` where the answer says nothing about each: they must go singly, so that one does not sink the others.
pub(crate) fn of_many(
    answer: &Answer,
    count: usize,
    secrets: &Secrets,
) -> Result<Option<Vec<Verdict>>, Setback> {
    match status::meaning(answer.status) {
        Meaning::Done => Ok(of_lines(answer, count, secrets)),
        Meaning::Rejected => Ok(None),
        Meaning::Retry => Err(retry(answer, secrets)),
        Meaning::Refused => Err(Setback::Refused {
            why: no(answer, secrets),
        }),
        Meaning::Redirected => Err(Setback::Blocked {
            why: no(answer, secrets),
        }),
    }
}

/// Reads `{"accepted":n,"rejected":[{"index":i,"reason":"…"}]}`. An empty body takes all.
fn of_lines(answer: &Answer, count: usize, secrets: &Secrets) -> Option<Vec<Verdict>> {
    let mut verdicts = vec![Verdict::Done; count];
    if answer.body.trim_ascii().is_empty() && answer.whole {
        return Some(verdicts);
    }
    let said: Value = serde_json::from_slice(&answer.body)
        .ok()
        .filter(|_| answer.whole)?;
    let rejected = match said.get("rejected") {
        None | Some(Value::Null) => &[][..],
        Some(list) => list.as_array()?,
    };
    for entry in rejected {
        let index = usize::try_from(entry.get("index")?.as_u64()?).ok()?;
        let reason = entry
            .get("reason")
            .and_then(Value::as_str)
            .unwrap_or("no reason given");
        *verdicts.get_mut(index)? = Verdict::Rejected(shown(reason, secrets));
    }
    // Numbers that do not add up prove that we and the server do not mean the same lines.
    let done = verdicts
        .iter()
        .filter(|verdict| **verdict == Verdict::Done)
        .count();
    (said.get("accepted")?.as_u64()? == done as u64).then_some(verdicts)
}

/// A setback from a server that cannot now.
pub(crate) fn retry(answer: &Answer, secrets: &Secrets) -> Setback {
    Setback::Retry {
        after: status::retry_after(&answer.retry_after, SystemTime::now()),
        kind: ProblemKind::Unreachable,
        why: format!("the server answered {}", status_and_body(answer, secrets)),
    }
}

/// Words for a no, with what to do.
pub(crate) fn no(answer: &Answer, secrets: &Secrets) -> String {
    let said = status_and_body(answer, secrets);
    match answer.status {
        401 => format!("unauthorized: the server answered {said}; check the token"),
        403 => format!("forbidden: the server answered {said}; check what the token allows"),
        300..=399 => redirect::words(answer, secrets),
        status::TOO_LARGE => format!("{said}; this record alone is longer than the server takes"),
        404 | 405 => format!("{said}; check the address"),
        _ => said,
    }
}

fn status_and_body(answer: &Answer, secrets: &Secrets) -> String {
    let mut said = answer.status.to_string();
    let body = shown(&String::from_utf8_lossy(&answer.body), secrets);
    for (before, part) in [(" ", status::words(answer.status)), (": ", body.as_str())] {
        if !part.is_empty() {
            said.push_str(before);
            said.push_str(part);
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer {
            status,
            body: body.as_bytes().to_vec(),
            whole: true,
            ..Answer::default()
        }
    }

    #[test]
    fn each_line_has_its_verdict() {
        let body = r#"{"accepted":2,"rejected":[{"index":1,"reason":"no name"}]}"#;
        let verdicts = of_many(&answer(202, body), 3, &Secrets::default())
            .unwrap()
            .unwrap();
        assert_eq!(
            verdicts,
            [
                Verdict::Done,
                Verdict::Rejected("no name".to_owned()),
                Verdict::Done
            ]
        );
    }

    #[test]
    fn what_does_not_add_up_is_no_verdict() {
        for body in [
            r#"{"accepted":3,"rejected":[{"index":1}]}"#,
            r#"{"accepted":2,"rejected":[{"index":3,"reason":"x"}]}"#,
            r#"{"accepted":2,"rejected":[{"index":-1,"reason":"x"}]}"#,
            r#"{"accepted":2,"rejected":[]}"#,
            r#"{"rejected":[]}"#,
            r#"{"accepted":3,"rejected":{}}"#,
            "fine",
        ] {
            assert_eq!(
                of_many(&answer(202, body), 3, &Secrets::default()),
                Ok(None),
                "{body}"
            );
        }
        let cut = Answer {
            whole: false,
            ..answer(202, r#"{"accepted":3}"#)
        };
        assert_eq!(of_many(&cut, 3, &Secrets::default()), Ok(None));
        assert_eq!(of_many(&answer(400, ""), 3, &Secrets::default()), Ok(None));
    }

    #[test]
    fn a_redirection_names_the_origin_only() {
        let to = Answer {
            location: "https://other.example/p?token=x".to_owned(),
            ..answer(307, "")
        };
        let words = no(&to, &Secrets::default());
        assert!(
            words.contains("https://other.example,") && !words.contains("token"),
            "{words}"
        );
    }
}
