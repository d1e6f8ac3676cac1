//! The tray of Linux desktops: a StatusNotifierItem on the session bus. A desktop may have no place for it, or have one only later: at a
//! login it may start after us.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use ksni::{Handle, MenuItem, OfflineReason, ToolTip, TrayMethods, menu::StandardItem};
use tauri::{AppHandle, Manager};

use super::{Choice, Choose, Shown};

/// The item on the bus, and whether anybody shows it.
struct Tray {
    item: Handle<Item>,
    is_shown: Arc<AtomicBool>,
}

struct Item {
    handle: AppHandle,
    shown: Shown,
    choose: Choose,
    is_shown: Arc<AtomicBool>,
}

/// Puts the item on the bus; without a bus there is no tray.
pub(crate) async fn start(handle: &AppHandle, shown: Shown, choose: Choose) {
    let is_shown = Arc::new(AtomicBool::new(true));
    let item = Item {
        handle: handle.clone(),
        shown,
        choose,
        is_shown: Arc::clone(&is_shown),
    };
    match item.assume_sni_available(true).spawn().await {
        Ok(item) => {
            handle.manage(Tray { item, is_shown });
        }
        Err(error) => tracing::info!(%error, "this system has no tray"),
    }
}

/// Whether there is an icon that a person can find.
pub(crate) fn is_there(handle: &AppHandle) -> bool {
    handle.try_state::<Tray>().is_some_and(|tray| tray.is_shown.load(Ordering::Relaxed))
}

/// Shows something else.
pub(crate) async fn show(handle: &AppHandle, shown: Shown) {
    let Some(item) = handle.try_state::<Tray>().map(|tray| tray.item.clone()) else {
        return;
    };
    item.update(|item| item.shown = shown).await;
}

impl ksni::Tray for Item {
    fn id(&self) -> String {
        "outtray".to_owned()
    }

    fn title(&self) -> String {
        "Outtray".to_owned()
    }

    fn icon_pixmap(&self) -> Vec<ksni::Icon> {
        let icon = self.shown.icon();
        let mut data = icon.rgba().to_vec();
        // RGBA to ARGB, as the bus wants it.
        data.chunks_exact_mut(4).for_each(|pixel| pixel.rotate_right(1));
        vec![ksni::Icon {
            width: i32::try_from(icon.width()).unwrap_or(0),
            height: i32::try_from(icon.height()).unwrap_or(0),
            data,
        }]
    }

    fn tool_tip(&self) -> ToolTip {
        ToolTip {
            title: self.shown.tooltip(),
            ..ToolTip::default()
        }
    }

    fn activate(&mut self, _: i32, _: i32) {
        (self.choose)(&self.handle, Choice::Open);
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        let item = |line: super::Line| {
            let choice = line.choice;
            StandardItem {
                // An underscore would mark the key of an item.
                label: line.text.replace('_', "__"),
                enabled: choice.is_some(),
                activate: Box::new(move |item: &mut Self| {
                    if let Some(choice) = choice {
                        (item.choose)(&item.handle, choice);
                    }
                }),
                ..StandardItem::default()
            }
            .into()
        };
        self.shown.lines().into_iter().map(item).collect()
    }

    fn watcher_online(&self) {
        self.is_shown.store(true, Ordering::Relaxed);
    }

    fn watcher_offline(&self, _: OfflineReason) -> bool {
        self.is_shown.store(false, Ordering::Relaxed);
        // A window that was closed to a tray that is gone would be lost.
        crate::window::to_front_unless_seen(&self.handle);
        true
    }
}
