//! Operators: the rules for their records. What a record may hold says `operator`; how one stands at a time says `standing`.

use std::{collections::HashSet, sync::Arc};

use jiff::tz::TimeZone;

use crate::{
    authorization::Authorizations,
    clock::Clock,
    destination::Destination,
    error::{Error, Field},
    instance::Instance,
    operator::{AppInUse, Operator, OperatorFields, OperatorId},
    overview::Overview,
    retention,
    standing::{self, OperatorRecord},
    store::{OperatorRow, Store},
    unicode::Search,
};

/// Everything that the rules for records use. Cloning it shares the parts.
#[derive(Clone, Debug)]
pub struct Operators {
    store: Store,
    authorizations: Authorizations,
    instance: Arc<Instance>,
    clock: Clock,
}

impl Operators {
    /// Creates the service; it starts nothing.
    pub fn new(store: Store, authorizations: Authorizations, instance: Arc<Instance>, clock: Clock) -> Self {
        Self {
            store,
            authorizations,
            instance,
            clock,
        }
    }

    /// Finds a record, whatever the case of the id, and tells how it stands now.
    ///
    /// # Errors
    /// [`Error::OperatorNotFound`]; [`Error::Invalid`] at the id where none was given.
    pub async fn find(&self, id: &str) -> Result<(OperatorRow, Operator), Error> {
        if id.trim().is_empty() {
            return Err(Error::invalid(Field::Id, "The operator id is missing."));
        }
        let found = self.store.find_operator(id).await?;
        let found = found.map(|(row, record)| (row, record.standing(self.clock.now_ms())));
        found.ok_or_else(|| Error::OperatorNotFound(id.trim().to_owned()))
    }

    /// Lists all records, by id.
    pub async fn list(&self) -> Result<Vec<Operator>, Error> {
        Ok(self.standing(self.store.list_operators().await?))
    }

    /// Lists the records whose authorization is under way, has failed, or has ended.
    pub async fn list_unsettled(&self) -> Result<Vec<Operator>, Error> {
        Ok(self.standing(self.store.list_unsettled_operators().await?))
    }

    /// Lists what [`Operators::restore`] can bring back, the one that was removed last first.
    pub async fn list_removed(&self) -> Result<Vec<Operator>, Error> {
        Ok(self.standing(self.store.list_removed_operators(self.restorable_since()).await?))
    }

    /// Lists the records in which a search finds its words; all of them for an empty text.
    pub async fn search(&self, text: &str) -> Result<Vec<Operator>, Error> {
        let (mut operators, search) = (self.list().await?, Search::new(text));
        operators.retain(|operator| operator.matches(&search));
        Ok(operators)
    }

    /// Lists the records with these ids, or all where none is named, as an administrator has typed them.
    pub async fn records(&self, ids: &[String]) -> Result<Vec<(OperatorId, OperatorFields)>, Error> {
        let mut operators = self.list().await?;
        let chosen: HashSet<String> = ids.iter().map(|id| OperatorId::key_of(id)).collect();
        operators.retain(|operator| chosen.is_empty() || chosen.contains(&operator.id.key()));
        Ok(operators.into_iter().map(Operator::into_record).collect())
    }

    /// Lists the apps of the other operators, the one that most of them use first.
    pub async fn list_apps_in_use(&self, row: OperatorRow) -> Result<Vec<AppInUse>, Error> {
        Ok(self.store.list_apps_in_use(row).await?)
    }

    /// Counts how everything stands.
    pub async fn overview(&self) -> Result<Overview, Error> {
        let (unsettled, uploading) = (self.store.list_unsettled_operators().await?, self.store.count_uploading().await?);
        Ok(standing::overview(unsettled, uploading, self.clock.now_ms()))
    }

    /// Returns where a report of today would go with what is typed into a record. An id that is none yet stands there as its placeholder.
    pub fn preview_destination(&self, id: &str, destination: &str, file_name: &str) -> Result<String, Error> {
        let id = OperatorId::parse(id).unwrap_or_else(|_| OperatorId::stored("{operator}".to_owned()));
        let today = self.clock.now().to_zoned_datetime(TimeZone::system()).date();
        Ok(Destination::chosen(destination)?.render(&id, file_name, today))
    }

    /// Adds a record.
    ///
    /// # Errors
    /// [`Error::OperatorExists`] when the id is taken.
    pub async fn add(&self, id: &OperatorId, fields: &OperatorFields) -> Result<(), Error> {
        match self.store.add_operator(id, fields, self.clock.now_ms()).await? {
            true => Ok(()),
            false => Err(Error::OperatorExists(id.to_string())),
        }
    }

    /// Changes what an administrator types of a record.
    pub async fn change(&self, row: OperatorRow, fields: &OperatorFields) -> Result<(), Error> {
        Ok(self.store.change_operator(row, fields, self.clock.now_ms()).await?)
    }

    /// Removes a record, after its authorization was revoked and its request cancelled; what of it is queued is taken back. Where Dropbox cannot be reached, nothing is removed:
    /// an authorization that still works would be left behind.
    pub async fn remove(&self, row: OperatorRow, operator: &Operator) -> Result<(), Error> {
        if operator.authorization.as_ref().is_some_and(|authorization| !authorization.revoked) {
            self.authorizations.check_interface().await?;
            self.authorizations.revoke(row, &operator.id).await?;
        }
        self.authorizations.cancel(&operator.id).await?;
        Ok(self.store.remove_operator(row, self.instance.id(), self.clock.now_ms()).await?)
    }

    /// Brings back the record that was removed last under an id, for as long as it is kept.
    ///
    /// # Errors
    /// [`Error::OperatorExists`] when the id was taken meanwhile.
    pub async fn restore(&self, id: &OperatorId) -> Result<(), Error> {
        let row = self.store.find_removed_operator(id, self.restorable_since()).await?;
        let row = row.ok_or_else(|| Error::OperatorNotFound(id.to_string()))?;
        match self.store.restore_operator(row, id, self.clock.now_ms()).await? {
            true => Ok(()),
            false => Err(Error::OperatorExists(id.to_string())),
        }
    }

    /// Returns since when a record must have been removed to be still there, in milliseconds since 1970.
    fn restorable_since(&self) -> i64 {
        self.clock.now_ms() - retention::REMOVED_KEPT_MS
    }

    fn standing(&self, records: Vec<OperatorRecord>) -> Vec<Operator> {
        let now = self.clock.now_ms();
        records.into_iter().map(|record| record.standing(now)).collect()
    }
}
