//! What the pages say, in the languages of the window. The browser says which one its user reads.

use super::page::Page;

/// A language that the pages speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Language {
    /// English.
    #[default]
    En,
    /// German.
    De,
    /// Spanish.
    Es,
}

/// Title and text.
type Words = (&'static str, &'static str);

impl Language {
    /// The language that an `Accept-Language` header prefers among ours (RFC 9110 section 12.5.4); English where it names none.
    pub(super) fn preferred(header: &[u8]) -> Self {
        let header = std::str::from_utf8(header).unwrap_or_default();
        let ranges = header.split(',').filter_map(range);
        // Of two with the same weight the first counts.
        let best = ranges.fold(None, |best: Option<(f32, Self)>, (weight, language)| match best {
            Some((most, _)) if most >= weight => best,
            _ => Some((weight, language)),
        });
        best.map(|(_, language)| language).unwrap_or_default()
    }

    /// Its tag.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Es => "es",
        }
    }

    pub(super) fn words(self, page: Page) -> Words {
        match self {
            Self::En => english(page),
            Self::De => german(page),
            Self::Es => spanish(page),
        }
    }
}

/// `de-AT;q=0.8`: a language of ours with a weight above zero.
fn range(text: &str) -> Option<(f32, Language)> {
    let mut parts = text.split(';').map(str::trim);
    let primary = parts.next()?.split('-').next()?;
    let languages = [Language::En, Language::De, Language::Es];
    let language = languages.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))?;
    let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |weight| weight.parse().ok())?;
    (weight > 0.0).then_some((weight, language))
}

fn english(page: Page) -> Words {
    match page {
        Page::Authorized => (
            "Dropbox is authorized",
            "Outtray has received the confirmation of Dropbox. You can close this page and return to Outtray.",
        ),
        Page::Confirmed => (
            "Dropbox has confirmed",
            "One step is left: return to Outtray and click Save. You can close this page.",
        ),
        Page::Refused => (
            "Access was not allowed",
            "You clicked Cancel, so Outtray has no access to your Dropbox. You can close this page. To try again, click Generate Key in Outtray.",
        ),
        Page::Failed => (
            "Dropbox did not confirm",
            "Something went wrong after you clicked Allow. Outtray shows what happened and what to do. You can close this page.",
        ),
        Page::SeeOuttray => ("Return to Outtray", "Outtray shows how it ended. You can close this page."),
        Page::NotAwaited => (
            "Nothing is waiting for this page",
            "This page was loaded again, or its authorization request has ended. You can close it. Outtray shows how the authorization stands.",
        ),
        Page::NotFound => ("There is nothing here", "You can close this page."),
        Page::GetOnly => ("This page can only be opened", "You can close this page."),
        Page::BadRequest => ("This is not a request for a page", "You can close this page."),
    }
}

fn german(page: Page) -> Words {
    match page {
        Page::Authorized => (
            "Dropbox ist autorisiert",
            "Outtray hat die Bestätigung von Dropbox erhalten. Sie können diese Seite schließen und zu Outtray zurückkehren.",
        ),
        Page::Confirmed => (
            "Dropbox hat bestätigt",
            "Ein Schritt fehlt noch: Kehren Sie zu Outtray zurück, und klicken Sie auf Speichern. Sie können diese Seite schließen.",
        ),
        Page::Refused => (
            "Der Zugriff wurde nicht erlaubt",
            "Sie haben auf Abbrechen (Cancel) geklickt, daher hat Outtray keinen Zugriff auf Ihre Dropbox. Sie können diese Seite schließen. Um es noch einmal zu versuchen, klicken Sie in Outtray auf Generate Key.",
        ),
        Page::Failed => (
            "Dropbox hat nicht bestätigt",
            "Nachdem Sie auf Allow geklickt haben, ist etwas schiefgegangen. Outtray zeigt, was geschehen ist und was zu tun ist. Sie können diese Seite schließen.",
        ),
        Page::SeeOuttray => (
            "Zurück zu Outtray",
            "Outtray zeigt, wie es ausgegangen ist. Sie können diese Seite schließen.",
        ),
        Page::NotAwaited => (
            "Diese Seite wird nicht erwartet",
            "Diese Seite wurde erneut geladen, oder ihre Autorisierungsanfrage ist beendet. Sie können sie schließen. Outtray zeigt, wie es um die Autorisierung steht.",
        ),
        Page::NotFound => ("Hier gibt es nichts", "Sie können diese Seite schließen."),
        Page::GetOnly => ("Diese Seite kann nur geöffnet werden", "Sie können diese Seite schließen."),
        Page::BadRequest => ("Das ist kein Aufruf einer Seite", "Sie können diese Seite schließen."),
    }
}

fn spanish(page: Page) -> Words {
    match page {
        Page::Authorized => (
            "Dropbox está autorizado",
            "Outtray ha recibido la confirmación de Dropbox. Puede cerrar esta página y volver a Outtray.",
        ),
        Page::Confirmed => (
            "Dropbox ha confirmado",
            "Falta un paso: vuelva a Outtray y haga clic en Guardar. Puede cerrar esta página.",
        ),
        Page::Refused => (
            "No se permitió el acceso",
            "Hizo clic en Cancelar (Cancel), así que Outtray no tiene acceso a su Dropbox. Puede cerrar esta página. Para intentarlo de nuevo, haga clic en Generate Key en Outtray.",
        ),
        Page::Failed => (
            "Dropbox no confirmó",
            "Algo salió mal después de que hiciera clic en Allow. Outtray muestra qué ocurrió y qué hacer. Puede cerrar esta página.",
        ),
        Page::SeeOuttray => ("Vuelva a Outtray", "Outtray muestra cómo terminó. Puede cerrar esta página."),
        Page::NotAwaited => (
            "No se espera esta página",
            "Esta página se volvió a cargar, o su solicitud de autorización ha terminado. Puede cerrarla. Outtray muestra en qué estado está la autorización.",
        ),
        Page::NotFound => ("Aquí no hay nada", "Puede cerrar esta página."),
        Page::GetOnly => ("Esta página solo se puede abrir", "Puede cerrar esta página."),
        Page::BadRequest => ("Esto no es una solicitud de página", "Puede cerrar esta página."),
    }
}
