// @ts-check
// The one script that also runs where modules do not: it loads the page, or says in words why it cannot.
(() => {
  const notice = /** @type {HTMLElement} */ (document.getElementById("notice"));
  if (location.protocol === "file:") {
    notice.textContent =
      "A browser does not let a page that was opened as a file load WebAssembly. Run “cargo xtask serve” in the " +
      "project's folder and open the address that it prints; or run “wasm-pack build” and serve the folder with any " +
      "static server, for example “python3 -m http.server”, then open http://localhost:8000/www/index.html.";
    return;
  }
  import("./main.js").catch((error) => {
    notice.textContent =
      `The emulation could not be loaded. Is it built? Run “wasm-pack build” in the project's folder. (${error.message})`;
  });
})();
