//! What the browser's own tools do for a test: a window of another size, another medium, files that are saved, and what
//! those are told who do not see the page.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::page::Page;

/// A file that was not saved by then will not be.
const LONGEST_SAVE: Duration = Duration::from_secs(10);

/// What a screen reader knows of an element.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Spoken {
    pub(crate) role: String,
    pub(crate) name: String,
}

impl Page {
    /// Makes the window's inside so large.
    pub(crate) async fn resize(&self, (width, height): (u32, u32)) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.order("Emulation.setDeviceMetricsOverride", metrics).await;
        self.until("the window has its size", &format!("innerWidth === {width} && innerHeight === {height}")).await;
    }

    /// Shows the page on this medium, to a reader with these preferences.
    pub(crate) async fn show_on(&self, medium: &str, preferences: &[(&str, &str)]) {
        let features: Vec<Value> =
            preferences.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        self.order("Emulation.setEmulatedMedia", json!({ "media": medium, "features": features })).await;
    }

    /// Lets the page read and write the clipboard.
    pub(crate) async fn lend_clipboard(&self) {
        let permissions = ["clipboardReadWrite", "clipboardSanitizedWrite"];
        self.order("Browser.grantPermissions", json!({ "permissions": permissions })).await;
    }

    /// Has files saved in an empty folder of this name, and returns it.
    pub(crate) async fn save_files_in(&self, name: &str) -> PathBuf {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("what an earlier test saved can be removed");
        }
        fs::create_dir_all(&folder).expect("a folder can be made");
        let behavior = json!({ "behavior": "allow", "downloadPath": folder.display().to_string() });
        self.order("Browser.setDownloadBehavior", behavior).await;
        folder
    }

    /// All that a screen reader comes to, in its order.
    pub(crate) async fn spoken(&self) -> Vec<Spoken> {
        let tree = self.order("Accessibility.getFullAXTree", json!({})).await;
        let nodes = tree["nodes"].as_array().expect("a tree has nodes");
        let text = |value: &Value| value["value"].as_str().unwrap_or_default().to_owned();
        let heard = nodes.iter().filter(|node| node["ignored"] == false);
        heard.map(|node| Spoken { role: text(&node["role"]), name: text(&node["name"]) }).collect()
    }
}

/// What stands in the file whose name ends like this, once it is saved.
pub(crate) async fn saved_file(folder: &Path, ending: &str) -> (PathBuf, String) {
    let start = Instant::now();
    loop {
        let entries =
            fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("it is listed").path());
        let found: Vec<PathBuf> = entries.filter(|path| path.to_string_lossy().ends_with(ending)).collect();
        if let [path] = found.as_slice() {
            let text = fs::read_to_string(path).expect("what is saved is text");
            if !text.is_empty() {
                return (path.clone(), text);
            }
        }
        assert!(start.elapsed() < LONGEST_SAVE, "no file that ends with {ending} is saved: {found:?}");
        sleep(Duration::from_millis(20)).await;
    }
}
