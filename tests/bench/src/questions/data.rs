//! Public collections of questions, and what is made of them: the same each time.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use bench::Failed;

/// A text and what it is about.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Labelled {
    pub(crate) text: String,
    pub(crate) label: String,
}

/// The folder with the collections: Banking77 (CC-BY-4.0) and CLINC150 (CC-BY-3.0), as lines of text,
/// tabulator, label.
pub(crate) struct Collections(PathBuf);

impl Collections {
    pub(crate) fn at(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    pub(crate) fn are_there(&self) -> bool {
        self.0.join("clinc150_test.tsv").exists()
    }

    pub(crate) fn read(&self, name: &str) -> Result<Vec<Labelled>, Failed> {
        let path = self.0.join(format!("{name}.tsv"));
        let text =
            fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let lines = text.lines().filter_map(|line| line.rsplit_once('\t'));
        Ok(lines
            .map(|(text, label)| Labelled { text: text.to_owned(), label: label.to_owned() })
            .collect())
    }
}

/// `count` texts of each label.
pub(crate) fn sample(texts: &[Labelled], count: usize, dice: &mut Dice) -> Vec<Labelled> {
    let mut labels: BTreeMap<&str, Vec<&Labelled>> = BTreeMap::new();
    for text in texts {
        labels.entry(&text.label).or_default().push(text);
    }
    let mut sampled = Vec::new();
    for mut texts in labels.into_values() {
        for taken in 0..count.min(texts.len()) {
            let other = taken + dice.below(texts.len() - taken);
            texts.swap(taken, other);
            sampled.push(texts[taken].clone());
        }
    }
    sampled
}

/// The first labels of a collection, in the order of their names.
pub(crate) fn first_labels(texts: &[Labelled], count: usize) -> BTreeSet<String> {
    let labels: BTreeSet<&String> = texts.iter().map(|text| &text.label).collect();
    labels.into_iter().take(count).cloned().collect()
}

/// One or two slips of the finger: a neighbouring key instead or besides, a letter left out, or two
/// swapped.
pub(crate) fn misspelt(text: &Labelled, dice: &mut Dice) -> Labelled {
    let mut letters: Vec<char> = text.text.chars().collect();
    for _ in 0..=dice.below(2) {
        let places = (0..letters.len()).filter(|place| letters[*place].is_ascii_alphabetic());
        let places: Vec<usize> = places.collect();
        if places.is_empty() {
            break;
        }
        let place = places[dice.below(places.len())];
        let keys = neighbours(letters[place]);
        let key = keys[dice.below(keys.len())];
        match dice.below(4) {
            0 => letters[place] = key,
            1 => letters.insert(place, key),
            2 if place + 1 < letters.len() => letters.swap(place, place + 1),
            _ => _ = letters.remove(place),
        }
    }
    Labelled { text: letters.into_iter().collect(), label: text.label.clone() }
}

/// The keys around a letter on an English keyboard.
fn neighbours(letter: char) -> Vec<char> {
    const ROWS: [&[u8]; 3] = [b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];
    let place =
        |row: &[u8]| row.iter().position(|key| char::from(*key) == letter.to_ascii_lowercase());
    let found = ROWS.iter().enumerate().find_map(|(row, keys)| Some((row, place(keys)?)));
    let Some((row, column)) = found else { return vec![letter] };
    let around = [
        (row, column.wrapping_sub(1)),
        (row, column + 1),
        (row.wrapping_sub(1), column),
        (row + 1, column),
    ];
    let keys = around.into_iter().filter_map(|(row, column)| ROWS.get(row)?.get(column));
    keys.map(|key| char::from(*key)).collect()
}

/// Throws the same numbers each time (SplitMix64).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn with(seed: u64) -> Self {
        Self(seed)
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) as usize % end
    }
}
