//! The content hash, against values that were computed apart from this program.

use outtray::content_hash::{BLOCK_SIZE, ContentHasher, PartsHasher, content_hash};

fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at % 251) as u8).collect()
}

const PATTERN: &str = "7c9f1da55f0b602dc67de1f71088cbccbb903efe884245d1a33878ee57adf767";

#[test]
fn known_contents_have_their_known_hashes() {
    let known = [
        (Vec::new(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (b"a".to_vec(), "bf5d3affb73efd2ec6c36ad3112dd933efed63c4e1cbffcfa88e2759c144f2d8"),
        (
            vec![0; BLOCK_SIZE - 1],
            "839e2d868a885f260431d186466f0f3c189ee0eee5cc444b54e717740ad7f1c3",
        ),
        (
            vec![0; BLOCK_SIZE],
            "c7e946d101855255d919ef0c70718633adf77d3dfb3adeeecf5d0cb4e951be58",
        ),
        (
            vec![0; BLOCK_SIZE + 1],
            "14a4d47f23a30177885d9820122f17d2d3a55fe63f7f5c27b95f689e0b2accd6",
        ),
        (pattern(3 * BLOCK_SIZE + 5), PATTERN),
    ];
    for (content, hash) in known {
        assert_eq!(content_hash(&content), hash, "{} bytes", content.len());
    }
}

#[test]
fn the_pieces_do_not_matter() {
    let content = pattern(3 * BLOCK_SIZE + 5);
    for size in [1_000_003, BLOCK_SIZE - 1, BLOCK_SIZE, BLOCK_SIZE + 1, content.len()] {
        let mut hasher = ContentHasher::default();
        content.chunks(size).for_each(|piece| hasher.update(piece));
        assert_eq!(hasher.finish(), PATTERN, "pieces of {size} bytes");
    }
}

#[test]
fn parts_have_their_own_hashes_and_the_whole_has_its() {
    let content = pattern(3 * BLOCK_SIZE + 5);
    let mut hasher = PartsHasher::default();
    for part in content.chunks(2 * BLOCK_SIZE) {
        assert_eq!(hasher.part(part), content_hash(part));
    }
    assert_eq!(hasher.finish(), PATTERN);
}
