/** One line of progress with a time estimate, for anything over two seconds; nothing where stderr is not a terminal. */

const SILENT_MS = 2000;
const EVERY_MS = 200;

/** A progress line on stderr. */
export interface Progress {
  /** @param done how much of `total` is done, in any unit @param label what is being done */
  update(done: number, total: number, label: string): void;
  /** Removes the line. */
  end(): void;
}

/** Starts the clock; `enabled` is for `--json` and pipes. */
export function startProgress(enabled = process.stderr.isTTY === true): Progress {
  const start = performance.now();
  let last = 0;
  let shown = false;
  return {
    update: (done, total, label) => {
      const now = performance.now();
      if (!enabled || now - start < SILENT_MS || now - last < EVERY_MS) return;
      last = now;
      shown = true;
      const left = done > 0 && done < total ? `, about ${duration(((now - start) * (total - done)) / done)} left` : '';
      process.stderr.write(`\r\x1b[2K${label} ${Math.round((100 * done) / Math.max(1, total))} %${left}`);
    },
    end: () => {
      if (shown) process.stderr.write('\r\x1b[2K');
      shown = false;
    },
  };
}

/** Milliseconds in words: '8 s', '3 min', '2.5 h'. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
