//! The one error that leaves the library: what happened and why, what to do, a stable code, and the field it belongs to.
//!
//! A variant exists for each thing that a person can be told; here is what happened, `hint` says what to do, `about` has code,
//! kind and field. The edges (store, vault, Dropbox, loopback) have errors of their own and convert them into these where they are defined.

mod about;
mod field;
mod hint;
mod kind;
mod problem;

pub use self::{field::Field, kind::ProblemKind, problem::Problem};
use crate::unicode::{code_point, difference};

/// Everything that a person can be told.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Interface to Dropbox is off.
    #[error("Interface to Dropbox is off, so nothing is sent to Dropbox.")]
    InterfaceOff,
    /// No such operator.
    #[error("There is no operator “{0}”.")]
    OperatorNotFound(String),
    /// The id is taken.
    #[error("There is already an operator “{0}”. Capital and small letters count as the same.")]
    OperatorExists(String),
    /// The id stands in the file twice.
    #[error("The file has the operator “{id}” already, in line {line}. Capital and small letters count as the same.")]
    OperatorTwice {
        /// The id.
        id: String,
        /// Where it stands first.
        line: u64,
    },
    /// A row of the file has more fields than its header.
    #[error("The row has more fields than the header has columns.")]
    RowTooLong,
    /// The file as a whole cannot be imported.
    #[error("The file cannot be read as a list of operators: {0}.")]
    ImportRefused(String),
    /// The record is switched off.
    #[error("Operator “{0}” is not active, so no reports are delivered.")]
    OperatorInactive(String),
    /// A field does not hold what it should.
    #[error("{reason}")]
    Invalid {
        /// The field.
        field: Field,
        /// What is wrong with it, and what it should hold.
        reason: String,
        /// What other fields do not hold.
        others: Vec<Error>,
    },
    /// `check/app` or the token call refused the app key or the app secret.
    #[error("Dropbox does not know this app key and app secret.")]
    InvalidApp,
    /// `check/app` refused the app secret of an app key that an authorization in force was given to.
    #[error("Dropbox knows this app key, but not with this app secret.")]
    InvalidAppSecret,
    /// The administrator cancelled Generate Key, or the check of what is typed, before Dropbox had answered.
    #[error("The check of the app key and the app secret was cancelled.")]
    CheckCancelled,
    /// The user clicked Cancel on the consent page (RFC 6749 section 4.1.2.1, `access_denied`).
    #[error("The user did not allow access: Cancel was clicked on the Dropbox page.")]
    AuthorizationRefused,
    /// Dropbox sent the browser back with an error other than a refusal.
    #[error("Dropbox ended the authorization with the error “{0}”.")]
    AuthorizationFailed(String),
    /// `invalid_grant` on the exchange of a code.
    #[error(
        "Dropbox does not accept this Temporary Authorization Key. It was mistyped, used before, has expired, or belongs to another URL."
    )]
    InvalidCode,
    /// A pasted address belongs to another request.
    #[error("This address belongs to another authorization request, so it was not used.")]
    OtherRequest,
    /// The hour is over.
    #[error("The hour for this authorization is over, so its URL no longer works.")]
    RequestExpired,
    /// There is nothing to complete.
    #[error("No authorization is under way for operator “{0}”.")]
    NoRequest(String),
    /// Generate Key was clicked again meanwhile, here or in another program.
    #[error("Another authorization request of operator “{0}” has taken the place of this one.")]
    RequestReplaced(String),
    /// The code has not come yet.
    #[error("Dropbox has not confirmed the authorization yet.")]
    NotGranted,
    /// The redirect is awaited longer than a person takes to click. Nothing has failed: it is advice.
    #[error(
        "Dropbox has not sent the browser back yet. If its page says “Invalid redirect_uri”, the app does not have this line among its Redirect URIs: {0}"
    )]
    NoRedirect(String),
    /// None of the redirect ports can be used.
    #[error("Outtray cannot listen for the answer of Dropbox: {0}")]
    PortsBusy(String),
    /// The port of a request that was under way is taken now.
    #[error("Port {0}, on which the answer of Dropbox was awaited, is in use by another program now.")]
    RedirectPortBusy(u16),
    /// The grant, or the app, lacks a scope.
    #[error("The app does not have the permission {0}, so Dropbox refuses what Outtray has to do.")]
    MissingScope(String),
    /// The account has another e-mail than the record.
    #[error("Dropbox was authorized as {actual}, but this operator’s e-mail is {expected}.", expected = told_apart(expected, actual))]
    AccountDiffers {
        /// The e-mail in the record.
        expected: String,
        /// The e-mail of the account.
        actual: String,
    },
    /// Other operators have the account already.
    #[error("The Dropbox account {email} already belongs to operator “{operator}”.", operator = operators.join("”, “"))]
    AccountTaken {
        /// The e-mail of the account.
        email: String,
        /// The ids of all who have it.
        operators: Vec<String>,
    },
    /// Nothing is in force.
    #[error("Dropbox is not authorized for operator “{0}”.")]
    NotAuthorized(String),
    /// `invalid_grant` on a refresh, or 401 `invalid_access_token`.
    #[error("Dropbox has ended the authorization of operator “{0}”: the user removed the app, or the app was changed or deleted.")]
    AuthorizationRevoked(String),
    /// No answer from Dropbox.
    #[error("Dropbox could not be reached: {0}.")]
    Network(String),
    /// The proxy that the system or the environment names is none that can be used.
    #[error("The proxy that is set in {origin} cannot be used. {reason}")]
    ProxyUnusable {
        /// Where it is set.
        origin: String,
        /// Why, as a sentence.
        reason: String,
    },
    /// Nothing connects, and a script decides about proxies on this computer.
    #[error("This computer is configured by the script {0}, which Outtray does not read: it goes to Dropbox without a proxy.")]
    ProxyScript(String),
    /// The proxy's host is not there, or takes no connection.
    #[error("The proxy {proxy} cannot be reached: {reason}.")]
    ProxyUnreachable {
        /// Its address.
        proxy: String,
        /// How far it came.
        reason: String,
    },
    /// 407, and none were sent.
    #[error("The proxy {0} wants a user name and a password.")]
    ProxyCredentialsMissing(String),
    /// 407 all the same.
    #[error("The proxy {0} does not accept this user name and password.")]
    ProxyCredentialsWrong(String),
    /// 407 with other ways to log in than the one that a user name and a password are for (RFC 7617).
    #[error("The proxy {proxy} wants a log-in that Outtray does not have: {schemes}.")]
    ProxyLogin {
        /// Its address.
        proxy: String,
        /// The ways to log in that it offers.
        schemes: String,
    },
    /// It answers, and does not connect.
    #[error("The proxy {proxy} does not connect to Dropbox: {reason}.")]
    ProxyRefused {
        /// Its address.
        proxy: String,
        /// What it says.
        reason: String,
    },
    /// An answer that is not Dropbox's.
    #[error("Something on the way answered in place of Dropbox: {0}.")]
    NotDropbox(String),
    /// 429 or 5xx.
    #[error("Dropbox is busy at the moment and asked to try again later: {0}.")]
    DropboxBusy(String),
    /// Any refusal that has no sentence of its own.
    #[error("Dropbox refused the call: {0}.")]
    DropboxRefused(String),
    /// 401 `user_suspended`.
    #[error("The Dropbox account is suspended.")]
    AccountSuspended,
    /// 403, and 401 of the kinds that say nothing about the token.
    #[error("Dropbox does not let this app or this account do that: {0}.")]
    AccessDenied(String),
    /// 403 `invalid_account_type/feature`: the monthly data transport limit of the team.
    #[error("The Dropbox team has used up what apps may upload in a month: {0}.")]
    TransportLimit(String),
    /// 422 `no_permission`.
    #[error("Dropbox does not let this account use the team’s space: {0}.")]
    TeamSpaceDenied(String),
    /// `insufficient_space`.
    #[error("There is no room left in this Dropbox.")]
    DropboxFull,
    /// `team_folder_insufficient_space`.
    #[error("There is no room left in the team folder of {0}.")]
    TeamFolderFull(String),
    /// `member_folder_insufficient_space`.
    #[error("This member of the Dropbox team has no room left for {0}.")]
    MemberFull(String),
    /// `upload_traffic_limit_reached`.
    #[error("Dropbox takes no upload to {0} now: as much has been uploaded as is allowed.")]
    UploadLimit(String),
    /// `malformed_path`.
    #[error("Dropbox does not accept the name {0}.")]
    NameRefused(String),
    /// `disallowed_name`.
    #[error("Dropbox keeps the name {0} for itself.")]
    NameReserved(String),
    /// `conflict/file`: another content has the name.
    #[error("In Dropbox there is already another file {0}.")]
    NameTaken(String),
    /// `conflict/folder`.
    #[error("In Dropbox a folder stands where the file should go: {0}.")]
    FolderInTheWay(String),
    /// `conflict/file_ancestor`.
    #[error("In Dropbox a file stands where a folder is needed for {0}.")]
    FileInTheWay(String),
    /// `no_write_permission`.
    #[error("This Dropbox account may not write to {0}.")]
    NoWritePermission(String),
    /// `team_folder`.
    #[error("{0} is a team folder itself, which Dropbox does not let apps write over.")]
    TeamFolder(String),
    /// `access_restricted`.
    #[error("A rule of the team’s Dropbox administrator forbids writing to {0}.")]
    AccessRestricted(String),
    /// `operation_suppressed`.
    #[error("Dropbox does not allow files to be written to {0}.")]
    PlaceRefused(String),
    /// `encryption_not_supported`.
    #[error("{0} lies in an encrypted team folder, into which apps cannot write.")]
    EncryptedFolder(String),
    /// `payload_too_large`, `too_large`, or larger than Dropbox takes.
    #[error("The file {0} is larger than Dropbox takes.")]
    FileTooLarge(String),
    /// The keychain is not there.
    #[error("The keychain cannot be used: {0}.")]
    KeychainMissing(String),
    /// The keychain is locked.
    #[error("The system keychain is locked.")]
    KeychainLocked,
    /// The keychain has begun to answer, or has not, and does not end.
    #[error("The keychain has not answered for 15 seconds.")]
    KeychainNoAnswer,
    /// A person, the system or a policy has refused access.
    #[error("Outtray was refused access to {0}.")]
    KeychainDenied(String),
    /// The key file holds something else.
    #[error("The key file {0} does not hold a master key: that is one line of 44 characters, 32 bytes in base64.")]
    KeyFileInvalid(String),
    /// Others than its owner may read the key file.
    #[error("The key file {0} may be read by others than its owner.")]
    KeyFileExposed(String),
    /// The key file cannot be used.
    #[error("The key file {path} cannot be used: {reason}.")]
    KeyFileUnusable {
        /// Which file.
        path: String,
        /// The system's words.
        reason: String,
    },
    /// Something is sealed, and the key file is gone.
    #[error("The key file {0} is gone, so the stored authorizations cannot be opened.")]
    KeyFileLost(String),
    /// The key file belongs to other data.
    #[error("The key file {0} does not fit this database, so the stored authorizations cannot be opened.")]
    KeyFileWrong(String),
    /// Something is sealed, and its key is gone.
    #[error("The master key is no longer in the system keychain, so the stored authorizations cannot be opened.")]
    MasterKeyLost,
    /// The key in the keychain belongs to other data.
    #[error("The master key in the keychain does not fit this database, so the stored authorizations cannot be opened.")]
    MasterKeyWrong,
    /// There is no reason to give up what the master key has sealed.
    #[error("The master key works, so it was not replaced: that would end every authorization.")]
    MasterKeyWorks,
    /// The file is not there or cannot be read.
    #[error("The file {path} cannot be read: {reason}.")]
    FileUnreadable {
        /// Which file.
        path: String,
        /// The system's words.
        reason: String,
    },
    /// A file cannot be written.
    #[error("Writing to {path} failed: {reason}.")]
    FileUnwritable {
        /// Which file.
        path: String,
        /// The system's words.
        reason: String,
    },
    /// Another program has the file open for writing, or it has changed again and again.
    #[error("The file {0} is in use: another program is writing it.")]
    FileInUse(String),
    /// The file changed while it was being sent.
    #[error("The file {0} changed while it was being sent, so nothing was stored in Dropbox.")]
    FileChanged(String),
    /// The program ended while the file was on its way.
    #[error("The program ended while {0} was being sent, so it may not have arrived.")]
    Interrupted(String),
    /// The program was asked to end while it did something else.
    #[error("The command was ended before it was done.")]
    CommandEnded,
    /// The system gives the program less than it needs to run.
    #[error("The system does not give Outtray what it needs to run: {0}.")]
    SystemLimit(String),
    /// The program has failed at something that it should know how to do; where in its source.
    #[error("Outtray has failed because of a fault of its own ({0}).")]
    Fault(String),
    /// Another program has claimed the delivery meanwhile, or a person has decided about it.
    #[error("The delivery of {0} was taken over by another program, so this one ended.")]
    DeliveryTakenOver(String),
    /// Dropbox has the file, and the database could not take that.
    #[error("The file is in Dropbox as {path}, verified, but that could not be noted: {reason}")]
    DeliveredUnnoted {
        /// Where it is in Dropbox.
        path: String,
        /// Why it could not be written down.
        reason: String,
    },
    /// No such delivery.
    #[error("There is no delivery {0}.")]
    NoDelivery(i64),
    /// It does not need attention.
    #[error("Delivery {0} does not need attention: it is on its way, has arrived, or was dismissed.")]
    NothingToDecide(i64),
    /// A delivery of before its file could be found again.
    #[error("Where {0} came from was not kept, so it cannot be sent again from here.")]
    SourceUnknown(String),
    /// Under the path of what was taken lies something else.
    #[error("The file {0} is not the one that was to be delivered: it was changed or replaced since.")]
    SourceReplaced(String),
    /// A row does not agree with its digest.
    #[error("The record of delivery {0} is damaged, so it was not sent.")]
    RecordDamaged(i64),
    /// Dropbox's content hash is another than ours.
    #[error("The file in Dropbox is not the same as the file sent: the content hashes differ.")]
    ContentDiffers,
    /// The data folder cannot be used.
    #[error("The data folder {path} cannot be used: {reason}.")]
    DataFolder {
        /// Which folder.
        path: String,
        /// The system's words.
        reason: String,
    },
    /// The data folder is on another computer.
    #[error("{path} is on a network drive ({kind}), where two computers would damage the database.")]
    NetworkFolder {
        /// The data folder, or a database that is a link.
        path: String,
        /// The file system, as the system names it.
        kind: String,
    },
    /// `flock` fails.
    #[error("The folder {0} cannot lock files, so two programs would damage the database.")]
    NoLocks(String),
    /// The system's certificate store has nothing to check Dropbox with.
    #[error("The certificate store of this computer cannot be used, so nothing can be sent to Dropbox safely: {0}.")]
    CertificatesMissing(String),
    /// Our clock and Dropbox's differ by minutes.
    #[error("The clock of this computer is {0}.")]
    ClockWrong(String),
    /// The database failed.
    #[error("The database could not be used: {0}.")]
    StoreFailed(String),
    /// The file is not a database, or it is damaged.
    #[error("The database file {0} is damaged or is not a database. It was left as it is.")]
    StoreCorrupt(String),
    /// There is no room for what has to be written.
    #[error("The disk is full, so {0} could not be written.")]
    DiskFull(String),
    /// A lock that is not let go.
    #[error("{holder} holds {path} and does not let it go.")]
    StoreHeld {
        /// The file that is waited for.
        path: String,
        /// The program, as far as it is known.
        holder: String,
    },
    /// The database, or what SQLite keeps beside it, is not ours to write.
    #[error("{0} may only be read, so nothing can be stored.")]
    StoreReadOnly(String),
    /// A database without content: it never is where one was made.
    #[error("The database file {0} is empty. It was left as it is.")]
    StoreEmpty(String),
    /// The log of a database without the database.
    #[error("The database file {0} is missing, and its last changes lie beside it. Nothing was changed.")]
    StoreMissing(String),
    /// An SQLite database that is not Outtray's.
    #[error("The database file {0} belongs to another program. It was left as it is.")]
    StoreForeign(String),
    /// The file was written by a newer Outtray.
    #[error("The database was last used by a newer version of Outtray. It was left as it is.")]
    StoreNewer,
    /// An address that is not ours to open or to use.
    #[error("{0} is not an address that Outtray may use.")]
    AddressRefused(String),
    /// The system browser did not start.
    #[error("The system browser could not be opened: {0}.")]
    BrowserFailed(String),
    /// The system refused to change what starts at a login.
    #[error("Starting at login could not be changed: {0}.")]
    StartAtLogin(String),
    /// A second start of the window named other data than the first.
    #[error("Outtray is open already, on the data folder {0}.")]
    AlreadyOpen(String),
    /// The simulator of the practice mode did not start.
    #[error("The practice Dropbox could not be started: {0}.")]
    SimulatorFailed(String),
    /// The simulator of the practice mode was ended by something else, and could not be begun again.
    #[error("The practice Dropbox has ended.")]
    SimulatorEnded,
}

/// An e-mail beside another one: where somebody would take it for the other, with the first character in which they differ.
fn told_apart(expected: &str, actual: &str) -> String {
    match difference(expected, actual) {
        None => expected.to_owned(),
        Some((one, other)) => {
            let (one_is, other_is) = (code_point(one), code_point(other));
            format!("{expected} (its “{one}” is {one_is}, the account’s “{other}” is {other_is})")
        }
    }
}

impl Error {
    /// A field that does not hold what it should; `reason` is a whole sentence that says what it should hold.
    pub fn invalid(field: Field, reason: impl Into<String>) -> Self {
        Self::Invalid {
            field,
            reason: reason.into(),
            others: Vec::new(),
        }
    }
}

/// Both values, or everything that is wrong with either: whoever fills in a form learns of all its fields at once.
pub(crate) fn both<A, B>(first: Result<A, Error>, second: Result<B, Error>) -> Result<(A, B), Error> {
    match (first, second) {
        (Ok(first), Ok(second)) => Ok((first, second)),
        (Err(error), Ok(_)) | (Ok(_), Err(error)) => Err(error),
        (Err(mut error), Err(mut other)) => {
            if let Error::Invalid { others, .. } = &mut error {
                let more = match &mut other {
                    Error::Invalid { others, .. } => std::mem::take(others),
                    _ => Vec::new(),
                };
                others.push(other);
                others.extend(more);
            }
            Err(error)
        }
    }
}
