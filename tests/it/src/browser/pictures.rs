//! Pictures of the desk, beside those that somebody has looked at and approved.
//!
//! Edges of letters may differ a little from machine to machine. What has moved, come or gone is
//! found: a difference counts where nothing like it is next to it, and is too much if it is
//! much of the whole or much of one place.

use std::path::{Path, PathBuf};

use super::chromium::folder;
use super::window::Window;

/// How far two colours may be apart, of 255 in a channel.
const COLOUR: u8 = 40;
/// Of all pixels, in a thousand.
const WHOLE_MAX: usize = 5;
/// The side of a place, and how many of its pixels may differ.
const PLACE: usize = 32;
const PLACE_MAX: usize = PLACE * PLACE / 8;

struct Picture {
    width: usize,
    height: usize,
    /// Red, green, blue.
    pixels: Vec<u8>,
}

impl Picture {
    fn read(bytes: &[u8]) -> Self {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        pixels.truncate(info.buffer_size());
        if info.color_type == png::ColorType::Rgba {
            pixels =
                pixels.chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
        }
        Self { width: info.width as usize, height: info.height as usize, pixels }
    }

    fn write(&self, path: &Path) {
        let file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
        let (width, height) = (self.width.try_into().unwrap(), self.height.try_into().unwrap());
        let mut encoder = png::Encoder::new(file, width, height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Fast);
        encoder.write_header().unwrap().write_image_data(&self.pixels).unwrap();
    }

    fn at(&self, x: usize, y: usize) -> [u8; 3] {
        let place = (y * self.width + x) * 3;
        [self.pixels[place], self.pixels[place + 1], self.pixels[place + 2]]
    }

    /// Whether a colour is at a place or next to it.
    fn has_near(&self, x: usize, y: usize, colour: [u8; 3]) -> bool {
        let rows = y.saturating_sub(1)..=(y + 1).min(self.height - 1);
        rows.into_iter().any(|row| {
            let mut columns = x.saturating_sub(1)..=(x + 1).min(self.width - 1);
            columns.any(|column| alike(self.at(column, row), colour))
        })
    }
}

fn alike(one: [u8; 3], other: [u8; 3]) -> bool {
    one.iter().zip(other).all(|(one, other)| one.abs_diff(other) <= COLOUR)
}

/// The places where two pictures of one size differ.
fn differences(one: &Picture, other: &Picture) -> Vec<(usize, usize)> {
    let all = (0..one.height).flat_map(|y| (0..one.width).map(move |x| (x, y)));
    let differ = |&(x, y): &(usize, usize)| {
        let (here, there) = (one.at(x, y), other.at(x, y));
        !(alike(here, there) || other.has_near(x, y, here) && one.has_near(x, y, there))
    };
    all.filter(differ).collect()
}

/// Why two pictures are not the same, if they are not.
fn unlike(one: &Picture, other: &Picture) -> Option<String> {
    let (size, other_size) = ((one.width, one.height), (other.width, other.height));
    if size != other_size {
        return Some(format!("it is {size:?} and was {other_size:?}"));
    }
    let differing = differences(one, other);
    let mut places = std::collections::BTreeMap::<_, usize>::new();
    for (x, y) in &differing {
        *places.entry((x / PLACE, y / PLACE)).or_default() += 1;
    }
    if let Some(((x, y), count)) = places.iter().find(|(_, count)| **count > PLACE_MAX) {
        return Some(format!("{count} pixels around {}, {} differ", x * PLACE, y * PLACE));
    }
    let too_much = differing.len() * 1_000 > one.width * one.height * WHOLE_MAX;
    too_much.then(|| format!("{} pixels differ", differing.len()))
}

/// What differs, red on grey.
fn difference(one: &Picture, other: &Picture) -> Picture {
    let faded = one.pixels.chunks_exact(3).flat_map(|pixel| {
        let grey = 160 + pixel[1] / 3;
        [grey, grey, grey]
    });
    let mut shown = Picture { width: one.width, height: one.height, pixels: faded.collect() };
    if (one.width, one.height) == (other.width, other.height) {
        for (x, y) in differences(one, other) {
            let place = (y * one.width + x) * 3;
            shown.pixels[place..place + 3].copy_from_slice(&[220, 0, 0]);
        }
    }
    shown
}

/// What is wrong with a window's picture against the approved one of that name, if anything.
/// `UPDATE=1` approves what is there now.
#[expect(clippy::disallowed_methods, reason = "a switch for whoever runs the tests")]
pub(super) async fn compared(window: &Window, name: &str) -> Option<String> {
    let taken = window.picture().await;
    let approved = approved().join(format!("{name}.png"));
    let kept = std::fs::read(&approved).ok();
    if kept.as_ref() == Some(&taken) {
        return None;
    }
    let seen = Picture::read(&taken);
    let before = kept.map(|bytes| Picture::read(&bytes));
    let why = match &before {
        Some(before) => unlike(&seen, before)?,
        None => "there is none yet".to_owned(),
    };
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&approved, taken).unwrap();
        return None;
    }
    let [now, changed] = ["now", "changed"].map(|kind| folder().join(format!("{name}.{kind}.png")));
    seen.write(&now);
    if let Some(before) = &before {
        difference(&seen, before).write(&changed);
    }
    Some(format!("{name}: {why}. Look at {} and {}", now.display(), changed.display()))
}

fn approved() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("approved")
}

/// A button on a page, with edges as soft as its letters'.
fn drawn(left: usize, edge: u8) -> Picture {
    let (width, height) = (320, 200);
    let mut pixels = vec![255; width * height * 3];
    for y in 80..112 {
        for x in left..left + 90 {
            let border = x == left || x == left + 89 || y == 80 || y == 111;
            let place = (y * width + x) * 3;
            pixels[place..place + 3].fill(if border { edge } else { 90 });
        }
    }
    Picture { width, height, pixels }
}

#[test]
fn a_moved_button_is_found_and_a_soft_edge_is_not() {
    let before = drawn(100, 120);
    assert_eq!(unlike(&drawn(100, 190), &before), None);
    assert_eq!(unlike(&drawn(101, 120), &before), None);
    assert!(unlike(&drawn(110, 120), &before).is_some());
    let nothing = Picture { pixels: vec![255; 320 * 200 * 3], ..drawn(100, 120) };
    assert!(unlike(&nothing, &before).is_some());
}
