//! The table of what to do, for each error.

use super::Error;

impl Error {
    /// What to do, where there is something to do beyond what the message says.
    #[expect(clippy::too_many_lines, reason = "a table of data")]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::InterfaceOff => "Switch it on in Administrator Options › System › General, then try again.",
            Self::OperatorNotFound(_) => "Look the id up in Setup › Operator.",
            Self::OperatorExists(_) => "Open that record, or choose another id.",
            Self::OperatorTwice { .. } => "Keep one of the two rows, or choose another id.",
            Self::RowTooLong => "Put the field that has the separator in it into quotation marks, or remove what is too much.",
            Self::ImportRefused(_) => {
                "The file has to be CSV in UTF-8 whose first line names the columns: id, name, and where wanted email, destination, active. In Excel choose Save As › CSV UTF-8."
            }
            Self::OperatorInactive(_) => "Tick Active in the operator record to deliver again.",
            Self::Invalid { .. } => return None,
            Self::InvalidApp => {
                "Copy both again from the Settings tab of the app in the App Console; the app secret shows after Show. A space at an end does no harm."
            }
            Self::InvalidAppSecret => "Click Show next to App secret on the Settings tab of the app in the App Console, and copy it again.",
            Self::CheckCancelled => "Nothing was changed. Click Generate Key to check them again.",
            Self::AuthorizationRefused => "Click Generate Key again, and ask the user to click Continue and then Allow.",
            Self::AuthorizationFailed(_) => "Click Generate Key again. If it happens again, check the app in the App Console.",
            Self::InvalidCode => {
                "Ask the user for the code once more, or click Generate Key and give the user the new URL. Each code works once."
            }
            Self::OtherRequest => "Paste the address that came from the URL shown here, or the Access code alone.",
            Self::RequestExpired => "Click Generate Key again and give the user the new URL.",
            Self::NoRequest(_) => "Click Generate Key first.",
            Self::RequestReplaced(_) => {
                "Go on where the newer one was begun; its URL is the one that works. Or click Generate Key once more."
            }
            Self::NotGranted => "Wait until the user has clicked Allow, or type the Temporary Authorization Key.",
            Self::NoRedirect(_) => {
                "Add that line on the Settings tab of the app in the App Console, exactly as it stands, and open the URL again. Or click Generate Key again with “On the user’s computer”: then the Access code is typed, and no redirect URI is needed."
            }
            Self::PortsBusy(_) => "Close the program that uses the ports, or choose “On the user’s computer” and type the Access code.",
            Self::RedirectPortBusy(_) => "Close that program and start Outtray again, or click Generate Key again.",
            Self::MissingScope(_) => {
                "In the App Console, tick that permission on the app’s Permissions tab and click Submit. Then click Generate Key to authorize again: a permission does not reach an authorization that exists already."
            }
            Self::AccountDiffers { .. } => {
                "If this is the right Dropbox account, confirm it. If not, sign out of Dropbox in the browser and click Generate Key again."
            }
            Self::AccountTaken { .. } => {
                "If both operators are to share this Dropbox, confirm it. If not, sign in as the other user and click Generate Key again."
            }
            Self::NotAuthorized(_) => "Open Controls in the operator record and click Generate Key.",
            Self::AuthorizationRevoked(_) => {
                "Open Controls in the operator record and click Generate Key to authorize again. Nothing waiting is lost."
            }
            Self::Network(_) => "Check the network connection and the proxy of this computer, then try again.",
            Self::ProxyUnusable { .. } => "Correct it there, or choose another proxy in Administrator Options › Proxy.",
            Self::ProxyScript(_) => "Look in the script for the proxy that it names, and set that in Administrator Options › Proxy.",
            Self::ProxyUnreachable { .. } => "Check the address of the proxy and the network connection, then try again.",
            Self::ProxyCredentialsMissing(_) | Self::ProxyCredentialsWrong(_) => {
                "Type them in Administrator Options › Proxy, set by hand. Whoever runs the proxy knows them."
            }
            Self::ProxyLogin { .. } => {
                "Ask whoever runs the proxy for a user name and a password (Basic), or to let this computer reach Dropbox without a log-in."
            }
            Self::ProxyRefused { .. } => "Ask whoever runs the proxy to allow api.dropboxapi.com and content.dropboxapi.com, port 443.",
            Self::NotDropbox(_) => {
                "Look for a proxy, a firewall or a sign-in page of the network between this computer and Dropbox, then try again."
            }
            Self::DropboxBusy(_) => "Wait a few minutes, then try again.",
            Self::DropboxRefused(_) => "Try again. If it happens again, give the request id to Dropbox support; it is in the log too.",
            Self::AccountSuspended => "Ask the user, or the team’s Dropbox administrator, to have the account unlocked, then send again.",
            Self::AccessDenied(_) => {
                "Ask the team’s Dropbox administrator whether the app and the account may be used. Dropbox support can look up the request id."
            }
            Self::TransportLimit(_) => {
                "It begins anew on the first of the month. The team’s Dropbox administrator can have the limit raised; then send again."
            }
            Self::TeamSpaceDenied(_) => "Ask the team’s Dropbox administrator to give the account access to the team’s space.",
            Self::DropboxFull => "Ask the user to make room in Dropbox, then send again.",
            Self::TeamFolderFull(_) | Self::MemberFull(_) => "Ask the team’s Dropbox administrator for more room, then send again.",
            Self::UploadLimit(_) => {
                "Send it again tomorrow. If it is refused again, ask the team’s Dropbox administrator or Dropbox support."
            }
            Self::NameRefused(_) => "Rename the file, or change the Dropbox folder in the operator record.",
            Self::NameReserved(_) => "Rename the file, then send again.",
            Self::NameTaken(_) => {
                "Rename the file, or change in the operator record what happens when a name is taken: keep both, or replace. Then send again."
            }
            Self::FolderInTheWay(_) | Self::FileInTheWay(_) => {
                "Ask the user to rename what stands there, or change the Dropbox folder in the operator record."
            }
            Self::NoWritePermission(_) | Self::AccessRestricted(_) => {
                "Choose another Dropbox folder in the operator record, or ask the team’s Dropbox administrator for access."
            }
            Self::TeamFolder(_) | Self::PlaceRefused(_) | Self::EncryptedFolder(_) => {
                "Choose another Dropbox folder in the operator record."
            }
            Self::FileTooLarge(_) => "Split the report, or send it compressed.",
            Self::KeychainMissing(_) => {
                "Log in to the desktop so that the keychain is there, or start Outtray with --key-file on a server where nobody is logged in."
            }
            Self::KeychainLocked => "Unlock the keychain and try again. Nothing is lost.",
            Self::KeychainNoAnswer => {
                "A window that asks for the keychain’s password may be waiting, perhaps behind others. Answer it, then try again. Nothing is lost."
            }
            Self::KeychainDenied(_) => {
                "Try again, and allow it when the system asks. If nothing asks, let the person who runs Outtray read it, or ask whoever sets the policies of this computer. Nothing is lost."
            }
            Self::KeyFileInvalid(_) => {
                "Put back the file that belongs to this database, from a backup. If there is none, move this file away and replace the master key; then authorize each operator again. Records and history are kept."
            }
            Self::KeyFileExposed(_) => {
                "Let only its owner read and write it (chmod 600). If others may have read it, replace the master key and authorize each operator again."
            }
            Self::KeyFileUnusable { .. } => "Check the path after --key-file: it names a file, in a folder that may be written.",
            Self::KeyFileLost(_) | Self::KeyFileWrong(_) => {
                "Put back the file that belongs to this database, or name it with --key-file. If it is lost, replace the master key (outtray master-key replace) and authorize each operator again. Records and history are kept."
            }
            Self::MasterKeyLost => {
                "If the keychain can be restored, restore it. If not, replace the master key (Help › About Outtray, or outtray master-key replace) and authorize each operator again. Records and history are kept."
            }
            Self::MasterKeyWrong => {
                "Use the computer and the user account under which the database was made. If they are gone, replace the master key (Help › About Outtray, or outtray master-key replace) and authorize each operator again."
            }
            Self::MasterKeyWorks => return None,
            Self::FileUnreadable { .. } => "Check that the file exists and may be read, then send it again.",
            Self::FileUnwritable { .. } => "Check that the folder exists, may be written, and has room, or choose another.",
            Self::FileInUse(_) => {
                "Close it in the program that has it open, or wait until it has been written completely. Then send it again."
            }
            Self::FileChanged(_) => "Send it again when it has been written completely.",
            Self::DeliveryTakenOver(_) => "Look in Deliveries for how it ends.",
            Self::DeliveredUnnoted { .. } => "Do not send it again. Mend what keeps the database from being written.",
            Self::NoDelivery(_) => "Look the number up in Deliveries. What was kept long enough is deleted.",
            Self::NothingToDecide(_) => "Look in Deliveries for how it stands.",
            Self::SourceUnknown(_) => "Send the file itself once more, or dismiss the delivery.",
            Self::SourceReplaced(_) => "Send what is there now as a new report, and dismiss the delivery.",
            Self::RecordDamaged(_) => "Send the file itself once more, and check the database with outtray doctor.",
            Self::Interrupted(_) => {
                "Send it again. If it has arrived already, nothing is doubled: the same content under the same name is kept once."
            }
            Self::CommandEnded => "Run it again. What was done until then is kept.",
            Self::SystemLimit(_) => "Raise the limits of open files and threads, or end other programs, then try again.",
            Self::Fault(_) => {
                "Try again. If it happens again, pass this line on to whoever helps you with Outtray. Nothing that was saved is lost."
            }
            Self::ContentDiffers => "Send it again. If it happens again, look for a proxy or a virus scanner that changes what is sent.",
            Self::DataFolder { .. } => "Check that the folder exists, may be written, and has room.",
            Self::NetworkFolder { .. } | Self::NoLocks(_) => {
                "Choose a folder on a disk of this computer with --data-folder. To take the data along, copy the whole folder while Outtray runs nowhere."
            }
            Self::CertificatesMissing(_) => {
                "Install the certificates of the system (on Linux the package ca-certificates), or ask the administrator of this computer."
            }
            Self::ClockWrong(_) => "Set date, time and time zone of this computer, or let it set them by itself.",
            Self::StoreFailed(_) => "Check what is named, that the disk has room, and that the data folder may be written. Then try again.",
            Self::StoreCorrupt(_) => "Restore the file from a backup, or move it away to begin with an empty database.",
            Self::DiskFull(_) => "Make room on the disk, then try again. What was stored before is not lost.",
            Self::StoreHeld { .. } => "End that program, then try again. Nothing is lost.",
            Self::StoreReadOnly(_) => "Let the user who runs Outtray write it and the folder that it lies in.",
            Self::StoreEmpty(_) | Self::StoreMissing(_) => {
                "Restore it from a backup, or from the newest file “before-migration” beside it. To begin with an empty database, move it and the files beside it away."
            }
            Self::StoreForeign(_) => "Move it away, or choose another data folder.",
            Self::StoreNewer => "Install the newest version of Outtray on this computer.",
            Self::AddressRefused(_) => return None,
            Self::BrowserFailed(_) => "Copy the URL and open it in a browser yourself.",
            Self::StartAtLogin(_) => {
                "Change it in the settings of the system, where programs that start at login are listed. The other options are saved."
            }
            Self::AlreadyOpen(_) => "Quit Outtray in the tray menu, then start it again with the other options.",
            Self::SimulatorFailed(_) => "Install Outtray again, then try once more.",
            Self::SimulatorEnded => "Start it again; what is in it was kept.",
        })
    }
}
