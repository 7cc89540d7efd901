/** What the server answers, and asking it. */
import type { LogLine } from '../../src/runs/live/log.js';
import type { RunRow } from '../../src/server/run-row.js';
import type { WorkersStatus } from '../../src/workers/status.js';

export type { LogLine, RunRow };

/** What has changed in the list: rows that are new or other than before, and runs that are gone. */
export interface RowsEvent {
  readonly rows: readonly RunRow[];
  readonly gone: readonly string[];
}

/** How it stands with the queue; without workers where the server watches none, or cannot reach it. */
export interface WorkersAnswer extends Partial<WorkersStatus> {
  readonly workers: WorkersStatus['workers'];
  readonly error?: string;
}

/** Where a run's own addresses begin. */
export function runPath(name: string): string {
  return `/api/runs/${encodeURIComponent(name)}`;
}

/** Asks the server. @throws Error with its sentence where it refuses */
export async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(path, init);
  const body = (await response.json().catch(() => ({}))) as T & { readonly error?: string };
  if (!response.ok) throw new Error(body.error ?? `the server answered ${response.status}`);
  return body;
}

/** Asks for a run to be paused, cancelled or gone on with. @throws as `ask` */
export async function control(name: string, wanted: 'run' | 'pause' | 'cancel', token: string): Promise<void> {
  await ask(`${runPath(name)}/control`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: JSON.stringify({ wanted }),
  });
}
