/** A supernet's ranking against networks trained from scratch. */

import { seeJournal } from '../../journal/read-only.js';
import { replay } from '../../journal/replay.js';
import type { Interval } from '../../math/statistics.js';
import { oneShotFiles } from '../../runs/one-shot/files.js';
import { tauText } from '../one-shot-facts.js';
import type { RunContent } from '../reading/run-content.js';
import type { RankingFigure } from '../run-report.js';

type Panel = RankingFigure['panels'][number];

/**
 * The references, all of them members of the shrunk space, as judged by the supernet before the training inside and after it, and by those of the
 * controls, whose judgements stand in their journals.
 */
export async function rankingFigure({ result, folder, space }: RunContent): Promise<RankingFigure | undefined> {
  if (result?.ranking === undefined) return undefined;
  const { references, before, after } = result.ranking;
  const panel = (name: string, tau: Interval, judged: (row: number) => number | null | undefined): Panel => ({
    ...{ name, tau },
    points: references.flatMap(({ architecture, accuracy }, row) => {
      const supernet = judged(row) ?? null;
      return supernet === null || accuracy === null ? [] : [{ architecture, supernet, truth: accuracy }];
    }),
  });
  const panels = [
    panel('whole space', before.tau, (row) => references[row]!.before),
    panel('shrunk space', after.tau, (row) => references[row]!.after),
  ];
  for (const { name, ranking } of result.controls) {
    if (ranking === undefined || space === undefined) continue;
    const judged = await judgedIn(oneShotFiles(folder).journal(`references-${trainingOf(name)}`));
    const keys = references.map(({ architecture }) => space.space.parse(architecture).join('.'));
    panels.push(panel(name, ranking.tau, (row) => judged.get(keys[row]!)));
  }
  const caption =
    `How ${references.length} members of the shrunk space rank by a supernet and by networks trained from scratch. Kendall tau is ${tauText(before.tau)} ` +
    `for the supernet trained on the whole space, and ${tauText(after.tau)} once it had gone on inside the shrunk one.`;
  return { caption, panels };
}

/** The name that the training of a control goes by. */
function trainingOf(control: string): string {
  return control === 'no shrinking' ? 'control' : control.replaceAll(' ', '-');
}

/** The accuracies in a journal by architecture. */
async function judgedIn(journal: string): Promise<ReadonlyMap<string, number>> {
  const seen = await seeJournal(journal);
  const finished = [...replay(seen?.entries ?? []).finished];
  return new Map(finished.flatMap(([key, outcome]) => (outcome.kind === 'measured' ? [[key, outcome.accuracy]] : [])));
}
