/**
 * The first of two passes over a pickle: how often each entry of the memo is used. Picklers note almost every object in the memo and ask
 * for few of them again; the second pass keeps an entry only until its last use, so that a pickle of gigabytes needs little memory.
 */
import type { ByteSource } from '../byte-source.js';
import { Cursor } from './cursor.js';

const HIGHEST_PROTOCOL = 5;
/** Entries used this often or more are kept to the end. */
export const MANY_USES = 255;

/** What the first pass finds. */
export interface MemoUses {
  /** uses of every memo entry, at most `MANY_USES` */
  readonly counts: Uint8Array;
  /** position after the pickle's last byte */
  readonly end: number;
}

/** Passes over the pickle that begins at `start`. @throws InputError where it ends early or has an opcode that is unknown */
export function memoUses(source: ByteSource, start: number): MemoUses {
  const cursor = new Cursor(source, start);
  const uses = new Uses();
  let entries = 0;
  const entry = (index: number) => {
    // picklers number their entries one after the other, from 0 or 1
    if (!(index >= 0 && index <= entries + 1))
      cursor.refuse(`numbers a memo entry ${index} where at most ${entries + 1} can be`);
    entries = Math.max(entries, index + 1);
  };
  for (;;) {
    const at = cursor.position;
    const opcode = cursor.byte();
    switch (opcode) {
      case 0x2e: // STOP
        return { counts: uses.counts, end: cursor.position };
      case 0x71: // BINPUT
        entry(cursor.byte());
        break;
      case 0x72: // LONG_BINPUT
        entry(cursor.uint32());
        break;
      case 0x94: // MEMOIZE
        entries++;
        break;
      case 0x68: // BINGET
        uses.add(cursor.byte(), entries);
        break;
      case 0x6a: // LONG_BINGET
        uses.add(cursor.uint32(), entries);
        break;
      case 0x70: // PUT
        entry(memoIndex(cursor));
        break;
      case 0x67: // GET
        uses.add(memoIndex(cursor), entries);
        break;
      case 0x80: {
        const protocol = cursor.byte();
        if (protocol > HIGHEST_PROTOCOL)
          cursor.refuse(`has protocol ${protocol}; 0 to ${HIGHEST_PROTOCOL} are read`, at);
        break;
      }
      case 0x63: // GLOBAL
      case 0x69: // INST
        cursor.line();
        cursor.line();
        break;
      default:
        skipArgument(cursor, opcode, at);
    }
  }
}

/** The index that GET and PUT of protocol 0 write as text. */
export function memoIndex(cursor: Cursor): number {
  const at = cursor.position;
  const text = cursor.line();
  if (!/^\d{1,15}$/.test(text)) cursor.refuse(`has ${JSON.stringify(text.slice(0, 20))} for a memo index`, at);
  return Number(text);
}

/** Passes over what follows an opcode: nothing, a fixed number of bytes, a line, or as many bytes as a count says. */
function skipArgument(cursor: Cursor, opcode: number, at: number): void {
  const kind = ARGUMENTS.get(opcode);
  if (kind === undefined) cursor.refuse(`has the unknown opcode 0x${opcode.toString(16).padStart(2, '0')}`, at);
  if (typeof kind === 'number') cursor.skip(kind);
  else if (kind === 'line') cursor.line();
  else if (kind === 'count1') cursor.skip(cursor.byte());
  else if (kind === 'count4') cursor.skip(cursor.uint32());
  else cursor.skip(cursor.uint64());
}

type Argument = number | 'line' | 'count1' | 'count4' | 'count8';

const ARGUMENTS = new Map<number, Argument>([
  ...[...'(012PQNabdelostuR)]}'].map((letter): [number, Argument] => [
    letter.charCodeAt(0),
    letter === 'P' ? 'line' : 0,
  ]),
  ...[...'FILSV'].map((letter): [number, Argument] => [letter.charCodeAt(0), 'line']),
  [0x42, 'count4'], // BINBYTES
  [0x43, 'count1'], // SHORT_BINBYTES
  [0x47, 8], // BINFLOAT
  [0x4a, 4], // BININT
  [0x4b, 1], // BININT1
  [0x4d, 2], // BININT2
  [0x54, 'count4'], // BINSTRING
  [0x55, 'count1'], // SHORT_BINSTRING
  [0x58, 'count4'], // BINUNICODE
  [0x81, 0], // NEWOBJ
  [0x82, 1], // EXT1
  [0x83, 2], // EXT2
  [0x84, 4], // EXT4
  ...[0x85, 0x86, 0x87, 0x88, 0x89].map((opcode): [number, Argument] => [opcode, 0]), // TUPLE1-3, NEWTRUE, NEWFALSE
  [0x8a, 'count1'], // LONG1
  [0x8b, 'count4'], // LONG4
  [0x8c, 'count1'], // SHORT_BINUNICODE
  [0x8d, 'count8'], // BINUNICODE8
  [0x8e, 'count8'], // BINBYTES8
  ...[0x8f, 0x90, 0x91, 0x92, 0x93].map((opcode): [number, Argument] => [opcode, 0]), // sets, NEWOBJ_EX, STACK_GLOBAL
  [0x95, 8], // FRAME
  [0x96, 'count8'], // BYTEARRAY8
  [0x97, 0], // NEXT_BUFFER
  [0x98, 0], // READONLY_BUFFER
]);

/** Counts that grow as they are needed. */
class Uses {
  counts = new Uint8Array(256);

  /** One more use of an entry; one that cannot exist is left for the second pass, which names the place. */
  add(index: number, entries: number): void {
    if (index > entries) return;
    if (index >= this.counts.length) {
      const grown = new Uint8Array(2 * index);
      grown.set(this.counts);
      this.counts = grown;
    }
    if (this.counts[index]! < MANY_USES) this.counts[index]!++;
  }
}
