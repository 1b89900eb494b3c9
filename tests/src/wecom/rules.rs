//! What the stand-in goes by: whom it knows, what it trusts, and how long what it gives out is good.

use super::people::Person;

/// The corp's id.
pub const CORP_ID: &str = "ww5ad1f00dcafe1234";

/// The app's id.
pub const AGENT_ID: u32 = 1_000_002;

/// The app's secret. It has the mark of secrets inside.
pub const SECRET: &str = "Sx9secretKq7Qyv3NqLr1c2Vt8Zb4Pw6Hm0Dj5Fg";

/// How a stand-in behaves.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Address to listen on; port 0 takes a free one.
    pub listen: String,
    /// The host, and port if it is not the scheme's own, that sign-in may lead back to.
    pub trusted_domain: String,
    /// How long a token or a JS-API ticket is good.
    pub token_lives_s: u64,
    /// How long a code is good.
    pub code_lives_s: u64,
    /// How many calls of one kind are answered in a minute.
    pub calls_per_minute: u64,
    /// Everybody whom WeCom knows.
    pub people: Vec<Person>,
}

impl Default for Rules {
    /// What WeCom documents, and a small company.
    fn default() -> Self {
        Rules {
            listen: "127.0.0.1:0".to_owned(),
            trusted_domain: "meet.example.com".to_owned(),
            token_lives_s: 7_200,
            code_lives_s: 300,
            calls_per_minute: 10_000,
            people: vec![
                Person::member("WangWei", "王伟"),
                Person::member("LiNa", "李娜"),
                Person::member("ZhangMin", "张敏"),
                // A member of a linked corp has a slash in the id.
                Person::member("wwLinked0001/ZhaoLiu", "赵六"),
                Person::member("SunQi", "孙琪").out_of_scope(),
                Person::stranger("oAAAAAStrangerOpenId"),
                Person::customer("oBBBBBCustomerOpenId", "wmCustomer0001"),
            ],
        }
    }
}
