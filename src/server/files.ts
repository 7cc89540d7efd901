/** The few files of a run that are handed out, by names that are known beforehand. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { FoundRun } from './find-runs.js';
import { realInside } from './inside.js';

/** Nothing that such a file brings along may run, be shown as a part of another page, or ask for anything. */
const NOTHING = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
/** The report is a page with a program of its own; in the sandbox it belongs to no origin, so that it cannot ask the server for anything. */
const REPORT =
  "sandbox allow-scripts allow-downloads; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; " +
  "img-src data: blob:; font-src data:; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** By name: the media type, and whether a browser shows it or saves it. */
const HANDED_OUT: ReadonlyMap<string, { readonly type: string; readonly isShown: boolean }> = new Map([
  ['report.html', { type: 'text/html; charset=utf-8', isShown: true }],
  ['config.yaml', { type: 'text/plain; charset=utf-8', isShown: true }],
  ['shrunk-space.json', { type: 'application/json', isShown: false }],
  ['best.onnx', { type: 'application/octet-stream', isShown: false }],
  ['best.safetensors', { type: 'application/octet-stream', isShown: false }],
  ['best.json', { type: 'application/json', isShown: true }],
  ['best.py', { type: 'text/plain; charset=utf-8', isShown: false }],
  ['best.svg', { type: 'image/svg+xml', isShown: true }],
]);

/** The names of the files that are handed out. */
export const handedOutNames: readonly string[] = [...HANDED_OUT.keys()];

/** A file of a run as an answer; undefined where it is none of those handed out, is not there, or is a link that leads out. */
export async function fileOf({ path, root }: FoundRun, name: string): Promise<Response | undefined> {
  const known = HANDED_OUT.get(name);
  const real = known && (await realInside(join(path, name), root));
  if (known === undefined || real === undefined) return undefined;
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const file = await open(real, flags).catch(() => undefined);
  const found = await file?.stat();
  if (file === undefined || found?.isFile() !== true) {
    await file?.close();
    return undefined;
  }
  const { type, isShown } = known;
  const stream = file.createReadStream({ start: 0, ...(found.size > 0 && { end: found.size - 1 }) });
  return new Response(Readable.toWeb(stream) as ReadableStream<Uint8Array>, {
    headers: {
      'Content-Type': type,
      'Content-Length': String(found.size),
      'Content-Disposition': `${isShown ? 'inline' : 'attachment'}; filename="${name}"`,
      'Content-Security-Policy': name === 'report.html' ? REPORT : NOTHING,
    },
  });
}
