// @ts-check
// For a page that frames embed.html, if it wants: each frame becomes as high as what is in it.
addEventListener("message", ({ source, data }) => {
  if (data?.type !== "raft-kv" || !Number.isFinite(data.height)) return;
  for (const frame of document.querySelectorAll("iframe")) {
    // Only the frame that says so; and none becomes endless.
    if (frame.contentWindow !== source) continue;
    const border = getComputedStyle(frame).boxSizing === "border-box" ? frame.offsetHeight - frame.clientHeight : 0;
    frame.style.height = `${Math.min(Math.max(data.height, 0), 10_000) + border}px`;
  }
});
// Those that have told it before are asked again.
for (const frame of document.querySelectorAll("iframe")) {
  if (frame.src.includes("/embed.html")) frame.contentWindow?.postMessage({ type: "raft-kv-height" }, "*");
}
