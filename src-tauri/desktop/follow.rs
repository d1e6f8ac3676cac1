//! What follows from an event: the pages hear of it, the tray shows how everything stands now, the window comes to the front when the
//! browser has brought an answer, and what nobody has seen is told by a notification.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use outtray::{
    App, Error,
    event::Event,
    operator::{Operator, Place, RequestPhase},
    overview::Overview,
    settings::Settings,
    store::deliveries::DeliveryState,
    unicode::shown,
};
use tauri::{AppHandle, Emitter};
use tokio::{
    sync::broadcast::error::RecvError,
    time::{Instant, sleep, sleep_until},
};

use crate::{
    news::{Known, News, Told},
    notification,
    tray::{self, Shown},
    window,
    words::Words,
};

/// What the pages listen to.
const CHANGED: &str = "changed";
/// The tray shows many changes in a row as one.
const SETTLE: Duration = Duration::from_millis(300);
/// A computer may sleep meanwhile, and a wait does not count those hours: the clock is looked at this often.
const LOOK: Duration = Duration::from_secs(60);

/// Follows the events of one opened library until it is closed.
pub(crate) struct Follower {
    handle: AppHandle,
    app: App,
    known: Known,
    told: Told,
    overview: Overview,
    /// When the tray is brought up to date.
    refresh_at: Option<Instant>,
}

impl Follower {
    /// Runs until nobody sends events any more.
    pub(crate) async fn run(handle: AppHandle, app: App) {
        let mut events = app.events();
        let known = Known::new(&app.list_unsettled_operators().await.unwrap_or_default());
        let mut this = Self {
            handle,
            app,
            known,
            told: Told::default(),
            overview: Overview::default(),
            refresh_at: None,
        };
        this.refresh().await;
        loop {
            tokio::select! {
                event = events.recv() => match event {
                    Ok(event) => this.heard(&event).await,
                    // Some were missed: a page that re-reads everything is right again.
                    Err(RecvError::Lagged(_)) => this.missed().await,
                    Err(RecvError::Closed) => return,
                },
                () = sleep_until(this.refresh_at.unwrap_or_else(Instant::now)), if this.refresh_at.is_some() => this.refresh().await,
                () = sleep(until(this.overview.next_expiry_at)), if this.overview.next_expiry_at.is_some() => this.look_at_the_clock().await,
            }
        }
    }

    async fn heard(&mut self, event: &Event) {
        self.emit(event);
        self.refresh_soon();
        match event {
            // A record that has changed may be gone.
            Event::Authorization { operator_id } | Event::Operator { operator_id } => self.look(&operator_id.key()).await,
            Event::Delivery { delivery_id, .. } => self.look_at_delivery(*delivery_id).await,
            Event::Everything => self.look_at_everything().await,
            Event::Settings | Event::Operators | Event::Activity => {}
        }
    }

    async fn missed(&mut self) {
        self.emit(&Event::Everything);
        self.refresh_soon();
        self.look_at_everything().await;
    }

    async fn look_at_everything(&mut self) {
        let Ok(operators) = self.app.list_operators().await else {
            return;
        };
        self.known.keep(&operators);
        for operator in &operators {
            self.look_closely(operator).await;
        }
    }

    /// The hour of somebody may be over: nobody sends an event then, and the pages hear of it from here.
    async fn look_at_the_clock(&mut self) {
        for id in self.known.expired(now_ms()) {
            if let Some(operator) = self.find(&id).await {
                self.emit(&Event::Authorization {
                    operator_id: operator.id.clone(),
                });
                self.look_closely(&operator).await;
            }
        }
        self.refresh().await;
    }

    async fn look(&mut self, key: &str) {
        if let Some(operator) = self.find(key).await {
            self.look_closely(&operator).await;
        }
    }

    /// An operator as everything stands now; whoever is not there any more is forgotten.
    async fn find(&mut self, key: &str) -> Option<Operator> {
        match self.app.show_operator(key).await {
            Ok(operator) => Some(operator),
            Err(Error::OperatorNotFound(_)) => {
                self.known.forget(key);
                None
            }
            // What cannot be read now comes again.
            Err(_) => None,
        }
    }

    async fn look_closely(&mut self, operator: &Operator) {
        let Some(news) = self.known.look(operator) else {
            return;
        };
        let settings = self.settings().await;
        self.tell(&settings, &news.said(Words::of(settings.language), operator));
        if answered(news, operator) {
            window::to_front_for_an_answer(&self.handle);
        }
    }

    async fn look_at_delivery(&mut self, id: i64) {
        let Ok(delivery) = self.app.show_delivery(id).await else {
            return;
        };
        if delivery.state != DeliveryState::NeedsAttention || !self.told.is_news(id) {
            return;
        }
        let settings = self.settings().await;
        let text = Words::of(settings.language).delivery;
        let text = text
            .replace("{operator}", delivery.operator_id.as_str())
            .replace("{file}", &shown(&delivery.file_name));
        self.tell(&settings, &text);
    }

    /// A notification, unless the window shows it anyway or nobody wants any.
    fn tell(&self, settings: &Settings, text: &str) {
        if settings.notifications && !window::is_seen(&self.handle) {
            notification::show(&self.handle, text);
        }
    }

    fn refresh_soon(&mut self) {
        self.refresh_within(SETTLE);
    }

    /// Unless it is to be sooner anyway.
    fn refresh_within(&mut self, wait: Duration) {
        let at = Instant::now() + wait;
        self.refresh_at = Some(self.refresh_at.map_or(at, |planned| planned.min(at)));
    }

    async fn refresh(&mut self) {
        self.refresh_at = None;
        match show_in_tray(&self.handle, &self.app).await {
            Ok(overview) => self.overview = overview,
            Err(error) => {
                tracing::warn!(code = error.code(), "the tray could not be brought up to date");
                // The hour that it knew may be over: then the clock would ask for the next try at once, again and again.
                self.overview.next_expiry_at = None;
                self.refresh_within(LOOK);
            }
        }
    }

    async fn settings(&self) -> Settings {
        self.app.get_settings().await.unwrap_or_default()
    }

    fn emit(&self, event: &Event) {
        if let Err(error) = self.handle.emit_to(window::MAIN, CHANGED, event) {
            tracing::warn!(%error, "an event did not reach the window");
        }
    }
}

/// Lets the tray show how everything stands now.
pub(crate) async fn show_in_tray(handle: &AppHandle, app: &App) -> Result<Overview, Error> {
    let overview = app.get_overview().await?;
    let shown = Shown {
        status: overview.into(),
        practice: app.get_about().await?.practice,
        words: Words::of(app.get_settings().await?.language),
    };
    tray::show(handle, shown).await;
    Ok(overview)
}

/// Whether the browser on this computer has brought an answer.
fn answered(news: News, operator: &Operator) -> bool {
    let request = operator.request.as_ref();
    let here = request.is_some_and(|request| {
        request.place == Place::ThisComputer && matches!(request.phase, RequestPhase::Granted | RequestPhase::Failed)
    });
    here && matches!(news, News::Confirmed | News::Refused | News::Failed)
}

fn until(time: Option<i64>) -> Duration {
    let left = time.unwrap_or_default() - now_ms();
    // A moment later it is over for whoever looks.
    Duration::from_millis(u64::try_from(left).unwrap_or(0) + 5).min(LOOK)
}

fn now_ms() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_millis()).unwrap_or(i64::MAX)
}
