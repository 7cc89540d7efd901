/**
 * Unpacking bzip2: blocks of up to 900 kB that went through run lengths, the Burrows-Wheeler transform, move-to-front and Huffman codes.
 * The format is that of Julian Seward's bzip2 1.0; every block's checksum is checked.
 */
import { InputError } from '../errors.js';

const BLOCK_BEGINS = 0x314159265359;
const STREAM_ENDS = 0x177245385090;
const GROUP = 50; // symbols that share a Huffman table
const LONGEST_CODE = 20; // bits
const SHORT_CODE = 10; // bits: codes up to this length are looked up
const MOST_SYMBOLS = 258;

/** Whether the bytes begin like bzip2. */
export function isBzip2(head: Uint8Array): boolean {
  return head[0] === 0x42 && head[1] === 0x5a && head[2] === 0x68 && head[3]! >= 0x31 && head[3]! <= 0x39;
}

/**
 * The unpacked content of one stream or several in a row.
 * @throws InputError where it is damaged, cut short, or unpacks to more than `largest` bytes
 */
export function bunzip2(packed: Uint8Array, file: string, largest: number): Uint8Array {
  const bits = new Bits(packed, file);
  const output = new Output(file, largest);
  do {
    if (!isBzip2(packed.subarray(bits.byte))) bits.damaged();
    const blockSize = (packed[bits.byte + 3]! - 0x30) * 100_000;
    bits.skipBytes(4);
    let sum = 0;
    for (;;) {
      const signature = bits.read(24) * 2 ** 24 + bits.read(24);
      const stored = bits.read32();
      if (signature === STREAM_ENDS) {
        if (stored !== sum) bits.damaged();
        break;
      }
      if (signature !== BLOCK_BEGINS) bits.damaged();
      const block = readBlock(bits, blockSize);
      if (output.addRuns(block) !== stored) bits.damaged();
      sum = (((sum << 1) | (sum >>> 31)) ^ stored) >>> 0;
    }
    bits.alignToByte();
  } while (bits.byte < packed.length);
  return output.content();
}

/** A block before its run lengths are undone: follow `next[at] >>> 8` from `start` on, the byte is `next[at] & 0xff`. */
interface Block {
  readonly next: Uint32Array;
  readonly length: number;
  readonly start: number;
}

/** The blocks' memory, used again for every block and file. */
let blockMemory = new Uint32Array(0);

function readBlock(bits: Bits, blockSize: number): Block {
  if (bits.read(1) === 1) bits.damaged(); // randomised blocks: not written since 1998
  const origin = bits.read(24);
  const bytes = usedBytes(bits);
  const symbols = bytes.length + 2;
  const { selectors, tables } = huffmanTables(bits, symbols);

  if (blockMemory.length < blockSize) blockMemory = new Uint32Array(blockSize);
  const next = blockMemory;
  const counts = new Uint32Array(256);
  const front = Uint8Array.from(bytes); // move-to-front list
  const endOfBlock = symbols - 1;
  let length = 0;
  let run = 0;
  let runUnit = 1;
  for (let group = 0, left = GROUP; ; left--) {
    if (left === 0) {
      group++;
      left = GROUP;
    }
    const table = group < selectors.length ? tables[selectors[group]!]! : bits.damaged();
    const symbol = bits.symbol(table);
    if (symbol <= 1) {
      run += runUnit << symbol;
      runUnit *= 2;
      if (run > blockSize) bits.damaged();
      continue;
    }
    if (run > 0) {
      const byte = front[0]!;
      if (length + run > blockSize) bits.damaged();
      next.fill(byte, length, length + run);
      counts[byte]! += run;
      length += run;
      run = 0;
      runUnit = 1;
    }
    if (symbol === endOfBlock) break;
    if (length === blockSize) bits.damaged();
    const byte = front[symbol - 1]!;
    for (let place = symbol - 1; place > 0; place--) front[place] = front[place - 1]!;
    front[0] = byte;
    counts[byte]!++;
    next[length++] = byte;
  }
  if (origin >= length) bits.damaged();
  linkBlock(next, length, counts);
  return { next, length, start: next[origin]! >>> 8 };
}

/** Undoes the Burrows-Wheeler transform: above each byte the index of the one after it. */
function linkBlock(next: Uint32Array, length: number, counts: Uint32Array): void {
  let before = 0;
  for (let byte = 0; byte < 256; byte++) {
    const count = counts[byte]!;
    counts[byte] = before;
    before += count;
  }
  for (let i = 0; i < length; i++) {
    const byte = next[i]! & 0xff;
    next[counts[byte]!++]! |= i << 8;
  }
}

/** The bytes that occur in the block. */
function usedBytes(bits: Bits): number[] {
  const rows = bits.read(16);
  const used: number[] = [];
  for (let row = 0; row < 16; row++) {
    if ((rows & (0x8000 >> row)) === 0) continue;
    const columns = bits.read(16);
    for (let column = 0; column < 16; column++) if ((columns & (0x8000 >> column)) !== 0) used.push(16 * row + column);
  }
  if (used.length === 0) bits.damaged();
  return used;
}

/** A canonical Huffman code: codes of each length up to `limit`, and the symbols in the order of their codes. */
interface HuffmanTable {
  readonly shortest: number;
  /** largest code of a length; -1 where there is none */
  readonly limit: Int32Array;
  /** what to subtract from a code of a length to get its index in `symbols` */
  readonly base: Int32Array;
  readonly symbols: Uint16Array;
  /** by the next SHORT_CODE bits: the symbol times 32 plus the length of its code; 0 where the code is longer */
  readonly short: Uint16Array;
}

function huffmanTables(bits: Bits, symbols: number): { selectors: Uint8Array; tables: HuffmanTable[] } {
  const count = bits.read(3);
  const selectors = new Uint8Array(bits.read(15));
  if (count < 2 || count > 6 || selectors.length === 0) bits.damaged();
  const front = [0, 1, 2, 3, 4, 5];
  for (let i = 0; i < selectors.length; i++) {
    let place = 0;
    while (bits.read(1) === 1) if (++place >= count) bits.damaged();
    const [table] = front.splice(place, 1);
    front.unshift(table!);
    selectors[i] = table!;
  }
  const tables = Array.from({ length: count }, () => {
    const lengths = new Uint8Array(symbols);
    let length = bits.read(5);
    for (let symbol = 0; symbol < symbols; symbol++) {
      while (length >= 1 && length <= LONGEST_CODE && bits.read(1) === 1) length += bits.read(1) === 1 ? -1 : 1;
      if (length < 1 || length > LONGEST_CODE) bits.damaged();
      lengths[symbol] = length;
    }
    return huffmanTable(lengths);
  });
  return { selectors, tables };
}

function huffmanTable(lengths: Uint8Array): HuffmanTable {
  const limit = new Int32Array(LONGEST_CODE + 1).fill(-1);
  const base = new Int32Array(LONGEST_CODE + 1);
  const symbols = new Uint16Array(MOST_SYMBOLS);
  const short = new Uint16Array(1 << SHORT_CODE);
  let code = 0;
  let index = 0;
  let shortest = 0;
  for (let length = 1; length <= LONGEST_CODE; length++) {
    const first = index;
    base[length] = code - index;
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue;
      if (length <= SHORT_CODE) {
        const from = (code + index - first) << (SHORT_CODE - length);
        short.fill((symbol << 5) | length, from, from + (1 << (SHORT_CODE - length)));
      }
      symbols[index++] = symbol;
    }
    code += index - first;
    if (index > first) {
      limit[length] = code - 1;
      if (shortest === 0) shortest = length;
    }
    code *= 2;
  }
  return { shortest, limit, base, symbols, short };
}

/** Bits from the most significant on. */
class Bits {
  readonly #bytes: Uint8Array;
  readonly #file: string;
  #at = 0;
  #held = 0;
  #heldBits = 0;

  constructor(bytes: Uint8Array, file: string) {
    this.#bytes = bytes;
    this.#file = file;
  }

  /** Index of the next byte, where no bits of an earlier one are left. */
  get byte(): number {
    return this.#at;
  }

  /** At most 24 bits. */
  read(count: number): number {
    while (this.#heldBits < count) {
      if (this.#at >= this.#bytes.length) {
        throw new InputError('the bzip2 file ends too early (is the download complete?)', { file: this.#file });
      }
      this.#held = (this.#held << 8) | this.#bytes[this.#at++]!;
      this.#heldBits += 8;
    }
    this.#heldBits -= count;
    return (this.#held >>> this.#heldBits) & ((1 << count) - 1);
  }

  /** The next symbol of a Huffman code. */
  symbol(table: HuffmanTable): number {
    while (this.#heldBits <= 24 && this.#at < this.#bytes.length) {
      this.#held = (this.#held << 8) | this.#bytes[this.#at++]!;
      this.#heldBits += 8;
    }
    if (this.#heldBits >= SHORT_CODE) {
      const entry = table.short[(this.#held >>> (this.#heldBits - SHORT_CODE)) & ((1 << SHORT_CODE) - 1)]!;
      if (entry !== 0) {
        this.#heldBits -= entry & 31;
        return entry >>> 5;
      }
    }
    return this.#longSymbol(table);
  }

  #longSymbol({ shortest, limit, base, symbols }: HuffmanTable): number {
    let code = this.read(shortest);
    for (let length = shortest; length <= LONGEST_CODE; length++) {
      if (code <= limit[length]!) {
        const index = code - base[length]!;
        return index >= 0 && index < MOST_SYMBOLS ? symbols[index]! : this.damaged();
      }
      code = 2 * code + this.read(1);
    }
    return this.damaged();
  }

  read32(): number {
    return this.read(16) * 0x10000 + this.read(16);
  }

  skipBytes(count: number): void {
    this.#at += count;
  }

  /** Passes over what is left of a byte; whole bytes that were read ahead are given back. */
  alignToByte(): void {
    this.#at -= this.#heldBits >> 3;
    this.#heldBits = 0;
  }

  damaged(): never {
    throw new InputError(`the bzip2 file is damaged near byte ${this.#at}`, { file: this.#file });
  }
}

/** What has been unpacked. */
class Output {
  readonly #file: string;
  readonly #largest: number;
  #bytes: Uint8Array;
  #length = 0;

  constructor(file: string, largest: number) {
    this.#file = file;
    this.#largest = largest;
    this.#bytes = new Uint8Array(Math.min(1 << 16, largest));
  }

  /** Adds a block; four equal bytes are followed by how often the byte comes again. Returns the checksum of what was added. */
  addRuns({ next, length, start }: Block): number {
    let crc = 0xffffffff;
    let at = start;
    let equal = 0;
    let last = -1;
    for (let i = 0; i < length; i++) {
      const entry = next[at]!;
      at = entry >>> 8;
      const byte = entry & 0xff;
      if (equal === 4) {
        this.#reserve(byte);
        this.#bytes.fill(last, this.#length, this.#length + byte);
        this.#length += byte;
        for (let j = 0; j < byte; j++) crc = (crc << 8) ^ CRC[(crc >>> 24) ^ last]!;
        equal = 0;
        last = -1;
        continue;
      }
      equal = byte === last ? equal + 1 : 1;
      last = byte;
      if (this.#length === this.#bytes.length) this.#reserve(1);
      this.#bytes[this.#length++] = byte;
      crc = (crc << 8) ^ CRC[(crc >>> 24) ^ byte]!;
    }
    return ~crc >>> 0;
  }

  content(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed > this.#largest) {
      throw new InputError(`more than ${Math.floor(this.#largest / 1e6)} MB of content; at most that much is read`, {
        file: this.#file,
      });
    }
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.min(Math.max(needed, 2 * this.#bytes.length), this.#largest));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

/** CRC-32 with its bits from the most significant on, the polynomial 0x04c11db7. */
const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc >>> 0;
});
