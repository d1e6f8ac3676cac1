//! Operators from CSV, as spreadsheet programs and other systems write it.

use outtray::{
    error::Field,
    operator::{ConflictRule, OperatorFields},
    operator_csv::{Import, ImportedRow},
};

use crate::support::{TestApp, operator_fields};

/// `line code` of every row that was not taken.
fn refused(import: &Import) -> Vec<String> {
    let said = |row: &ImportedRow| Some(format!("{} {}", row.line, row.problem.as_ref()?.code));
    import.rows.iter().filter_map(said).collect()
}

async fn imported(csv: &str) -> (TestApp, Import) {
    let test = TestApp::fresh().await;
    let import = test.app.import_operators(csv.as_bytes()).await.unwrap();
    (test, import)
}

#[tokio::test]
async fn good_rows_are_added_and_every_other_one_says_why_not() {
    let test = TestApp::fresh().await;
    test.app.add_operator("AB", operator_fields("Anna Berg", None)).await.unwrap();
    let csv = "id,name,email,destination,active,conflict_rule\n\
               CD,Carl Dahl,carl@example.com,/Out/{operator},no\n\
               ab,Again,,,\n\
               ,Nobody,,,\n\
               EF,Eva Falk,eva,,\n\
               GH,Gitta Holm,,Out,\n\
               IJ,Ines Juhl,,,perhaps\n\
               cd,Carla Dahl,,,\n\
               KL,Kai Lund,,,,,more\n\
               OP,Oda Poulsen,,,,whatever\n\
               MN,Mia Nord\n";
    let preview = test.app.preview_import(csv.as_bytes()).await.unwrap();
    assert_eq!(test.app.list_operators().await.unwrap().len(), 1, "a preview writes nothing");
    let import = test.app.import_operators(csv.as_bytes()).await.unwrap();
    assert_eq!(import, preview, "the preview says what the import does");
    assert_eq!((import.added, import.refused), (2, 8));
    assert_eq!(
        refused(&import),
        [
            "3 operator_exists",
            "4 invalid_input",
            "5 invalid_input",
            "6 invalid_input",
            "7 invalid_input",
            "8 operator_twice",
            "9 row_too_long",
            "10 invalid_input"
        ]
    );
    let fields: Vec<Option<Field>> = import.rows.iter().map(|row| row.problem.as_ref().and_then(|problem| problem.field)).collect();
    assert_eq!(
        fields[1..7],
        [Field::Id, Field::Id, Field::Email, Field::Destination, Field::Active, Field::Id].map(Some)
    );
    let twice = import.rows[6].problem.as_ref().unwrap();
    assert!(twice.message.contains("in line 2"), "{}", twice.message);
    let carl = test.app.show_operator("CD").await.unwrap();
    assert_eq!((carl.name.as_str(), carl.active), ("Carl Dahl", false));
    assert_eq!(carl.destination, "/Out/{operator}/{name}");
    assert!(
        test.app.show_operator("MN").await.unwrap().active,
        "what is missing has its default"
    );
    let activity = test.app.list_activity(Some("cd")).await.unwrap();
    assert_eq!(
        (activity[0].action.as_str(), activity[0].detail.as_deref()),
        ("add_operator", Some("imported"))
    );
}

#[tokio::test]
async fn the_header_may_have_any_order_case_and_separator() {
    for csv in [
        "Active;E-Mail;NAME;Id;Conflict_Rule\nno;c@example.com;Carl Dahl;CD;Keep-Both\n",
        "\u{feff}id\tname\temail\tactive\r\nCD\tCarl Dahl\tc@example.com\tNO\r\n",
        "sep=;\r\nOperator;Name;email;Active\r\n\"CD\";\"Carl Dahl\";\"c@example.com\";\"false\"\r\n",
        "\n\nid , name , email , active\n\n CD , Carl Dahl , c@example.com , off \n , , ,\n;;;\n",
        "id;name;email;active\rCD;Carl Dahl;c@example.com;0\r",
    ] {
        let (test, import) = imported(csv).await;
        assert_eq!(import.added, 1, "{csv}: {import:?}");
        let carl = test.app.show_operator("CD").await.unwrap();
        let email = carl.email.as_deref();
        assert_eq!(
            (carl.name.as_str(), email, carl.active),
            ("Carl Dahl", Some("c@example.com"), false),
            "{csv}"
        );
    }
}

#[tokio::test]
async fn columns_that_mean_nothing_are_named() {
    let (_, import) = imported("id,Department,name,,Phone\nCD,Sales,Carl Dahl,,1\n").await;
    assert_eq!(
        (import.added, import.unknown_columns),
        (1, vec!["Department".to_owned(), "Phone".to_owned()])
    );
}

#[tokio::test]
async fn a_line_is_counted_as_an_editor_counts_it() {
    for end in ["\n", "\r\n", "\r"] {
        let csv = [
            "",
            "id,name",
            "",
            "CD,\"Carl",
            "Dahl\"",
            "EF,",
            "",
            "GH,",
            "IJ,\"Ines \"\"I\"\" Juhl\"",
        ]
        .join(end);
        let (_, import) = imported(&csv).await;
        assert_eq!(
            refused(&import),
            ["4 invalid_input", "6 invalid_input", "8 invalid_input"],
            "{end:?}"
        );
        let carl = import.rows[0].problem.as_ref().unwrap();
        assert!(carl.message.contains("over the end of the line"), "{}", carl.message);
        assert_eq!((import.rows[3].line, import.rows[3].name.as_str()), (9, "Ines \"I\" Juhl"));
    }
}

#[tokio::test]
async fn a_quotation_mark_that_never_closes_is_found_where_it_opens() {
    let (_, import) = imported("id,name\nCD,Carl\nEF,\"Eva\nGH,Gitta\nIJ,Ines\n").await;
    assert_eq!((import.added, refused(&import)), (1, vec!["3 invalid_input".to_owned()]));
}

#[tokio::test]
async fn utf_16_is_read_and_other_encodings_are_refused_with_what_to_do() {
    let test = TestApp::fresh().await;
    let little: Vec<u8> = "\u{feff}id\tname\r\nCD\tJörg Dähl\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = "\u{feff}id,name\nEF,Eva\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(test.app.import_operators(&little).await.unwrap().added, 1);
    assert_eq!(test.app.import_operators(&big).await.unwrap().added, 1);
    assert_eq!(test.app.show_operator("CD").await.unwrap().name, "Jörg Dähl");

    let cases: [(&[u8], &str); 9] = [
        (b"id;name\r\nGH;Gitta\r\nIJ;J\xf6rg\r\n", "line 3 is not UTF-8"),
        (&little[2..], "UTF-16 without a byte order mark"),
        (&little[..little.len() - 1], "its UTF-16 is damaged"),
        (b"PK\x03\x04\x14\x00\x06\x00", "it is not a text file"),
        (b"", "it is empty"),
        (b" \n \n", "it is empty"),
        (b"CD,Carl Dahl\n", "its header has no column \u{201c}id\u{201d}"),
        (b"id,email\n", "its header has no column \u{201c}name\u{201d}"),
        (b"id,name,E-mail,email\n", "its header has the column \u{201c}email\u{201d} twice"),
    ];
    for (bytes, reason) in cases {
        let error = test.app.import_operators(bytes).await.unwrap_err();
        assert_eq!(error.code(), "import_refused");
        assert!(error.to_string().contains(reason), "{error}");
        assert!(error.hint().unwrap().contains("CSV UTF-8"));
    }
    let large = vec![b' '; 11 << 20];
    let error = test.app.preview_import(&large).await.unwrap_err();
    assert!(error.to_string().contains("larger than 10 MiB"), "{error}");
}

#[tokio::test]
async fn what_was_exported_is_imported_as_it_was() {
    let test = TestApp::fresh().await;
    let names = [
        "=HYPERLINK(\"http://evil.example\",\"Anna\")",
        "+49 Anna",
        "-Anna",
        "@Anna",
        "'Anna",
        "'=Anna",
        "''+Anna",
        "Anna, \"die\" Berg; x",
        "Ärger 日本 😀",
    ];
    for (at, name) in names.iter().enumerate() {
        let fields = OperatorFields {
            active: at % 2 == 0,
            conflict_rule: Some(ConflictRule::ALL[at % 3]),
            ..operator_fields(name, (at % 3 == 0).then_some("+a@example.com"))
        };
        test.app.add_operator(&format!("-{at}"), fields).await.unwrap();
    }
    let exported = test.app.export_operators(&[]).await.unwrap();
    for cell in exported.split(['\n', ',']).map(|cell| cell.trim_start_matches('"')) {
        assert!(
            !cell.starts_with(['=', '+', '-', '@']),
            "a spreadsheet program would compute {cell}"
        );
    }
    let other = TestApp::fresh().await;
    let import = other.app.import_operators(exported.as_bytes()).await.unwrap();
    assert_eq!((import.added, import.refused), (names.len() as u64, 0), "{import:?}");
    assert_eq!(other.app.export_operators(&[]).await.unwrap(), exported);
    let read: Vec<String> = other.app.list_operators().await.unwrap().into_iter().map(|operator| operator.name).collect();
    assert_eq!(read, names);
}

#[tokio::test]
async fn ten_thousand_rows_are_one_import() {
    let rows: String = (0..10_000).map(|at| format!("OP{at},Operator {at},op{at}@example.com\n")).collect();
    let (test, import) = imported(&format!("id,name,email\n{rows}")).await;
    assert_eq!((import.added, import.refused, import.rows[9_999].line), (10_000, 0, 10_001));
    let again = test.app.import_operators(format!("id,name,email\n{rows}").as_bytes()).await.unwrap();
    assert_eq!((again.added, again.refused), (0, 10_000));
    assert_eq!(test.app.list_operators().await.unwrap().len(), 10_000);
}

#[tokio::test]
async fn two_programs_that_import_the_same_file_at_once_add_each_record_once() {
    let test = TestApp::fresh().await;
    let other = test.second_program().await.unwrap();
    let rows: String = (0..200).map(|at| format!("OP{at},Operator {at}\n")).collect();
    let csv = format!("id,name\n{rows}");
    let (one, two) = tokio::join!(test.app.import_operators(csv.as_bytes()), other.import_operators(csv.as_bytes()));
    assert_eq!(one.unwrap().added + two.unwrap().added, 200);
    assert_eq!(test.app.list_operators().await.unwrap().len(), 200);
}
