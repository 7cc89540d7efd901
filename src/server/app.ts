/** What the server answers. Who may ask is settled before, in guard.ts. */
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { InputError } from '../errors.js';
import { readLog } from '../runs/live/log.js';
import { bearsToken, Control, type Resume } from './control.js';
import { Events } from './events.js';
import { fileOf, handedOutNames } from './files.js';
import type { FoundRun } from './find-runs.js';
import { GUARDING_HEADERS } from './guard.js';
import { foreignIn } from './inside.js';
import type { Page } from './page.js';
import { type ReportOf, Reports } from './reports.js';
import { RunList } from './rows.js';

/** What the answers are made of. */
export interface AppOptions {
  /** the folder of runs */
  readonly runs: string;
  readonly reportOf: ReportOf;
  /** undefined where it has not been built */
  readonly page: Page | undefined;
  /** who may pause, cancel and go on; nobody without it */
  readonly control?: { readonly token: string; readonly resume: Resume };
  /** how it stands with the workers, where there is a queue */
  readonly workers?: () => Promise<object>;
}

/** The answers, and an end to those that go on. */
export interface App {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  close(): void;
}

const LARGEST_BODY = 1000; // bytes
const STRICT = "default-src 'none'; frame-ancestors 'none'";

/** Puts the answers together. */
export function createApp({ runs, reportOf, page, control, workers }: AppOptions): App {
  const list = new RunList(runs);
  const reports = new Reports(list, reportOf);
  const events = new Events(list, reports);
  const controls = control && new Control(list, control.resume);
  const app = new Hono();

  app.use(async (context, next) => {
    await next();
    const { headers } = context.res;
    for (const [name, value] of Object.entries(GUARDING_HEADERS)) headers.set(name, value);
    if (!headers.has('Content-Security-Policy')) headers.set('Content-Security-Policy', STRICT);
  });
  app.onError((_, context) =>
    context.json({ error: 'the server has failed at this; its other answers are not affected' }, 500),
  );
  app.notFound((context) => context.json({ error: 'there is nothing of this name' }, 404));

  app.get('/', (context) => {
    if (page === undefined)
      return context.json({ error: 'the page has not been built: `npm run build` makes it' }, 503);
    return context.html(page.html, 200, { 'Content-Security-Policy': page.policy });
  });
  app.get('/api/runs', async (context) => context.json((await list.look()).rows));
  app.get('/api/events', async (context) => {
    if (context.req.method === 'HEAD') return context.body(null, 200, { 'Content-Type': 'text/event-stream' });
    const stream = await events.connect();
    if (stream === undefined) return context.json({ error: 'too many pages listen already; close one' }, 503);
    return context.body(stream, 200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
  });
  app.get('/api/workers', async (context) => {
    if (workers === undefined) return context.json({ workers: [] });
    try {
      return context.json(await workers());
    } catch (error) {
      return context.json({ workers: [], error: error instanceof InputError ? error.message : String(error) });
    }
  });

  const withRun = async (name: string, answer: (run: FoundRun) => Response | Promise<Response>) => {
    const run = await list.find(name);
    return run === undefined ? json({ error: 'there is no run of this name' }, 404) : answer(run);
  };
  app.get('/api/runs/:name', (context) =>
    withRun(context.req.param('name'), async (run) => {
      const { version, status, body } = await reports.get(run);
      const etag = `"${version}"`;
      if (context.req.header('If-None-Match') === etag) return context.body(null, 304, { ETag: etag });
      return context.body(body, status, { ETag: etag, 'Content-Type': 'application/json' });
    }),
  );
  app.get('/api/runs/:name/log', (context) =>
    withRun(context.req.param('name'), async ({ path, root }) => {
      const asked = context.req.query('after') ?? '0';
      if (!/^\d{1,15}$/.test(asked)) return json({ error: '"after" is to be the number of a line' }, 400);
      const foreign = await foreignIn(path, root);
      return foreign === undefined ? json({ lines: readLog(path, Number(asked)) }, 200) : json({ error: foreign }, 422);
    }),
  );
  const sendFile = (name: string, file: string) =>
    withRun(name, async (run) => (await fileOf(run, file)) ?? json({ error: 'the run has no such file' }, 404));
  app.get('/api/runs/:name/report.html', (context) => sendFile(context.req.param('name'), 'report.html'));
  for (const file of handedOutNames) {
    app.get(`/api/runs/:name/files/${file}`, (context) => sendFile(context.req.param('name'), file));
  }

  app.post(
    '/api/runs/:name/control',
    bodyLimit({
      maxSize: LARGEST_BODY,
      onError: () => json({ error: `no more than ${LARGEST_BODY} bytes are read` }, 413),
    }),
    (context) => {
      if (control === undefined || controls === undefined) {
        return json({ error: 'this server only shows; start it with --allow-control to let it pause runs' }, 403);
      }
      if (context.req.header('Origin') === undefined) return json({ error: 'the header Origin is missing' }, 403);
      if (!bearsToken(context.req.header('Authorization'), control.token)) {
        return json({ error: 'the token is missing or wrong' }, 401);
      }
      if (!/^application\/json\s*(;|$)/i.test(context.req.header('Content-Type') ?? '')) {
        return json({ error: 'the body is to be application/json' }, 415);
      }
      return withRun(context.req.param('name'), async (run) => {
        const { status, body } = await controls.wish(run, await context.req.text());
        return json(body, status);
      });
    },
  );
  app.post('*', () => json({ error: 'only /api/runs/NAME/control takes a POST' }, 405));
  return { fetch: (request) => app.fetch(request), close: () => events.close() };
}

function json(body: object, status: number): Response {
  return Response.json(body, { status });
}
