//! Sizes read alike on the command line and in the window.

use outtray::size::size;

#[test]
fn sizes_read_as_in_the_window() {
    let sizes = [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (1_234_567, "1.2 MB"),
        (734_003_200, "734 MB"),
        (999_949, "999.9 kB"),
        (999_950, "1 MB"),
        (79_511_420_928, "79.5 GB"),
        (u64::MAX, "18446744.1 TB"),
    ];
    for (bytes, said) in sizes {
        assert_eq!(size(bytes), said);
    }
}
