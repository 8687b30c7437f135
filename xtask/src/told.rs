//! Scenarios as HTML: what is asked, and what happens.

use raft_kv::config::Scenario;

/// What there is to say of a scenario but its title. What happens is hidden where there is a question to think about first.
pub fn told(scenario: &Scenario) -> String {
    let [text, look_for] = [&scenario.text, &scenario.look_for].map(|text| escaped(text));
    let happens = format!("<p>{text}</p>\n<p><strong>Look for:</strong> {look_for}</p>\n");
    let Some(question) = &scenario.question else { return happens };
    let answers: String = question.answers.iter().map(|answer| format!("<li>{}</li>\n", escaped(answer))).collect();
    format!(
        "<p>{}</p>\n<ul>\n{answers}</ul>\n<details><summary>What happens, and why</summary>\n{happens}</details>\n",
        escaped(&question.ask)
    )
}

/// A text that is no markup.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use raft_kv::config::Config;

    fn scenario(name: &str) -> Scenario {
        let file = crate::shell::root().join(format!("www/scenarios/{name}.toml"));
        Config::parse(name, &std::fs::read_to_string(file).unwrap()).unwrap().scenario.unwrap()
    }

    #[test]
    fn questions_come_before_what_happens() {
        let told = told(&scenario("split-vote"));
        let places = ["How does it go on?", "<li>Nobody wins", "<details>", "time drawn anew", "</details>"];
        let places = places.map(|text| told.find(text));
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{told}");
    }

    #[test]
    fn without_a_question_all_is_told_and_no_text_is_markup() {
        let plain = Scenario { text: "a < b & c".to_owned(), look_for: "<b>".to_owned(), ..Scenario::default() };
        assert_eq!(told(&plain), "<p>a &lt; b &amp; c</p>\n<p><strong>Look for:</strong> &lt;b&gt;</p>\n");
    }
}
