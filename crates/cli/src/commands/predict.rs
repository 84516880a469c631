//! `warmcast predict`: closed forms for scenarios, or for a batch of rows.

use evaluation::Engine;

use super::rendered;
use crate::Outcome;
use crate::answer::{Question, answer};
use crate::args::{Common, PredictArgs};
use crate::batch;
use crate::failure::Failure;
use crate::files::deliver;
use crate::load::{Variants, load};

pub(crate) fn run(args: &PredictArgs, common: &Common) -> Result<Outcome, Failure> {
    let output = args.output.as_deref();
    if let Some(path) = &args.batch {
        if let Some(engine) = args.engine.filter(|engine| *engine != Engine::Screening) {
            let message = format!("a batch is answered by the screening engine, not by {engine}");
            return Err(Failure::usage(
                &message,
                "leave out --engine; its rows have the nine numbers of that one",
            ));
        }
        batch::run(path, output, args.objective.rank_by, common)?;
        return Ok(Outcome::Answered);
    }
    let format = common.format_for(output)?;
    let input = load(&args.scenarios, common, Variants::First)?;
    let question = Question {
        command: "predict",
        engine: args.engine,
        objective: args.objective.rank_by,
        plays: false,
        options: vec![],
    };
    let report = answer(input, &question, common)?;
    deliver(&rendered(&report, format, common, output.is_some()), output)?;
    Ok(Outcome::Answered)
}
