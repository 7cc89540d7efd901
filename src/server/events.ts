/** Server-sent events: what has changed in the list of runs, and whose report has. Nothing is looked at while nobody listens. */
import type { Reports } from './reports.js';
import type { RunList } from './rows.js';
import type { RunRow } from './run-row.js';

const MOST_CLIENTS = 32;
const LOOK_EVERY_MS = 1000;
const HEARTBEAT_MS = 15_000;
/** A client that has so many messages waiting is cut off. */
const MOST_WAITING = 64;

type Client = ReadableStreamDefaultController<Uint8Array>;

/** Sends events to all who listen. */
export class Events {
  readonly #list: RunList;
  readonly #reports: Reports;
  readonly #clients = new Set<Client>();
  readonly #encoder = new TextEncoder();
  #rows = new Map<string, string>(); // as JSON, by name
  #versions = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #beaten = 0;
  #closed = false;

  constructor(list: RunList, reports: Reports) {
    this.#list = list;
    this.#reports = reports;
  }

  /** A stream for one more client: all rows at first, then what changes; undefined where there are too many clients. */
  async connect(): Promise<ReadableStream<Uint8Array> | undefined> {
    if (this.#closed || this.#clients.size >= MOST_CLIENTS) return undefined;
    const { rows } = await this.#list.look();
    if (this.#closed) return undefined;
    let own: Client | undefined;
    return new ReadableStream<Uint8Array>(
      {
        start: (client) => {
          own = client;
          this.#clients.add(client);
          this.#send(client, `retry: 2000\n${message('runs', { rows, gone: [] })}`);
          if (this.#clients.size === 1) this.#begin(rows);
        },
        cancel: () => {
          if (own !== undefined) this.#forget(own);
        },
      },
      { highWaterMark: MOST_WAITING },
    );
  }

  /** Cuts all clients off. */
  close(): void {
    this.#closed = true;
    for (const client of [...this.#clients]) this.#drop(client);
  }

  #begin(rows: readonly RunRow[]): void {
    this.#rows = new Map(rows.map((row) => [row.name, JSON.stringify(row)]));
    this.#versions = new Map();
    this.#lookLater();
  }

  #lookLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      await this.#look().catch(() => undefined); // the folder is gone for the moment
      if (this.#clients.size > 0) this.#lookLater();
    }, LOOK_EVERY_MS);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const { runs, rows } = await this.#list.look();
    const now = new Map(rows.map((row) => [row.name, JSON.stringify(row)]));
    const changed = rows.filter(({ name }) => now.get(name) !== this.#rows.get(name));
    const gone = [...this.#rows.keys()].filter((name) => !now.has(name));
    this.#rows = now;
    for (const name of gone) this.#versions.delete(name);
    if (changed.length + gone.length > 0) this.#sendAll(message('runs', { rows: changed, gone }));
    for (const [index, run] of runs.entries()) {
      const { name } = run;
      const row = rows[index]!;
      if (row.state !== 'running' && !changed.includes(row)) continue;
      const version = await this.#reports.version(run);
      if (this.#versions.get(name) === version) continue;
      this.#versions.set(name, version);
      this.#sendAll(message('run', { name, version }));
    }
    const time = performance.now();
    if (time - this.#beaten < HEARTBEAT_MS) return;
    this.#beaten = time;
    this.#sendAll(': still here\n\n');
  }

  #sendAll(text: string): void {
    for (const client of [...this.#clients]) this.#send(client, text);
  }

  #send(client: Client, text: string): void {
    if ((client.desiredSize ?? 0) <= 0) this.#drop(client);
    else client.enqueue(this.#encoder.encode(text));
  }

  #drop(client: Client): void {
    this.#forget(client);
    try {
      client.close();
    } catch {
      // it is closed already
    }
  }

  #forget(client: Client): void {
    this.#clients.delete(client);
    if (this.#clients.size === 0) clearTimeout(this.#timer);
  }
}

function message(event: 'runs' | 'run', data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
