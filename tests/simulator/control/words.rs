//! *Try what happens when…* in the languages of the window.

use axum::http::{HeaderMap, header::ACCEPT_LANGUAGE};

use super::orders::Trouble;
use crate::simulator::inbound::pairs;

/// What the page says.
pub(super) struct Words {
    /// The language's tag.
    pub(super) tag: &'static str,
    pub(super) banner: &'static str,
    pub(super) title: &'static str,
    pub(super) how: &'static str,
    pub(super) well: &'static str,
    pub(super) happening: &'static str,
    pub(super) as_before: &'static str,
    pub(super) more: &'static str,
    /// Title and text of each, in the order of [`Trouble::ALL`].
    troubles: [(&'static str, &'static str); 5],
}

impl Words {
    /// In the language that the address asks for, or else the browser prefers among ours (RFC 9110 section 12.5.4, without weights).
    pub(super) fn wanted(headers: &HeaderMap, query: &str) -> &'static Self {
        let asked = pairs(query.as_bytes()).into_iter().find(|(name, _)| name == "language");
        let header = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let preferred = header.split(',').filter_map(Self::find).next();
        asked.and_then(|(_, language)| Self::find(&language)).or(preferred).unwrap_or(&EN)
    }

    /// Of a tag; English where it is not one of ours.
    pub(super) fn of(tag: &str) -> &'static Self {
        Self::find(tag).unwrap_or(&EN)
    }

    fn find(range: &str) -> Option<&'static Self> {
        let primary = range.split(['-', ';']).next()?.trim();
        [&EN, &DE, &ES].into_iter().find(|words| words.tag.eq_ignore_ascii_case(primary))
    }

    pub(super) fn of_trouble(&self, trouble: Trouble) -> (&'static str, &'static str) {
        self.troubles[trouble as usize]
    }
}

static EN: Words = Words {
    tag: "en",
    banner: "This is the practice Dropbox on this computer. Nothing here reaches the real one.",
    title: "Try what happens when…",
    how: "Choose what goes wrong. Then send a test file or a report in Outtray, and see what it says. “As before” ends it all.",
    well: "Nothing goes wrong.",
    happening: "Happening now",
    as_before: "As before",
    more: "Everything else that can go wrong (in English)",
    troubles: [
        (
            "…the user removes the app",
            "Dropbox accepts none of today's authorizations. Outtray asks for a new one, and a new one works. “As before” accepts the old ones again.",
        ),
        (
            "…the user's Dropbox is full",
            "Dropbox refuses every file, because there is no space.",
        ),
        (
            "…Dropbox is busy",
            "Dropbox answers every call with “too many requests” and asks for five seconds of patience. Outtray waits and tries again.",
        ),
        ("…the connection is slow", "Every answer comes five seconds later."),
        (
            "…the network fails",
            "Nothing reaches this Dropbox, its own pages included. This page goes on working: only the way to Dropbox is cut.",
        ),
    ],
};

static DE: Words = Words {
    tag: "de",
    banner: "Das ist die Übungs-Dropbox auf diesem Computer. Nichts hiervon erreicht die echte.",
    title: "Ausprobieren, was geschieht, wenn…",
    how: "Wählen Sie, was schiefgeht. Senden Sie dann in Outtray eine Testdatei oder einen Report, und sehen Sie, was es meldet. „Wie vorher“ beendet alles.",
    well: "Es geht nichts schief.",
    happening: "Geschieht gerade",
    as_before: "Wie vorher",
    more: "Alles andere, was schiefgehen kann (auf Englisch)",
    troubles: [
        (
            "…der Benutzer die App entfernt",
            "Dropbox nimmt keine der heutigen Autorisierungen mehr an. Outtray verlangt eine neue, und eine neue funktioniert. „Wie vorher“ nimmt die alten wieder an.",
        ),
        (
            "…die Dropbox des Benutzers voll ist",
            "Dropbox lehnt jede Datei ab, weil kein Platz ist.",
        ),
        (
            "…Dropbox überlastet ist",
            "Dropbox beantwortet jeden Aufruf mit „zu viele Anfragen“ und bittet um fünf Sekunden Geduld. Outtray wartet und versucht es wieder.",
        ),
        ("…die Verbindung langsam ist", "Jede Antwort kommt fünf Sekunden später."),
        (
            "…das Netzwerk ausfällt",
            "Nichts erreicht diese Dropbox, auch ihre eigenen Seiten nicht. Diese Seite funktioniert weiter: Nur der Weg zu Dropbox ist unterbrochen.",
        ),
    ],
};

static ES: Words = Words {
    tag: "es",
    banner: "Este es el Dropbox de práctica de este equipo. Nada de esto llega al real.",
    title: "Probar qué ocurre cuando…",
    how: "Elija qué falla. Después envíe en Outtray un archivo de prueba o un informe y vea qué dice. «Como antes» termina con todo.",
    well: "No falla nada.",
    happening: "Ocurre ahora",
    as_before: "Como antes",
    more: "Todo lo demás que puede fallar (en inglés)",
    troubles: [
        (
            "…el usuario quita la app",
            "Dropbox no acepta ninguna de las autorizaciones actuales. Outtray pide una nueva, y una nueva funciona. «Como antes» vuelve a aceptar las antiguas.",
        ),
        (
            "…el Dropbox del usuario está lleno",
            "Dropbox rechaza todos los archivos, porque no hay espacio.",
        ),
        (
            "…Dropbox está saturado",
            "Dropbox responde a cada llamada con «demasiadas solicitudes» y pide cinco segundos de paciencia. Outtray espera y lo intenta de nuevo.",
        ),
        ("…la conexión es lenta", "Cada respuesta llega cinco segundos más tarde."),
        (
            "…falla la red",
            "Nada llega a este Dropbox, ni siquiera a sus páginas. Esta página sigue funcionando: solo está cortado el camino a Dropbox.",
        ),
    ],
};
