//! Files: what the page saves is what the terminal prints for the same run, to the byte; and what was saved is opened.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use fantoccini::key::Key;
use raft_kv::emulation::Emulation;
use raft_kv::export::{self, Format};
use serde_json::Value;

use crate::browser::Story;
use crate::devtools::saved_file;
use crate::native::{act, native as run_of, scenario};
use crate::page::{Page, Pointer};

/// What the terminal prints for a saved run.
fn printed(command: &str, run: &Path, format: &str) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_raft_kv"));
    let output = program.arg(command).arg(run).args(["--format", format]).output().expect("the program starts");
    assert!(output.status.success(), "{format}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the program prints UTF-8")
}

/// Saves a file from the dialog that is open, or opens it first.
async fn save(page: &Page, kind: &str, folder: &Path, ending: &str) -> (PathBuf, String) {
    if !page.has("dialog").await {
        page.press_on("#exports").await;
        page.until("files can be saved", "document.querySelector('dialog .kinds')").await;
    }
    page.press_on(&format!("dialog [data-kind='{kind}']")).await;
    saved_file(folder, ending).await
}

#[test]
fn what_is_saved_is_what_the_terminal_prints_for_the_same_run() {
    Story { window: (1280, 800), ..Story::default() }.tell(async |page| {
        let folder = page.save_files_in("exports").await;
        page.open_scenario("figure-8").await;
        page.scrub_to(60).await;
        page.select("node 3").await;
        page.doing("crash").await;
        page.doing("restart").await;
        page.finish_quietly().await;
        let mut native = run_of(&scenario("figure-8"), 1);
        act(&mut native, 60, "crash node 3");
        act(&mut native, 61, "restart node 3");
        native.run(u64::MAX);
        let head = native.head();

        let (run, saved) = save(page, "run", &folder, ".run").await;
        let opened = Emulation::open(&saved).unwrap_or_else(|error| panic!("{error}\n{saved}"));
        assert!(opened.now() == native.now(), "the saved run is another one:\n{saved}");
        let (_, toml) = save(page, "config", &folder, ".toml").await;
        assert_eq!(toml, scenario("figure-8"));
        let formats = [
            ("text", ".txt", Format::Text, "run"),
            ("json", ".jsonl", Format::Json, "run"),
            ("shiviz", ".log", Format::Shiviz, "run"),
            ("svg", ".svg", Format::Svg, "draw"),
            ("mermaid", ".mmd", Format::Mermaid, "draw"),
        ];
        let mut bytes = 0;
        for (name, ending, format, command) in formats {
            let (path, text) = save(page, name, &folder, ending).await;
            let file = path.file_name().expect("it has a name").to_string_lossy().into_owned();
            assert_eq!(file, format!("raft_kv seed 1 steps 1 to {head}{ending}"));
            assert!(text == export::write(&mut native, format, 1, head), "{name} differs from the native core's");
            // The last object is of the whole run, and names a command.
            let is_of_the_run = |line: &&str| name != "json" || !line.contains(r#""what":"end""#);
            assert!(text.lines().eq(printed(command, &run, name).lines().filter(is_of_the_run)), "{name}");
            bytes += text.len();
        }

        // A part of it.
        page.type_into("dialog .range label:nth-of-type(1) input", "61").await;
        page.type_into("dialog .range label:nth-of-type(2) input", "50").await;
        page.press_on("dialog [data-kind='text']").await;
        let is_bad = "return !document.querySelector('dialog .range label:nth-of-type(2) input').checkValidity()";
        assert!(page.ask::<bool>(is_bad, &[]).await, "the last step cannot come before the first");
        page.type_into("dialog .range label:nth-of-type(2) input", "100").await;
        let (_, text) = save(page, "text", &folder, "61 to 100.txt").await;
        assert_eq!(text, export::write(&mut native, Format::Text, 61, 100));
        format!("{bytes} bytes in {} files are the terminal's", formats.len())
    });
}

#[test]
fn the_lines_for_a_page_show_this_very_run_there() {
    Story { window: (1280, 800), ..Story::default() }.tell(async |page| {
        page.open_scenario("leader-crash").await;
        page.scrub_to(60).await;
        page.select("node 2").await;
        page.doing("crash").await;
        page.press_on("#exports").await;
        page.until("lines can be copied", "document.querySelector('dialog .embedding button')").await;
        page.press_on("dialog .embedding button").await;
        page.until("they are there", "document.querySelector('dialog .embedding textarea').value").await;
        let lines = page.value("dialog .embedding textarea").await;
        let expected = format!("src=\"{}\"", page.address.replace("index.html", "raft-kv.js"));
        assert!(lines.contains(&expected), "{lines}");

        // In another page: it takes a script's element only if a script made it.
        page.open_afresh(&page.address).await;
        let insert = "
            const [script, element] = new DOMParser().parseFromString(arguments[0], 'text/html').querySelectorAll('script, raft-kv');
            const module = document.createElement('script');
            Object.assign(module, { type: script.type, src: script.getAttribute('src') });
            document.body.prepend(module, document.importNode(element, true));
        ";
        page.ask::<()>(insert, &[lines.into()]).await;
        page.until("it is live", "document.querySelector('raft-kv').snapshot").await;
        let stand = "const it = document.querySelector('raft-kv').snapshot; return [it.step, it.nodes[1].health.crashed]";
        let (step, crashed): (u64, bool) = page.ask(stand, &[]).await;
        assert_eq!((step, crashed), (61, true));
        "the lines for a page show this very run there".to_owned()
    });
}

#[test]
fn a_run_and_a_configuration_are_opened_from_files_and_others_are_refused() {
    Story { window: (320, 640), ..Story::default() }.tell(async |page| {
        let folder = page.save_files_in("imports").await;
        let mut native = run_of(&scenario("split-vote"), 1);
        act(&mut native, 50, "crash node 1");
        native.seek(70);
        let write = |name: &str, bytes: &[u8]| {
            let path = folder.join(name);
            fs::write(&path, bytes).expect("a file can be written");
            path
        };
        let run = write("mine.run", native.saved().as_bytes());
        let config = write("mine.toml", b"num_nodes = 7\nseed = 3\n");
        let bad_config = write("bad.toml", b"seed = 3\nnum_node = 7\n");
        let picture = write("picture.png", &[0x89, b'P', b'N', b'G', 0xff]);
        let poem = write("poem.txt", b"<script>document.title = 1</script>");

        page.open().await;
        open_by_keys(page, &run).await;
        page.until_said("#where", "step 70 of").await;
        assert!(page.value("#config").await.contains("A split vote"), "its configuration is shown");
        page.scrub_to(51).await;
        assert_eq!(page.text("#happened").await, "[node 1] Crashed");
        for (file, words) in [
            (&picture, "picture.png cannot be opened, as it is no text (line 1, column 1 is not UTF-8)"),
            (&poem, "poem.txt cannot be opened. What can be are runs that were saved here (.run) and configurations (.toml)"),
        ] {
            open_by_keys(page, file).await;
            page.until_said("#notice", words).await;
            assert_eq!(page.step().await, 51, "the run before goes on");
        }
        open_by_keys(page, &config).await;
        page.until_said("#where", "step 0 of").await;
        assert_eq!(page.value("#config").await, "num_nodes = 7\nseed = 3\n");
        assert_eq!(page.value("#seed-value").await, "3");
        open_by_keys(page, &bad_config).await;
        page.until_said("#config-error", "`num_nodes`").await;
        let nodes: u32 =
            page.ask("return document.querySelectorAll('#cluster [data-process^=node]').length", &[]).await;
        assert_eq!(nodes, 7, "the run before goes on");
        assert!(page.shows("#config-error").await);
        "a run and a configuration are opened, and three files are refused".to_owned()
    });
}

/// Turns to what is saved and opened by keys, and chooses this file.
async fn open_by_keys(page: &Page, file: &Path) {
    page.ask::<Value>("scrollTo(0, 0)", &[]).await;
    page.press_on("#about").await;
    page.tab_to("#exports").await;
    page.press_key(Key::Enter).await;
    page.until("files can be opened", "document.querySelector('dialog input[type=file]')").await;
    page.choose_file("dialog input[type=file]", file).await;
    page.until("the dialog closes", "!document.querySelector('dialog')").await;
}

#[test]
fn a_double_click_opens_one_dialog_and_only_a_press_beside_it_closes_it() {
    Story { window: (1280, 800), ..Story::default() }.tell(async |page| {
        page.open().await;
        page.ask::<Value>("for (const turn of [1, 2]) document.querySelector('#help').click()", &[]).await;
        page.until("the help is open", "document.querySelector('dialog')").await;
        page.ask_patiently::<Value>("await drawn()", &[]).await;
        assert_eq!(page.count("dialog").await, 1);
        let frame = page.frame("dialog").await;
        let (x, y) = frame.centre();
        let beside = (frame.left - 40.0, y);
        page.draw(Pointer::Mouse, &[(x, y), beside]).await;
        assert!(page.has("dialog").await, "what is dragged out of it leaves it open");
        page.draw(Pointer::Mouse, &[beside, beside]).await;
        assert!(!page.has("dialog").await, "a press beside it closes it");
        "one dialog at a time".to_owned()
    });
}
