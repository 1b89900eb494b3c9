//! The forms of organizers, as far as they can be filled in wrongly: what they offer, and what a refusal says.

use hezi_sdk::{Error, Form, Input};
use serde_json::json;

use super::{Hall, party};

/// The labels of the choices that a form begins with.
fn offered(form: &Form) -> Vec<&str> {
    match &form.fields[0].input {
        Input::Choice(field) => field.choices.iter().map(|choice| &*choice.label).collect(),
        other => panic!("no choice: {other:?}"),
    }
}

#[test]
fn a_refused_draw_names_its_field_and_how_many_are_left_and_changes_nothing() {
    let mut hall = Hall::frozen(party(), 3);
    hall.draw("二等奖", 1, "").unwrap();
    let before = hall.room.state().clone();
    for (prize, count, refusal) in
        [("二等奖", 3, "count: “二等奖”只剩 2 个名额"), ("一等奖", 2, "count: “一等奖”只剩 1 个名额")]
    {
        assert_eq!(hall.draw(prize, count, ""), Err(Error::exhausted(refusal)));
        assert_eq!(hall.room.state(), &before);
    }
    hall.draw("一等奖", 1, "").unwrap();
    assert_eq!(hall.draw("一等奖", 1, ""), Err(Error::exhausted("prize: “一等奖”已经抽完")));
    assert_eq!(hall.draw("二等奖", 2, ""), Err(Error::exhausted("count: 名单中只剩 1 人可以抽取")));
}

#[test]
fn the_form_says_how_many_of_each_prize_are_left() {
    let mut hall = Hall::frozen(party(), 9);
    let view = hall.room.view().unwrap();
    let form = view.all_forms().next().unwrap();
    assert_eq!(offered(form), ["一等奖（还有 1 个）", "二等奖（还有 3 个）"]);
    assert_eq!(form.fields[1].help, "不能超过所选奖品剩下的个数", "the bounds are those of one of them");
    hall.draw("一等奖", 1, "").unwrap();
    hall.draw("二等奖", 1, "").unwrap();
    let view = hall.room.view().unwrap();
    let form = view.all_forms().next().unwrap();
    assert_eq!((offered(form), &*form.fields[1].help), (vec!["二等奖（还有 2 个）"], ""));
}

#[test]
fn who_holds_several_prizes_is_named_once_with_the_one_to_lose() {
    let mut config = party();
    config["repeat_winners"] = json!(true);
    let mut hall = Hall::frozen(config, 1);
    hall.draw("一等奖", 1, "").unwrap();
    hall.draw("二等奖", 1, "").unwrap();
    let view = hall.room.view().unwrap();
    let redraw = view.all_forms().find(|form| form.id == "redraw").unwrap();
    assert_eq!(offered(redraw), ["人0 · 二等奖"]);
}

#[test]
fn winners_of_one_name_are_congratulated_each() {
    let mut hall = Hall::new(party(), 0);
    for id in ["li", "na"] {
        hall.room.join(id, "李娜");
    }
    hall.act(json!({ "freeze": {} })).unwrap();
    hall.draw("二等奖", 2, "").unwrap();
    let said = hall.line("恭喜 ").unwrap();
    assert!(said.contains("李娜 (li)") && said.contains("李娜 (na)"), "{said}");
}
