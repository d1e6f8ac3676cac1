//! Setup › Operator: the records, one by one and as a CSV file, and how they stand.

use super::App;
use crate::{
    activity::Action,
    error::{Error, both},
    event::Event,
    import::{self, Adding},
    operator::{Operator, OperatorFields, OperatorId},
    operator_csv::{self, Import, ImportedRow, Progress, Reader},
    overview::Overview,
};

impl App {
    /// How everything stands, in numbers.
    pub async fn get_overview(&self) -> Result<Overview, Error> {
        self.operators.overview().await
    }

    /// All operators, by id.
    pub async fn list_operators(&self) -> Result<Vec<Operator>, Error> {
        self.operators.list().await
    }

    /// The operators whose authorization is under way, has failed, or has ended: of all others nothing is awaited.
    pub async fn list_unsettled_operators(&self) -> Result<Vec<Operator>, Error> {
        self.operators.list_unsettled().await
    }

    /// The operators that [`App::restore_operator`] can bring back, the one that was removed last first.
    pub async fn list_removed_operators(&self) -> Result<Vec<Operator>, Error> {
        self.operators.list_removed().await
    }

    /// The operators in whose id, name, e-mail and Dropbox account every word of this text stands; all of them for an empty text. Case, accents
    /// and the order of the words do not count.
    pub async fn search_operators(&self, text: &str) -> Result<Vec<Operator>, Error> {
        self.operators.search(text).await
    }

    /// One operator, whatever the case of the id.
    pub async fn show_operator(&self, id: &str) -> Result<Operator, Error> {
        Ok(self.operators.find(id).await?.1)
    }

    /// Adds an operator record.
    pub async fn add_operator(&self, id: &str, fields: OperatorFields) -> Result<Operator, Error> {
        let (id, fields) = both(OperatorId::parse(id), fields.checked())?;
        let result = self.operators.add(&id, &fields).await;
        self.done(Action::AddOperator, &id, result).await
    }

    /// Changes an operator record.
    pub async fn change_operator(&self, id: &str, fields: OperatorFields) -> Result<Operator, Error> {
        let (row, operator) = self.operators.find(id).await?;
        let result = self.operators.change(row, &fields.checked()?).await;
        self.done(Action::ChangeOperator, &operator.id, result).await
    }

    /// Removes an operator record and revokes its authorization at Dropbox. [`App::restore_operator`] undoes it for thirty days;
    /// Dropbox has to be authorized again then. Where Dropbox cannot be reached, nothing is removed.
    pub async fn remove_operator(&self, id: &str) -> Result<(), Error> {
        let (row, operator) = self.operators.find(id).await?;
        let result = self.operators.remove(row, &operator).await;
        self.recorder.record(Action::RemoveOperator, Some(&operator.id), None, result).await
    }

    /// Brings back the record that was removed last under this id.
    pub async fn restore_operator(&self, id: &str) -> Result<Operator, Error> {
        let id = OperatorId::parse(id)?;
        let result = self.operators.restore(&id).await;
        self.done(Action::RestoreOperator, &id, result).await
    }

    /// Where a report of today would go with what is typed into the fields of a record, or why that is refused. An id that is none yet
    /// stands there as its placeholder.
    pub async fn preview_destination(&self, id: &str, destination: &str, file_name: &str) -> Result<String, Error> {
        self.operators.preview_destination(id, destination, file_name)
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
            self.recorder.tell(Event::Operators);
        }
        import
    }

    /// Operators as a CSV file, as [`App::import_operators`] reads it: those with these ids, or all when none is named.
    pub async fn export_operators(&self, ids: &[String], reader: Reader) -> Result<Vec<u8>, Error> {
        Ok(operator_csv::write(&self.operators.records(ids).await?, reader))
    }
}
