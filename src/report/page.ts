/** A report as one HTML file: the page that was built, with the data put into it. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { LissnasError } from '../errors.js';
import type { Comparison, RunReport } from './run-report.js';

/** Where the build puts the page, beside the folders of the program. */
const TEMPLATE = fileURLToPath(new URL('../web/report.html', import.meta.url));
const PLACE = /(<script\b[^>]*\bid="report-data"[^>]*>)\s*(<\/script>)/g;

/** The page without data; undefined where it has not been built, as where the program is run from its sources. */
export async function reportTemplate(): Promise<string | undefined> {
  return readFile(TEMPLATE, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

/** Why there is no page, in one sentence. */
export const NO_TEMPLATE = `the page of reports has not been built: ${TEMPLATE} is missing`;

/**
 * The page with the data in its script element of the id `report-data`. No text in the data can end that element or begin another.
 * @throws LissnasError with code `page` where the page has not exactly one such element, empty
 */
export function reportPage(template: string, data: RunReport | Comparison): string {
  const places = [...template.matchAll(PLACE)].length;
  if (places !== 1) {
    throw new LissnasError('page', `the page of reports has ${places} places for the data where one is needed`);
  }
  const json = safeJson(data);
  return template.replace(PLACE, (_, opening: string, closing: string) => `${opening}${json}${closing}`);
}

/** JSON without the signs that HTML or JavaScript could take for their own. */
function safeJson(data: unknown): string {
  return JSON.stringify(data)
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}
