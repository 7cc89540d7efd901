/** Image folders: files written by sharp, read back; real JPEGs against another decoder. */
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { datasetFile } from '../../test/datasets.js';
import { python } from '../../test/optional.js';
import { decodeImage } from './decode-image.js';
import { readImageFolder } from './image-folder.js';
import { folderOf, refusal } from './testing/files.js';

/** Image bytes that differ everywhere. */
const noise = (height: number, width: number, channels: number, start = 0) =>
  Uint8Array.from({ length: height * width * channels }, (_, i) => (start + i * 73 + (i >> 3) * 29) % 256);

type Channels = 1 | 2 | 3 | 4;
const raw = (bytes: Uint8Array, height: number, width: number, channels: Channels) =>
  sharp(bytes, { raw: { height, width, channels } });
const png = (height: number, width: number, start = 0) =>
  raw(noise(height, width, 3, start), height, width, 3)
    .png()
    .toBuffer();

async function decoded(file: Uint8Array, name: string, side?: number) {
  return decodeImage(join(folderOf({ [name]: file }), name), side);
}

/** The check sum of a PNG chunk, bit by bit. */
function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

describe('decoding', () => {
  test('PNG comes back to the byte', async () => {
    const image = await decoded(await png(3, 5), 'a.png');
    expect([image.height, image.width]).toEqual([3, 5]);
    expect([...image.pixels]).toEqual([...noise(3, 5, 3)]);
  });

  test('grey becomes three equal channels, transparent becomes white, 16 bits become 8', async () => {
    const grey = await decoded(
      await raw(noise(2, 2, 1), 2, 2, 1)
        .toColourspace('b-w')
        .png()
        .toBuffer(),
      'a.png',
    );
    expect([...grey.pixels]).toEqual([...noise(2, 2, 1)].flatMap((level) => [level, level, level]));

    const alpha = Uint8Array.from([10, 20, 30, 255, 10, 20, 30, 0]);
    const flat = await decoded(await raw(alpha, 1, 2, 4).png().toBuffer(), 'a.png');
    expect([...flat.pixels]).toEqual([10, 20, 30, 255, 255, 255]);

    const deep = await raw(noise(2, 3, 3), 2, 3, 3)
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    expect((await sharp(deep).metadata()).depth).toBe('ushort');
    const shallow = await decoded(deep, 'a.png');
    for (const [i, level] of noise(2, 3, 3).entries())
      expect(Math.abs(shallow.pixels[i] - level)).toBeLessThanOrEqual(1);

    const deepGrey = await raw(noise(2, 2, 1), 2, 2, 1)
      .toColourspace('grey16')
      .png()
      .toBuffer();
    expect(await sharp(deepGrey).metadata()).toMatchObject({ depth: 'ushort', channels: 1 });
    const shallowGrey = await decoded(deepGrey, 'a.png');
    for (const [i, level] of noise(2, 2, 1).entries()) {
      expect(Math.abs(shallowGrey.pixels[3 * i + 2] - level)).toBeLessThanOrEqual(1);
    }

    const palette = await raw(Uint8Array.from([10, 20, 30, 200, 100, 0]), 1, 2, 3)
      .png({ palette: true })
      .toBuffer();
    expect([...(await decoded(palette, 'a.png')).pixels]).toEqual([10, 20, 30, 200, 100, 0]);

    const deepAlpha = await raw(alpha, 1, 2, 4).toColourspace('rgb16').png().toBuffer();
    const both = await decoded(deepAlpha, 'a.png');
    for (const [i, level] of [10, 20, 30, 255, 255, 255].entries()) {
      expect(Math.abs(both.pixels[i] - level)).toBeLessThanOrEqual(1);
    }
  });

  test('CMYK JPEG becomes RGB', async () => {
    const red = { create: { width: 16, height: 16, channels: 3 as const, background: '#ff0000' } };
    const cmyk = await sharp(red).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    expect((await sharp(cmyk).metadata()).channels).toBe(4);
    const image = await decoded(cmyk, 'a.jpg');
    expect(image.pixels).toHaveLength(3 * 256);
    expect(image.pixels[0]).toBeGreaterThan(200);
    expect(Math.max(image.pixels[1], image.pixels[2])).toBeLessThan(80);
  });

  test('the EXIF orientation is applied', async () => {
    const turned = await raw(noise(2, 3, 3), 2, 3, 3)
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer();
    const { height, width, pixels } = await decoded(turned, 'a.png');
    expect([height, width]).toEqual([3, 2]);
    // orientation 6: the first row of the file is the right column of the picture
    expect([...pixels.subarray(3, 6)]).toEqual([...noise(2, 3, 3).subarray(0, 3)]);
  });

  test('a side takes the centred square', async () => {
    const bytes = new Uint8Array(4 * 12 * 3); // black, white, black blocks of 4x4
    for (let y = 0; y < 4; y++) bytes.fill(255, (y * 12 + 4) * 3, (y * 12 + 8) * 3);
    const image = await decoded(await raw(bytes, 4, 12, 3).png().toBuffer(), 'a.png', 4);
    expect([image.height, image.width]).toEqual([4, 4]);
    expect(image.pixels.every((level) => level === 255)).toBe(true);
  });

  test('what is no sound JPEG or PNG is refused, whatever its name', async () => {
    const refused = (content: string | Uint8Array, name = 'a.png') =>
      refusal(() => decodeImage(join(folderOf({ [name]: content }), name)));
    expect(await refused('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>')).toMatch(
      /a\.png: the content is neither a JPEG nor a PNG image/,
    );
    expect(
      await refused(
        await raw(noise(4, 4, 3), 4, 4, 3)
          .gif()
          .toBuffer(),
      ),
    ).toMatch(/neither a JPEG nor a PNG/);
    expect(await refused('')).toMatch(/neither a JPEG nor a PNG/);
    const whole = await png(32, 32);
    expect(await refused(whole.subarray(0, whole.length / 2))).toMatch(/the image cannot be decoded/);
    const jpeg = await raw(noise(64, 64, 3), 64, 64, 3)
      .jpeg()
      .toBuffer();
    expect(await refused(jpeg.subarray(0, jpeg.length / 2), 'a.jpg')).toMatch(
      /the image cannot be decoded \(.*premature/i,
    );
    const flipped = Buffer.from(whole);
    flipped[whole.length / 2] ^= 0xff;
    expect(await refused(flipped)).toMatch(/the image cannot be decoded/);
    const bomb = Buffer.from(whole);
    bomb.writeUInt32BE(20_000, 16); // width and height in the header
    bomb.writeUInt32BE(20_000, 20);
    bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29);
    expect(await refused(bomb)).toMatch(/the image cannot be decoded \(.*pixel limit/);
    expect(await refusal(() => decodeImage('/no/such.png'))).toBe('/no/such.png: there is no such file or folder');
  });
});

describe('folders', () => {
  test('train and test, classes and images sorted by name, other files passed over', async () => {
    const folder = folderOf({
      'train/dog/b.png': await png(2, 2, 1),
      'train/dog/a.PNG': await png(2, 2, 2),
      'train/Cat/x.jpeg': await raw(new Uint8Array(12).fill(90), 2, 2, 3).jpeg().toBuffer(),
      'train/dog/notes.txt': 'not an image',
      'train/.hidden/c.png': 'not an image',
      'test/dog/c.png': await png(2, 2, 3),
    });
    const { train, test } = await readImageFolder(folder);
    expect(train.classes).toEqual(['Cat', 'dog']);
    expect([...train.labels]).toEqual([0, 1, 1]);
    expect([...train.pixels.subarray(12)]).toEqual([...noise(2, 2, 3, 2), ...noise(2, 2, 3, 1)]);
    expect(train.shape).toEqual([3, 2, 2]);
    expect([...(test?.labels ?? [])]).toEqual([1]);
    expect(test?.classes).toEqual(train.classes);
  });

  test('val serves as test, and a flat folder may have a class named train', async () => {
    const image = await png(2, 2);
    const withVal = folderOf({ 'train/a/1.png': image, 'val/a/1.png': image, 'validation/a/1.png': 'not read' });
    expect((await readImageFolder(withVal)).test?.name).toMatch(/, val$/);
    const flat = await readImageFolder(folderOf({ 'train/1.png': image, 'car/1.png': image, 'car/2.png': image }));
    expect(flat.train.classes).toEqual(['car', 'train']);
    expect([...flat.train.labels]).toEqual([0, 0, 1]);
    expect(flat.test).toBeUndefined();
  });

  test('images of several sizes need a side', async () => {
    const files = { 'a/1.png': await png(4, 6), 'b/2.png': await png(5, 4) };
    const folder = folderOf(files);
    expect(await refusal(() => readImageFolder(folder))).toBe(
      `${join(folder, 'b/2.png')}: the image is 5x4 and ${join(folder, 'a/1.png')} is 4x6; give a side to which all are scaled`,
    );
    const { train } = await readImageFolder(folder, { side: 3 });
    expect(train.shape).toEqual([3, 3, 3]);
    expect(train.size).toBe(2);
    const split = folderOf({ 'train/a/1.png': files['a/1.png'], 'test/a/1.png': files['b/2.png'] });
    expect(await refusal(() => readImageFolder(split))).toMatch(
      /test\/a\/1\.png: the image is 5x4 and .*train\/a\/1\.png is 4x6/,
    );
  });

  test('other layouts are refused', async () => {
    const image = await png(2, 2);
    const refused = (files: Record<string, string | Uint8Array>) => refusal(() => readImageFolder(folderOf(files)));
    expect(await refused({ '1.png': image })).toMatch(
      /there is no folder here; images must lie in one folder per class/,
    );
    expect(await refused({ 'a/1.png': image, 'b/readme.txt': 'x' })).toMatch(
      /b: the class folder holds no \.jpg, \.jpeg or \.png image/,
    );
    expect(await refused({ 'train/a/1.png': image, 'test/1.png': image })).toMatch(/test: there is no folder here/);
    expect(await refused({ 'train/a/1.png': image, 'test/b/1.png': image })).toMatch(
      /test\/b: this class has no folder in train/,
    );
    expect(await refused({ 'a/1.png': image, 'a/2.png': image.subarray(0, 40) })).toMatch(
      /a\/2\.png: the image cannot be decoded/,
    );
    expect(await refusal(() => readImageFolder(folderOf({ 'a/1.png': image }), { side: 0 }))).toMatch(
      /side of the images is 0/,
    );
    expect(await refusal(() => readImageFolder('/no/such'))).toMatch(/no such file or folder/);
  });

  test('an abort ends the reading with its reason', async () => {
    const reason = new Error('no longer wanted');
    const folder = folderOf({ 'a/1.png': await png(2, 2) });
    await expect(readImageFolder(folder, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

const cifar = datasetFile('cifar10.tar.xz');
test.skipIf(cifar === undefined)(
  'a hundred real JPEG files of each class decode to what Pillow decodes',
  async ({ skip }) => {
    const folder = folderOf({});
    execFileSync('tar', ['-xJf', cifar as string, '-C', folder, '--wildcards', 'test/*/00??.jpg']);
    const { train } = await readImageFolder(join(folder, 'test'));
    expect(train.size).toBe(1000);
    expect(train.classes.join()).toBe('airplane,automobile,bird,cat,deer,dog,frog,horse,ship,truck');
    expect(train.shape).toEqual([3, 32, 32]);
    const program = python();
    if (program === undefined || spawnSync(program, ['-c', 'import PIL']).status !== 0)
      return skip('no Python with Pillow');
    const script = `import sys, glob; from PIL import Image
for f in sorted(glob.glob(sys.argv[1] + '/test/*/*.jpg')): sys.stdout.buffer.write(Image.open(f).convert('RGB').tobytes())`;
    const peer = execFileSync(program, ['-c', script, folder], { maxBuffer: 1 << 24 });
    expect(peer).toHaveLength(train.pixels.length);
    let worst = 0;
    for (let i = 0; i < peer.length; i++) worst = Math.max(worst, Math.abs(peer[i] - train.pixels[i]));
    expect(worst).toBeLessThanOrEqual(3);
  },
);
