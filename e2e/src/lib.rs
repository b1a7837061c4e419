//! Whole stories, told by the tests beside this file: real clients' bytes, real processes, real faults.
