/** What goes wrong with a PyTorch worker: it dies, talks nonsense, speaks another protocol, or has no memory. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { torch } from '../../../test/optional.js';
import { optimizerTraining } from '../testing/cases.js';
import { packageFolder } from './python.js';
import { createTorchEngine } from './torch-engine.js';
import { TorchWorker } from './worker-process.js';

const python = torch();
const { graph, batch, parameters } = optimizerTraining;

describe.skipIf(python === undefined)('a worker that dies', () => {
  it('is noticed at once: what was asked for fails with its end, and so does all that is asked for later', async () => {
    const worker = await TorchWorker.start({ python: python!, threads: 1, device: 'cpu' });
    const engine = await createTorchEngine({ worker });
    await engine.learn(graph, batch);
    const asked = [engine.learn(graph, batch), engine.update({ kind: 'sgd', learningRate: 0.1 })];
    process.kill(worker.pid, 'SIGKILL');
    for (const each of await Promise.allSettled([...asked, engine.save()])) {
      expect(each).toMatchObject({
        status: 'rejected',
        reason: { message: expect.stringMatching(/^the PyTorch worker was ended by SIGKILL/) },
      });
    }
    await engine.close();
    await worker.close();
  }, 60_000);

  it('is told of when a command fails, which holds up no other', async () => {
    const worker = await TorchWorker.start({ python: python!, threads: 1, device: 'cpu' });
    await expect(worker.ask('dance', {})).rejects.toThrow('PyTorch: there is no command "dance"');
    await expect(worker.ask('_session', {})).rejects.toThrow('PyTorch: there is no command "_session"');
    await expect(worker.ask('learn', { session: 99 })).rejects.toThrow(/^PyTorch: /);
    expect(await worker.ask('open', { session: 1 })).toEqual({});
    await worker.close();
    await worker.close();
    await expect(worker.ask('open', { session: 2 })).rejects.toThrow('ended');
  }, 60_000);
});

describe.skipIf(process.platform === 'win32')('a program that is no worker', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lissnas-no-worker-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['says nonsense', 'console.log("ready");', /has said what is no answer: ready/],
    ['ends', 'console.error("no module"); process.exit(3);', /ended with exit code 3 \(no module\)/],
    [
      'speaks another protocol',
      'console.log(JSON.stringify({ hello: { protocol: 9, torch: "9", device: "x" } })); setTimeout(() => {}, 60_000);',
      /speaks protocol 9 instead of 1/,
    ],
  ])(
    '%s, and is refused',
    async (name, text, words) => {
      const program = join(folder, name.replaceAll(' ', '-'));
      writeFileSync(program, `#!${process.execPath}\n${text}\n`);
      chmodSync(program, 0o755);
      await expect(TorchWorker.start({ python: program })).rejects.toThrow(words);
    },
    30_000,
  );
});

describe.skipIf(python === undefined)('a device without memory for a batch', () => {
  let answers: { halved: { parts: number; loss: number; whole: number; apart: number }; refused: string };
  beforeAll(() => {
    const { count, shape, values, labels } = batch;
    const [channels, height, width] = shape;
    const problem = {
      graph,
      parameters: Object.fromEntries(
        [...parameters].map(([name, { shape: own, values: v }]) => [name, { shape: own, values: [...v] }]),
      ),
      images: { shape: [count, height, width, channels], values: [...values] },
      labels: [...labels],
    };
    const { status, stdout, stderr } = spawnSync(python!, ['-c', SHORT_OF_MEMORY, packageFolder()], {
      input: JSON.stringify(problem),
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    answers = JSON.parse(stdout);
  }, 60_000);

  it('gets it in two halves, and their gradients are those of the halves together', () => {
    expect(answers.halved).toMatchObject({ parts: 2 });
    expect(answers.halved.apart).toBeLessThan(1e-5);
    expect(answers.halved.loss).toBeCloseTo(answers.halved.whole, 5);
  });

  it('says so where a half is too much as well', () => {
    expect(answers.refused).toMatch(
      /has no memory for \d+ images of .* at once, half of a batch; take smaller batches/,
    );
  });
});

/** Learns a batch on a device that pretends to hold so many images only; the halves are learned one by one beside that. */
const SHORT_OF_MEMORY = `
import json, sys
sys.path[0] = sys.argv[1]
import numpy, torch
from lissnas_torch import engine
torch.set_num_threads(1)
problem = json.load(sys.stdin)
array = lambda given: numpy.array(given["values"], dtype="f4").reshape(given["shape"])
images, labels = array(problem["images"]), problem["labels"]
true_run = engine.run
most = None
def run(graph, parameters, values, *rest):
    if most is not None and len(values) > most:
        raise RuntimeError("CUDA out of memory. Tried to allocate 1 GiB")
    return true_run(graph, parameters, values, *rest)
engine.run = run
def session():
    own = engine.Session(engine.Device("cpu"))
    own.store.put({name: array(given) for name, given in problem["parameters"].items()})
    return own
learn = lambda own, a, b, weight: own.learn(problem["graph"], images[a:b], labels[a:b], 0.1, weight, 3)
n, half = len(images), (len(images) + 1) // 2
apart = session()
losses = [learn(apart, 0, half, half / n)[0] * half / n, learn(apart, half, n, (n - half) / n)[0] * (n - half) / n]
most = half
halved = session()
loss, correct, parts = learn(halved, 0, n, 1)
difference = max((halved.store.gradients[k] - g).abs().max().item() for k, g in apart.store.gradients.items())
most = 1
try:
    learn(session(), 0, n, 1)
    refused = ""
except engine.OutOfMemory as error:
    refused = str(error)
json.dump({"halved": {"parts": parts, "loss": loss, "whole": sum(losses), "apart": difference}, "refused": refused}, sys.stdout)
`;
