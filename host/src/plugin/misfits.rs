//! What is wrong with a configuration or an action, put into sentences. What does not fit is the runtime's to find.

use hezi_plugin::{Misfit, SchemaProblem, pointer_part};

use crate::domain::sentence::{Misfits, Sentence};
use crate::domain::tongue::{Characters, Items};

/// Most problems that are told at once.
const PROBLEMS_MAX: usize = 5;

/// A text that should have been JSON is not.
pub(super) fn not_json(what: &str, error: &serde_json::Error) -> Misfits {
    Misfits(vec![Sentence::BadField { field: what.to_owned(), why: error.to_string() }])
}

/// The first problems, each with the field that it is about.
pub(super) fn told(what: &str, problems: Vec<SchemaProblem>) -> Misfits {
    let sentence = |problem: SchemaProblem| {
        let field = format!("{what}{}", problem.path);
        match problem.misfit {
            Misfit::Type(expected) => of_type(field, expected),
            Misfit::Missing(missing) => Sentence::FieldMissing { field: format!("{field}/{}", pointer_part(&missing)) },
            // Whoever fills in a form has left it empty.
            Misfit::TooShort(1) => Sentence::FieldMissing { field },
            Misfit::Unknown(unknown) => Sentence::FieldUnknown { field, unknown },
            Misfit::NoneOf(expected) => Sentence::FieldNoneOf { field, expected },
            Misfit::TooShort(least) => Sentence::FieldTooShort { field, least: Characters(least) },
            Misfit::TooLong(most) => Sentence::FieldTooLong { field, most: Characters(most) },
            Misfit::TooFew(least) => Sentence::FieldTooFew { field, least: Items(least) },
            Misfit::TooMany(most) => Sentence::FieldTooMany { field, most: Items(most) },
            Misfit::TooSmall(least) => Sentence::FieldTooSmall { field, least },
            Misfit::TooLarge(most) => Sentence::FieldTooLarge { field, most },
            Misfit::Repeated => Sentence::FieldRepeated { field },
            Misfit::TooMuch => Sentence::FieldTooMuch { field },
            Misfit::Other => Sentence::BadField { field, why: problem.message },
        }
    };
    Misfits(problems.into_iter().take(PROBLEMS_MAX).map(sentence).collect())
}

/// Numbers by what people call them.
fn of_type(field: String, expected: String) -> Sentence {
    match expected.as_str() {
        "integer" => Sentence::FieldWhole { field },
        "number" => Sentence::FieldNumber { field },
        _ => Sentence::FieldType { field, expected },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::tongue::Tongue;

    #[test]
    fn the_first_problems_are_told_in_the_readers_language() {
        let problem = |path: &str, misfit| SchemaProblem { path: path.into(), message: "in English".into(), misfit };
        let problems = vec![
            problem("/options", Misfit::TooFew(2)),
            problem("/question", Misfit::Type("string".into())),
            problem("/a", Misfit::Other),
            problem("/b", Misfit::TooMuch),
            problem("/c", Misfit::Repeated),
            problem("/d", Misfit::Other),
        ];
        let misfits = Sentence::Unfit { problems: told("config", problems) };
        assert_eq!(
            misfits.text(Tongue::English),
            "this does not fit: `config/options` has at least 2 items; `config/question` is of the type string; \
             `config/a` does not fit: in English; `config/b` is too much to be checked: send less at once; `config/c` has \
             nothing twice"
        );
        assert_eq!(
            misfits.text(Tongue::Chinese),
            "内容不合要求：`config/options` 至少有 2 项；`config/question` 的类型是 string；\
             `config/a` 不合要求：in English；`config/b` 太多了，检查不过来：请少一些；`config/c` 里不能有重复的内容"
        );
    }
}
