// @ts-check
// Files that the reader saves and opens.

/**
 * Has the browser save a text as a file.
 * @param {string} name
 * @param {string} text
 * @param {string} [type]
 */
export function saveFile(name, text, type = "text/plain") {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/**
 * The text of a file.
 * @param {File} file
 * @throws {Error} if it cannot be read, or is no text; the message is for the reader
 */
export async function readFile(file) {
  const bytes = await file.arrayBuffer().then((buffer) => new Uint8Array(buffer), () => null);
  if (!bytes) throw new Error(`${file.name} cannot be read.`);
  const text = decode(bytes);
  if (text === null) {
    const where = `${placeOfBadByte(bytes)} is not UTF-8`;
    throw new Error(`${file.name} cannot be opened, as it is no text (${where}). What can be are saved runs (.run) and configurations (.toml).`);
  }
  return text;
}

/**
 * The text of these bytes; null if they are not UTF-8.
 * @param {Uint8Array} bytes
 * @param {boolean} [stream] whether the last character may be incomplete
 */
function decode(bytes, stream = false) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream });
  } catch {
    return null;
  }
}

/**
 * Where the first byte stands that is not UTF-8, found by halving: `line 3, column 7`.
 * @param {Uint8Array} bytes
 */
function placeOfBadByte(bytes) {
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decode(bytes.subarray(0, middle), true) === null) bad = middle;
    else good = middle;
  }
  const lines = (decode(bytes.subarray(0, good), true) ?? "").split("\n");
  return `line ${lines.length}, column ${[...(lines.at(-1) ?? "")].length + 1}`;
}
