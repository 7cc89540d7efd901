/** The page of the dashboard: one file, with a policy that lets only its own programs run. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** The page and what it is sent with. */
export interface Page {
  readonly html: string;
  /** Content-Security-Policy */
  readonly policy: string;
}

/** Reads the page; undefined where it has not been built. */
export async function readPage(path: string): Promise<Page | undefined> {
  const html = await readFile(path, 'utf8').catch(() => undefined);
  return html === undefined ? undefined : { html, policy: policyOf(html) };
}

/**
 * Only the programs in the page run, known by their hashes, and they may ask this server alone. Styles are free, as the drawings of networks bring
 * their own.
 */
export function policyOf(html: string): string {
  const scripts = [...html.matchAll(/<script\b[^>]*>([\s\S]*?)<\/script>/gi)].map(([, text]) => hashOf(text!));
  return [
    "default-src 'none'",
    `script-src ${scripts.length > 0 ? scripts.join(' ') : "'none'"}`,
    "style-src 'unsafe-inline'",
    "img-src 'self' data: blob:",
    'font-src data:',
    'worker-src blob:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Of the text as a browser sees it, whose lines end in a line feed only. */
function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('base64')}'`;
}
