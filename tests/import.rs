//! Operators from CSV, as spreadsheet programs and other systems write it.

use outtray::{
    error::Field,
    operator::{ConflictRule, OperatorFields},
    operator_csv::{Import, ImportedRow, Reader},
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

/// The words of a page in one of its languages, as `ui/words` has them.
fn word<'a>(words: &'a str, english: &str) -> &'a str {
    let (_, rest) = words.split_once(&format!("\"{english}\": \"")).unwrap();
    rest.split_once('"').unwrap().0
}

#[tokio::test]
async fn columns_and_values_may_be_in_every_language_of_the_window() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/words");
    let is_page = |path: &std::path::PathBuf| path.file_stem().unwrap().len() == 2;
    let languages: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(is_page).collect();
    assert!(languages.len() >= 2);
    for language in languages {
        let words = std::fs::read_to_string(&language).unwrap();
        let header = [
            "Operator",
            "Name",
            "E-mail of the Dropbox account",
            "Dropbox folder",
            "Active",
            "When another file already has this name",
        ];
        let header = header.map(|english| word(&words, english)).join(";");
        for (rule, expected) in ["Keep both", "Replace the old one", "Stop and ask"].into_iter().zip(ConflictRule::ALL) {
            let rule = word(&words, rule);
            let (test, import) = imported(&format!("{header}\nCD;Carl;c@example.com;/In;0;{rule}\n")).await;
            assert_eq!(
                (import.added, &import.unknown_columns),
                (1, &Vec::new()),
                "{language:?} {header} {rule}: {import:?}"
            );
            let carl = test.app.show_operator("CD").await.unwrap();
            assert_eq!(
                (carl.email.as_deref(), carl.destination.as_str(), carl.active, carl.conflict_rule),
                (Some("c@example.com"), "/In/{name}", false, expected)
            );
        }
        let (_, import) = imported(&format!("{};{}\nCD;Carl\n", word(&words, "Operator"), word(&words, "Name"))).await;
        assert_eq!(import.added, 1);
    }
}

#[tokio::test]
async fn active_is_what_the_file_says_in_its_language_and_never_guessed() {
    let no = [
        "nein",
        "Nein",
        "NO",
        "n",
        "falsch",
        "FALSO",
        "faux",
        "aus",
        "off",
        "0",
        "Inaktiv",
        "no activo",
        " nein ",
        "ｎｏ",
        "☐",
    ];
    let yes = [
        "ja",
        "Sí",
        "si",
        "S\u{ed}",
        "Si\u{301}",
        "WAHR",
        "Verdadero",
        "VRAI",
        "ein",
        "1",
        "x",
        "X",
        "✓",
        "Aktiv",
        "activo",
        "on",
        "TRUE",
        "",
    ];
    for (values, expected) in [(&no[..], false), (&yes[..], true)] {
        for value in values {
            let (test, import) = imported(&format!("Operator;Name;Aktiv\nCD;Carl;{value}\n")).await;
            assert_eq!((import.added, import.unknown_columns.len()), (1, 0), "{value}: {import:?}");
            assert_eq!(test.app.show_operator("CD").await.unwrap().active, expected, "{value}");
        }
    }
    for value in ["vielleicht", "2", "nope", "?", "-", "xx", "nein!"] {
        let (_, import) = imported(&format!("Operator;Name;Aktiv\nCD;Carl;{value}\n")).await;
        assert_eq!((import.added, import.refused), (0, 1), "{value}");
        assert_eq!(import.rows[0].problem.as_ref().unwrap().field, Some(Field::Active));
    }
}

#[tokio::test]
async fn in_a_column_that_is_ticked_an_empty_cell_says_no() {
    let (test, import) = imported("id,name,active\nCD,Carl,\nEF,Eva,x\nGH,Gitta, \nIJ,Ines,no\nKL,Kai\n").await;
    assert_eq!(import.added, 5, "{import:?}");
    let active: Vec<bool> = test.app.list_operators().await.unwrap().iter().map(|operator| operator.active).collect();
    assert_eq!(active, [false, true, false, false, false]);
}

#[tokio::test]
async fn a_column_without_a_name_is_left_out_aloud_when_it_holds_something() {
    let (_, import) = imported("id,name,,,\nCD,Carl,,nein,\nEF,Eva,,nein,\n").await;
    assert_eq!((import.added, import.unknown_columns), (2, vec!["#4".to_owned()]));
}

#[tokio::test]
async fn what_programs_put_around_a_text_is_no_row() {
    for (csv, name) in [
        ("id,name\r\nCD,Carl\r\n\u{1a}", "Ctrl-Z"),
        ("id,name\r\nCD,Carl\u{1a}", "Ctrl-Z without a line end"),
        ("id,name\r\nCD,Carl\r\n\u{1a}\r\n", "Ctrl-Z and a line end"),
        ("id,name\r\nCD,Carl\r\n\u{1a}\u{1a}\0\0\0", "filled up to a block"),
        ("id,name\nCD,Carl\n\0\0\0\0", "filled up with NUL"),
        ("\u{feff}\u{feff}id,name\nCD,Carl\n", "two byte order marks"),
        (
            "\u{feff}sep=;\r\nid;name\r\nCD;Carl\r\n\u{1a}",
            "a separator line behind a byte order mark",
        ),
        ("\"sep=|\"\nid|name\nCD|Carl\n", "another separator"),
        ("\n\n id , name \n\n , \n\nCD , Carl \n\n\n", "empty lines"),
        ("id,name\rCD,Carl\r\u{1a}", "Macintosh"),
        (
            "id,name\n\u{feff}CD,\u{a0}Carl\u{a0}\n",
            "two files in one, and spaces of a web page",
        ),
    ] {
        let (test, import) = imported(csv).await;
        assert_eq!((import.added, import.refused), (1, 0), "{name}: {import:?}");
        assert_eq!(test.app.show_operator("CD").await.unwrap().name, "Carl", "{name}");
        let utf16: Vec<u8> = format!("\u{feff}{csv}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        let other = TestApp::fresh().await;
        assert_eq!(other.app.import_operators(&utf16).await.unwrap().added, 1, "{name} in UTF-16");
    }
    let (_, import) = imported("id,name\n").await;
    assert_eq!((import.added, import.refused), (0, 0), "a header alone");
    let (test, import) = imported("id,name\nCD,Carl \"C\" Dahl\n").await;
    assert_eq!(import.added, 1, "a quotation mark in the middle");
    assert_eq!(test.app.show_operator("CD").await.unwrap().name, "Carl \"C\" Dahl");
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

/// Names that a spreadsheet program would compute, in one language of the computer or another, and what guards them.
const FORMULAS: [&str; 21] = [
    "=HYPERLINK(\"http://evil.example\",\"Anna\")",
    "+49 Anna",
    "-Anna",
    "@Anna",
    "'Anna",
    "'=Anna",
    "''+Anna",
    "x;=HYPERLINK(\"http://evil.example\")",
    "x,=1+1",
    "x|@SUM(A1)",
    "x; =1",
    "x;\"=1\"",
    "x;'=1",
    "x;''=1;\"'-2",
    ";=1",
    "\"=1",
    "＝1+1",
    "x;＠1",
    "a;b,c|d",
    "Anna, \"die\" Berg; x",
    "Ärger 日本 😀",
];

/// The cells that a program sees that takes one separator for the end of a cell, with quotation marks and without.
fn cells(text: &str, separator: char) -> Vec<String> {
    let split = text.split([separator, '\r', '\n']).map(|cell| cell.trim_start_matches(['"', ' ']).to_owned());
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator as u8)
        .from_reader(text.as_bytes());
    let quoted = reader.records().flat_map(|record| record.unwrap().iter().map(str::to_owned).collect::<Vec<_>>());
    split.chain(quoted).collect()
}

fn assert_no_formula(text: &str) {
    for cell in [',', ';', '\t', '|'].into_iter().flat_map(|separator| cells(text, separator)) {
        assert!(
            !cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']),
            "a spreadsheet program would compute {cell}"
        );
    }
}

#[tokio::test]
async fn what_was_exported_is_imported_as_it_was() {
    let test = TestApp::fresh().await;
    for (at, name) in FORMULAS.iter().enumerate() {
        let fields = OperatorFields {
            active: at % 2 == 0,
            conflict_rule: Some(ConflictRule::ALL[at % 3]),
            ..operator_fields(name, (at % 3 == 0).then_some("+a@example.com"))
        };
        test.app.add_operator(&format!("-{at:02}"), fields).await.unwrap();
    }
    let for_programs = test.app.export_operators(&[], Reader::Programs).await.unwrap();
    let for_spreadsheets = test.app.export_operators(&[], Reader::Spreadsheets).await.unwrap();
    assert_no_formula(std::str::from_utf8(&for_programs).unwrap());
    // What every Excel takes without asking: UTF-16, little end first, a byte order mark, tabs.
    let units: Vec<u16> = for_spreadsheets.as_chunks::<2>().0.iter().copied().map(u16::from_le_bytes).collect();
    let text = String::from_utf16(&units).unwrap();
    assert!(
        text.starts_with("\u{feff}id\tname\temail\tdestination\tactive\tconflict_rule\r\n"),
        "{text}"
    );
    assert_no_formula(&text[3..]);
    for exported in [&for_programs, &for_spreadsheets] {
        let other = TestApp::fresh().await;
        let import = other.app.import_operators(exported).await.unwrap();
        assert_eq!((import.added, import.refused), (FORMULAS.len() as u64, 0), "{import:?}");
        assert_eq!(other.app.export_operators(&[], Reader::Programs).await.unwrap(), for_programs);
        let read: Vec<String> = other.app.list_operators().await.unwrap().into_iter().map(|operator| operator.name).collect();
        assert_eq!(read, FORMULAS);
    }
}

#[tokio::test]
async fn every_row_is_heard_and_only_some_are_kept() {
    let test = TestApp::fresh().await;
    let rows: String = (0..3_000).map(|at| format!("OP{at},Operator {at}\n,Nobody {at}\n")).collect();
    let (csv, mut heard) = (format!("id,name\n{rows}"), Vec::new());
    let import = test
        .app
        .import_operators_heard(csv.as_bytes(), |row, progress| {
            assert!(progress.read <= progress.of);
            heard.push((row.line, row.problem.is_some()));
        })
        .await
        .unwrap();
    assert_eq!((import.added, import.refused, import.rows.len()), (3_000, 3_000, 1_000));
    let expected: Vec<(u64, bool)> = (0..6_000).map(|at| (at + 2, at % 2 == 1)).collect();
    assert_eq!(heard, expected, "every row, in the order of the file");
    assert!(import.rows.is_sorted_by_key(|row| row.line));
}

#[tokio::test]
async fn ten_thousand_rows_are_one_import() {
    let rows: String = (0..10_000).map(|at| format!("OP{at},Operator {at},op{at}@example.com\n")).collect();
    let (test, import) = imported(&format!("id,name,email\n{rows}")).await;
    assert_eq!((import.added, import.refused, import.rows.len()), (10_000, 0, 500));
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
