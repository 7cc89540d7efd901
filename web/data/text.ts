/** Numbers as people read them. */

/** At most `digits` after the point, thousands apart; a dash where there is none. */
export function number(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  return value.toLocaleString('en', { maximumFractionDigits: digits });
}

/** A share of 1 as percent. */
export function percent(share: number): string {
  if (share > 0 && share < 0.005) return '<1 %';
  return `${Math.round(100 * share)} %`;
}
