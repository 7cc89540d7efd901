/** Asking a server as nobody's browser would: with any header, any address, any bytes. */
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';

/** What a server has answered. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** What is asked. */
export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Asks the server on a port for a path, which is sent as it is. */
export function ask(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body }: Question = {},
): Promise<Answer> {
  return new Promise((answered, failed) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('latin1').on('data', (piece: string) => (text += piece));
      response.on('end', () => {
        const bytes = Buffer.from(text, 'latin1');
        answered({ status: response.statusCode ?? 0, headers: response.headers, text: bytes.toString('utf8') });
      });
      response.on('error', failed);
    });
    asked.on('error', failed);
    asked.end(body);
  });
}

/** Sends bytes and gives back all that came before the server closed, or `patience` milliseconds were over. */
export function sendRaw(port: number, bytes: string | Uint8Array, patience = 300): Promise<string> {
  return new Promise((answered) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    const done = () => {
      socket.destroy();
      answered(text);
    };
    socket.setEncoding('latin1').on('data', (piece: string) => (text += piece));
    socket.on('error', done);
    socket.on('close', done);
    socket.setTimeout(patience, done);
  });
}

/** One server-sent event. */
export interface SentEvent {
  readonly event: string;
  readonly data: unknown;
}

/** A page that listens. */
export interface Listener {
  readonly events: readonly SentEvent[];
  readonly closed: Promise<void>;
  close(): void;
}

/** Listens to the events of the server on a port. */
export function listen(port: number): Promise<Listener> {
  return new Promise((listening, failed) => {
    const events: SentEvent[] = [];
    let rest = '';
    const asked = request({ host: '127.0.0.1', port, path: '/api/events', agent: false }, (response) => {
      const closed = new Promise<void>((done) => response.once('close', () => done()));
      response.on('error', () => {});
      response.setEncoding('utf8').on('data', (piece: string) => {
        const messages = (rest + piece).split('\n\n');
        rest = messages.pop() ?? '';
        for (const message of messages) {
          const [, event, data] = /event: (\w+)\ndata: (.*)/.exec(message) ?? [];
          if (event !== undefined && data !== undefined) events.push({ event, data: JSON.parse(data) });
        }
      });
      if (response.statusCode === 200) listening({ events, closed, close: () => asked.destroy() });
      else failed(new Error(`status ${response.statusCode}`));
    });
    asked.on('error', failed);
    asked.end();
  });
}
