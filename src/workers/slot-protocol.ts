/** What a worker and its slots say to each other. */

/** What a worker's operator gave it to work with. */
export interface WorkerSetup {
  readonly version: string;
  /** the only program that it ever runs */
  readonly program?: string;
  readonly args?: readonly string[];
  /** the folder of images to train on */
  readonly data?: string;
  readonly engine?: string;
  /** of the engine, for each slot */
  readonly threads?: number;
}

/** A question to a slot. */
export interface SlotRequest {
  readonly id: number;
  readonly task: { readonly hash: string; readonly text: string };
  /** the evaluation to be made; without it the question is only whether the task can be served */
  readonly job?: { readonly key: string; readonly codes: readonly number[] };
}

/** An answer of a slot. */
export type SlotAnswer =
  /** the task can be served */
  | { readonly kind: 'able' }
  /** this worker cannot serve the task, and why */
  | { readonly kind: 'unable'; readonly reason: string }
  /** the outcome as the journal writes it */
  | { readonly kind: 'outcome'; readonly entry: string }
  /** the evaluation broke down; another worker may have more luck. The log is the end of what was written meanwhile */
  | { readonly kind: 'broke'; readonly reason: string; readonly log: string };

/** An answer with the number of its question. */
export type SlotReply = SlotAnswer & { readonly id: number };
