//! `outtray operator`.

use std::process::ExitCode;

use outtray::{App, error::Problem, operator::OperatorFields, unicode::Search};

use crate::{
    arguments::{Fields, Operator as OperatorCommand},
    import,
    output::Output,
};

/// Runs one of its commands.
pub(crate) async fn run(app: &App, output: &Output, command: OperatorCommand) -> Result<ExitCode, Problem> {
    match command {
        OperatorCommand::List { search, removed: false } => output.operators(&app.search_operators(&search).await?),
        OperatorCommand::List { search, removed: true } => {
            let mut operators = app.list_removed_operators().await?;
            let search = Search::new(&search);
            operators.retain(|operator| operator.matches(&search));
            output.removed_operators(&operators);
        }
        OperatorCommand::Show { id } => output.operator(&app.show_operator(&id).await?),
        OperatorCommand::Add { id, name, fields } => {
            let fields = OperatorFields {
                name,
                email: fields.email,
                active: fields.active.unwrap_or(true),
                destination: fields.destination.unwrap_or_default(),
                conflict_rule: fields.conflict_rule,
            };
            output.operator(&app.add_operator(&id, fields).await?);
        }
        OperatorCommand::Change { id, name, fields } => output.operator(&change(app, &id, name, fields).await?),
        OperatorCommand::Remove { id } => {
            app.remove_operator(&id).await?;
            output.removed(&id);
        }
        OperatorCommand::Restore { id } => output.operator(&app.restore_operator(&id).await?),
        OperatorCommand::Import { file, preview } => return Ok(import::import(app, output, &file, preview).await?),
        OperatorCommand::Export { file } => import::export(app, output, file.as_deref()).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn change(app: &App, id: &str, name: Option<String>, fields: Fields) -> Result<outtray::operator::Operator, Problem> {
    let now = app.show_operator(id).await?;
    let fields = OperatorFields {
        name: name.unwrap_or(now.name),
        email: fields.email.or(now.email),
        active: fields.active.unwrap_or(now.active),
        destination: fields.destination.unwrap_or(now.destination),
        conflict_rule: fields.conflict_rule,
    };
    Ok(app.change_operator(id, fields).await?)
}
