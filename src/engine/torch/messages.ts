/** What the PyTorch worker says: docs/worker-protocol.md. */
import { z } from 'zod';

/** The version of the protocol that both sides must speak. */
export const PROTOCOL = 1;

/** JSON has no NaN and no infinity: they come as text. */
const number = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number)]);

/** The first line. */
export const helloSchema = z.object({
  protocol: z.number(),
  /** version of PyTorch */
  torch: z.string(),
  /** where it computes, for people */
  device: z.string(),
});

/** Any line. */
export const messageSchema = z.union([
  z.object({ hello: helloSchema }),
  z.object({ heartbeat: z.literal(true) }),
  z.object({ id: z.number(), answer: z.record(z.string(), z.unknown()) }),
  z.object({
    id: z.number(),
    error: z.object({ kind: z.enum(['out-of-memory', 'disk', 'failed']), message: z.string() }),
  }),
]);

/** The answer to `learn`. */
export const learnedSchema = z.object({ loss: number, correct: z.number(), parts: z.number() });

/** The answer to `update`. */
export const updatedSchema = z.object({ gradientNorm: number });

/** What a worker says of itself. */
export type Hello = z.infer<typeof helloSchema>;
