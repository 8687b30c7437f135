// @ts-check
// The frame: one element made of the frame's own address, which tells its height to the page around it. No module, as a
// sandboxed frame may not be given any: then this says so in words.
(() => {
  /** What the address may say, as the attributes of the element. */
  const NAMES = ["scenario", "config", "seed", "step", "views", "controls", "speed", "autoplay", "theme", "label"];
  const RUN = "#run=";
  const query = new URLSearchParams(location.search);
  /** By which the page around tells frames apart that it has given one. */
  const name = query.has("id") ? { id: query.get("id") } : {};
  const notice = /** @type {HTMLElement} */ (document.getElementById("notice"));
  /** @type {HTMLElement | undefined} */
  let element;
  let told = 0;

  /** In whole pixels, as a plain message, and as Canvas reads it. @param {boolean} [isAsked] tells it once more */
  const tell = (isAsked) => {
    if (parent === window) return;
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (height === 0 || (height === told && !isAsked)) return;
    told = height;
    parent.postMessage({ type: "raft-kv", height, ...name }, "*");
    parent.postMessage(JSON.stringify({ subject: "lti.frameResize", height }), "*");
  };
  /** From now on the height is told, and whenever it changes: before, it says nothing of what comes. */
  const tellOn = () => {
    new ResizeObserver(() => tell()).observe(document.body);
    addEventListener("message", ({ source, data }) => source === parent && data?.type === "raft-kv-height" && tell(true));
  };

  const follow = () => {
    if (location.hash.startsWith(RUN)) element?.setAttribute("run", location.hash);
    else element?.removeAttribute("run");
  };
  const raise = () => {
    element = document.createElement("raft-kv");
    for (const name of NAMES) {
      const value = query.get(name);
      if (value !== null) element.setAttribute(name, value);
    }
    const theme = query.get("theme");
    // The ground around the element, too.
    if (theme === "light" || theme === "dark") document.documentElement.style.colorScheme = theme;
    follow();
    addEventListener("hashchange", follow);
    document.body.append(element);
    const { ready } = /** @type {import("./raft-kv.js").RaftKv} */ (element);
    return ready;
  };

  /** @param {unknown} error */
  const refuse = (error) => {
    const why = error instanceof Error ? error.message : String(error);
    const isSandboxed = self.origin === "null";
    notice.textContent = isSandboxed
      ? "This frame is sandboxed, and then a browser loads the emulation only from a host that lets every page read it " +
        "(Access-Control-Allow-Origin: *). Ask the host for this header, add allow-same-origin to the frame's sandbox, or use " +
        "the single file that “cargo xtask standalone” writes: it needs no host."
      : `The emulation could not be loaded. Is there a connection, and is the package built (“wasm-pack build”)? (${why})`;
    notice.hidden = false;
  };
  // In a sandbox, a script of the host's has no address of its own to go by.
  import(new URL("raft-kv.js", document.baseURI).href).then(raise, refuse).then(tellOn, tellOn);
})();
