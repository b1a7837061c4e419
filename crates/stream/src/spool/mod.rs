//! Where segments lie on disk, whose they are, and who inherits them.
