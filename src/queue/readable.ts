/** BullMQ's queue and worker, which a job of any content cannot stop: what is no JSON reads as `null`, and can so be set aside. */
import { Job, type JobProgress, Queue, Worker } from 'bullmq';

class ReadableJob<Data, Result, Name extends string, Progress extends JobProgress> extends Job<
  Data,
  Result,
  Name,
  Progress
> {
  static override fromJSON<T, R, N extends string>(
    ...[queue, json, id]: Parameters<typeof Job.fromJSON>
  ): Job<T, R, N> {
    return Job.fromJSON(queue, isJson(json.data) ? json : { ...json, data: 'null' }, id);
  }
}

/** A queue that can tell of any job. */
export class ReadableQueue<Data, Result> extends Queue<Data, Result> {
  protected override get Job(): typeof Job {
    return ReadableJob;
  }
}

/** A worker that can take any job. */
export class ReadableWorker<Data, Result> extends Worker<Data, Result> {
  protected override get Job(): typeof Job {
    return ReadableJob;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
