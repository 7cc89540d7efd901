/** The nearest of many points, found by a grid. */

/** Places in pixels. */
export interface Places {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

const CELL = 16; // pixels

/** Points in cells of a grid; those outside of the picture or at no number are left out. */
export class PointIndex {
  readonly #places: Places;
  readonly #columns: number;
  readonly #rows: number;
  /** points of cell c: order[starts[c]] .. order[starts[c + 1] - 1] */
  readonly #starts: Int32Array;
  readonly #order: Int32Array;

  constructor(places: Places, width: number, height: number) {
    this.#places = places;
    this.#columns = Math.max(1, Math.ceil(width / CELL));
    this.#rows = Math.max(1, Math.ceil(height / CELL));
    const cells = Int32Array.from(places.x, (x, i) => this.#cellOf(x, places.y[i]!));
    this.#starts = new Int32Array(this.#columns * this.#rows + 1);
    for (const cell of cells) if (cell >= 0) this.#starts[cell + 1]!++;
    for (let c = 0; c < this.#starts.length - 1; c++) this.#starts[c + 1]! += this.#starts[c]!;
    const next = this.#starts.slice();
    this.#order = new Int32Array(this.#starts.at(-1)!);
    cells.forEach((cell, i) => {
      if (cell >= 0) this.#order[next[cell]!++] = i;
    });
  }

  /** The point nearest to a place, no further than `reach` pixels; of several the last, which is drawn on top; -1 for none. */
  nearest(x: number, y: number, reach: number): number {
    const { x: xs, y: ys } = this.#places;
    let best = -1;
    let least = reach * reach;
    const from = (at: number) => Math.max(0, Math.floor((at - reach) / CELL));
    for (let row = from(y); row <= Math.min(this.#rows - 1, Math.floor((y + reach) / CELL)); row++) {
      for (let column = from(x); column <= Math.min(this.#columns - 1, Math.floor((x + reach) / CELL)); column++) {
        const cell = row * this.#columns + column;
        for (let k = this.#starts[cell]!; k < this.#starts[cell + 1]!; k++) {
          const i = this.#order[k]!;
          const distance = (xs[i]! - x) ** 2 + (ys[i]! - y) ** 2;
          if (distance < least || (distance === least && i > best)) {
            least = distance;
            best = i;
          }
        }
      }
    }
    return best;
  }

  #cellOf(x: number, y: number): number {
    const column = Math.floor(x / CELL);
    const row = Math.floor(y / CELL);
    return column >= 0 && column < this.#columns && row >= 0 && row < this.#rows ? row * this.#columns + column : -1;
  }
}
