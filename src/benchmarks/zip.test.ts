import { expect, test } from 'vitest';
import { type ByteSource, bytesSource } from './byte-source.js';
import { isZip, zipContent, zipMembers } from './zip.js';

/** By Python's zipfile with ZIP64_LIMIT = 3, so that every size and place stands in a zip64 field: one member stored, one deflated. */
const ARCHIVE = Buffer.from(
  'UEsDBC0AAAAAAAAAIQAdc+5t//////////8IABQAYS9zdG9yZWQBABAADgAAAAAAAAAOAAAAAAAAAHN0b3JlZCBjb250ZW50UEsDBC0AAAAIAAAAIQAH1m+Q//////////8KABQAYS9kZWZsYXRlZAEAEAC0AAAAAAAAAA4AAAAAAAAAS0lNy0ksSU1RSBk6DABQSwECLQMtAAAAAAAAACEAHXPubf//////////CAAUAAAAAAAAAAAAgAEAAAAAYS9zdG9yZWQBABAADgAAAAAAAAAOAAAAAAAAAFBLAQItAy0AAAAIAAAAIQAH1m+Q//////////8KABwAAAAAAAAAAACAAf////9hL2RlZmxhdGVkAQAYALQAAAAAAAAADgAAAAAAAABIAAAAAAAAAFBLBgYsAAAAAAAAAC0ALQAAAAAAAAAAAAIAAAAAAAAAAgAAAAAAAACeAAAAAAAAAJIAAAAAAAAAUEsGBwAAAAAwAQAAAAAAAAEAAABQSwUGAAAAAAIAAgCeAAAAkgAAAAAA',
  'base64',
);

const text = (content: ByteSource) => Buffer.from(content.bytes(0, content.size)).toString();
const contents = (bytes: Uint8Array) => {
  const archive = bytesSource(bytes, 'x.zip');
  return zipMembers(archive).map((member) => [member.name, text(zipContent(archive, member))]);
};

test('stored and deflated members, their sizes in zip64 fields', () => {
  expect(isZip(ARCHIVE)).toBe(true);
  expect(contents(ARCHIVE)).toEqual([
    ['a/stored', 'stored content'],
    ['a/deflated', 'deflated '.repeat(20)],
  ]);
});

test('a comment at the end changes nothing', () => {
  const commented = Buffer.concat([ARCHIVE, Buffer.from('a comment')]);
  commented.writeUInt16LE(9, ARCHIVE.length - 2);
  expect(contents(commented).length).toBe(2);
});

test('cut, encrypted and damaged archives are refused', () => {
  for (let end = 4; end < ARCHIVE.length; end += 7) expect(() => contents(ARCHIVE.subarray(0, end))).toThrow(/^x\.zip/);
  const directory = ARCHIVE.indexOf('PK\x01\x02');
  const changed = (at: number, byte: number) => {
    const copy = Buffer.from(ARCHIVE);
    copy[at] = byte;
    return () => contents(copy);
  };
  expect(changed(directory + 8, 1)).toThrow(/x\.zip: a\/stored: the member of the zip archive is encrypted/);
  expect(changed(directory + 10, 12)).toThrow(/packs in way 12; 0 and 8 are read/);
  expect(changed(directory, 0)).toThrow(/directory is damaged at byte \d+/);
  expect(changed(0, 0)).toThrow(/a member does not begin at byte 0/);
  const deflated = ARCHIVE.indexOf('a/deflated') + 'a/deflated'.length + 20;
  expect(changed(deflated, 0xff)).toThrow(/x\.zip: a\/deflated: the member of the zip archive is damaged/);
});
