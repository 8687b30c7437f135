//! A browser for each test: a chromedriver on a port of its own, one session, and what the console says at the end.

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::panic::{self, AssertUnwindSafe};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

use crate::page::Page;

/// No story takes longer, unless the browser hangs.
const LONGEST_STORY: Duration = Duration::from_secs(120);

/// Held by all stories, and by one that must not be disturbed alone.
static MACHINE: RwLock<()> = RwLock::new(());

/// What a story needs from its browser.
pub(crate) struct Story {
    /// Width and height of the window's inside.
    pub(crate) window: (u32, u32),
    /// Whether no other story may run meanwhile.
    pub(crate) alone: bool,
    /// Whether an error or a warning on the console fails the story.
    pub(crate) quiet: bool,
    /// What errors and warnings have in them that are somebody else's, and fail nothing.
    pub(crate) known: &'static [&'static str],
    /// Whether fingers can touch it.
    pub(crate) touch: bool,
    /// What the browser is told beside what all are told.
    pub(crate) arguments: &'static [&'static str],
}

impl Default for Story {
    fn default() -> Self {
        Story { window: (1280, 900), alone: false, quiet: true, known: &[], touch: false, arguments: &[] }
    }
}

impl Story {
    /// Plays the story in a fresh browser and prints the line that it comes to. Whatever happens, the browser is closed
    /// and its console is read.
    pub(crate) fn tell(self, story: impl AsyncFnOnce(&Page) -> String) {
        let address = variable("RAFT_KV_PAGE");
        // A story that failed alone says nothing about the others.
        let (_all, _one) = match self.alone {
            true => (None, Some(MACHINE.write().unwrap_or_else(PoisonError::into_inner))),
            false => (Some(MACHINE.read().unwrap_or_else(PoisonError::into_inner)), None),
        };
        let runtime = Builder::new_current_thread().enable_all().build().expect("the system has room for a runtime");
        let browser = Browser::start(runtime, &self);
        let page = Page::new(browser.client.clone(), address, browser.driver.port);
        let outcome = panic::catch_unwind(AssertUnwindSafe(|| {
            browser.runtime.block_on(async {
                timeout(LONGEST_STORY, story(&page)).await.expect("a story ends before the browser is given up")
            })
        }));
        let mut complaints = browser.close();
        complaints.retain(|complaint| !self.known.iter().any(|known| complaint.contains(known)));
        match outcome {
            Err(failure) => {
                complaints.iter().for_each(|complaint| println!("on the console: {complaint}"));
                panic::resume_unwind(failure);
            }
            Ok(line) => {
                assert!(!self.quiet || complaints.is_empty(), "the console says:\n{}", complaints.join("\n"));
                println!("the page, built for {}: {line}", variable("RAFT_KV_TARGET"));
            }
        }
    }
}

/// A variable that `cargo xtask test` sets.
pub(crate) fn variable(name: &str) -> String {
    let missing = "this test drives the page in a real browser and is told where both are: run `cargo xtask test`";
    env::var(name).unwrap_or_else(|_| panic!("{missing} ({name} is not set)"))
}

/// A running browser and what drives it.
struct Browser {
    driver: Driver,
    runtime: Runtime,
    client: Client,
}

impl Browser {
    fn start(runtime: Runtime, story: &Story) -> Self {
        let driver = Driver::start();
        let builder = ClientBuilder::new(HttpConnector::new()).capabilities(capabilities(story)).to_owned();
        let client = runtime
            .block_on(builder.connect(&format!("http://127.0.0.1:{}", driver.port)))
            .unwrap_or_else(|error| panic!("chromedriver does not start the browser: {error}"));
        Browser { driver, runtime, client }
    }

    /// Closes the browser and returns the errors and warnings on its console.
    fn close(self) -> Vec<String> {
        let Browser { driver, runtime, client } = self;
        let session = runtime.block_on(client.session_id());
        let session = session.expect("the browser still answers").expect("a session was begun");
        let entries = post(driver.port, &format!("/session/{session}/se/log"), &json!({ "type": "browser" }));
        runtime.block_on(client.close()).expect("the browser can be closed");
        let entries = entries["value"].as_array().unwrap_or_else(|| panic!("the log is a list, not {entries}"));
        let is_bad = |entry: &&Value| ["SEVERE", "WARNING"].map(Value::from).contains(&entry["level"]);
        entries.iter().filter(is_bad).map(|entry| format!("{}: {}", entry["level"], entry["message"])).collect()
    }
}

fn capabilities(story: &Story) -> Map<String, Value> {
    let (width, height) = story.window;
    let size = format!("--window-size={width},{height}");
    let args = [
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--no-first-run",
        "--disable-gpu",
        &size,
    ];
    let args = [&args, story.arguments].concat();
    let capabilities = json!({
        "goog:chromeOptions": {
            "binary": variable("RAFT_KV_CHROMIUM"),
            "args": args,
            // Windows cannot be made as small as telephones.
            "mobileEmulation": {
                "deviceMetrics": { "width": width, "height": height, "pixelRatio": 1, "touch": story.touch, "mobile": false },
            },
        },
        "goog:loggingPrefs": { "browser": "ALL" },
    });
    match capabilities {
        Value::Object(capabilities) => capabilities,
        _ => unreachable!("braces make an object"),
    }
}

/// A chromedriver, which ends with this value.
struct Driver {
    process: Child,
    port: u16,
    /// Kept open, as chromedriver goes on talking.
    _words: BufReader<ChildStdout>,
}

impl Driver {
    fn start() -> Self {
        let program = variable("RAFT_KV_CHROMEDRIVER");
        let mut process = Command::new(&program)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{program} does not start: {error}"));
        let mut words = BufReader::new(process.stdout.take().expect("the output was asked for"));
        let mut said = String::new();
        // "ChromeDriver was started successfully on port 45123."
        let port = loop {
            let start = said.len();
            let read = words.read_line(&mut said).expect("chromedriver speaks UTF-8");
            assert!(read > 0, "{program} ended before it listened:\n{said}");
            if let Some((_, port)) = said[start..].split_once("successfully on port ") {
                break port.trim_end().trim_end_matches('.').parse().expect("a port is a number");
            }
        };
        Driver { process, port, _words: words }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // If it has ended by itself, all the better.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Sends chromedriver at this port a command that fantoccini does not know.
pub(crate) fn post(port: u16, path: &str, body: &Value) -> Value {
    let body = body.to_string();
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("chromedriver listens");
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    )
    .expect("chromedriver takes a request");
    let mut reply = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut header = String::new();
        reply.read_line(&mut header).expect("chromedriver answers");
        match header.trim_end().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().expect("a length is a number");
            }
            None if header.trim_end().is_empty() => break,
            _ => {}
        }
    }
    let mut bytes = vec![0; length];
    reply.read_exact(&mut bytes).expect("an answer is as long as it says");
    serde_json::from_slice(&bytes).expect("chromedriver answers in JSON")
}
