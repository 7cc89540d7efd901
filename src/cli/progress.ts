/** Progress with a time estimate on stderr, for anything over two seconds; quiet where that is a pipe, unless asked to speak. */

const SILENT_MS = 2000;
const LINE_EVERY_MS = 200;
const REPORT_EVERY_MS = 10_000;
/** Share that must be done before the time left is worth an estimate. */
const LEAST_SHARE = 0.01;

/** Progress of one thing that takes long. */
export interface Progress {
  /** @param done how much of `total` is done, in any unit @param label what is being done */
  update(done: number, total: number, label: string): void;
  /** Removes the line. */
  end(): void;
}

/** Starts the clock. On a terminal one line is kept up to date; elsewhere `verbose` writes a line every ten seconds. */
export function startProgress(verbose = false): Progress {
  const isTerminal = process.stderr.isTTY === true;
  const start = performance.now();
  let last = Number.NEGATIVE_INFINITY;
  let shown = false;
  return {
    update: (done, total, label) => {
      if (!isTerminal && !verbose) return;
      const now = performance.now();
      if (now - start < SILENT_MS || now - last < (isTerminal ? LINE_EVERY_MS : REPORT_EVERY_MS)) return;
      last = now;
      const left =
        done >= LEAST_SHARE * total && done < total
          ? `, about ${duration(((now - start) * (total - done)) / done)} left`
          : '';
      const text = `${label}${left}`;
      shown = isTerminal;
      process.stderr.write(isTerminal ? `\r\x1b[2K${text.slice(0, (process.stderr.columns ?? 80) - 1)}` : `${text}\n`);
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
