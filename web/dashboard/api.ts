/** What the server answers, and asking it. */
import type { RunReport, RunState } from '../../src/report/run-report.js';

/** One run in the list. */
export interface RunRow {
  readonly name: string;
  readonly kind: RunReport['kind'];
  readonly state: RunState;
  readonly problem?: string;
  readonly space: string;
  /** what is going on, or was last; empty where not known */
  readonly label: string;
  /** 0 of 0 where not known */
  readonly done: number;
  readonly total: number;
  readonly secondsLeft: number | null;
  /** ISO times; empty where not known */
  readonly began: string;
  readonly updated: string;
  /** architectures kept */
  readonly size?: number;
  readonly best?: number;
  /** what it has been asked for and not done yet */
  readonly stopping?: 'pause' | 'cancel';
}

/** What has changed in the list: rows that are new or other than before, and runs that are gone. */
export interface RowsEvent {
  readonly rows: readonly RunRow[];
  readonly gone: readonly string[];
}

/** One line of a run's log. */
export interface LogLine {
  /** counted from 1 */
  readonly n: number;
  readonly time: string;
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
}

/** A worker on some machine. */
export interface WorkerRow {
  readonly name: string;
  readonly host: string;
  readonly version: string;
  readonly engine?: string;
  readonly concurrency: number;
  /** what it evaluates at present */
  readonly busy: readonly { readonly architecture: string }[];
  readonly done: number;
  /** seconds since it was last heard of */
  readonly lastSeenS: number;
  readonly isLost: boolean;
  readonly isStopping: boolean;
}

/** How it stands with the queue; without workers where the server watches none, or cannot reach it. */
export interface WorkersAnswer {
  readonly queue?: string;
  readonly workers: readonly WorkerRow[];
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
