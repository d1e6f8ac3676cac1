//! The words that the program says outside its pages: tray, notifications, menus. All languages stand here, complete: a word that one of
//! them lacks does not compile.

use outtray::settings::Language;

/// Everything that is said, in one language. `{…}` is filled in.
#[derive(Debug)]
pub(crate) struct Words {
    /// Tray: shows the window.
    pub(crate) open: &'static str,
    /// Tray and menu: ends the program.
    pub(crate) quit: &'static str,
    /// Tray: the practice banner.
    pub(crate) practice: &'static str,
    /// Tray: nobody waits, nothing needs anybody.
    pub(crate) well: &'static str,
    /// Tray: operators for whom something is awaited.
    pub(crate) waiting: Counted,
    /// Tray: operators that need somebody.
    pub(crate) attention: Counted,
    /// Tray: the library could not be opened.
    pub(crate) broken: &'static str,
    /// Dropbox has confirmed.
    pub(crate) confirmed: &'static str,
    /// The user clicked Cancel.
    pub(crate) refused: &'static str,
    /// The authorization did not come about.
    pub(crate) failed: &'static str,
    /// The hour is over.
    pub(crate) expired: &'static str,
    /// Dropbox has ended the authorization in force.
    pub(crate) ended: &'static str,
    /// A delivery needs attention.
    pub(crate) delivery: &'static str,
    /// Closing the window for the first time.
    pub(crate) close_to_tray: &'static str,
    /// Quit while a file is on its way.
    pub(crate) finishing: &'static str,
    /// The menu bar of macOS.
    #[cfg(target_os = "macos")]
    pub(crate) menu: Menu,
}

/// A sentence about a number of operators.
#[derive(Debug)]
pub(crate) struct Counted {
    one: &'static str,
    many: &'static str,
}

/// What the menu bar says beside the system's own items.
#[cfg(target_os = "macos")]
#[derive(Debug)]
pub(crate) struct Menu {
    pub(crate) options: &'static str,
    pub(crate) file: &'static str,
    pub(crate) new_operator: &'static str,
    pub(crate) edit: &'static str,
    pub(crate) view: &'static str,
    pub(crate) larger: &'static str,
    pub(crate) smaller: &'static str,
    pub(crate) usual_size: &'static str,
    pub(crate) window: &'static str,
}

impl Counted {
    /// The sentence for so many.
    pub(crate) fn of(&self, count: u32) -> String {
        match count {
            1 => self.one.to_owned(),
            _ => self.many.replace("{count}", &count.to_string()),
        }
    }
}

impl Words {
    /// In the language of the settings; where that is the system's and we do not speak it, in English.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &ENGLISH,
            Language::De => &GERMAN,
            Language::Es => &SPANISH,
            Language::System => Self::of_locale(&sys_locale::get_locale().unwrap_or_default()),
        }
    }

    /// `de_AT.UTF-8`, `es-MX`: only the language counts.
    fn of_locale(locale: &str) -> &'static Self {
        match locale.get(..2).unwrap_or_default().to_lowercase().as_str() {
            "de" => &GERMAN,
            "es" => &SPANISH,
            _ => &ENGLISH,
        }
    }
}

static ENGLISH: Words = Words {
    open: "Open Outtray",
    quit: "Quit Outtray",
    practice: "Practice mode: nothing is sent to the real Dropbox",
    well: "All is well",
    waiting: Counted {
        one: "1 operator is waiting",
        many: "{count} operators are waiting",
    },
    attention: Counted {
        one: "1 operator needs attention",
        many: "{count} operators need attention",
    },
    broken: "Outtray could not start; its window says why",
    confirmed: "{operator}: Dropbox has confirmed. Open Controls and click Save.",
    refused: "{operator}: the user did not allow access. Click Generate Key to ask again.",
    failed: "{operator}: the authorization failed. Controls says why.",
    expired: "{operator}: the hour is up and nobody clicked Allow. Click Generate Key to ask again.",
    ended: "{operator}: Dropbox has ended the authorization. Reports wait until it is authorized again.",
    delivery: "{operator}: “{file}” was not delivered. The record says why.",
    close_to_tray: "Outtray keeps running in the tray. Quit is in its menu; Administrator Options can turn this off.",
    finishing: "Outtray finishes what is under way, then quits. Quit once more to end it at once.",
    #[cfg(target_os = "macos")]
    menu: Menu {
        options: "Administrator Options…",
        file: "File",
        new_operator: "New Operator",
        edit: "Edit",
        view: "View",
        larger: "Zoom In",
        smaller: "Zoom Out",
        usual_size: "Actual Size",
        window: "Window",
    },
};

static GERMAN: Words = Words {
    open: "Outtray öffnen",
    quit: "Outtray beenden",
    practice: "Übungsmodus: Nichts geht an die echte Dropbox",
    well: "Alles in Ordnung",
    waiting: Counted {
        one: "1 Operator wartet",
        many: "{count} Operatoren warten",
    },
    attention: Counted {
        one: "1 Operator: Aktion erforderlich",
        many: "{count} Operatoren: Aktion erforderlich",
    },
    broken: "Outtray konnte nicht starten; im Fenster steht, warum",
    confirmed: "{operator}: Dropbox hat bestätigt. Öffnen Sie Controls und klicken Sie auf Speichern.",
    refused: "{operator}: Der Benutzer hat den Zugriff nicht erlaubt. Klicken Sie auf Generate Key, um noch einmal zu fragen.",
    failed: "{operator}: Die Autorisierung kam nicht zustande. In Controls steht, warum.",
    expired: "{operator}: Die Stunde ist abgelaufen, und niemand hat auf Allow geklickt. Klicken Sie auf Generate Key, um noch einmal zu fragen.",
    ended: "{operator}: Dropbox hat die Autorisierung beendet. Reports warten, bis Dropbox wieder autorisiert ist.",
    delivery: "{operator}: „{file}“ wurde nicht zugestellt. Im Datensatz steht, warum.",
    close_to_tray: "Outtray läuft im Infobereich weiter. „Outtray beenden“ steht dort in seinem Menü; in Administrator Options lässt sich das Weiterlaufen abschalten.",
    finishing: "Outtray schließt ab, was unterwegs ist, und wird dann beendet. Wählen Sie noch einmal „Outtray beenden“, um es sofort zu beenden.",
    #[cfg(target_os = "macos")]
    menu: Menu {
        options: "Administrator Options…",
        file: "Ablage",
        new_operator: "Neuer Operator",
        edit: "Bearbeiten",
        view: "Darstellung",
        larger: "Vergrößern",
        smaller: "Verkleinern",
        usual_size: "Originalgröße",
        window: "Fenster",
    },
};

static SPANISH: Words = Words {
    open: "Abrir Outtray",
    quit: "Salir de Outtray",
    practice: "Modo de práctica: no se envía nada al Dropbox real",
    well: "Todo en orden",
    waiting: Counted {
        one: "1 operador en espera",
        many: "{count} operadores en espera",
    },
    attention: Counted {
        one: "1 operador requiere atención",
        many: "{count} operadores requieren atención",
    },
    broken: "Outtray no pudo iniciarse; su ventana dice por qué",
    confirmed: "{operator}: Dropbox ha confirmado. Abra Controls y haga clic en Guardar.",
    refused: "{operator}: el usuario no permitió el acceso. Haga clic en Generate Key para pedirlo otra vez.",
    failed: "{operator}: la autorización no se completó. Controls dice por qué.",
    expired: "{operator}: ha pasado la hora y nadie hizo clic en Allow. Haga clic en Generate Key para pedirlo otra vez.",
    ended: "{operator}: Dropbox ha anulado la autorización. Los informes esperan hasta que Dropbox se autorice de nuevo.",
    delivery: "{operator}: «{file}» no se entregó. El registro dice por qué.",
    close_to_tray: "Outtray sigue en la bandeja del sistema. «Salir de Outtray» está allí en su menú; en Administrator Options se puede desactivar.",
    finishing: "Outtray termina lo que está en curso y después se cierra. Elija otra vez «Salir de Outtray» para cerrarlo al instante.",
    #[cfg(target_os = "macos")]
    menu: Menu {
        options: "Administrator Options…",
        file: "Archivo",
        new_operator: "Nuevo operador",
        edit: "Edición",
        view: "Visualización",
        larger: "Ampliar",
        smaller: "Reducir",
        usual_size: "Tamaño real",
        window: "Ventana",
    },
};
