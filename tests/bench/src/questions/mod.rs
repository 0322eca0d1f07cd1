//! How well questions are answered, and P13: how fast.
//!
//! On public collections that are not shipped. Nothing of the matcher was chosen by the texts it is
//! asked here but its gate, which the study read off several collections, these among them.

mod asked;
mod data;
mod speed;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use answers::{Model, Understanding};
use bench::Failed;
use bench::figure::Figure;
use domain::faq::Sensitivity;

use asked::{Asked, ask, published};
use data::{Collections, Dice, Labelled, misspelt, sample};

/// Questions are drawn this often; the mean counts.
const DRAWS: u64 = 3;

/// P13, and how well questions are answered, if that is asked for; printed as it comes, because it
/// takes some minutes.
pub(crate) fn print(folder: Option<&Path>, well: bool) -> Result<(), Failed> {
    let collections = folder.map(Collections::at).filter(Collections::are_there);
    let Some(collections) = collections else {
        eprintln!("no collections of questions: `--data FOLDER` says where they are");
        return Ok(());
    };
    let target = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target");
    let packed = model::ready(&target)?;
    let semantic = Understanding::Semantic(Arc::new(Model::open(&packed)?));
    speed::measure(&collections, &packed)?.iter().for_each(Figure::print);
    if !well {
        return Ok(());
    }
    for (understanding, name) in [(&semantic, ""), (&Understanding::Lexical, ", by letters alone")]
    {
        let bench = Bench { collections: &collections, understanding, name };
        bench.splits()?.iter().for_each(Figure::print);
        bench.draws()?.iter().for_each(Figure::print);
        bench.presets()?.iter().for_each(Figure::print);
        bench.neighbours()?.iter().for_each(Figure::print);
    }
    Ok(())
}

/// What the collections are asked with.
struct Bench<'a> {
    collections: &'a Collections,
    understanding: &'a Understanding,
    name: &'a str,
}

impl Bench<'_> {
    fn is_semantic(&self) -> bool {
        matches!(self.understanding, Understanding::Semantic(_))
    }

    /// A figure that has to be at least so much with the model; nothing is asked of letters.
    fn share(&self, what: &str, value: f64, asked: Option<[f64; 2]>) -> Figure {
        let what = format!("{what}{}", self.name);
        match asked.filter(|_| self.is_semantic()) {
            Some(asked) => Figure::at_least("answers", what, value, "%", asked),
            None => Figure::of("answers", what, value, "%"),
        }
    }

    fn at_most(&self, what: &str, value: f64, asked: Option<[f64; 2]>) -> Figure {
        let what = format!("{what}{}", self.name);
        match asked.filter(|_| self.is_semantic()) {
            Some(asked) => Figure::at_most("answers", what, value, "%", asked),
            None => Figure::of("answers", what, value, "%"),
        }
    }

    fn ask(
        &self,
        questions: &[Labelled],
        texts: &[Labelled],
        sensitivity: Sensitivity,
    ) -> Result<Asked, Failed> {
        ask(&published(questions, self.understanding)?, texts, sensitivity)
    }

    /// The published splits of few questions.
    fn splits(&self) -> Result<Vec<Figure>, Failed> {
        let mut figures = Vec::new();
        for (name, asked) in [
            ("banking77_train_5", [79.0, 84.0]),
            ("banking77_train_10", [85.5, 89.8]),
            ("clinc150_train_5", [85.0, 92.6]),
            ("clinc150_train_10", [89.0, 94.8]),
        ] {
            let test = name.split('_').next().map(|collection| format!("{collection}_test"));
            let texts = self.collections.read(&test.unwrap_or_default())?;
            let questions = self.collections.read(name)?;
            let right = self.ask(&questions, &texts, Sensitivity::Balanced)?.right();
            figures.push(self.share(&format!("{name}, top-1"), right, Some(asked)));
        }
        Ok(figures)
    }

    /// One, three and five questions drawn of all; of five, what is misspelt and what nothing is
    /// there for.
    fn draws(&self) -> Result<Vec<Figure>, Failed> {
        let mut figures = Vec::new();
        let strange = self.collections.read("clinc150_oos_test")?;
        for collection in ["banking77", "clinc150"] {
            let all = self.collections.read(&format!("{collection}_train"))?;
            let texts = self.collections.read(&format!("{collection}_test"))?;
            for count in [1, 3, 5] {
                let mut sums = [0.0; 4];
                for draw in 0..DRAWS {
                    let questions = sample(&all, count, &mut Dice::with(draw));
                    let matcher = published(&questions, self.understanding)?;
                    let asked = ask(&matcher, &texts, Sensitivity::Balanced)?;
                    sums[0] += asked.right();
                    if (collection, count) == ("clinc150", 5) {
                        let mut dice = Dice::with(draw);
                        let slips =
                            texts.iter().map(|text| misspelt(text, &mut dice)).collect::<Vec<_>>();
                        sums[1] += ask(&matcher, &slips, Sensitivity::Balanced)?.right();
                        let strange = ask(&matcher, &strange, Sensitivity::Balanced)?;
                        sums[2] += asked.above(&strange);
                        sums[3] += asked.right_above(&strange);
                    }
                }
                let [right, misspelt, above, right_above] = sums.map(|sum| sum / DRAWS as f64);
                let what = format!("{collection}, K={count}");
                figures.push(self.share(&format!("{what}, top-1"), right, None));
                if (collection, count) == ("clinc150", 5) {
                    figures.extend([
                        self.share(
                            &format!("{what}, one or two slips, top-1"),
                            misspelt,
                            Some([82.0, 86.0]),
                        ),
                        self.share(
                            &format!("{what}, out of scope, AUROC"),
                            above,
                            Some([94.0, 97.0]),
                        ),
                        self.share(&format!("{what}, right at 95 % rejection"), right_above, None),
                    ]);
                }
            }
        }
        Ok(figures)
    }

    /// What each preset lets through of CLINC150, K=5.
    fn presets(&self) -> Result<Vec<Figure>, Failed> {
        let all = self.collections.read("clinc150_train")?;
        let texts = self.collections.read("clinc150_test")?;
        let strange = self.collections.read("clinc150_oos_test")?;
        let mut figures = Vec::new();
        for sensitivity in Sensitivity::ALL {
            let mut sums = [0.0; 3];
            for draw in 0..DRAWS {
                let questions = sample(&all, 5, &mut Dice::with(draw));
                let matcher = published(&questions, self.understanding)?;
                let asked = ask(&matcher, &texts, sensitivity)?;
                sums[0] += ask(&matcher, &strange, sensitivity)?.answered();
                sums[1] += asked.answered_wrongly();
                sums[2] += asked.answered_rightly();
            }
            let [strange, wrong, right] = sums.map(|sum| sum / DRAWS as f64);
            let balanced = |asked| (sensitivity == Sensitivity::Balanced).then_some(asked);
            let what = format!("clinc150, K=5, {}", sensitivity.as_str());
            figures.extend([
                self.at_most(
                    &format!("{what}: out of scope answered"),
                    strange,
                    balanced([3.0, 1.0]),
                ),
                self.at_most(&format!("{what}: answered wrongly"), wrong, balanced([4.0, 2.0])),
                self.share(&format!("{what}: answered rightly"), right, None),
            ]);
        }
        Ok(figures)
    }

    /// The weak spot: questions next to those that are there. Fifty intents of Banking77 are
    /// published, and asked of the others.
    fn neighbours(&self) -> Result<Vec<Figure>, Failed> {
        let read = |name: &str| self.collections.read(name);
        let (all, texts) = (read("banking77_train")?, read("banking77_test")?);
        let strange = read("banking77oos_id-oos_test")?;
        let unknown: BTreeSet<String> =
            strange.iter().map(|text| text.text.to_lowercase()).collect();
        // Some texts are in two intents; an intent is left out if most of its texts are.
        let mut left_out: BTreeMap<&str, i32> = BTreeMap::new();
        for text in &texts {
            let is_unknown = unknown.contains(&text.text.to_lowercase());
            *left_out.entry(&text.label).or_default() += if is_unknown { 1 } else { -1 };
        }
        left_out.retain(|_, more| *more > 0);
        let known = |texts: &[Labelled]| -> Vec<Labelled> {
            texts
                .iter()
                .filter(|text| !left_out.contains_key(text.label.as_str()))
                .cloned()
                .collect()
        };
        let (all, texts) = (known(&all), known(&texts));
        let intents = all.iter().map(|text| &text.label).collect::<BTreeSet<_>>().len();
        let questions = sample(&all, 5, &mut Dice::with(0));
        let matcher = published(&questions, self.understanding)?;
        let sensitivity = Sensitivity::Balanced;
        let (asked, strange) =
            (ask(&matcher, &texts, sensitivity)?, ask(&matcher, &strange, sensitivity)?);
        let what = format!("banking77, {intents} intents, K=5, balanced");
        Ok(vec![
            self.at_most(&format!("{what}: the other intents answered"), strange.answered(), None),
            self.at_most(&format!("{what}: answered wrongly"), asked.answered_wrongly(), None),
            self.share(&format!("{what}: answered rightly"), asked.answered_rightly(), None),
        ])
    }
}
