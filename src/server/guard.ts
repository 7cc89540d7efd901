/** Who may ask: only programs of this machine, by the server's own name, and no page of another origin. */
import type { IncomingMessage, ServerResponse } from 'node:http';

const LONGEST_TARGET = 2000; // characters
const METHODS = ['GET', 'HEAD', 'POST'];

/** Why a request is refused. */
export interface Refusal {
  readonly status: 400 | 403 | 405 | 414 | 421;
  readonly error: string;
}

/** What is wrong with a request before anybody looks at what it asks for; undefined where nothing is. @param port that the server listens on */
export function refusalOf(request: IncomingMessage, port: number): Refusal | undefined {
  const { method = '', url = '', headers, rawHeaders } = request;
  if (!METHODS.includes(method)) return { status: 405, error: `the method ${method} is not known here` };
  if (url.length > LONGEST_TARGET)
    return { status: 414, error: `the address is longer than ${LONGEST_TARGET} characters` };
  if (!/^\/[\x21-\x7e]*$/.test(url) || url.includes('\\') || /%(?![0-9a-f]{2})/i.test(url)) {
    return { status: 400, error: 'the address is not well formed' };
  }
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  if (hosts.length !== 1 || !ownHosts(port).includes(headers.host ?? '')) {
    return { status: 421, error: `this server answers to ${ownHosts(port)[0]} only` };
  }
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${headers.host}`) {
    return { status: 403, error: 'pages of other origins may not ask this server' };
  }
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && url !== '/') {
    return { status: 403, error: 'pages of other sites may not ask this server' };
  }
  return undefined;
}

/** The names that a request may call the server by; another name is one that somebody has bent to this machine. */
function ownHosts(port: number): string[] {
  const names = ['127.0.0.1', 'localhost'];
  return [...names.map((name) => `${name}:${port}`), ...(port === 80 ? names : [])];
}

/** Headers of every answer; a Content-Security-Policy that is there already stays. */
export const GUARDING_HEADERS: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/** Answers with a refusal and ends the connection. */
export function refuse(response: ServerResponse, { status, error }: Refusal): void {
  const body = JSON.stringify({ error });
  response.writeHead(status, {
    ...GUARDING_HEADERS,
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    ...(status === 405 && { Allow: METHODS.join(', ') }),
    Connection: 'close',
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}
