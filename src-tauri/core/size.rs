//! Size: how many bytes, as people read it. The same units as in the window (`ui/format.js`), which are those of Dropbox's pages.

const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];

/// 214 → "214 bytes", 1,234,567 → "1.2 MB". Decimal units, one digit after the point at most; one that is 0 is left out.
pub fn size(bytes: u64) -> String {
    if bytes < 1000 {
        return if bytes == 1 {
            "1 byte".to_owned()
        } else {
            format!("{bytes} bytes")
        };
    }
    let mut unit = 1000_u128;
    let tenths = |unit| (u128::from(bytes) * 10 + unit / 2) / unit;
    let mut name = UNITS[0];
    for larger in &UNITS[1..] {
        // What would be rounded to 1000 of a unit is 1 of the next.
        if tenths(unit) < 10_000 {
            break;
        }
        unit *= 1000;
        name = larger;
    }
    match (tenths(unit) / 10, tenths(unit) % 10) {
        (whole, 0) => format!("{whole} {name}"),
        (whole, tenth) => format!("{whole}.{tenth} {name}"),
    }
}
