//! What the pages may ask for: one command for each use case of [`outtray::App`], with the same name. Nothing is decided here.
//!
//! The list in [`handler`] is the only one: `build.rs` makes from it what a page may ask for, and a test holds `ui/api.js` to it.

use std::sync::Arc;

use outtray::{
    activity::Activity,
    app::{About, Link, ProxyTest},
    diagnosis::Check,
    diagnostics::Diagnostics,
    error::Problem,
    local_copy::LocalCopy,
    operator::{AppInUse, Confirmed, Consent, Operator, OperatorFields, Place},
    operator_csv::{Import, Reader},
    secret::Secret,
    settings::{ChosenSettings, Settings},
    store::deliveries::Delivery,
};
use serde::{Deserialize, Serialize};
use tauri::{AppHandle, State, Wry, ipc::Invoke};
use tauri_plugin_opener::OpenerExt;

use crate::{collected::Collected, export, opened::Opened, practice, start_at_login, zoom};

type Answer<T> = Result<T, Problem>;

/// Returns all commands.
pub(crate) fn handler() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        get_about,
        get_settings,
        set_settings,
        test_proxy,
        list_operators,
        list_removed_operators,
        show_operator,
        add_operator,
        change_operator,
        preview_destination,
        remove_operator,
        restore_operator,
        preview_import,
        import_operators,
        export_operators,
        list_apps_in_use,
        check_app,
        begin_authorization,
        complete_authorization,
        cancel_authorization,
        save_authorization,
        reveal_authorization,
        check_authorization,
        revoke_authorization,
        open_link,
        send_test_file,
        send_again,
        dismiss_delivery,
        find_local_copy,
        list_deliveries,
        list_activity,
        diagnose,
        replace_master_key,
        collect_diagnostics,
        export_diagnostics,
        start_practice,
        end_practice,
        open_practice_control,
        reopen,
        zoom,
    ]
}

/// A new record: its id and its fields.
#[derive(Deserialize)]
struct NewOperator {
    id: String,
    #[serde(flatten)]
    fields: OperatorFields,
}

/// What this program is, with what only the window knows.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WindowAbout {
    #[serde(flatten)]
    about: About,
    /// Whether there is a way back to the real Dropbox: not where the program was started on somebody's simulator.
    can_end_practice: bool,
}

/// Administrator Options as the window shows them: with what only the system knows.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct WindowSettings {
    #[serde(flatten)]
    settings: Settings,
    /// Whether the system starts the program at a login; nothing where it does not say, or where nothing was chosen.
    start_at_login: Option<bool>,
}

/// A bundle that was saved, and what whoever gives it away has to know.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExportedDiagnostics {
    path: String,
    left_out: Vec<String>,
    not_searched: Option<Problem>,
}

fn problem(error: outtray::Error) -> Problem {
    tracing::info!(code = error.code(), "a command was refused");
    error.problem()
}

#[tauri::command]
async fn get_about(opened: State<'_, Opened>) -> Answer<WindowAbout> {
    Ok(WindowAbout {
        about: opened.app()?.get_about().await.map_err(problem)?,
        can_end_practice: opened.is_practice(),
    })
}

#[tauri::command]
async fn get_settings(handle: AppHandle, opened: State<'_, Opened>) -> Answer<WindowSettings> {
    Ok(WindowSettings {
        settings: opened.app()?.get_settings().await.map_err(problem)?,
        start_at_login: start_at_login::get(&handle),
    })
}

#[tauri::command]
async fn set_settings(
    handle: AppHandle,
    opened: State<'_, Opened>,
    settings: WindowSettings,
    proxy_password: Option<Secret>,
) -> Answer<WindowSettings> {
    // First what may be refused, so that a refusal changes nothing; a system that does not let itself be changed keeps nobody from the rest.
    let chosen = ChosenSettings {
        settings: settings.settings,
        proxy_password,
    };
    let saved = opened.app()?.set_settings(chosen).await.map_err(problem)?;
    if let Some(on) = settings.start_at_login {
        start_at_login::set(&handle, on).map_err(problem)?;
    }
    Ok(WindowSettings {
        settings: saved,
        start_at_login: start_at_login::get(&handle),
    })
}

#[tauri::command]
async fn test_proxy(opened: State<'_, Opened>, settings: WindowSettings, proxy_password: Option<Secret>) -> Answer<ProxyTest> {
    let chosen = ChosenSettings {
        settings: settings.settings,
        proxy_password,
    };
    opened.app()?.test_proxy(chosen).await.map_err(problem)
}

#[tauri::command]
async fn list_operators(opened: State<'_, Opened>) -> Answer<Vec<Operator>> {
    opened.app()?.list_operators().await.map_err(problem)
}

#[tauri::command]
async fn list_removed_operators(opened: State<'_, Opened>) -> Answer<Vec<Operator>> {
    opened.app()?.list_removed_operators().await.map_err(problem)
}

#[tauri::command]
async fn show_operator(opened: State<'_, Opened>, operator_id: String) -> Answer<Operator> {
    opened.app()?.show_operator(&operator_id).await.map_err(problem)
}

#[tauri::command]
async fn add_operator(opened: State<'_, Opened>, operator: NewOperator) -> Answer<Operator> {
    opened.app()?.add_operator(&operator.id, operator.fields).await.map_err(problem)
}

#[tauri::command]
async fn change_operator(opened: State<'_, Opened>, operator_id: String, operator: OperatorFields) -> Answer<Operator> {
    opened.app()?.change_operator(&operator_id, operator).await.map_err(problem)
}

#[tauri::command]
async fn preview_destination(opened: State<'_, Opened>, operator_id: String, destination: String, file_name: String) -> Answer<String> {
    let app = opened.app()?;
    app.preview_destination(&operator_id, &destination, &file_name)
        .await
        .map_err(|error| error.problem())
}

#[tauri::command]
async fn remove_operator(opened: State<'_, Opened>, operator_id: String) -> Answer<()> {
    opened.app()?.remove_operator(&operator_id).await.map_err(problem)
}

#[tauri::command]
async fn restore_operator(opened: State<'_, Opened>, operator_id: String) -> Answer<Operator> {
    opened.app()?.restore_operator(&operator_id).await.map_err(problem)
}

#[tauri::command]
async fn preview_import(opened: State<'_, Opened>, csv: Vec<u8>) -> Answer<Import> {
    opened.app()?.preview_import(&csv).await.map_err(problem)
}

#[tauri::command]
async fn import_operators(opened: State<'_, Opened>, csv: Vec<u8>) -> Answer<Import> {
    opened.app()?.import_operators(&csv).await.map_err(problem)
}

/// Writes a file and answers where it is: the page itself writes none.
#[tauri::command]
async fn export_operators(handle: AppHandle, opened: State<'_, Opened>, operator_ids: Vec<String>) -> Answer<String> {
    let csv = opened.app()?.export_operators(&operator_ids, Reader::Spreadsheets).await.map_err(problem)?;
    export::save(&handle, "Outtray operators", "csv", &csv).map_err(problem)
}

#[tauri::command]
async fn list_apps_in_use(opened: State<'_, Opened>, operator_id: String) -> Answer<Vec<AppInUse>> {
    opened.app()?.list_apps_in_use(&operator_id).await.map_err(problem)
}

#[tauri::command]
async fn check_app(opened: State<'_, Opened>, operator_id: String, app_key: String, app_secret: Option<Secret>) -> Answer<()> {
    opened.app()?.check_app(&operator_id, &app_key, app_secret).await.map_err(problem)
}

#[tauri::command]
async fn begin_authorization(
    opened: State<'_, Opened>,
    operator_id: String,
    app_key: String,
    app_secret: Option<Secret>,
    place: Place,
    force_reauthentication: bool,
) -> Answer<Operator> {
    let app = opened.app()?;
    let consent = Consent {
        place,
        force_reauthentication,
        saves_itself: false,
    };
    app.begin_authorization(&operator_id, &app_key, app_secret, consent).await.map_err(problem)
}

#[tauri::command]
async fn complete_authorization(opened: State<'_, Opened>, operator_id: String, authorization_code: Option<Secret>) -> Answer<Operator> {
    let app = opened.app()?;
    app.complete_authorization(&operator_id, authorization_code).await.map_err(problem)
}

#[tauri::command]
async fn cancel_authorization(opened: State<'_, Opened>, operator_id: String) -> Answer<Operator> {
    opened.app()?.cancel_authorization(&operator_id).await.map_err(problem)
}

#[tauri::command]
async fn save_authorization(opened: State<'_, Opened>, operator_id: String, confirmed: Confirmed) -> Answer<Operator> {
    let app = opened.app()?;
    app.save_authorization(&operator_id, confirmed).await.map_err(problem)
}

/// The only secret that a page ever receives: the procedure displays it.
#[tauri::command]
async fn reveal_authorization(opened: State<'_, Opened>, operator_id: String) -> Answer<String> {
    let secret = opened.app()?.reveal_authorization(&operator_id).await.map_err(problem)?;
    Ok(secret.expose().to_owned())
}

#[tauri::command]
async fn check_authorization(opened: State<'_, Opened>, operator_id: String) -> Answer<Operator> {
    opened.app()?.check_authorization(&operator_id).await.map_err(problem)
}

#[tauri::command]
async fn revoke_authorization(opened: State<'_, Opened>, operator_id: String) -> Answer<Operator> {
    opened.app()?.revoke_authorization(&operator_id).await.map_err(problem)
}

/// Opens one of the pages that we mean in the system browser; an address never comes from a page.
#[tauri::command]
async fn open_link(handle: AppHandle, opened: State<'_, Opened>, link: Link, operator_id: Option<String>) -> Answer<()> {
    let url = opened.app()?.link(link, operator_id.as_deref()).await.map_err(problem)?;
    let result = handle.opener().open_url(url, None::<&str>);
    result.map_err(|error| problem(outtray::Error::BrowserFailed(error.to_string())))
}

#[tauri::command]
async fn send_test_file(opened: State<'_, Opened>, operator_id: String) -> Answer<Delivery> {
    opened.app()?.send_test_file(&operator_id).await.map_err(problem)
}

#[tauri::command]
async fn send_again(opened: State<'_, Opened>, delivery_id: i64) -> Answer<Delivery> {
    opened.app()?.send_again(delivery_id).await.map(|sent| sent.delivery).map_err(problem)
}

#[tauri::command]
async fn dismiss_delivery(opened: State<'_, Opened>, delivery_id: i64) -> Answer<Delivery> {
    opened.app()?.dismiss_delivery(delivery_id).await.map_err(problem)
}

#[tauri::command]
async fn find_local_copy(opened: State<'_, Opened>, operator_id: String, delivery_id: i64) -> Answer<LocalCopy> {
    opened.app()?.find_local_copy(&operator_id, delivery_id).await.map_err(problem)
}

#[tauri::command]
async fn list_deliveries(opened: State<'_, Opened>, operator_id: Option<String>) -> Answer<Vec<Delivery>> {
    opened.app()?.list_deliveries(operator_id.as_deref()).await.map_err(problem)
}

#[tauri::command]
async fn list_activity(opened: State<'_, Opened>, operator_id: Option<String>) -> Answer<Vec<Activity>> {
    opened.app()?.list_activity(operator_id.as_deref()).await.map_err(problem)
}

#[tauri::command]
async fn diagnose(opened: State<'_, Opened>) -> Answer<Vec<Check>> {
    opened.app()?.diagnose().await.map_err(problem)
}

#[tauri::command]
async fn replace_master_key(opened: State<'_, Opened>) -> Answer<()> {
    opened.app()?.replace_master_key().await.map_err(problem)
}

/// What is shown is what [`export_diagnostics`] writes, until the next time or until the page begins anew.
#[tauri::command]
async fn collect_diagnostics(opened: State<'_, Opened>, collected: State<'_, Collected>) -> Answer<Diagnostics> {
    let diagnostics = opened.app()?.collect_diagnostics().await.map_err(problem)?;
    collected.keep(diagnostics.clone());
    Ok(diagnostics)
}

/// Writes what was collected last, or what there is now where nobody has looked at anything; answers where it is and how it was searched.
#[tauri::command]
async fn export_diagnostics(handle: AppHandle, opened: State<'_, Opened>, collected: State<'_, Collected>) -> Answer<ExportedDiagnostics> {
    let diagnostics = match collected.shown() {
        Some(diagnostics) => diagnostics,
        None => Arc::new(opened.app()?.collect_diagnostics().await.map_err(problem)?),
    };
    let written = diagnostics.zip().and_then(|zip| export::save(&handle, "Outtray diagnostics", "zip", &zip));
    Ok(ExportedDiagnostics {
        path: written.map_err(problem)?,
        left_out: diagnostics.left_out.clone(),
        not_searched: diagnostics.not_searched.clone(),
    })
}

/// Try it without a Dropbox account. The window begins again, on practice data.
#[tauri::command]
async fn start_practice(handle: AppHandle, opened: State<'_, Opened>) -> Answer<()> {
    opened.change(&handle, true).await.map_err(problem)
}

/// Back to the real Dropbox.
#[tauri::command]
async fn end_practice(handle: AppHandle, opened: State<'_, Opened>) -> Answer<()> {
    opened.change(&handle, false).await.map_err(problem)
}

/// Try what happens when…: opens the page on which the practice Dropbox is told what goes wrong, in the language of the window.
#[tauri::command]
async fn open_practice_control(handle: AppHandle, opened: State<'_, Opened>) -> Answer<()> {
    let settings = opened.app()?.get_settings().await.map_err(problem)?;
    let control = practice::control(&handle).map_err(problem)?;
    let page = format!("{control}/?language={}", settings.language.as_str());
    let result = handle.opener().open_url(page, None::<&str>);
    result.map_err(|error| problem(outtray::Error::BrowserFailed(error.to_string())))
}

/// Try again, after the library could not be opened. The window begins again.
#[tauri::command]
async fn reopen(handle: AppHandle, opened: State<'_, Opened>) -> Answer<()> {
    opened.reopen(&handle).await
}

/// Shows everything larger, smaller, or as it usually is; answers how large, in percent.
#[tauri::command]
fn zoom(handle: AppHandle, step: zoom::Step) -> u32 {
    zoom::step(&handle, step)
}
