//! `outtray authorize`: Controls on a terminal.

use std::{process::ExitCode, time::Duration};

use outtray::{
    App, Error,
    app::Link,
    error::{Field, Problem},
    operator::{AuthorizationRequest, Confirmed, Consent, Operator, Place, RequestPhase},
    secret::Secret,
    typed,
};
use tokio::sync::broadcast::error::RecvError;

use crate::{
    arguments::{AccountChoice, Authorize},
    exit,
    interrupt::{Ended, or_interrupted},
    output::{Clock, Output, confirming},
    prompt,
};

/// Runs one of its commands.
pub(crate) async fn run(app: &App, output: &Output, command: Authorize) -> Result<ExitCode, Problem> {
    let operator = match command {
        Authorize::Begin {
            id,
            app_key,
            keep_app_secret,
            no_app_secret,
            place,
            force_reauthentication,
            open,
            account,
        } => {
            let consent = Consent {
                place,
                force_reauthentication,
                saves_itself: true,
            };
            let secret = match (keep_app_secret, no_app_secret) {
                (true, _) => None,
                (_, true) => Some(Secret::new("")),
                _ => Some(app_secret().await?),
            };
            return begin(app, output, &id, &app_key, secret, consent, open, account).await;
        }
        Authorize::Complete { id, retry, account } => {
            let code = match retry {
                true => None,
                false => Some(prompt::secret("Temporary Authorization Key", Field::AuthorizationCode).await?),
            };
            app.complete_authorization(&id, code).await?;
            put_in_force(app, output, &id, account).await?
        }
        Authorize::Save { id, account } => put_in_force(app, output, &id, account).await?,
        Authorize::Cancel { id } => app.cancel_authorization(&id).await?,
        Authorize::Status { id } => app.show_operator(&id).await?,
        Authorize::Check { id } => app.check_authorization(&id).await?,
        Authorize::Reveal { id } => {
            output.authorization_revealed(&app.reveal_authorization(&id).await?);
            return Ok(ExitCode::SUCCESS);
        }
        Authorize::Revoke { id } => app.revoke_authorization(&id).await?,
    };
    output.operator(&operator);
    Ok(ExitCode::SUCCESS)
}

/// Nothing typed is no choice: it may be an empty variable of a script, and PKCE alone checks no key.
async fn app_secret() -> Result<Secret, Error> {
    let secret = prompt::secret("Password (App Secret)", Field::AppSecret).await?;
    match typed::credential(secret.expose()).is_empty() {
        false => Ok(secret),
        true => Err(Error::invalid(
            Field::AppSecret,
            "Password (App Secret) is empty. Use --no-app-secret for an app without one (PKCE alone), or --keep-app-secret for the stored one.",
        )),
    }
}

#[expect(clippy::too_many_arguments, reason = "one for each thing that was typed")]
async fn begin(
    app: &App,
    output: &Output,
    id: &str,
    app_key: &str,
    app_secret: Option<Secret>,
    consent: Consent,
    open: bool,
    account: AccountChoice,
) -> Result<ExitCode, Problem> {
    let operator = app.begin_authorization(id, app_key, app_secret, consent).await?;
    let Some(request) = operator.request else {
        return Err(Error::NoRequest(id.to_owned()).into());
    };
    let here = consent.place == Place::ThisComputer;
    let wait = async {
        output.request(id, &request);
        if open {
            open_browser(app, output, id).await?;
        }
        if here { answered(app, output, id, &request).await } else { Ok(()) }
    };
    match or_interrupted(wait).await {
        Ended::Done(result) => result?,
        Ended::Interrupted(ending) => {
            output.waiting_ended(id, &request);
            return Ok(exit::interrupted(ending));
        }
    }
    if here {
        output.operator(&put_in_force(app, output, id, account).await?);
    }
    Ok(ExitCode::SUCCESS)
}

/// The URL was printed, so where no browser opens it can be opened by hand, and the waiting begins all the same.
async fn open_browser(app: &App, output: &Output, id: &str) -> Result<(), Problem> {
    let url = app.link(Link::Authorize, Some(id)).await?;
    if let Err(error) = open::that_detached(url.as_str()) {
        output.advice(&Error::BrowserFailed(error.to_string()).problem());
    }
    Ok(())
}

/// Waits for the redirect with a visible clock, and says once what may be wrong when it takes long.
async fn answered(app: &App, output: &Output, id: &str, begun: &AuthorizationRequest) -> Result<(), Problem> {
    let (clock, mut events, mut advised) = (output.clock(begun), app.events(), false);
    loop {
        let operator = app.show_operator(id).await?;
        let request = operator.request.ok_or_else(|| Error::NoRequest(id.to_owned()))?;
        // No two requests have the same URL: the state is in it. What another program has begun is saved there.
        if request.url != begun.url {
            return Err(Error::RequestReplaced(id.to_owned()).into());
        }
        if request.phase == RequestPhase::Granted {
            return Ok(());
        }
        if let Some(problem) = request.problem {
            if request.code_received {
                clock.above(|| output.code_is_kept(id));
            }
            return Err(problem);
        }
        if let Some(advice) = request.advice.filter(|_| !advised) {
            advised = true;
            clock.above(|| output.advice(&advice));
        }
        tokio::select! {
            event = events.recv() => {
                if matches!(event, Err(RecvError::Closed)) {
                    return Err(Error::NotGranted.into());
                }
            }
            () = tick(&clock) => {}
        }
    }
}

async fn tick(clock: &Clock) {
    clock.tick();
    tokio::time::sleep(Duration::from_secs(1)).await;
}

/// Saves. What has to be confirmed is said, each of it, with the command that confirms it.
async fn put_in_force(app: &App, output: &Output, id: &str, account: AccountChoice) -> Result<Operator, Problem> {
    let confirmed = Confirmed {
        account: account.confirm_account,
        shared_with: account.confirm_shared_with,
    };
    match app.save_authorization(id, confirmed).await {
        Ok(operator) => Ok(operator),
        Err(Error::AccountDiffers { .. } | Error::AccountTaken { .. }) => {
            let request = app.show_operator(id).await?.request;
            let mut warnings = request.map(|request| request.warnings).unwrap_or_default();
            let how = format!("To confirm: {}", confirming(id, &warnings));
            let last = warnings.pop().map(|warning| warning.problem);
            warnings.iter().for_each(|warning| output.problem(&warning.problem));
            let mut last = last.unwrap_or_else(|| Error::NotGranted.problem());
            last.hint = Some(last.hint.map_or_else(|| how.clone(), |hint| format!("{hint} {how}")));
            Err(last)
        }
        Err(error) => Err(error.into()),
    }
}
