//! The page over HTTP, for this machine only: a server of a few of the repository's files, or of whole folders as a static
//! host has them. Everybody may read the answers, as frames without an origin of their own do.

mod content;

pub use content::Content;

use anyhow::{Context, Result, anyhow, bail};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, LOCATION};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::fs;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

/// The page's address on the server.
pub const PAGE: &str = "/www/index.html";

const WORKERS: usize = 4;

type Reply = Response<Full<Bytes>>;

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

/// A running server. It stops, connections and all, when dropped.
pub struct Server {
    runtime: Runtime,
    accepting: JoinHandle<Infallible>,
    address: SocketAddr,
}

impl Server {
    /// Starts serving this to whoever connects to `listener`.
    pub fn start(content: Content, listener: TcpListener) -> Result<Self> {
        let content = content.canonical()?;
        let address = listener.local_addr().context("cannot tell the server's own address")?;
        let cannot = || format!("cannot start the server on {address}");
        let runtime = Builder::new_multi_thread().worker_threads(WORKERS).enable_all().build().with_context(cannot)?;
        listener.set_nonblocking(true).with_context(cannot)?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener).with_context(cannot)?
        };
        let accepting = runtime.spawn(accept(content.into(), listener));
        Ok(Self { runtime, accepting, address })
    }

    /// The full address of a path.
    pub fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Serves on; returns only when serving fails.
    pub fn wait(self) -> Result<()> {
        match self.runtime.block_on(self.accepting) {
            Ok(never) => match never {},
            Err(problem) => bail!("the server on {} stopped: {problem}", self.address),
        }
    }
}

/// Takes connections for ever. Each is a task of its own, as browsers hold theirs open.
async fn accept(content: Arc<Content>, listener: tokio::net::TcpListener) -> Infallible {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // The system has no connection to give at the moment; it will when others have closed.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let content = Arc::clone(&content);
        let service = service_fn(move |request| {
            // Reading a file blocks the worker, which does no harm: the files are few, small and local.
            let reply = answer(&content, &request);
            async move { Ok::<_, Infallible>(reply) }
        });
        // A browser that leaves in the middle of a reply is no fault of the server's.
        tokio::spawn(async move { http1::Builder::new().serve_connection(TokioIo::new(stream), service).await.ok() });
    }
}

fn answer(content: &Content, request: &Request<Incoming>) -> Reply {
    let mut reply = match *request.method() {
        Method::GET | Method::HEAD => reply_at(content, request.uri()),
        _ => {
            let mut reply = sentence(StatusCode::METHOD_NOT_ALLOWED, "Only GET and HEAD are answered here.");
            reply.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            reply
        }
    };
    reply.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    reply
}

fn reply_at(content: &Content, address: &Uri) -> Reply {
    let path = address.path();
    let where_else = match content {
        Content::Repository(_) if path == "/" => {
            return elsewhere(HeaderValue::from_static(PAGE));
        }
        Content::Repository(_) => "There is nothing at this address; the page is at /www/index.html.",
        Content::Folders(_) => "There is nothing at this address.",
    };
    match content.file_at(path).and_then(|file| Some((content::content_type(&file), fs::read(&file).ok()?))) {
        Some((content_type, bytes)) => whole(StatusCode::OK, content_type, bytes),
        // As static hosts do, so that what the page's addresses are relative to is the folder.
        None => {
            let query = address.query().map_or_else(String::new, |query| format!("?{query}"));
            match content.folder_at(path).and_then(|folder| HeaderValue::try_from(folder + &query).ok()) {
                Some(folder) => elsewhere(folder),
                None => sentence(StatusCode::NOT_FOUND, where_else),
            }
        }
    }
}

fn elsewhere(address: HeaderValue) -> Reply {
    let mut reply = sentence(StatusCode::FOUND, "The page is at another address.");
    reply.headers_mut().insert(LOCATION, address);
    reply
}

fn sentence(status: StatusCode, text: &str) -> Reply {
    whole(status, "text/plain; charset=utf-8", format!("{text}\n").into_bytes())
}

fn whole(status: StatusCode, content_type: &'static str, bytes: Vec<u8>) -> Reply {
    let mut reply = Response::new(Full::from(bytes));
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    reply
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::path::PathBuf;
    use std::thread;
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
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        write!(stream, "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        reply
    }

    fn served(folder: &TempDir) -> Server {
        Server::start(Content::Repository(folder.path().into()), listen(0).unwrap()).unwrap()
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
            assert!(reply.contains(&format!("content-type: {content_type}\r\n")), "{path}: {reply}");
            assert!(reply.contains("cache-control: no-store\r\n"), "{path}: {reply}");
            assert!(reply.contains("access-control-allow-origin: *\r\n"), "{path}: {reply}");
            assert!(reply.ends_with(&format!("\r\n\r\n{body}")), "{path}: {reply}");
        }
    }

    #[test]
    fn the_bare_address_leads_to_the_page() {
        let folder = repository();
        let server = served(&folder);
        let reply = ask(&server, "GET", "/");
        assert!(reply.starts_with("HTTP/1.1 302 "), "{reply}");
        assert!(reply.contains("location: /www/index.html\r\n"), "{reply}");
        assert_eq!(server.at(PAGE), format!("http://{}/www/index.html", server.address));
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
            "http://localhost/Cargo.toml",
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
    fn folders_are_served_wholly_below_their_paths() {
        let folder = repository();
        let outside = repository();
        #[cfg(unix)]
        std::os::unix::fs::symlink(outside.path(), folder.path().join("www/out")).unwrap();
        let folders =
            vec![("/some/folder/", folder.path().join("www")), ("/hosts/", outside.path().join("target/debug"))];
        let server = Server::start(Content::Folders(folders), listen(0).unwrap()).unwrap();
        let page = ask(&server, "GET", "/some/folder/index.html");
        assert!(page.starts_with("HTTP/1.1 200 ") && page.contains("access-control-allow-origin: *\r\n"), "{page}");
        assert!(page.ends_with("<!doctype html>"), "{page}");
        assert!(ask(&server, "GET", "/some/folder/?a=b").ends_with("<!doctype html>"));
        assert!(ask(&server, "GET", "/some/folder/views/wire%20one.js").ends_with("export {};"));
        assert!(ask(&server, "GET", "/hosts/out").ends_with("secret"));
        let elsewhere = [
            "/",
            "/some",
            "/some/folder/views",
            "/some/folder/views/",
            "/hosts",
            "/hosts/",
            "/some/folder/../Cargo.toml",
        ];
        for path in elsewhere.into_iter().chain(["/some/folder/%2e%2e/Cargo.toml", "/some/folder/out/Cargo.toml"]) {
            let reply = ask(&server, "GET", path);
            assert!(reply.starts_with("HTTP/1.1 404 "), "{path}: {reply}");
            assert!(reply.ends_with("There is nothing at this address.\n"), "{path}: {reply}");
        }
    }

    #[test]
    fn the_address_of_a_folder_gets_its_slash() {
        let folder = repository();
        let notes = folder.path().join("www/not es");
        fs::create_dir(&notes).unwrap();
        fs::write(notes.join("index.html"), "notes").unwrap();
        let server = |path| {
            Server::start(Content::Folders(vec![(path, folder.path().join("www"))]), listen(0).unwrap()).unwrap()
        };
        let at_top = server("/");
        let reply = ask(&at_top, "GET", "/not%20es?a=b");
        assert!(reply.starts_with("HTTP/1.1 302 ") && reply.contains("location: /not%20es/?a=b\r\n"), "{reply}");
        assert!(ask(&at_top, "GET", "/not%20es/").ends_with("notes"));
        // Nobody is sent to a host of this name.
        let reply = ask(&at_top, "GET", "//not%20es");
        assert!(reply.starts_with("HTTP/1.1 404 "), "{reply}");
        let reply = ask(&server("/some/folder/"), "GET", "/some/folder");
        assert!(reply.contains("location: /some/folder/\r\n"), "{reply}");
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let missing = Content::Folders(vec![("/", PathBuf::from("/no/such/folder"))]);
        let problem = Server::start(missing, listen(0).unwrap()).err().unwrap().to_string();
        assert_eq!(problem, "cannot find the folder /no/such/folder");
    }

    #[test]
    fn only_reading_is_answered() {
        let folder = repository();
        let server = served(&folder);
        let reply = ask(&server, "HEAD", "/config.toml");
        assert!(reply.starts_with("HTTP/1.1 200 "), "{reply}");
        assert!(reply.contains("content-length: 9\r\n"), "{reply}");
        assert!(reply.ends_with("\r\n\r\n"), "{reply}");
        for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
            let reply = ask(&server, method, "/config.toml");
            assert!(reply.starts_with("HTTP/1.1 405 "), "{method}: {reply}");
            assert!(reply.contains("allow: GET, HEAD\r\n"), "{method}: {reply}");
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
            thread::sleep(Duration::from_millis(20));
            TcpStream::connect(address).is_err()
        });
        assert!(closed);
    }
}
