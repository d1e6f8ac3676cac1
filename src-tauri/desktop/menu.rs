//! The menu bar of macOS: what people expect there, with the shortcuts that they know. Copy and paste in the window need its Edit menu.

use tauri::{
    App, AppHandle,
    menu::{AboutMetadata, MenuBuilder, MenuEvent, MenuItemBuilder, SubmenuBuilder},
};

use crate::{
    quit, window,
    words::Words,
    zoom::{self, Step},
};

const OPTIONS: &str = "menu-options";
const NEW_OPERATOR: &str = "menu-new-operator";
const QUIT: &str = "menu-quit";
const ZOOM_IN: &str = "menu-zoom-in";
const ZOOM_OUT: &str = "menu-zoom-out";
const ZOOM_RESET: &str = "menu-zoom-reset";

/// Puts the menu bar there.
pub(crate) fn build(app: &App, words: &'static Words) -> tauri::Result<()> {
    let item = |id: &str, text: &str, keys: &str| MenuItemBuilder::with_id(id, text).accelerator(keys).build(app);
    let program = SubmenuBuilder::new(app, "Outtray")
        .about(Some(AboutMetadata::default()))
        .separator()
        .item(&item(OPTIONS, words.menu.options, "Cmd+,")?)
        .separator()
        .services()
        .separator()
        .hide()
        .hide_others()
        .show_all()
        .separator()
        // Ours, not the system's: that one would cut off what is under way.
        .item(&item(QUIT, words.quit, "Cmd+Q")?)
        .build()?;
    let file = SubmenuBuilder::new(app, words.menu.file)
        .item(&item(NEW_OPERATOR, words.menu.new_operator, "Cmd+N")?)
        .separator()
        .close_window()
        .build()?;
    let edit = SubmenuBuilder::new(app, words.menu.edit)
        .undo()
        .redo()
        .separator()
        .cut()
        .copy()
        .paste()
        .select_all()
        .build()?;
    let view = SubmenuBuilder::new(app, words.menu.view)
        // The key of + has = without Shift, which is what people press.
        .item(&item(ZOOM_IN, words.menu.larger, "Cmd+=")?)
        .item(&item(ZOOM_OUT, words.menu.smaller, "Cmd+-")?)
        .item(&item(ZOOM_RESET, words.menu.usual_size, "Cmd+0")?)
        .separator()
        .fullscreen()
        .build()?;
    let windows = SubmenuBuilder::new(app, words.menu.window).minimize().maximize().build()?;
    let menu = MenuBuilder::new(app).items(&[&program, &file, &edit, &view, &windows]).build()?;
    app.set_menu(menu)?;
    app.on_menu_event(choose);
    Ok(())
}

fn choose(handle: &AppHandle, event: MenuEvent) {
    match event.id().as_ref() {
        OPTIONS => show(handle, "#/options"),
        NEW_OPERATOR => show(handle, "#/new-operator"),
        QUIT => quit::request(handle),
        ZOOM_IN => step(handle, Step::In),
        ZOOM_OUT => step(handle, Step::Out),
        ZOOM_RESET => step(handle, Step::Reset),
        _ => {}
    }
}

fn show(handle: &AppHandle, address: &'static str) {
    window::go_to(handle, address);
    window::to_front(handle);
}

fn step(handle: &AppHandle, step: Step) {
    zoom::step(handle, step);
}
