/** What a measurement on NAS-Bench-Macro leaves behind: raw numbers as JSON, to be folded later. */
import type { MacroSettings } from './macro-settings.js';

/** The format that is written and read. */
export const MACRO_FORMAT = 'lissnas-one-shot-macro/1';

/**
 * By where their paths come from: the whole space; the shrunk space, from the first step on; the whole space for half of the steps
 * and then the shrunk space. Everything else is the same: steps, images and their order, initial values.
 */
export const supernetNames = ['whole', 'inside', 'warm'] as const;

/** A supernet by how it was trained. */
export type SupernetName = (typeof supernetNames)[number];

/** An architecture with what the table says of it. */
export interface KnownNetwork {
  readonly architecture: string;
  /** percent of the test images, mean of three trainings */
  readonly truth: number;
}

/** A subnet that supernets were asked about. */
export interface Reference extends KnownNetwork {
  /** percent of the validation images with the weights of each supernet that was asked; null where that failed */
  readonly accuracies: Readonly<Partial<Record<SupernetName, number | null>>>;
}

/** What a search has come to. */
export interface Found extends KnownNetwork {
  readonly supernet: SupernetName;
  readonly searched: 'whole' | 'shrunk';
  /** 1: no network of the table is truly better */
  readonly rank: number;
}

/** Some architectures in true accuracies and cost. */
export interface SpaceFacts {
  readonly size: number;
  readonly meanTruth: number;
  readonly bestTruth: number;
  /** millions */
  readonly meanFlops: number;
}

/** All of one random seed. */
export interface MacroResult {
  readonly format: typeof MACRO_FORMAT;
  readonly version: string;
  readonly randomSeed: number;
  readonly settings: MacroSettings;
  /** of every supernet */
  readonly steps: number;
  readonly images: { readonly name: string; readonly training: number; readonly validation: number };
  readonly whole: SpaceFacts;
  readonly shrunk: SpaceFacts & { readonly pockets: number };
  /** the best of the networks measured to shrink, by what was measured */
  readonly bestMeasured: KnownNetwork & { readonly rank: number };
  /** Kendall tau-b over the shrunk space between two single trainings from scratch, neither of which the space was shrunk by */
  readonly agreement: number;
  /** uniformly drawn members of the shrunk space, and of the whole one */
  readonly references: { readonly inside: readonly Reference[]; readonly whole: readonly Reference[] };
  readonly found: readonly Found[];
}
