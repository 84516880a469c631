//! `warmcast schema`, `completions` and `man`: the program describing itself.

use clap::CommandFactory;

use crate::Outcome;
use crate::args::Args;
use crate::failure::Failure;
use crate::files::print;

/// The JSON Schema of scenario files.
pub(crate) fn schema() -> Result<Outcome, Failure> {
    print(&format!("{:#}\n", scenario::json_schema()))?;
    Ok(Outcome::Answered)
}

/// A completion script.
pub(crate) fn completions(shell: clap_complete::Shell) -> Result<Outcome, Failure> {
    let mut script = vec![];
    clap_complete::generate(shell, &mut Args::command(), "warmcast", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Answered)
}

/// The manual page, every command with its options.
pub(crate) fn man() -> Result<Outcome, Failure> {
    let mut page = vec![];
    let mut command = Args::command();
    command.build();
    let rendered = clap_mangen::Man::new(command.clone()).render(&mut page).and_then(|()| {
        let visible = command.get_subcommands().filter(|sub| sub.get_name() != "help");
        visible.cloned().try_for_each(|sub| {
            let name = format!("warmcast-{}", sub.get_name());
            clap_mangen::Man::new(sub.name(name)).render(&mut page)
        })
    });
    rendered.map_err(|error| Failure::Io { what: "cannot make the manual page".to_owned(), error })?;
    print(&String::from_utf8_lossy(&page))?;
    Ok(Outcome::Answered)
}
