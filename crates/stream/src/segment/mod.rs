//! Segments: runs of records in one piece of memory, which may be a file.
