//! The program `tnt4`; all of it is in the library.

fn main() -> std::process::ExitCode {
    tnt4_cli::main(std::env::args_os()).into()
}
