// @ts-check
// A run as the end of an address: the saved run, compressed. What a link brings is read by the core's own reader of saved
// runs, and by nothing else.

const FORM = "1";
/** More than this no saved run has, and no link makes the page unpack. */
const MOST_BYTES = 1 << 20;

/** Why a link cannot be opened: a sentence without a full stop. */
export class LinkError extends Error {
  name = "LinkError";
}

/**
 * What stands behind `#run=` in the address of a run.
 * @param {string} saved
 */
export async function pack(saved) {
  const packed = new Blob([saved]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  const letters = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return `${FORM}.${letters.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/**
 * The saved run of a link.
 * @param {string} packed
 * @throws {LinkError}
 */
export async function unpack(packed) {
  const [form, letters, ...rest] = packed.split(".");
  if (letters === undefined || rest.length > 0) throw new LinkError("it is not complete");
  if (form !== FORM) throw new LinkError("it was made by another version of this page");
  const bytes = bytesOf(letters);
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let [text, length] = ["", 0];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      length += value.length;
      if (length > MOST_BYTES) break;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    throw new LinkError("it is damaged, or a part of it is missing");
  }
  await reader.cancel();
  throw new LinkError("what it holds is too long for a run");
}

/** @param {string} letters */
function bytesOf(letters) {
  try {
    const bytes = atob(letters.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(bytes, (byte) => byte.charCodeAt(0));
  } catch {
    throw new LinkError("it holds letters that no link has");
  }
}
