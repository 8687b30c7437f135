// @ts-check
// Bytes as letters: each four bytes are five of 85 letters, all that are plain to see but a few which HTML reads itself.

const FIRST = 40;
/** Between the first and the last, these two are no letters of ours. */
const [LESS_THAN, BACKSLASH] = [60, 92];

/**
 * The bytes that these letters stand for.
 * @param {string} letters
 */
export function bytesOf(letters) {
  const bytes = new DataView(new ArrayBuffer(Math.floor(letters.length / 5) * 4));
  for (let place = 0; place < bytes.byteLength; place += 4) {
    let value = 0;
    for (let letter = (place / 4) * 5; letter < (place / 4) * 5 + 5; letter += 1) {
      const code = letters.charCodeAt(letter);
      value = value * 85 + code - FIRST - Number(code > LESS_THAN) - Number(code > BACKSLASH);
    }
    bytes.setUint32(place, value);
  }
  return new Uint8Array(bytes.buffer);
}
