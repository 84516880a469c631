//! The warmcast command line: arguments, files, commands.
