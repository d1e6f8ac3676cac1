//! The table of what programs decide by: code, kind and field of each error, one arm for each.

use super::{Error, Field, ProblemKind as Kind};

/// What programs decide by.
#[derive(Clone, Copy, Debug)]
struct Entry {
    code: &'static str,
    kind: Kind,
    field: Option<Field>,
}

const fn about(code: &'static str, kind: Kind) -> Entry {
    Entry { code, kind, field: None }
}

impl Entry {
    /// Names the field of the form that the error belongs to.
    const fn at(self, field: Field) -> Self {
        Self {
            field: Some(field),
            ..self
        }
    }
}

impl Error {
    /// Returns the stable code, for programs and for the administrator's guide.
    pub fn code(&self) -> &'static str {
        self.about().code
    }

    /// Returns what kind of failure it is.
    pub fn kind(&self) -> Kind {
        self.about().kind
    }

    /// Returns the field of the form that it belongs to.
    pub fn field(&self) -> Option<Field> {
        self.about().field
    }

    /// Returns every field that it may be about: Dropbox does not say whether it is the key or the secret that is wrong.
    pub fn fields(&self) -> Vec<Field> {
        match self {
            Self::InvalidApp => vec![Field::AppKey, Field::AppSecret],
            _ => self.field().into_iter().collect(),
        }
    }

    #[expect(clippy::too_many_lines, reason = "a table of data")]
    fn about(&self) -> Entry {
        match self {
            Self::InterfaceOff => about("interface_off", Kind::InterfaceOff),
            Self::OperatorNotFound(_) => about("operator_not_found", Kind::Input),
            Self::OperatorExists(_) => about("operator_exists", Kind::Input).at(Field::Id),
            Self::OperatorTwice { .. } => about("operator_twice", Kind::Input).at(Field::Id),
            Self::RowTooLong => about("row_too_long", Kind::Input),
            Self::ImportRefused(_) => about("import_refused", Kind::Input),
            Self::OperatorInactive(_) => about("operator_inactive", Kind::Other),
            Self::Invalid { field, .. } => about("invalid_input", Kind::Input).at(*field),
            Self::InvalidApp => about("invalid_app_key", Kind::Input).at(Field::AppKey),
            Self::InvalidAppSecret => about("invalid_app_secret", Kind::Input).at(Field::AppSecret),
            Self::CheckCancelled => about("check_cancelled", Kind::Other),
            Self::AuthorizationRefused => about("authorization_refused", Kind::Authorization),
            Self::AuthorizationFailed(_) => about("authorization_failed", Kind::Authorization),
            Self::InvalidCode => about("invalid_code", Kind::Input).at(Field::AuthorizationCode),
            Self::OtherRequest => about("other_request", Kind::Input).at(Field::AuthorizationCode),
            Self::RequestExpired => about("request_expired", Kind::Authorization),
            Self::NoRequest(_) => about("no_request", Kind::Input),
            Self::RequestReplaced(_) => about("request_replaced", Kind::Input),
            Self::NotGranted => about("not_granted", Kind::Input),
            Self::NoRedirect(_) => about("no_redirect", Kind::Other),
            Self::PortsBusy(_) => about("ports_busy", Kind::Other),
            Self::RedirectPortBusy(_) => about("redirect_port_busy", Kind::Other),
            Self::MissingScope(_) => about("missing_scope", Kind::Authorization),
            Self::AccountDiffers { .. } => about("account_differs", Kind::Input),
            Self::AccountTaken { .. } => about("account_taken", Kind::Input),
            Self::NotAuthorized(_) => about("not_authorized", Kind::Authorization),
            Self::AuthorizationRevoked(_) => about("authorization_revoked", Kind::Authorization),
            Self::Network(_) => about("network", Kind::Unreachable),
            Self::ProxyUnusable { .. } => about("proxy_unusable", Kind::Other),
            Self::ProxyScript(_) => about("proxy_script", Kind::Other),
            Self::ProxyUnreachable { .. } => about("proxy_unreachable", Kind::Unreachable).at(Field::ProxyAddress),
            Self::ProxyCredentialsMissing(_) => about("proxy_credentials_missing", Kind::Other).at(Field::ProxyUser),
            Self::ProxyCredentialsWrong(_) => about("proxy_credentials_wrong", Kind::Other).at(Field::ProxyPassword),
            Self::ProxyLogin { .. } => about("proxy_login", Kind::Other),
            Self::ProxyRefused { .. } => about("proxy_refused", Kind::Unreachable),
            Self::NotDropbox(_) => about("not_dropbox", Kind::Unreachable),
            Self::DropboxBusy(_) => about("dropbox_busy", Kind::Unreachable),
            Self::DropboxRefused(_) => about("dropbox_refused", Kind::Other),
            Self::AccountSuspended => about("account_suspended", Kind::Other),
            Self::AccessDenied(_) => about("access_denied", Kind::Other),
            Self::TransportLimit(_) => about("transport_limit", Kind::Other),
            Self::TeamSpaceDenied(_) => about("team_space_denied", Kind::Other),
            Self::DropboxFull => about("dropbox_full", Kind::Other),
            Self::TeamFolderFull(_) => about("team_folder_full", Kind::Other),
            Self::MemberFull(_) => about("member_full", Kind::Other),
            Self::UploadLimit(_) => about("upload_limit", Kind::Other),
            Self::NameRefused(_) => about("name_refused", Kind::Other),
            Self::NameReserved(_) => about("name_reserved", Kind::Other),
            Self::NameTaken(_) => about("name_taken", Kind::Other),
            Self::FolderInTheWay(_) => about("folder_in_the_way", Kind::Other),
            Self::FileInTheWay(_) => about("file_in_the_way", Kind::Other),
            Self::NoWritePermission(_) => about("no_write_permission", Kind::Other),
            Self::TeamFolder(_) => about("team_folder", Kind::Other),
            Self::AccessRestricted(_) => about("access_restricted", Kind::Other),
            Self::PlaceRefused(_) => about("place_refused", Kind::Other),
            Self::EncryptedFolder(_) => about("encrypted_folder", Kind::Other),
            Self::FileTooLarge(_) => about("file_too_large", Kind::Other),
            Self::KeychainMissing(_) => about("keychain_missing", Kind::Keychain),
            Self::KeychainLocked => about("keychain_locked", Kind::Keychain),
            Self::KeychainNoAnswer => about("keychain_no_answer", Kind::Keychain),
            Self::KeychainDenied(_) => about("keychain_denied", Kind::Keychain),
            Self::KeyFileInvalid(_) => about("key_file_invalid", Kind::Keychain),
            Self::KeyFileExposed(_) => about("key_file_exposed", Kind::Keychain),
            Self::KeyFileUnusable { .. } => about("key_file_unusable", Kind::Keychain),
            Self::MasterKeyLost | Self::KeyFileLost(_) => about("master_key_lost", Kind::Keychain),
            Self::MasterKeyWrong | Self::KeyFileWrong(_) => about("master_key_wrong", Kind::Keychain),
            Self::MasterKeyWorks => about("master_key_works", Kind::Keychain),
            Self::FileUnreadable { .. } => about("file_unreadable", Kind::Input),
            Self::FileUnwritable { .. } => about("file_unwritable", Kind::Input),
            Self::FileInUse(_) => about("file_in_use", Kind::Other),
            Self::FileChanged(_) => about("file_changed", Kind::Other),
            Self::Interrupted(_) => about("interrupted", Kind::Other),
            Self::CommandEnded => about("interrupted", Kind::Other),
            Self::SystemLimit(_) => about("system_limit", Kind::Other),
            Self::Fault(_) => about("fault", Kind::Other),
            Self::DeliveryTakenOver(_) => about("delivery_taken_over", Kind::Other),
            Self::DeliveredUnnoted { .. } => about("delivered_unnoted", Kind::Data),
            Self::NoDelivery(_) => about("no_delivery", Kind::Input),
            Self::NothingToDecide(_) => about("nothing_to_decide", Kind::Input),
            Self::SourceUnknown(_) => about("source_unknown", Kind::Input),
            Self::SourceReplaced(_) => about("source_replaced", Kind::Input),
            Self::RecordDamaged(_) => about("record_damaged", Kind::Data),
            Self::ContentDiffers => about("content_differs", Kind::Other),
            Self::DataFolder { .. } => about("data_folder", Kind::Data),
            Self::NetworkFolder { .. } => about("network_folder", Kind::Data),
            Self::NoLocks(_) => about("no_locks", Kind::Data),
            Self::CertificatesMissing(_) => about("certificates_missing", Kind::Other),
            Self::ClockWrong(_) => about("clock_wrong", Kind::Other),
            Self::StoreFailed(_) => about("store_failed", Kind::Data),
            Self::StoreCorrupt(_) => about("store_corrupt", Kind::Data),
            Self::DiskFull(_) => about("disk_full", Kind::Data),
            Self::StoreHeld { .. } => about("store_held", Kind::Data),
            Self::StoreReadOnly(_) => about("store_read_only", Kind::Data),
            Self::StoreEmpty(_) => about("store_empty", Kind::Data),
            Self::StoreMissing(_) => about("store_missing", Kind::Data),
            Self::StoreForeign(_) => about("store_foreign", Kind::Data),
            Self::StoreNewer => about("store_newer", Kind::Data),
            Self::AddressRefused(_) => about("address_refused", Kind::Input),
            Self::BrowserFailed(_) => about("browser_failed", Kind::Other),
            Self::StartAtLogin(_) => about("start_at_login_failed", Kind::Other),
            Self::AlreadyOpen(_) => about("already_open", Kind::Other),
            Self::SimulatorFailed(_) => about("simulator_failed", Kind::Other),
            Self::SimulatorEnded => about("simulator_ended", Kind::Other),
        }
    }
}
