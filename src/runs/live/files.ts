/** The files by which a run tells how it goes on, and by which it is told to stop. Only `control` ever changes what a run does. */
import { join } from 'node:path';

/** Full paths; each file may be missing. */
export interface LiveFiles {
  /** how it stands: one JSON document, replaced as a whole */
  readonly status: string;
  /** what has happened: one JSON document a line */
  readonly log: string;
  /** loss and accuracy of the trainings: one JSON document a line */
  readonly training: string;
  /** the shrunk space of the latest round of a run that goes on, in the format of `shrunk-space.json` */
  readonly soFar: string;
  /** what somebody wants the run to do: one JSON document */
  readonly control: string;
}

const NAMES: LiveFiles = {
  status: 'status.json',
  log: 'log.ndjson',
  training: 'training.ndjson',
  soFar: 'shrunk-so-far.json',
  control: 'control.json',
};

/** The names of all of them. */
export const LIVE_NAMES: readonly string[] = Object.values(NAMES);

/** The files in a run's folder. */
export function liveFiles(folder: string): LiveFiles {
  return {
    status: join(folder, NAMES.status),
    log: join(folder, NAMES.log),
    training: join(folder, NAMES.training),
    soFar: join(folder, NAMES.soFar),
    control: join(folder, NAMES.control),
  };
}
