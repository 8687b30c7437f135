// @ts-check
// Unpacks what LZMA packed, in the form of a file ".lzma" that tells its length. The names are those of the specification
// in the LZMA SDK.

const BITS_OF_ODDS = 11;
const EVEN_ODDS = 1 << (BITS_OF_ODDS - 1);
const SHIFT = 5;
const HEADER = 13;
const STATES = 12;
const MAX_POS_STATES = 16;

/** @param {number} count */
function odds(count) {
  return new Uint16Array(count).fill(EVEN_ODDS);
}

class RangeDecoder {
  #packed;
  #at = HEADER + 5;
  #range = 2 ** 32 - 1;
  #code = 0;

  /** @param {Uint8Array} packed */
  constructor(packed) {
    this.#packed = packed;
    for (let at = HEADER + 1; at < this.#at; at += 1) this.#code = this.#code * 256 + packed[at];
  }

  #normalize() {
    if (this.#range >= 2 ** 24) return;
    if (this.#at >= this.#packed.length) throw new Error("its end is missing");
    this.#range *= 256;
    this.#code = this.#code * 256 + this.#packed[this.#at++];
  }

  /** @param {Uint16Array} odds @param {number} place */
  bit(odds, place) {
    const bound = (this.#range >>> BITS_OF_ODDS) * odds[place];
    const bit = this.#code < bound ? 0 : 1;
    if (bit === 0) {
      this.#range = bound;
      odds[place] += ((1 << BITS_OF_ODDS) - odds[place]) >> SHIFT;
    } else {
      this.#range -= bound;
      this.#code -= bound;
      odds[place] -= odds[place] >> SHIFT;
    }
    this.#normalize();
    return bit;
  }

  /** So many bits, each as likely as not. @param {number} count */
  direct(count) {
    let value = 0;
    for (; count > 0; count -= 1) {
      this.#range >>>= 1;
      const bit = this.#code < this.#range ? 0 : 1;
      if (bit === 1) this.#code -= this.#range;
      value = value * 2 + bit;
      this.#normalize();
    }
    return value;
  }

  /** The highest bit first. @param {Uint16Array} odds @param {number} from @param {number} count */
  tree(odds, from, count) {
    let place = 1;
    for (let bit = 0; bit < count; bit += 1) place = place * 2 + this.bit(odds, from + place);
    return place - (1 << count);
  }

  /** The lowest bit first. @param {Uint16Array} odds @param {number} from @param {number} count */
  reverseTree(odds, from, count) {
    let [place, value] = [1, 0];
    for (let bit = 0; bit < count; bit += 1) {
      const found = this.bit(odds, from + place);
      place = place * 2 + found;
      value += found << bit;
    }
    return value;
  }
}

class LengthDecoder {
  #choice = odds(2);
  #low = odds(MAX_POS_STATES << 3);
  #middle = odds(MAX_POS_STATES << 3);
  #high = odds(256);

  /** @param {RangeDecoder} range @param {number} posState */
  decode(range, posState) {
    if (range.bit(this.#choice, 0) === 0) return 2 + range.tree(this.#low, posState << 3, 3);
    if (range.bit(this.#choice, 1) === 0) return 10 + range.tree(this.#middle, posState << 3, 3);
    return 18 + range.tree(this.#high, 0, 8);
  }
}

class LiteralDecoder {
  #lc;
  #lp;
  #odds;

  /** @param {number} lc @param {number} lp */
  constructor(lc, lp) {
    this.#lc = lc;
    this.#lp = lp;
    this.#odds = odds(0x300 << (lc + lp));
  }

  /**
   * @param {RangeDecoder} range @param {number} place @param {number} before the byte before
   * @param {number} match behind a match, the byte that would repeat it; or -1
   */
  decode(range, place, before, match) {
    const from = 0x300 * (((place & ((1 << this.#lp) - 1)) << this.#lc) + (before >> (8 - this.#lc)));
    let symbol = 1;
    while (match >= 0 && symbol < 0x100) {
      const expected = (match >> 7) & 1;
      match = (match << 1) & 0xff;
      const bit = range.bit(this.#odds, from + ((1 + expected) << 8) + symbol);
      symbol = (symbol << 1) | bit;
      if (bit !== expected) break;
    }
    while (symbol < 0x100) symbol = (symbol << 1) | range.bit(this.#odds, from + symbol);
    return symbol & 0xff;
  }
}

class DistanceDecoder {
  #slots = odds(4 << 6);
  #special = odds(128);
  #align = odds(16);

  /** @param {RangeDecoder} range @param {number} length of the match, which tells something of its distance */
  decode(range, length) {
    const slot = range.tree(this.#slots, Math.min(length - 2, 3) << 6, 6);
    if (slot < 4) return slot;
    const bits = (slot >> 1) - 1;
    const distance = (2 | (slot & 1)) * 2 ** bits;
    if (slot < 14) return distance + range.reverseTree(this.#special, distance - slot, bits);
    return distance + range.direct(bits - 4) * 16 + range.reverseTree(this.#align, 0, 4);
  }
}

class Unpacker {
  #unpacked;
  #place = 0;
  #state = 0;
  /** The last four distances, less one, the last one first. */
  #reps = [0, 0, 0, 0];
  #range;
  #literals;
  #posMask;
  #isMatch = odds(STATES << 4);
  #isRep = odds(STATES);
  #isRepG = [odds(STATES), odds(STATES), odds(STATES)];
  #isRep0Long = odds(STATES << 4);
  #lengths = new LengthDecoder();
  #repLengths = new LengthDecoder();
  #distances = new DistanceDecoder();

  /** @param {Uint8Array} packed */
  constructor(packed) {
    const [lc, lp, pb] = [packed[0] % 9, Math.floor(packed[0] / 9) % 5, Math.floor(packed[0] / 45)];
    this.#posMask = (1 << pb) - 1;
    this.#literals = new LiteralDecoder(lc, lp);
    this.#range = new RangeDecoder(packed);
    this.#unpacked = new Uint8Array(new DataView(packed.buffer, packed.byteOffset).getUint32(5, true));
  }

  unpack() {
    while (this.#place < this.#unpacked.length) this.#step();
    return this.#unpacked;
  }

  #step() {
    const posState = this.#place & this.#posMask;
    const both = (this.#state << 4) + posState;
    if (this.#range.bit(this.#isMatch, both) === 0) return this.#literal();
    if (this.#range.bit(this.#isRep, this.#state) === 0) {
      const length = this.#lengths.decode(this.#range, posState);
      this.#reps = [this.#distances.decode(this.#range, length), ...this.#reps.slice(0, 3)];
      this.#state = this.#state < 7 ? 7 : 10;
      return this.#copy(length);
    }
    const which = this.#rep();
    if (which === 0 && this.#range.bit(this.#isRep0Long, both) === 0) {
      this.#state = this.#state < 7 ? 9 : 11;
      return this.#copy(1);
    }
    this.#reps.unshift(...this.#reps.splice(which, 1));
    const length = this.#repLengths.decode(this.#range, posState);
    this.#state = this.#state < 7 ? 8 : 11;
    this.#copy(length);
  }

  /** Which of the last distances comes again. */
  #rep() {
    const which = this.#isRepG.findIndex((odds) => this.#range.bit(odds, this.#state) === 0);
    return which < 0 ? 3 : which;
  }

  #literal() {
    const before = this.#place > 0 ? this.#unpacked[this.#place - 1] : 0;
    const match = this.#state < 7 ? -1 : this.#unpacked[this.#place - this.#reps[0] - 1];
    this.#unpacked[this.#place] = this.#literals.decode(this.#range, this.#place, before, match);
    this.#place += 1;
    this.#state = this.#state < 4 ? 0 : this.#state < 10 ? this.#state - 3 : this.#state - 6;
  }

  /** @param {number} length */
  #copy(length) {
    const back = this.#reps[0] + 1;
    if (back > this.#place || length > this.#unpacked.length - this.#place) throw new Error("it is damaged");
    for (const end = this.#place + length; this.#place < end; this.#place += 1) {
      this.#unpacked[this.#place] = this.#unpacked[this.#place - back];
    }
  }
}

/**
 * The file that was packed.
 * @param {Uint8Array} packed
 * @throws {Error} if it is damaged
 */
export function unpackLzma(packed) {
  return new Unpacker(packed).unpack();
}
