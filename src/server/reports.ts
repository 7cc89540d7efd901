/** Reports of runs, made one at a time and kept until a run has changed. */
import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunReport } from '../report/run-report.js';
import { isUnfinishedName } from '../runs/atomic.js';
import { isLockName } from '../runs/lock.js';
import type { FoundRun } from './find-runs.js';
import { withoutPaths } from './inside.js';
import { type RunList, sentenceOf } from './rows.js';

/** Makes the report of the run in a folder. */
export type ReportOf = (folder: string) => Promise<RunReport>;

/** A report as it is sent. */
export interface KeptReport {
  /** changes whenever the run's files or state have */
  readonly version: string;
  /** HTTP status: 200, or 422 for a run of which no report can be made */
  readonly status: 200 | 422;
  /** JSON */
  readonly body: string;
}

interface Kept extends KeptReport {
  /** when it was made, and how long that took; milliseconds */
  readonly made: number;
  readonly took: number;
}

const MOST_REPORTS = 32;
const MOST_CHARACTERS = 200_000_000;
/** A report that took t to make stands for this many times t, though its run goes on. */
const PATIENCE = 5;

/** Keeps the reports of the runs in one folder. */
export class Reports {
  readonly #list: RunList;
  readonly #reportOf: ReportOf;
  readonly #kept = new Map<string, Kept>(); // by path, the one not asked for longest first
  readonly #underWay = new Map<string, Promise<Kept>>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(list: RunList, reportOf: ReportOf) {
    this.#list = list;
    this.#reportOf = reportOf;
  }

  /** The version that `get` would give now. */
  async version(run: FoundRun): Promise<string> {
    const kept = this.#kept.get(run.path);
    return kept !== undefined && isYoung(kept) ? kept.version : this.#versionNow(run);
  }

  /** The report of a run. */
  async get(run: FoundRun): Promise<KeptReport> {
    const { path } = run;
    const version = await this.#versionNow(run);
    const kept = this.#kept.get(path);
    if (kept !== undefined && (kept.version === version || isYoung(kept))) {
      this.#keep(path, kept);
      return kept;
    }
    const underWay = this.#underWay.get(path);
    if (underWay !== undefined) return underWay;
    const making = this.#last.then(() => this.#make(run, version)).finally(() => this.#underWay.delete(path));
    this.#last = making.catch(() => undefined);
    this.#underWay.set(path, making);
    return making;
  }

  async #make(run: FoundRun, version: string): Promise<Kept> {
    const { path, root } = run;
    const began = performance.now();
    const made = await this.#answer(run).catch((error: unknown) => ({
      status: 422 as const,
      body: JSON.stringify({ error: sentenceOf(error, root) }),
    }));
    const now = performance.now();
    const kept: Kept = { ...made, version, made: now, took: now - began };
    this.#keep(path, kept);
    return kept;
  }

  async #answer(run: FoundRun): Promise<Pick<Kept, 'status' | 'body'>> {
    const { name, path, root } = run;
    const row = await this.#list.row(run);
    if (row.state === 'damaged') {
      return { status: 422, body: JSON.stringify({ error: row.problem ?? 'it cannot be read' }) };
    }
    const { problem, ...report } = await this.#reportOf(path);
    const said = problem === undefined ? {} : { problem: withoutPaths(problem, root) };
    return { status: 200, body: JSON.stringify({ ...report, ...said, name }) };
  }

  #keep(path: string, kept: Kept): void {
    this.#kept.delete(path);
    this.#kept.set(path, kept);
    let characters = 0;
    for (const { body } of this.#kept.values()) characters += body.length;
    for (const [oldest, { body }] of this.#kept) {
      if (oldest === path || (this.#kept.size <= MOST_REPORTS && characters <= MOST_CHARACTERS)) break;
      characters -= body.length;
      this.#kept.delete(oldest);
    }
  }

  async #versionNow(run: FoundRun): Promise<string> {
    const hash = createHash('sha256');
    const { state } = await this.#list.row(run);
    hash.update(state);
    for (const file of await files(run.path)) {
      const found = await stat(file).catch(() => undefined);
      hash.update(`\n${file} ${found?.size} ${found?.mtimeMs}`);
    }
    return hash.digest('hex').slice(0, 32);
  }
}

function isYoung({ made, took }: Kept): boolean {
  return performance.now() - made < PATIENCE * took;
}

/** The files that a report may depend on. */
async function files(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const inner of [folder, join(folder, 'journals')]) {
    const names = await readdir(inner).catch(() => []);
    found.push(...names.filter(matters).map((name) => join(inner, name)));
  }
  return found.sort();
}

function matters(name: string): boolean {
  return (
    !isLockName(name) &&
    !isUnfinishedName(name) &&
    name !== 'log.ndjson' &&
    !/^(supernet|scratch).*\.safetensors$/.test(name)
  );
}
