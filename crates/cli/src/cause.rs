//! What a problem that kept records from being acknowledged means for a command.

use tnt4::ProblemKind;

use crate::Exit;

/// Whether waiting is of no use: only people can help.
pub(crate) fn is_final(kind: ProblemKind) -> bool {
    matches!(kind, ProblemKind::Unauthorized | ProblemKind::Tls)
}

/// How a command ends that this kept from its end; nothing known is as good as no answer.
pub(crate) fn exit(kind: Option<ProblemKind>) -> Exit {
    match kind {
        None | Some(ProblemKind::Unreachable | ProblemKind::Unanswered) => Exit::Unreachable,
        Some(ProblemKind::Unauthorized) => Exit::Refused,
        Some(ProblemKind::Tls) => Exit::Tls,
        Some(_) => Exit::NotDone,
    }
}
