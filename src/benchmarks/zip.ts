/** The members of a zip archive by its central directory, read by ranges: also archives of more than 4 GB (zip64). */
import { inflateRawSync } from 'node:zlib';
import { InputError } from '../errors.js';
import { uint16, uint32, uint64 } from '../math/little-endian.js';
import { type ByteSource, bytesSource, partOf } from './byte-source.js';
import { LARGEST_FILE } from './file-bytes.js';

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;
const LARGEST_DIRECTORY = 1 << 28;
/** Stands for a number that is found in the zip64 part. */
const ELSEWHERE = 0xffffffff;

/** A member as the directory describes it. */
export interface ZipMember {
  readonly name: string;
  readonly packed: number;
  readonly size: number;
  /** 0 stored, 8 deflated */
  readonly method: number;
  readonly isEncrypted: boolean;
  /** where its local header begins */
  readonly header: number;
}

/** Whether the bytes begin like a zip archive. */
export function isZip(head: Uint8Array): boolean {
  return head.length >= 4 && uint32(head, 0) === LOCAL;
}

/** All members in the order of the directory. @throws InputError where the archive is damaged or cut */
export function zipMembers(archive: ByteSource): ZipMember[] {
  const { count, size, start } = directoryPlace(archive);
  if (size > LARGEST_DIRECTORY) throw damaged(archive, 'its directory is too large');
  const bytes = archive.bytes(start, size);
  const members: ZipMember[] = [];
  for (let at = 0; at + 46 <= size && members.length < count; ) {
    if (uint32(bytes, at) !== ENTRY) throw damaged(archive, `its directory is damaged at byte ${start + at}`);
    const nameEnd = at + 46 + uint16(bytes, at + 28);
    const extraEnd = nameEnd + uint16(bytes, at + 30);
    const [unpacked, packed, header] = wideNumbers(
      [uint32(bytes, at + 24), uint32(bytes, at + 20), uint32(bytes, at + 42)],
      bytes.subarray(nameEnd, extraEnd),
    );
    members.push({
      name: Buffer.from(bytes.subarray(at + 46, nameEnd)).toString('utf8'),
      packed: packed!,
      size: unpacked!,
      method: uint16(bytes, at + 10),
      isEncrypted: (uint16(bytes, at + 8) & 1) === 1,
      header: header!,
    });
    at = extraEnd + uint16(bytes, at + 32);
  }
  if (members.length !== count) throw damaged(archive, 'its directory is cut');
  return members;
}

/** The content of a member; a stored one is not read until it is asked for. @throws InputError where it is encrypted, packed in an unknown way or damaged */
export function zipContent(archive: ByteSource, member: ZipMember): ByteSource {
  const file = `${archive.file}: ${member.name}`;
  const local = archive.bytes(member.header, 30);
  if (uint32(local, 0) !== LOCAL) throw damaged(archive, `a member does not begin at byte ${member.header}`);
  if (member.isEncrypted) throw new InputError('the member of the zip archive is encrypted', { file });
  const start = member.header + 30 + uint16(local, 26) + uint16(local, 28);
  if (member.method === 0) return partOf(archive, start, member.size, file);
  if (member.method !== 8)
    throw new InputError(`the zip archive packs in way ${member.method}; 0 and 8 are read`, { file });
  if (member.size > LARGEST_FILE) {
    throw new InputError(`more than ${LARGEST_FILE / 1e6} MB of packed content; at most that much is read`, { file });
  }
  try {
    const content = inflateRawSync(archive.bytes(start, member.packed), { maxOutputLength: Math.max(1, member.size) });
    return bytesSource(content, file);
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw new InputError('the member of the zip archive is damaged', { file }, { cause });
  }
}

function directoryPlace(archive: ByteSource): { count: number; size: number; start: number } {
  const length = Math.min(archive.size, END_BYTES + LONGEST_COMMENT);
  const base = archive.size - length;
  const tail = archive.bytes(base, length);
  let at = length - END_BYTES;
  while (at >= 0 && uint32(tail, at) !== END) at--;
  if (at < 0) throw damaged(archive, 'it ends too early (is the download complete?)');
  const place = { count: uint16(tail, at + 10), size: uint32(tail, at + 12), start: uint32(tail, at + 16) };
  if (at < 20 || uint32(tail, at - 20) !== LOCATOR_64) return place;
  const end = archive.bytes(uint64(tail, at - 12), 56);
  if (uint32(end, 0) !== END_64) throw damaged(archive, 'its directory is not where it should be');
  return { count: uint64(end, 32), size: uint64(end, 40), start: uint64(end, 48) };
}

/** Replaces numbers that do not fit 32 bits by those of the zip64 field, which holds just these, in this order. */
function wideNumbers(numbers: readonly number[], extra: Uint8Array): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + uint16(extra, at + 2)) {
    if (uint16(extra, at) !== 1) continue;
    let field = at + 4;
    return numbers.map((number) => {
      if (number !== ELSEWHERE || field + 8 > extra.length) return number;
      field += 8;
      return uint64(extra, field - 8);
    });
  }
  return [...numbers];
}

function damaged(archive: ByteSource, how: string): InputError {
  return new InputError(`the zip archive cannot be read: ${how}`, { file: archive.file });
}
