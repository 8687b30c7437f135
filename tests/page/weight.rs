//! What is loaded before anybody does anything is just what `cargo xtask size` weighs, which tells in `RAFT_KV_LOADS` what
//! that is.

use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::browser::{Story, variable};
use crate::page::Page;

/// What is loaded by itself is asked for within this time.
const LONGEST: Duration = Duration::from_secs(20);
/// When nothing more is expected, so long may more come.
const REST: Duration = Duration::from_secs(3);

/// The files that are weighed of the laboratory, or of the element, from the repository's root.
fn weighed(of: &str) -> BTreeSet<String> {
    let file = variable("RAFT_KV_LOADS");
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file} cannot be read: {error}"));
    let names = text.lines().find_map(|line| line.strip_prefix(of)?.strip_prefix(' '));
    names.unwrap_or_else(|| panic!("{file} has no list of the {of}")).split(' ').map(str::to_owned).collect()
}

/// Fails if other files are requested than those that are weighed. `name_of` is a file's name by its address, or nothing
/// if it is somebody else's.
async fn assert_loads(page: &Page, weighed: &BTreeSet<String>, name_of: impl Fn(&str) -> Option<String>) {
    let loaded = async || -> BTreeSet<String> { page.requests().await.keys().filter_map(|it| name_of(it)).collect() };
    let end = Instant::now() + LONGEST;
    while !loaded().await.is_superset(weighed) && Instant::now() < end {
        sleep(Duration::from_millis(100)).await;
    }
    sleep(REST).await;
    let loaded = loaded().await;
    let (more, less): (Vec<_>, Vec<_>) = (loaded.difference(weighed).collect(), weighed.difference(&loaded).collect());
    assert!(more.is_empty() && less.is_empty(), "loaded and not weighed: {more:?}; weighed and not loaded: {less:?}");
}

#[test]
fn what_the_laboratory_loads_by_itself_is_weighed() {
    let weighed = weighed("laboratory");
    Story::default().tell(async |page| {
        page.open().await;
        let root = page.address.strip_suffix("www/index.html").expect("the page is where it is in the repository");
        assert_loads(page, &weighed, |address| Some(address.strip_prefix(root).unwrap_or(address).to_owned())).await;
        format!("the laboratory loads {} files by itself, and all of them are weighed", weighed.len())
    });
}

#[test]
fn what_the_element_loads_by_itself_is_weighed() {
    let weighed = weighed("element");
    Story::default().tell(async |page| {
        page.open_notes("wrong.html").await;
        page.put("it", &[]).await;
        page.until_live("it").await;
        let (site, host) = (variable("RAFT_KV_SITE"), variable("RAFT_KV_HOSTS"));
        // Of a site the page's folder is the top.
        let name_of = |address: &str| match address.strip_prefix(&site) {
            _ if address.starts_with(&host) => None,
            Some(name) if name.starts_with("pkg/") || name == "config.toml" => Some(name.to_owned()),
            Some(name) => Some(format!("www/{name}")),
            None => Some(address.to_owned()),
        };
        assert_loads(page, &weighed, name_of).await;
        format!("an element loads {} files by itself, and all of them are weighed", weighed.len())
    });
}
