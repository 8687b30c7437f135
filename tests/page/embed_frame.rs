//! The frame: it fills itself with one emulation, tells its height, and works where it is allowed nothing but scripts.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::browser::{Story, variable};
use crate::page::Page;

/// What a frame has said to the page around it.
#[derive(Debug, Deserialize)]
struct Heard {
    frame: String,
    data: Value,
}

/// The heights that a frame has told: as a plain message, and as Canvas reads it.
async fn heights(page: &Page, frame: &str) -> (Vec<Value>, Vec<Value>) {
    let heard: Vec<Heard> = page.ask("return window.heard", &[]).await;
    let of_frame: Vec<Value> = heard.into_iter().filter(|it| it.frame == frame).map(|it| it.data).collect();
    let texts = of_frame.iter().filter_map(Value::as_str);
    let canvas = texts.map(|text| serde_json::from_str(text).expect("Canvas reads JSON")).collect();
    (of_frame.into_iter().filter(Value::is_object).collect(), canvas)
}

/// Whether each frame is as high as what it has told last.
const FITS: &str = "
    ['plain', 'sandboxed', 'wrong'].every((id) => {
        const told = window.heard.filter(({ frame, data }) => frame === id && data.type === 'raft-kv').at(-1);
        return told && document.getElementById(id).clientHeight === told.data.height;
    })
";

#[test]
fn frames_tell_their_height_and_the_page_around_follows() {
    // The browser itself complains about a scenario that is not there.
    Story { window: (1000, 2600), quiet: false, ..Story::default() }.tell(async |page| {
        page.open_notes("frames.html").await;
        page.until("each frame is as high as it says", FITS).await;
        let (plain, canvas) = heights(page, "plain").await;
        let height = &plain.last().expect("it was told")["height"];
        assert_eq!(plain.last(), Some(&json!({ "type": "raft-kv", "height": height, "id": "a" })));
        assert_eq!(canvas.last(), Some(&json!({ "subject": "lti.frameResize", "height": height })));
        assert!(height.as_u64().is_some_and(|height| (400..900).contains(&height)), "{height}");
        let inside = "
            const { contentDocument: inside } = document.getElementById('plain');
            const element = inside.querySelector('raft-kv');
            const { scrollHeight, style } = inside.documentElement;
            return [scrollHeight <= inside.defaultView.innerHeight, element.snapshot.step, style.colorScheme];
        ";
        assert_eq!(page.ask::<Value>(inside, &[]).await, json!([true, 10, "dark"]), "nothing of it is hidden");
        let (sandboxed, _) = heights(page, "sandboxed").await;
        let sandboxed = sandboxed.last().expect("it was told")["height"].as_u64();
        assert!(sandboxed.is_some_and(|height| height > 350), "the run is in the sandbox, too: {sandboxed:?}");
        let (wrong, _) = heights(page, "wrong").await;
        assert_eq!(wrong.last().expect("it was told").get("id"), None, "no frame has a name that it was not given");

        // More in it is another height, whatever the frame's own height counts in.
        let more =
            "Object.assign(document.getElementById('plain').style, { boxSizing: 'border-box', border: '6px solid' });
            document.getElementById('plain').contentDocument.querySelector('raft-kv').views = 'cluster trace'";
        page.ask::<Value>(more, &[]).await;
        let of_plain = "window.heard.filter(({ frame, data }) => frame === 'plain' && data.height)";
        let another = format!("{of_plain}.some(({{ data }}) => data.height !== {height})");
        page.until("another height is told", &another).await;
        page.until("each frame is as high as it says", FITS).await;

        // Who asks is told; who is no frame of the page is not heeded.
        let ask = "
            window.heard.length = 0;
            document.getElementById('plain').contentWindow.postMessage({ type: 'raft-kv-height' }, '*');
        ";
        page.ask::<Value>(ask, &[]).await;
        page.until("it is told again", "window.heard.length >= 2").await;
        page.ask::<Value>("postMessage({ type: 'raft-kv', height: 5 }, '*')", &[]).await;
        page.until("nobody heeds it", "window.heard.some(({ data }) => data.height === 5)").await;
        let are_high = "[...document.querySelectorAll('iframe')].every((it) => parseInt(it.style.height) > 50)";
        page.until("each frame is as high as it was", are_high).await;
        page.assert_untouched().await;
        format!("three frames are as high as they say, the first {height} pixels")
    });
}

#[test]
fn a_frame_takes_its_run_from_its_address_and_follows_it() {
    Story { window: (900, 900), ..Story::default() }.tell(async |page| {
        let frame = format!("{}embed.html", variable("RAFT_KV_SITE"));
        let what = "scenario=figure-8&step=12&views=trace,logs&controls=none&seed=4";
        page.open_at(&format!("{frame}?{what}&speed=3&theme=light&label=Mine&autoplay=false")).await;
        let element = "document.querySelector('raft-kv')";
        page.until("it stands at its step", &format!("{element}?.snapshot?.step === 12")).await;
        let seen = "
            const { shadowRoot, snapshot, label, autoplay } = document.querySelector('raft-kv');
            const views = [...shadowRoot.querySelectorAll('section')].map((it) => it.id);
            return [snapshot.seed, snapshot.speed, label, autoplay, views];
        ";
        let expected = json!([4, { "steps": 3 }, "Mine", false, ["trace", "logs"]]);
        assert_eq!(page.ask::<Value>(seen, &[]).await, expected);
        let link: String = page.ask_patiently("return document.querySelector('raft-kv').link()", &[]).await;
        let run = link.split_once('#').expect("a link has a run").1;
        page.ask::<Value>("document.querySelector('raft-kv').seek(0)", &[]).await;
        page.ask::<Value>("location.hash = arguments[0]", &[run.into()]).await;
        page.ask::<Value>("document.querySelector('raft-kv').step = null", &[]).await;
        let has_run = format!("{element}.snapshot?.step === 12 && {element}.getAttribute('run')");
        page.until("the run of the link is there", &has_run).await;
        "a frame shows what its address says".to_owned()
    });
}

/// A host that passes on the site, but does not let every page read it: the address of the same folder there.
fn strict_host(site: &str) -> String {
    let (_, rest) = site.split_once("://").expect("an address has a scheme");
    let (host, folder) = rest.split_once('/').expect("a folder has a path");
    let (host, path) = (host.to_owned(), format!("/{folder}"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a free port");
    let port = listener.local_addr().expect("it listens").port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let host = host.clone();
            thread::spawn(move || pass_on(stream, &host));
        }
    });
    format!("http://127.0.0.1:{port}{path}")
}

/// Answers one request as the host does, without the header that lets every page read the answer.
fn pass_on(mut browser: TcpStream, host: &str) -> Option<()> {
    let mut request = String::new();
    BufReader::new(browser.try_clone().ok()?).read_line(&mut request).ok()?;
    let path = request.split(' ').nth(1)?;
    let mut server = TcpStream::connect(host).ok()?;
    write!(server, "GET {path} HTTP/1.0\r\nHost: {host}\r\nConnection: close\r\n\r\n").ok()?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer).ok()?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let kept = head.lines().filter(|line| !line.to_ascii_lowercase().starts_with("access-control-"));
    let kept: Vec<&str> = kept.filter(|line| !line.to_ascii_lowercase().starts_with("connection")).collect();
    write!(browser, "{}\r\nConnection: close\r\n\r\n", kept.join("\r\n")).ok()?;
    browser.write_all(&answer[end + 4..]).ok()
}

#[test]
fn a_sandboxed_frame_of_a_host_that_others_may_not_read_says_what_to_do() {
    // The browser itself complains about what it may not read.
    Story { window: (900, 700), quiet: false, ..Story::default() }.tell(async |page| {
        let site = strict_host(&variable("RAFT_KV_SITE"));
        page.open_notes("wrong.html").await;
        let frame = "
            const frame = document.createElement('iframe');
            Object.assign(frame, { id: 'frame', sandbox: 'allow-scripts', width: 600, src: `${arguments[0]}embed.html?id=mute` });
            document.querySelector('#place').append(frame);
        ";
        page.ask::<Value>(frame, &[site.clone().into()]).await;
        page.until("it tells its height", "window.heard.some(({ data }) => data.id === 'mute' && data.height > 40)").await;
        page.client.enter_frame(0).await.expect("the frame can be looked into");
        let said = page.text("#notice").await;
        for words in ["Access-Control-Allow-Origin: *", "allow-same-origin", "cargo xtask standalone"] {
            assert!(said.contains(words), "{said}");
        }
        page.client.enter_parent_frame().await.expect("the page can be looked at again");
        // Where the frame may be what it is, it runs there as well.
        page.open_at(&format!("{site}embed.html?views=cluster")).await;
        page.until("it runs", "document.querySelector('raft-kv')?.snapshot?.step === 0").await;
        said
    });
}
