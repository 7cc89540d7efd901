/** The opcodes that put a value of their own on the stack: numbers, texts, bytes and empty containers. */
import type { Cursor } from './cursor.js';
import { floatLine, integerLine, twosComplement } from './numbers.js';
import { quotedLine, unicodeLine } from './quoted.js';

/** The value that an opcode and what follows it mean; undefined for opcodes that do something else. */
export function plainValue(opcode: number, cursor: Cursor): unknown {
  switch (opcode) {
    case 0x47: // BINFLOAT
      return cursor.bigEndianDouble();
    case 0x4b: // BININT1
      return cursor.byte();
    case 0x4d: // BININT2
      return cursor.uint16();
    case 0x4a: // BININT
      return cursor.int32();
    case 0x58: // BINUNICODE
      return cursor.text(cursor.uint32());
    case 0x8c: // SHORT_BINUNICODE
      return cursor.text(cursor.byte());
    case 0x8d: // BINUNICODE8
      return cursor.text(cursor.uint64());
    case 0x4e: // NONE
      return null;
    case 0x88: // NEWTRUE
      return true;
    case 0x89: // NEWFALSE
      return false;
    case 0x7d: // EMPTY_DICT
      return new Map();
    case 0x5d: // EMPTY_LIST
    case 0x29: // EMPTY_TUPLE
      return [];
    case 0x8f: // EMPTY_SET
      return new Set();
    case 0x8a: // LONG1
      return twosComplement(cursor, cursor.byte());
    case 0x8b: // LONG4
      return twosComplement(cursor, cursor.uint32());
    case 0x42: // BINBYTES
      return cursor.bytes(cursor.uint32());
    case 0x43: // SHORT_BINBYTES
      return cursor.bytes(cursor.byte());
    case 0x8e: // BINBYTES8
    case 0x96: // BYTEARRAY8
      return cursor.bytes(cursor.uint64());
    case 0x55: // SHORT_BINSTRING
      return cursor.latin1(cursor.byte());
    case 0x54: // BINSTRING
      return cursor.latin1(cursor.uint32());
    case 0x49: // INT
    case 0x4c: // LONG
      return integerLine(cursor, opcode === 0x4c);
    case 0x46: // FLOAT
      return floatLine(cursor);
    case 0x53: // STRING
      return quotedLine(cursor);
    case 0x56: // UNICODE
      return unicodeLine(cursor);
    default:
      return undefined;
  }
}
