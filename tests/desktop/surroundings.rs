//! The desktop around the window, as far as the window speaks with it: who shows tray icons and notifications, and the close button.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use x11rb::{
    connection::Connection as _,
    protocol::xproto::{AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, ImageFormat, MapState, Window},
    rust_connection::RustConnection,
};
use zbus::{
    Connection, fdo, interface,
    zvariant::{OwnedValue, Structure, Value},
};

const DEADLINE: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(40);

/// An item of a menu as `com.canonical.dbusmenu` has it: number, properties, items below it.
type MenuItem = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

/// What was shown.
#[derive(Default)]
struct Shown {
    /// The bus names of tray icons.
    icons: Vec<String>,
    notifications: Vec<String>,
}

/// A desktop with a tray and notifications.
pub(crate) struct Surroundings {
    bus: Connection,
    shown: Arc<Mutex<Shown>>,
}

struct Watcher(Arc<Mutex<Shown>>);

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: &str) {
        self.0.lock().unwrap().icons.push(service.to_owned());
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }
}

struct Notifications(Arc<Mutex<Shown>>);

#[interface(name = "org.freedesktop.Notifications")]
impl Notifications {
    #[expect(clippy::too_many_arguments, reason = "the desktop's own interface")]
    fn notify(
        &self,
        _program: &str,
        _replaces: u32,
        _icon: &str,
        _summary: &str,
        body: &str,
        _actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _timeout: i32,
    ) -> u32 {
        let mut shown = self.0.lock().unwrap();
        shown.notifications.push(body.to_owned());
        u32::try_from(shown.notifications.len()).unwrap()
    }

    fn close_notification(&self, _id: u32) {}

    fn get_capabilities(&self) -> Vec<String> {
        vec!["body".to_owned()]
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        let text = |text: &str| text.to_owned();
        (text("test"), text("test"), text("1"), text("1.2"))
    }
}

impl Surroundings {
    /// Begins before the window does.
    pub(crate) async fn start() -> fdo::Result<Self> {
        let shown = Arc::new(Mutex::new(Shown::default()));
        let bus = zbus::connection::Builder::session()?
            .serve_at("/StatusNotifierWatcher", Watcher(Arc::clone(&shown)))?
            .serve_at("/org/freedesktop/Notifications", Notifications(Arc::clone(&shown)))?
            .name("org.kde.StatusNotifierWatcher")?
            .name("org.freedesktop.Notifications")?
            .build()
            .await?;
        Ok(Self { bus, shown })
    }

    /// What the notifications have said so far.
    pub(crate) fn notifications(&self) -> Vec<String> {
        self.shown.lock().unwrap().notifications.clone()
    }

    /// Waits for a notification that says this.
    pub(crate) async fn until_notification(&self, text: &str) {
        let start = Instant::now();
        while !self.notifications().iter().any(|said| said.contains(text)) {
            assert!(
                start.elapsed() < DEADLINE,
                "“{text}” was not notified, but {:?}",
                self.notifications()
            );
            tokio::time::sleep(LOOK).await;
        }
    }

    /// The lines of the tray's menu with their numbers, once there is an icon.
    async fn menu(&self) -> Vec<(i32, String)> {
        let Some(icon) = self.shown.lock().unwrap().icons.last().cloned() else {
            return Vec::new();
        };
        let everything = (0, -1, Vec::<String>::new());
        let interface = Some("com.canonical.dbusmenu");
        let Ok(answer) = self.bus.call_method(Some(icon.as_str()), "/MenuBar", interface, "GetLayout", &everything).await else {
            return Vec::new();
        };
        let (_, root): (u32, MenuItem) = answer.body().deserialize().unwrap();
        root.2.into_iter().filter_map(line).collect()
    }

    /// Waits until the tray's menu has a line with this text; its number.
    pub(crate) async fn until_menu(&self, text: &str) -> i32 {
        let start = Instant::now();
        loop {
            let menu = self.menu().await;
            if let Some((id, _)) = menu.iter().find(|(_, label)| label.contains(text)) {
                return *id;
            }
            assert!(start.elapsed() < DEADLINE, "the tray does not say “{text}”, but {menu:?}");
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Clicks a line of the tray's menu; a menu that changes meanwhile is read again.
    pub(crate) async fn choose(&self, text: &str) {
        let start = Instant::now();
        loop {
            let click = (self.until_menu(text).await, "clicked", Value::from(0), 0_u32);
            let icon = self.shown.lock().unwrap().icons.last().cloned().unwrap();
            let interface = Some("com.canonical.dbusmenu");
            match self.bus.call_method(Some(icon.as_str()), "/MenuBar", interface, "Event", &click).await {
                Ok(_) => return,
                Err(error) => assert!(start.elapsed() < DEADLINE, "“{text}” could not be chosen: {error}"),
            }
        }
    }
}

/// A line of a menu, `(ia{sv}av)`: its number and its label.
fn line(item: OwnedValue) -> Option<(i32, String)> {
    let item = Structure::try_from(item).ok()?;
    let [Value::I32(id), Value::Dict(properties), ..] = item.fields() else {
        return None;
    };
    Some((*id, properties.get::<_, String>(&"label").ok()??))
}

/// Clicks the close button of the window, as a window manager does it (ICCCM section 4.2.8.1).
pub(crate) fn click_close() {
    let (display, screen) = RustConnection::connect(None).unwrap();
    let atom = |name: &str| display.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom;
    let root = display.setup().roots[screen].root;
    let window = shown(&display, root).expect("the window should be on the screen");
    let data = [atom("WM_DELETE_WINDOW"), 0, 0, 0, 0];
    let message = ClientMessageEvent::new(32, window, atom("WM_PROTOCOLS"), data);
    display.send_event(false, window, EventMask::NO_EVENT, message).unwrap().check().unwrap();
}

/// Waits until the window is on the screen, or until it is not.
pub(crate) async fn until_on_screen(expected: bool) {
    let start = Instant::now();
    while is_on_screen() != expected {
        assert!(start.elapsed() < DEADLINE, "the window should be on the screen: {expected}");
        tokio::time::sleep(LOOK).await;
    }
}

/// Whether the window is on the screen.
pub(crate) fn is_on_screen() -> bool {
    let (display, screen) = RustConnection::connect(None).unwrap();
    shown(&display, display.setup().roots[screen].root).is_some()
}

/// Waits until the window is at a place (x, y, width and height) that is as it should be.
pub(crate) async fn until_place(what: &str, is_right: impl Fn((i32, i32, i32, i32)) -> bool) {
    let start = Instant::now();
    loop {
        let place = place();
        if place.is_some_and(&is_right) {
            return;
        }
        assert!(start.elapsed() < DEADLINE, "the window should be {what}, but is at {place:?}");
        tokio::time::sleep(LOOK).await;
    }
}

fn place() -> Option<(i32, i32, i32, i32)> {
    let (display, screen) = RustConnection::connect(None).unwrap();
    let window = shown(&display, display.setup().roots[screen].root)?;
    let place = display.get_geometry(window).unwrap().reply().ok()?;
    Some((place.x.into(), place.y.into(), place.width.into(), place.height.into()))
}

/// Waits until the screen shows a window that is as it should be, and returns its pixels, four bytes each.
pub(crate) async fn until_drawn(what: &str, is_right: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let start = Instant::now();
    loop {
        if let Some(pixels) = pixels().filter(|pixels| is_right(pixels)) {
            return pixels;
        }
        assert!(start.elapsed() < DEADLINE, "the screen should show {what}");
        tokio::time::sleep(LOOK).await;
    }
}

fn pixels() -> Option<Vec<u8>> {
    let (display, screen) = RustConnection::connect(None).unwrap();
    let window = shown(&display, display.setup().roots[screen].root)?;
    let place = display.get_geometry(window).unwrap().reply().ok()?;
    let image = display.get_image(ImageFormat::Z_PIXMAP, window, 0, 0, place.width, place.height, u32::MAX);
    Some(image.unwrap().reply().ok()?.data)
}

/// The window, where it is on the screen. GTK has others of the same title that never are.
fn shown(display: &RustConnection, root: Window) -> Option<Window> {
    let children = display.query_tree(root).unwrap().reply().map(|tree| tree.children).unwrap_or_default();
    let is_shown = |window: &Window| {
        let attributes = display.get_window_attributes(*window).unwrap().reply();
        attributes.is_ok_and(|attributes| attributes.map_state == MapState::VIEWABLE)
    };
    children
        .into_iter()
        .find(|window| is_shown(window) && title(display, *window).starts_with("Outtray"))
}

fn title(display: &RustConnection, window: Window) -> String {
    let answer = display.get_property(false, window, AtomEnum::WM_NAME, AtomEnum::ANY, 0, 64).unwrap().reply();
    answer.map(|answer| String::from_utf8_lossy(&answer.value).into_owned()).unwrap_or_default()
}
