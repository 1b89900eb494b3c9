//! Repetition: a member or a step with `times` stands for as many, with `{n}` in its texts replaced by 1, 2, 3 and so on.

/// Most members or steps that one stands for: a story is no load test.
const TIMES_MAX: i64 = 10_000;
/// What is replaced.
const NUMBER: &str = "{n}";

/// What a member or step of a file stands for: itself, if it has no `times`.
///
/// # Errors
/// When `times` is no number from 1 to ten thousand.
pub(super) fn expand(mut value: toml::Value) -> Result<Vec<toml::Value>, String> {
    let times = value.as_table_mut().and_then(|table| table.remove("times"));
    match times {
        None => Ok(vec![value]),
        Some(toml::Value::Integer(times @ 1..=TIMES_MAX)) => {
            Ok((1..=times).map(|n| numbered(&value, &n.to_string())).collect())
        }
        Some(times) => Err(format!("`times` is a number from 1 to {TIMES_MAX}, not {times}")),
    }
}

fn numbered(value: &toml::Value, n: &str) -> toml::Value {
    match value {
        toml::Value::String(text) => text.replace(NUMBER, n).into(),
        toml::Value::Array(items) => items.iter().map(|item| numbered(item, n)).collect::<Vec<_>>().into(),
        toml::Value::Table(members) => {
            let member = |(key, value): (&String, &toml::Value)| (key.replace(NUMBER, n), numbered(value, n));
            toml::Value::Table(members.iter().map(member).collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_stands_for_many() {
        let value: toml::Value =
            toml::from_str("times = 2\nid = \"m{n}\"\nact = { \"{n}\" = [\"第 {n} 个\"] }").unwrap();
        let all: Vec<String> = expand(value).unwrap().iter().map(|one| toml::to_string(one).unwrap()).collect();
        assert!(all[0].contains("m1") && all[1].contains("第 2 个") && all.len() == 2, "{all:?}");
        for times in ["0", "-1", "10001", "\"x\"", "1.5"] {
            let value: toml::Value = toml::from_str(&format!("times = {times}")).unwrap();
            assert!(expand(value).unwrap_err().contains("`times`"), "{times}");
        }
    }
}
