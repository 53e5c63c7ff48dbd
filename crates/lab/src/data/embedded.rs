//! The sets that are part of the program; `data/README.md` says where they are from.

use super::raw::{Raw, Values};
use super::{Card, Set, Shape, csv, split};
use flate2::read::GzDecoder;
use std::io::Read;

/// The set, or none where it is not embedded.
pub(super) fn load(set: &Set, card: &Card) -> Option<Raw> {
    Some(match set {
        Set::Mnist1d => mnist1d(card),
        Set::Digits => digits(card),
        Set::Names => names(card),
        Set::Iris => table(
            card,
            include_bytes!("../../data/iris.csv.gz"),
            "species",
            "",
        ),
        Set::Wine => table(
            card,
            include_bytes!("../../data/wine.csv.gz"),
            "cultivar",
            "",
        ),
        Set::BreastCancer => table(
            card,
            include_bytes!("../../data/breast_cancer.csv.gz"),
            "diagnosis",
            "",
        ),
        Set::Diabetes => table(
            card,
            include_bytes!("../../data/diabetes.csv.gz"),
            "progression",
            "The number is a measure of the disease one year after the inputs were taken.",
        ),
        _ => return None,
    })
}

fn unpack(packed: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    GzDecoder::new(packed)
        .read_to_end(&mut bytes)
        .expect("an embedded data set is a whole gzip file");
    bytes
}

/// A set of its card's shape, with nothing to add.
fn raw(
    card: &Card,
    values: Vec<f64>,
    targets: Vec<f64>,
    (train, test): (Vec<usize>, Vec<usize>),
) -> Raw {
    Raw {
        shape: card.shape,
        values: Values::Numbers(values),
        targets,
        classes: card
            .classes
            .map(|classes| (0..classes).map(|class| class.to_string()).collect()),
        train,
        test,
        key: card.name.into(),
        title: card.title.into(),
        note: String::new(),
        target_loss: None,
    }
}

fn mnist1d(card: &Card) -> Raw {
    let rows = card.train + card.test;
    let bytes = unpack(include_bytes!("../../data/mnist1d.bin.gz"));
    let number =
        |at: usize| f32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    let (low, step) = (number(0), number(4));
    let (levels, labels) = bytes[8..].split_at(rows * card.shape.len());
    Raw {
        note: "Published accuracies: linear 32 %, MLP 68 %, CNN 94 %, people 96 %.".into(),
        target_loss: Some(0.7),
        ..raw(
            card,
            levels
                .iter()
                .map(|&level| f64::from(low + step * f32::from(level)))
                .collect(),
            labels.iter().map(|&label| f64::from(label)).collect(),
            ((0..card.train).collect(), (card.train..rows).collect()),
        )
    }
}

fn digits(card: &Card) -> Raw {
    let text = unpack(include_bytes!("../../data/digits.csv.gz"));
    let (mut values, mut targets) = (Vec::new(), Vec::new());
    for line in String::from_utf8_lossy(&text).lines() {
        let numbers: Vec<f64> = line
            .split(',')
            .map(|field| field.parse().expect("the embedded digits are numbers"))
            .collect();
        let (pixels, class) = numbers.split_at(card.shape.len());
        values.extend_from_slice(pixels);
        targets.push(class[0]);
    }
    let rows = targets.len();
    Raw {
        note: "It is an easy set: a linear network reaches 96 to 97 %.".into(),
        target_loss: Some(0.1),
        ..raw(card, values, targets, split(rows))
    }
}

fn table(card: &Card, packed: &[u8], target: &str, note: &str) -> Raw {
    Raw {
        key: card.name.into(),
        title: card.title.into(),
        note: note.into(),
        ..csv::table(&unpack(packed), target).expect("an embedded table can be read")
    }
}

/// A name ends at the last step, with zeros before it: what tells most stands at the end of a name, and there a network
/// that reads step after step has just seen it, and one that does not finds it always in the same place.
fn names(card: &Card) -> Raw {
    let Shape::Series { steps, channels } = card.shape else {
        unreachable!("names are series")
    };
    let text = unpack(include_bytes!("../../data/names.csv.gz"));
    let (mut values, mut targets) = (Vec::new(), Vec::new());
    for line in String::from_utf8_lossy(&text).lines().skip(1) {
        let (name, sex) = line
            .split_once(',')
            .expect("the embedded names have two fields");
        let mut row = vec![0.0; steps * channels];
        let before = steps - name.len();
        for (at, letter) in name.bytes().enumerate() {
            row[(before + at) * channels + usize::from(letter - b'a')] = 1.0;
        }
        values.extend(row);
        targets.push(f64::from(u8::from(sex == "male")));
    }
    let rows = targets.len();
    Raw {
        classes: Some(vec!["female".into(), "male".into()]),
        note: "Each step is a letter as one of 26; a name ends at the last step, with zeros before it. Names that both \
               sexes bear are left out, and 82 % are female."
            .into(),
        ..raw(card, values, targets, split(rows))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{DataSource, Dataset, Origin, Rows, Task};

    /// FNV-1a over the bits of inputs and targets for training, then for testing.
    fn hash(data: &Dataset) -> [u64; 4] {
        [
            &data.train.inputs,
            &data.train.targets,
            &data.test.inputs,
            &data.test.targets,
        ]
        .map(|values| {
            let bytes = values.iter().flat_map(|v| v.to_bits().to_le_bytes());
            bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
            })
        })
    }

    fn counts(data: &Dataset) -> Vec<usize> {
        let Task::Classes(names) = &data.task else {
            return Vec::new();
        };
        let mut counts = vec![0; names.len()];
        data.train
            .targets
            .iter()
            .chain(&data.test.targets)
            .for_each(|&t| counts[t as usize] += 1);
        counts
    }

    #[test]
    fn every_set_is_what_its_card_says() {
        for set in Set::all() {
            let card = set.card().unwrap();
            if card.origin == Origin::Fetched {
                continue;
            }
            let data = DataSource::from(set).load().unwrap();
            assert_eq!(data.shape, card.shape, "{}", card.name);
            assert_eq!(
                (data.train.len(), data.test.len()),
                (card.train, card.test),
                "{}",
                card.name
            );
            assert_eq!(data.train.inputs.len(), card.train * data.features());
            assert_eq!(data.test.inputs.len(), card.test * data.features());
            assert!(data.about.starts_with(card.title), "{}", data.about);
            match &data.task {
                Task::Classes(names) => assert_eq!(Some(names.len()), card.classes),
                Task::Regression { .. } => assert_eq!(card.classes, None),
            }
            let all = data.train.inputs.iter().chain(&data.train.targets);
            assert!(
                all.chain(&data.test.inputs)
                    .chain(&data.test.targets)
                    .all(|v| v.is_finite())
            );
        }
    }

    #[test]
    fn embedded_sets_keep_their_rows() {
        let digits = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180];
        for (set, per_class, bits) in [
            (
                Set::Mnist1d,
                &[500; 10][..],
                [
                    0xc650_6938_d38e_1a0a,
                    0x903c_e031_948a_42d5,
                    0xa892_c4d2_940a_631d,
                    0x81d3_8aea_36c5_8955,
                ],
            ),
            (
                Set::Digits,
                &digits,
                [
                    0xe6ff_81e5_2615_1f5c,
                    0xd210_1907_3bdf_62d5,
                    0xd2a0_9daf_205c_6ee3,
                    0xff3e_f874_752a_c525,
                ],
            ),
            (
                Set::Iris,
                &[50, 50, 50],
                [
                    0x0ae3_97ef_6774_0a80,
                    0x2a8b_0217_c459_1e65,
                    0x343c_3dee_0e45_5353,
                    0xc548_d042_c866_5b95,
                ],
            ),
            (
                Set::Wine,
                &[59, 71, 48],
                [
                    0x0c6f_ae85_97cf_c8e8,
                    0xea1e_c803_7158_c5b8,
                    0xdb17_e49b_73e2_b24d,
                    0x3838_f391_053c_0315,
                ],
            ),
            (
                Set::BreastCancer,
                &[357, 212],
                [
                    0x5192_061b_4139_a585,
                    0x1175_2e74_b6ab_f415,
                    0xe92e_9584_26a5_d493,
                    0xde6d_dfda_3454_7ea5,
                ],
            ),
            (
                Set::Diabetes,
                &[],
                [
                    0xeb81_ce68_45cf_8589,
                    0x0c41_910b_0728_8bc8,
                    0xeafd_eff1_5427_7457,
                    0xcfcf_da50_46a4_de84,
                ],
            ),
            (
                Set::Names,
                &[3944, 888],
                [
                    0x755c_66d6_9e9a_edc5,
                    0x571e_2413_2628_7835,
                    0x3349_b517_f923_8f98,
                    0xb857_cc0b_86de_b7c5,
                ],
            ),
        ] {
            let data = DataSource::from(set.clone()).load().unwrap();
            assert_eq!(counts(&data), per_class, "{set}");
            let found = hash(&data);
            assert_eq!(found, bits, "{set}: stored studies depend on these bits");
        }
    }

    #[test]
    fn tables_hold_the_numbers_of_their_files() {
        let rows = |text: &str| {
            let data = text.parse::<DataSource>().unwrap().load().unwrap();
            let (width, Rows { inputs, targets }) = (data.features(), data.train);
            let all = inputs
                .into_iter()
                .chain(data.test.inputs)
                .collect::<Vec<_>>();
            let targets: Vec<f32> = targets.into_iter().chain(data.test.targets).collect();
            (all, targets, width)
        };
        let wine = [
            14.23, 1.71, 2.43, 15.6, 127.0, 2.8, 3.06, 0.28, 2.29, 5.64, 1.04, 3.92, 1065.0,
        ];
        let (inputs, targets, width) = rows("wine(scale=raw)");
        let at = inputs.chunks(width).position(|row| row == wine).unwrap();
        assert_eq!(targets[at], 0.0);
        let last = [36.0, 1.0, 19.6, 71.0, 250.0, 133.2, 97.0, 3.0, 4.5951, 92.0];
        let (inputs, targets, width) = rows("diabetes(scale=raw)");
        let at = inputs.chunks(width).position(|row| row == last).unwrap();
        // The mean and the deviation of all 442 numbers are 152.13 and 77.00.
        assert!((152.13 + 77.0 * f64::from(targets[at]) - 57.0).abs() < 5.0);
    }

    #[test]
    fn mnist1d_is_the_published_set() {
        let data = DataSource::from(Set::Mnist1d).load().unwrap();
        for (rows, low, high) in [(&data.train, 394, 411), (&data.test, 89, 106)] {
            for class in 0..10 {
                let count = rows.targets.iter().filter(|&&t| t == class as f32).count();
                assert!((low..=high).contains(&count), "class {class}: {count}");
            }
        }
        let square: f64 = data.train.inputs.iter().map(|v| f64::from(v * v)).sum();
        assert!(((square / 160_000.0).sqrt() - 0.998).abs() < 0.01);
        assert!((Dataset::constant_loss(&data.task, &data.train) - 10f64.ln()).abs() < 1e-3);
    }

    #[test]
    fn names_end_at_the_last_step() {
        let data = DataSource::from(Set::Names).load().unwrap();
        let spelled = |row: &[f32]| -> String {
            let letter = |step: &[f32]| match step.iter().position(|&v| v == 1.0) {
                Some(at) => char::from(b'a' + at as u8),
                None => ' ',
            };
            row.chunks(26).map(letter).collect()
        };
        let names: Vec<String> = data
            .train
            .inputs
            .chunks(data.features())
            .map(spelled)
            .collect();
        assert!(
            names
                .iter()
                .all(|name| !name.ends_with(' ') && !name.trim_start().contains(' '))
        );
        let at = names
            .iter()
            .position(|name| name.trim() == "zane" || name.trim() == "abbey");
        let at = at.expect("one of the two is a training row");
        assert_eq!(
            data.train.targets[at],
            f32::from(u8::from(names[at].trim() == "zane"))
        );
    }

    #[test]
    fn validation_rows_are_taken_from_the_training_rows() {
        let data = DataSource::from(Set::Mnist1d).load().unwrap();
        let (train, validation) = data.tuning_split();
        assert_eq!((train.len(), validation.len()), (3500, 500));
        assert_eq!(validation.inputs.len(), 500 * 40);
    }
}
