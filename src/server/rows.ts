/** One line about each run, made from a few small files. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LissnasError } from '../errors.js';
import { checkConfig, configSchema, namesSupernet, readConfigDocument } from '../runs/config.js';
import { openRunFolder } from '../runs/folder.js';
import { oneShotSchema } from '../runs/one-shot/config.js';
import { seeRun } from '../runs/state.js';
import { type FoundRun, findRuns } from './find-runs.js';
import { foreignIn, withoutPaths } from './inside.js';
import type { RunRow } from './run-row.js';
import { spaceNameOf } from './space-name.js';

interface Named {
  readonly kind: RunRow['kind'];
  readonly space: string;
}

/** Lists the runs of a folder. Configurations are read again only where they have changed. */
export class RunList {
  readonly #folder: string;
  readonly #named = new Map<string, { readonly signature: string; readonly named: Named }>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The run of a name; undefined where there is none. A name is looked up, never made a path. */
  async find(name: string): Promise<FoundRun | undefined> {
    return (await findRuns(this.#folder)).find((run) => run.name === name);
  }

  /** All runs that are there now, and their lines. */
  async look(): Promise<{ readonly runs: readonly FoundRun[]; readonly rows: readonly RunRow[] }> {
    const runs = await findRuns(this.#folder);
    const paths = new Set(runs.map(({ path }) => path));
    for (const path of this.#named.keys()) if (!paths.has(path)) this.#named.delete(path);
    const rows: RunRow[] = [];
    for (const run of runs) rows.push(await this.row(run));
    return { runs, rows };
  }

  /** The line of a run; one that cannot be read is `damaged`. */
  async row(run: FoundRun): Promise<RunRow> {
    const { name, path, root } = run;
    const unknown: Omit<RunRow, 'state'> = {
      ...{ name, kind: 'shrink', space: '', label: '', done: 0, total: 0, secondsLeft: null, began: '', updated: '' },
    };
    try {
      const foreign = await foreignIn(path, root);
      if (foreign !== undefined) return { ...unknown, state: 'damaged', problem: foreign };
      const named = await this.#nameOf(run);
      const { state, status, stopping } = await seeRun(path, named.kind);
      const { mtime } = await stat(join(path, 'config.yaml'));
      const size = state === 'ended' ? status?.rounds?.at(-1)?.size : undefined;
      const problem = state === 'failed' ? status?.problem : undefined;
      return {
        ...{ name, ...named, state },
        ...(problem !== undefined && { problem: withoutPaths(problem, root) }),
        ...{ label: status?.label ?? '', done: status?.done ?? 0, total: status?.total ?? 0 },
        secondsLeft: state === 'running' ? (status?.secondsLeft ?? null) : null,
        began: status?.began ?? mtime.toISOString(),
        updated: status?.updated ?? mtime.toISOString(),
        ...(size !== undefined && { size: Number(size) }),
        ...(status?.best !== undefined && { best: status.best }),
        ...(stopping !== undefined && { stopping }),
      };
    } catch (error) {
      return { ...unknown, state: 'damaged', problem: sentenceOf(error, root) };
    }
  }

  async #nameOf({ path }: FoundRun): Promise<Named> {
    const { config } = await openRunFolder(path);
    const { size, mtimeMs } = await stat(config);
    const signature = `${size} ${mtimeMs}`;
    const known = this.#named.get(path);
    if (known?.signature === signature) return known.named;
    const document = await readConfigDocument(config);
    const kind = namesSupernet(document) ? 'one-shot' : 'shrink';
    const { space } = kind === 'shrink' ? checkConfig(document, configSchema) : checkConfig(document, oneShotSchema);
    const named: Named = { kind, space: spaceNameOf(space) };
    this.#named.set(path, { signature, named });
    return named;
  }
}

/** What an error says to somebody who may not see more of this machine than the folder of runs. */
export function sentenceOf(error: unknown, root: string): string {
  if (error instanceof LissnasError) return withoutPaths(error.message, root);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code === 'ENOENT' ? 'it is not there any more' : `it cannot be read${code === '' ? '' : ` (${code})`}`;
}
