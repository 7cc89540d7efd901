/**
 * The bytes of a journal: `{"seq":N,"body":{...},"check":"..."}` and a newline for every entry.
 * `seq` counts lines from 0; `check` is the first 16 hexadecimal digits of the SHA-256 of all bytes of the line before it.
 */
import { createHash } from 'node:crypto';

const NEWLINE = 0x0a;

/** One line, newline included, around a body that is already JSON text. */
export function encodeLine(seq: number, bodyJson: string): string {
  const text = `{"seq":${seq},"body":${bodyJson}`;
  return `${text}${ending(text)}\n`;
}

function ending(text: string | Uint8Array): string {
  return `,"check":"${createHash('sha256').update(text).digest('hex').slice(0, 16)}"}`;
}

const ENDING_LENGTH = ending('').length;

function isSound(line: Buffer): boolean {
  if (line.length <= ENDING_LENGTH) return false;
  const border = line.length - ENDING_LENGTH;
  return line.toString('latin1', border) === ending(line.subarray(0, border));
}

/** What the bytes of a journal hold. */
export interface ReadLines {
  /** the bodies of the sound lines, in order, up to the first fault */
  readonly bodies: readonly unknown[];
  /** how many bytes the sound lines take */
  readonly end: number;
  /** the last sound line lacks its newline, because the file was cut exactly there */
  readonly newlineMissing: boolean;
  /** bytes of a half-written last line, after `end`; 0 when there is none */
  readonly cut: number;
  /** damage that a cut write cannot explain; `line` is 1-based */
  readonly damage?: { readonly line: number; readonly reason: string };
}

/**
 * Reads lines until the end or the first fault. A write that was stopped half-way leaves a last line without a newline:
 * that is a cut, and its entry was never acknowledged. A line that has its newline was acknowledged, so whatever is wrong with it is damage.
 */
export function readLines(bytes: Buffer): ReadLines {
  const bodies: unknown[] = [];
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, start);
    const line = bytes.subarray(start, newline < 0 ? bytes.length : newline);
    const found = { bodies, end: start, newlineMissing: false, cut: 0 };
    if (newline < 0 && !isSound(line)) {
      return beginsSound(line)
        ? { ...found, damage: { line: bodies.length + 1, reason: 'its end is not a newline' } }
        : { ...found, cut: line.length };
    }
    const read = parseLine(line, bodies.length);
    if ('fault' in read) return { ...found, damage: { line: bodies.length + 1, reason: read.fault } };
    bodies.push(read.body);
    if (newline < 0) return { ...found, end: bytes.length, newlineMissing: true };
    start = newline + 1;
  }
  return { bodies, end: start, newlineMissing: false, cut: 0 };
}

function parseLine(line: Buffer, seq: number): { body: unknown } | { fault: string } {
  if (!isSound(line)) return { fault: 'its checksum does not match' };
  try {
    const parsed: unknown = JSON.parse(line.toString('utf8'));
    if (parsed === null || typeof parsed !== 'object' || !('seq' in parsed) || !('body' in parsed)) {
      return { fault: 'it is not a journal line' };
    }
    return parsed.seq === seq
      ? { body: parsed.body }
      : { fault: `its sequence number is ${String(parsed.seq)} where ${seq} was expected` };
  } catch {
    return { fault: 'it is not JSON' };
  }
}

/** Whether a whole sound line stands at the beginning, with something other than a newline after it. */
function beginsSound(tail: Buffer): boolean {
  for (let at = tail.indexOf('"}'); at >= 0; at = tail.indexOf('"}', at + 1)) {
    if (isSound(tail.subarray(0, at + 2))) return true;
  }
  return false;
}
