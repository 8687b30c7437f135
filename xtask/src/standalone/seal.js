// @ts-check
// What tells whether an archive is whole: in front of it stand its length and its checksum, CRC-32 as in gzip.

const SEAL = 8;
const POLYNOMIAL = 0xedb88320;

/** @param {Uint8Array} bytes */
function checksum(bytes) {
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? POLYNOMIAL : 0);
  }
  return ~sum >>> 0;
}

/**
 * What was sealed.
 * @param {Uint8Array} sealed
 * @throws {Error} if it is not whole
 */
export function unsealed(sealed) {
  if (sealed.length < SEAL) throw new Error("its end is missing");
  const seal = new DataView(sealed.buffer, sealed.byteOffset);
  const [length, sum] = [seal.getUint32(0), seal.getUint32(4)];
  const bytes = sealed.subarray(SEAL, SEAL + length);
  if (bytes.length < length) throw new Error("its end is missing");
  if (checksum(bytes) !== sum) throw new Error("it is damaged");
  return bytes;
}
