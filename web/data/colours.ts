/** Colours that people with any kind of colour vision can tell apart. */

/** Of pockets, the largest first (Okabe and Ito, 2008); further ones share the last, a grey. */
export const pocketColours = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#d55e00', '#56b4e9', '#999999'] as const;

/** The colour of the pocket with this rank by size, from 0. */
export function pocketColour(rank: number): string {
  return pocketColours[Math.min(rank, pocketColours.length - 1)]!;
}

/** From low to high: dark blue, grey, yellow (after cividis; Nuñez, Anderton and Renslow, 2018). */
const SCALE = [
  [0, 34, 78],
  [60, 77, 110],
  [124, 123, 120],
  [188, 174, 108],
  [254, 232, 56],
] as const;

/** The colour of a share 0 .. 1 of a range. */
export function scaleColour(share: number): string {
  const place = Math.max(0, Math.min(1, share)) * (SCALE.length - 1);
  const from = Math.min(Math.floor(place), SCALE.length - 2);
  const mixed = SCALE[from]!.map((own, i) => Math.round(own + (place - from) * (SCALE[from + 1]![i]! - own)));
  return `rgb(${mixed.join(',')})`;
}
