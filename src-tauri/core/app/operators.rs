//! Setup › Operator: the records, one by one and as a CSV file, and how they stand.

use std::collections::HashSet;

use jiff::tz::TimeZone;

use super::App;
use crate::{
    activity::Action,
    destination::Destination,
    error::{Error, both},
    event::Event,
    import::{self, Adding},
    operator::{Operator, OperatorFields, OperatorId},
    operator_csv::{self, Import, ImportedRow, Progress, Reader},
    overview::Overview,
    retention,
    standing::{self, OperatorRecord},
    store::operators::OperatorRow,
    unicode::Search,
};

impl App {
    /// How everything stands, in numbers.
    pub async fn get_overview(&self) -> Result<Overview, Error> {
        let (unsettled, uploading) = (self.store.list_unsettled_operators().await?, self.store.count_uploading().await?);
        Ok(standing::overview(unsettled, uploading, self.clock.now_ms()))
    }

    /// All operators, by id.
    pub async fn list_operators(&self) -> Result<Vec<Operator>, Error> {
        Ok(self.standing(self.store.list_operators().await?))
    }

    /// The operators whose authorization is under way, has failed, or has ended: of all others nothing is awaited.
    pub async fn list_unsettled_operators(&self) -> Result<Vec<Operator>, Error> {
        Ok(self.standing(self.store.list_unsettled_operators().await?))
    }

    /// The operators that [`App::restore_operator`] can bring back, the one that was removed last first.
    pub async fn list_removed_operators(&self) -> Result<Vec<Operator>, Error> {
        let since = self.clock.now_ms() - retention::REMOVED_KEPT_MS;
        Ok(self.standing(self.store.list_removed_operators(since).await?))
    }

    /// The operators in whose id, name, e-mail and Dropbox account every word of this text stands; all of them for an empty text. Case, accents
    /// and the order of the words do not count.
    pub async fn search_operators(&self, text: &str) -> Result<Vec<Operator>, Error> {
        let (mut operators, search) = (self.list_operators().await?, Search::new(text));
        operators.retain(|operator| operator.matches(&search));
        Ok(operators)
    }

    /// One operator, whatever the case of the id.
    pub async fn show_operator(&self, id: &str) -> Result<Operator, Error> {
        Ok(self.operator(id).await?.1)
    }

    /// Adds an operator record.
    pub async fn add_operator(&self, id: &str, fields: OperatorFields) -> Result<Operator, Error> {
        let (id, fields) = both(OperatorId::parse(id), fields.checked())?;
        let result = match self.store.add_operator(&id, &fields, self.clock.now_ms()).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Error::OperatorExists(id.to_string())),
            Err(error) => Err(error.into()),
        };
        self.recorder.record(Action::AddOperator, Some(&id), None, result).await?;
        self.changed(Event::Operator { operator_id: id.clone() });
        self.show_operator(id.as_str()).await
    }

    /// Where a report of today would go with what is typed into the fields of a record, or why that is refused. An id that is none yet
    /// stands there as its placeholder.
    pub async fn preview_destination(&self, id: &str, destination: &str, file_name: &str) -> Result<String, Error> {
        let id = OperatorId::parse(id).unwrap_or_else(|_| OperatorId::stored("{operator}".to_owned()));
        let today = self.clock.now().to_zoned_datetime(TimeZone::system()).date();
        Ok(Destination::chosen(destination)?.render(&id, file_name, today))
    }

    /// What [`App::import_operators`] would do with this CSV file. Nothing is written.
    pub async fn preview_import(&self, csv: &[u8]) -> Result<Import, Error> {
        self.preview_import_heard(csv, |_, _| {}).await
    }

    /// As [`App::preview_import`], for whoever hears of every row, in the order of the file.
    pub async fn preview_import_heard(&self, csv: &[u8], mut heard: impl FnMut(ImportedRow, Progress) + Send) -> Result<Import, Error> {
        import::run(&self.store, csv, None, &mut heard).await
    }

    /// Adds the operators of a CSV file. Good rows are added, a thousand at a time; the others say why they are not.
    pub async fn import_operators(&self, csv: &[u8]) -> Result<Import, Error> {
        self.import_operators_heard(csv, |_, _| {}).await
    }

    /// As [`App::import_operators`], for whoever hears of every row, in the order of the file.
    pub async fn import_operators_heard(&self, csv: &[u8], mut heard: impl FnMut(ImportedRow, Progress) + Send) -> Result<Import, Error> {
        let adding = Adding {
            by: self.recorder.author(),
            now: self.clock.now_ms(),
        };
        let import = import::run(&self.store, csv, Some(adding), &mut heard).await;
        let import = import.map_err(|error| self.store.explained(error));
        // Where it ended half-way, what it had added until then stays.
        if !import.as_ref().is_ok_and(|import| import.added == 0) {
            self.changed(Event::Operators);
        }
        import
    }

    /// Operators as a CSV file, as [`App::import_operators`] reads it: those with these ids, or all when none is named.
    pub async fn export_operators(&self, ids: &[String], reader: Reader) -> Result<Vec<u8>, Error> {
        Ok(operator_csv::write(&self.records(ids).await?, reader))
    }

    async fn records(&self, ids: &[String]) -> Result<Vec<(OperatorId, OperatorFields)>, Error> {
        let mut operators = self.list_operators().await?;
        let chosen: HashSet<String> = ids.iter().map(|id| OperatorId::key_of(id)).collect();
        operators.retain(|operator| chosen.is_empty() || chosen.contains(&operator.id.key()));
        Ok(operators.into_iter().map(Operator::into_record).collect())
    }

    /// Changes an operator record.
    pub async fn change_operator(&self, id: &str, fields: OperatorFields) -> Result<Operator, Error> {
        let (row, operator) = self.operator(id).await?;
        let fields = fields.checked()?;
        let result = self.store.change_operator(row, &fields, self.clock.now_ms()).await.map_err(Error::from);
        self.recorder.record(Action::ChangeOperator, Some(&operator.id), None, result).await?;
        self.changed(Event::Operator { operator_id: operator.id });
        self.show_operator(id).await
    }

    /// Removes an operator record and revokes its authorization at Dropbox. [`App::restore_operator`] undoes it for thirty days;
    /// Dropbox has to be authorized again then. Where Dropbox cannot be reached, nothing is removed: an authorization that still works
    /// would be left behind.
    pub async fn remove_operator(&self, id: &str) -> Result<(), Error> {
        let (row, operator) = self.operator(id).await?;
        let result = self.remove(row, &operator).await;
        self.recorder.record(Action::RemoveOperator, Some(&operator.id), None, result).await?;
        self.changed(Event::Operator { operator_id: operator.id });
        Ok(())
    }

    /// Brings back the record that was removed last under this id.
    pub async fn restore_operator(&self, id: &str) -> Result<Operator, Error> {
        let id = OperatorId::parse(id)?;
        let result = self.restore(&id).await;
        self.recorder.record(Action::RestoreOperator, Some(&id), None, result).await?;
        self.changed(Event::Operator { operator_id: id.clone() });
        self.show_operator(id.as_str()).await
    }

    async fn remove(&self, row: OperatorRow, operator: &Operator) -> Result<(), Error> {
        if operator.authorization.as_ref().is_some_and(|authorization| !authorization.revoked) {
            self.check_interface().await?;
            self.authorizations.revoke(row, &operator.id).await?;
        }
        self.authorizations.cancel(&operator.id).await?;
        Ok(self.store.remove_operator(row, self.clock.now_ms()).await?)
    }

    async fn restore(&self, id: &OperatorId) -> Result<(), Error> {
        let now = self.clock.now_ms();
        let row = self.store.find_removed_operator(id, now - retention::REMOVED_KEPT_MS).await?;
        let row = row.ok_or_else(|| Error::OperatorNotFound(id.to_string()))?;
        match self.store.restore_operator(row, id, now).await? {
            true => Ok(()),
            false => Err(Error::OperatorExists(id.to_string())),
        }
    }

    fn standing(&self, records: Vec<OperatorRecord>) -> Vec<Operator> {
        let now = self.clock.now_ms();
        records.into_iter().map(|record| record.standing(now)).collect()
    }
}
