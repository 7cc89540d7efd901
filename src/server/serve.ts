/** The server on this machine's own address. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { InputError } from '../errors.js';
import { type AppOptions, createApp } from './app.js';
import { GUARDING_HEADERS, refusalOf, refuse } from './guard.js';
import { readPage } from './page.js';

/** What to serve, and where. */
export interface ServeOptions extends Omit<AppOptions, 'page'> {
  /** 0 for any that is free */
  readonly port: number;
  /** the file of the page; without it, or where it is missing, there is only the interface for programs */
  readonly page?: string;
}

/** A server that listens. */
export interface Serving {
  readonly port: number;
  /** e.g. `http://127.0.0.1:4646/` */
  readonly address: string;
  /** Ends it at once, with all answers that go on. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const LIMITS = {
  maxHeaderSize: 16_384, // bytes
  headersTimeout: 5000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1000,
  keepAliveTimeout: 5000,
};
const MOST_CONNECTIONS = 256;

/** Starts to listen. @throws InputError where the port is taken or not allowed */
export async function serve({ port, page: file, ...options }: ServeOptions): Promise<Serving> {
  const app = createApp({ ...options, page: file === undefined ? undefined : await readPage(file) });
  const listener = getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    errorHandler: () => new Response(null, { status: 400 }),
  });
  const server = createServer(LIMITS, (request, response) => {
    const refusal = refusalOf(request, portOf(server));
    if (refusal !== undefined) refuse(response, refusal);
    else void listener(request, response);
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.maxHeadersCount = 100;
  server.on('clientError', (error, socket) => answerMalformed(error, socket as Socket));
  server.on('connect', (_, socket) => socket.destroy());
  server.on('upgrade', (_, socket) => socket.destroy());
  server.on('checkExpectation', (_, response: ServerResponse) => {
    refuse(response, { status: 400, error: 'nothing is expected of this server' });
  });
  await listen(server, port);
  const own = portOf(server);
  return {
    port: own,
    address: `http://${HOST}:${own}/`,
    close: () =>
      new Promise((closed) => {
        app.close();
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((listening, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) => failed(inWords(error, port)));
    server.listen(port, HOST, () => {
      server.removeAllListeners('error');
      server.on('error', () => {}); // of one connection, which is lost
      listening();
    });
  });
}

function inWords(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new InputError(`port ${port} is taken by another program; choose one with --port`, {}, { cause: error });
  }
  if (error.code === 'EACCES') {
    return new InputError(`port ${port} is not allowed to this user; choose one above 1023`, {}, { cause: error });
  }
  return error;
}

/** A request that is no HTTP, that is too large, or that takes too long. */
function answerMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, words] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'the headers are too large']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'the request took too long']
        : ['400 Bad Request', 'the request is no HTTP that this server reads'];
  const body = JSON.stringify({ error: words });
  const headers = {
    ...GUARDING_HEADERS,
    'Content-Type': 'application/json',
    'Content-Length': body.length,
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n${body}`);
  setTimeout(() => socket.destroy(), 1000).unref();
}
