//! The page over HTTP: a server of a few of the repository's files, for this machine only.

use anyhow::{Context, Result, anyhow, bail};
use percent_encoding::percent_decode_str;
use std::fs;
use std::io::{Cursor, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use tiny_http::{Header, Method, Request, Response};

/// The page's address on the server.
pub const PAGE: &str = "/www/index.html";

const WORKERS: usize = 4;

/// Takes the port on this machine's own address, any free one for 0. Requests wait until a [`Server`] starts.
pub fn listen(port: u16) -> Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|problem| match problem.kind() {
        ErrorKind::AddrInUse => anyhow!(
            "port {port} of 127.0.0.1 is taken by another program; choose another one with `--port N`, \
             or any free one with `--port 0`"
        ),
        ErrorKind::PermissionDenied => anyhow!(
            "port {port} of 127.0.0.1 is reserved by the system; choose one from 1024 on with `--port N`, \
             or any free one with `--port 0`"
        ),
        _ => anyhow!("cannot listen on port {port} of 127.0.0.1: {problem}"),
    })
}

/// A running server. It stops when dropped.
pub struct Server {
    http: Arc<tiny_http::Server>,
    address: SocketAddr,
    workers: Vec<JoinHandle<()>>,
}

impl Server {
    /// Starts serving the repository at `root` to whoever connects to `listener`.
    pub fn start(root: &Path, listener: TcpListener) -> Result<Self> {
        let root = root.canonicalize().with_context(|| format!("cannot find the folder {}", root.display()))?;
        let address = listener.local_addr().context("cannot tell the server's own address")?;
        let http = tiny_http::Server::from_listener(listener, None)
            .map_err(|problem| anyhow!("cannot start the server on {address}: {problem}"))?;
        let http = Arc::new(http);
        let workers = (0..WORKERS).map(|_| {
            let (http, root) = (Arc::clone(&http), root.clone());
            thread::spawn(move || http.incoming_requests().for_each(|request| answer(&root, request)))
        });
        let workers = workers.collect();
        Ok(Self { http, address, workers })
    }

    /// The page's full address.
    pub fn page(&self) -> String {
        format!("http://{}{PAGE}", self.address)
    }

    /// Serves on; returns only when serving fails.
    pub fn wait(mut self) -> Result<()> {
        for worker in self.workers.drain(..) {
            // A worker that panicked has printed so itself.
            let _ = worker.join();
        }
        bail!("the server on {} stopped, as the system gave it no more connections", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.workers.iter().for_each(|_| self.http.unblock());
        for worker in self.workers.drain(..) {
            let _ = worker.join();
        }
    }
}

fn answer(root: &Path, request: Request) {
    let response = match request.method() {
        Method::Get | Method::Head => response(root, request.url()),
        _ => sentence(405, "Only GET and HEAD are answered here.").with_header(header("Allow", "GET, HEAD")),
    };
    // A browser that has left meanwhile is no fault of the server's.
    let _ = request.respond(response.with_header(header("Cache-Control", "no-store")));
}

fn response(root: &Path, url: &str) -> Response<Cursor<Vec<u8>>> {
    if url == "/" {
        return sentence(302, "The page is at /www/index.html.").with_header(header("Location", PAGE));
    }
    let found = file_at(root, url).and_then(|file| Some((fs::read(&file).ok()?, content_type(&file))));
    match found {
        Some((bytes, content_type)) => whole(200, content_type, bytes),
        None => sentence(404, "There is nothing at this address; the page is at /www/index.html."),
    }
}

/// The file that the address stands for, when it is one of those served: `config.toml` and all below `www/` and
/// `pkg/`. The root is a canonical path.
fn file_at(root: &Path, url: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next()?;
    let path = percent_decode_str(path).decode_utf8().ok()?;
    let names: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    let top = match names.as_slice() {
        ["config.toml"] => root.join("config.toml"),
        [folder @ ("www" | "pkg"), _, ..] => root.join(folder),
        _ => return None,
    };
    // No name may lead elsewhere than one step down, here or on Windows; hidden files are not served.
    let leads_down = |name: &&str| !name.is_empty() && !name.starts_with('.') && !name.contains(['\\', ':', '\0']);
    if !names.iter().all(leads_down) {
        return None;
    }
    // Symbolic links are followed before the file is judged by where it truly lies.
    let file = names.iter().fold(root.to_path_buf(), |path, name| path.join(name)).canonicalize().ok()?;
    (file.starts_with(top) && file.is_file()).then_some(file)
}

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        Some("toml" | "txt" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn sentence(status: u16, text: &str) -> Response<Cursor<Vec<u8>>> {
    whole(status, "text/plain; charset=utf-8", format!("{text}\n").into_bytes())
}

/// A response that tells its length, and is never cut into chunks.
fn whole(status: u16, content_type: &str, bytes: Vec<u8>) -> Response<Cursor<Vec<u8>>> {
    Response::from_data(bytes)
        .with_status_code(status)
        .with_chunked_threshold(usize::MAX)
        .with_header(header("Content-Type", content_type))
}

fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).expect("the headers above are plain ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use tempfile::TempDir;

    /// A small repository, with things to serve and things to keep.
    fn repository() -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        let files = [
            ("www/index.html", "<!doctype html>"),
            ("www/views/wire one.js", "export {};"),
            ("pkg/raft_kv_bg.wasm", "\0asm"),
            ("pkg/.gitignore", "*"),
            ("config.toml", "nodes = 5"),
            ("Cargo.toml", "secret"),
            (".git/config", "secret"),
            ("target/debug/out", "secret"),
        ];
        for (name, text) in files {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        folder
    }

    fn ask(server: &Server, method: &str, path: &str) -> String {
        let mut stream = TcpStream::connect(server.address).unwrap();
        write!(stream, "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        reply
    }

    fn served(folder: &TempDir) -> Server {
        Server::start(folder.path(), listen(0).unwrap()).unwrap()
    }

    #[test]
    fn files_come_with_their_type_and_are_never_kept() {
        let folder = repository();
        let server = served(&folder);
        let files = [
            ("/www/index.html?seed=4", "text/html; charset=utf-8", "<!doctype html>"),
            ("/www/views/wire%20one.js", "text/javascript; charset=utf-8", "export {};"),
            ("/pkg/raft_kv_bg.wasm", "application/wasm", "\0asm"),
            ("/config.toml", "text/plain; charset=utf-8", "nodes = 5"),
        ];
        for (path, content_type, body) in files {
            let reply = ask(&server, "GET", path);
            assert!(reply.starts_with("HTTP/1.1 200 "), "{path}: {reply}");
            assert!(reply.contains(&format!("Content-Type: {content_type}\r\n")), "{path}: {reply}");
            assert!(reply.contains("Cache-Control: no-store\r\n"), "{path}: {reply}");
            assert!(reply.ends_with(&format!("\r\n\r\n{body}")), "{path}: {reply}");
        }
    }

    #[test]
    fn types_go_by_the_files_name() {
        assert_eq!(content_type(Path::new("a.css")), "text/css; charset=utf-8");
        assert_eq!(content_type(Path::new("a.json")), "application/json");
        assert_eq!(content_type(Path::new("a.png")), "image/png");
        assert_eq!(content_type(Path::new("a.svg")), "image/svg+xml");
        assert_eq!(content_type(Path::new("a.b")), "application/octet-stream");
        assert_eq!(content_type(Path::new("html")), "application/octet-stream");
    }

    #[test]
    fn the_bare_address_leads_to_the_page() {
        let folder = repository();
        let server = served(&folder);
        let reply = ask(&server, "GET", "/");
        assert!(reply.starts_with("HTTP/1.1 302 "), "{reply}");
        assert!(reply.contains("Location: /www/index.html\r\n"), "{reply}");
        assert_eq!(server.page(), format!("http://{}/www/index.html", server.address));
    }

    #[test]
    fn nothing_else_is_served() {
        let folder = repository();
        let server = served(&folder);
        let paths = [
            "/www/missing.html",
            "/www",
            "/www/",
            "/www/views",
            "/Cargo.toml",
            "/.git/config",
            "/target/debug/out",
            "/pkg/.gitignore",
            "/config.toml/",
            "//config.toml",
            "/www/../Cargo.toml",
            "/www/../.git/config",
            "/www/%2e%2e/Cargo.toml",
            "/www/%2e%2e%2fCargo.toml",
            "/www%2f..%2fCargo.toml",
            "/www/..%5cCargo.toml",
            "/www/%252e%252e/Cargo.toml",
            "/www/./index.html",
            "/www//index.html",
            "/www//etc/passwd",
            "/www/index.html%00",
            "/www/%ff",
            "/www/C:/secret",
            "/../../../../etc/passwd",
            "www/index.html",
            "*",
        ];
        for path in paths {
            let reply = ask(&server, "GET", path);
            assert!(reply.starts_with("HTTP/1.1 404 "), "{path}: {reply}");
            assert!(reply.ends_with("the page is at /www/index.html.\n"), "{path}: {reply}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_lead_nowhere_outside_their_folder() {
        use std::os::unix::fs::symlink;
        let folder = repository();
        let outside = repository();
        symlink("index.html", folder.path().join("www/inside.html")).unwrap();
        symlink("../Cargo.toml", folder.path().join("www/up.html")).unwrap();
        symlink(outside.path().join("Cargo.toml"), folder.path().join("www/out.html")).unwrap();
        symlink(outside.path(), folder.path().join("www/out")).unwrap();
        fs::remove_file(folder.path().join("config.toml")).unwrap();
        symlink("Cargo.toml", folder.path().join("config.toml")).unwrap();
        let server = served(&folder);
        assert!(ask(&server, "GET", "/www/inside.html").starts_with("HTTP/1.1 200 "));
        for path in ["/www/up.html", "/www/out.html", "/www/out/Cargo.toml", "/config.toml"] {
            assert!(ask(&server, "GET", path).starts_with("HTTP/1.1 404 "), "{path}");
        }
    }

    #[test]
    fn only_reading_is_answered() {
        let folder = repository();
        let server = served(&folder);
        let reply = ask(&server, "HEAD", "/config.toml");
        assert!(reply.starts_with("HTTP/1.1 200 "), "{reply}");
        assert!(reply.contains("Content-Length: 9\r\n"), "{reply}");
        assert!(reply.ends_with("\r\n\r\n"), "{reply}");
        for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
            let reply = ask(&server, method, "/config.toml");
            assert!(reply.starts_with("HTTP/1.1 405 "), "{method}: {reply}");
            assert!(reply.contains("Allow: GET, HEAD\r\n"), "{method}: {reply}");
        }
    }

    #[test]
    fn an_idle_connection_keeps_nobody_waiting() {
        let folder = repository();
        let server = served(&folder);
        let idle: Vec<_> = (0..4 * WORKERS).map(|_| TcpStream::connect(server.address).unwrap()).collect();
        assert!(ask(&server, "GET", "/config.toml").starts_with("HTTP/1.1 200 "));
        drop(idle);
    }

    #[test]
    fn a_taken_port_is_named_with_the_way_out() {
        let taken = listen(0).unwrap();
        let port = taken.local_addr().unwrap().port();
        let problem = listen(port).unwrap_err().to_string();
        assert!(problem.contains(&format!("port {port} ")) && problem.contains("--port N"), "{problem}");
    }

    #[test]
    fn a_dropped_server_stops() {
        let folder = repository();
        let server = served(&folder);
        let address = server.address;
        assert!(ask(&server, "GET", "/config.toml").starts_with("HTTP/1.1 200 "));
        drop(server);
        // The system may take a moment to close the listening socket, as it is closed from another thread.
        let closed = (0..100).any(|_| {
            thread::sleep(std::time::Duration::from_millis(20));
            TcpStream::connect(address).is_err()
        });
        assert!(closed);
    }
}
