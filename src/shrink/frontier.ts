/** The frontier of growing pockets: a priority queue that never holds more than about twice what is still wanted. */

/** Entries are ids with a key; the highest key comes out first, the older id where keys are equal. */
export class Frontier {
  #keys = new Float64Array(1024);
  #ids = new Int32Array(1024);
  #size = 0;
  /** New entries at or below this key can never be wanted any more, because better or older ones are enough. */
  cutoff = Number.NEGATIVE_INFINITY;

  get size(): number {
    return this.#size;
  }

  /** Adds an entry, younger than all before, unless it can never be wanted. `wanted` (>= 1): how many may still be taken out. */
  push(key: number, id: number, wanted: number): void {
    if (key <= this.cutoff) return;
    if (this.#size === this.#keys.length) this.#grow();
    this.#keys[this.#size] = key;
    this.#ids[this.#size] = id;
    this.#rise(this.#size++);
    if (this.#size > 2 * wanted + 1024) this.#prune(wanted);
  }

  /** Key of the first entry; the frontier must not be empty. */
  get firstKey(): number {
    return this.#keys[0]!;
  }

  /** Takes out the id of the first entry; the frontier must not be empty. */
  pop(): number {
    const id = this.#ids[0]!;
    this.#size--;
    this.#keys[0] = this.#keys[this.#size]!;
    this.#ids[0] = this.#ids[this.#size]!;
    this.#sink(0);
    return id;
  }

  /** Keeps the best `wanted` entries: all above the last of their keys, and the oldest of those equal to it. */
  #prune(wanted: number): void {
    const sorted = this.#keys.slice(0, this.#size).sort();
    this.cutoff = sorted[this.#size - wanted]!;
    const equal = this.#ids.slice(0, this.#size).filter((_, i) => this.#keys[i] === this.cutoff);
    const above = this.#size - sorted.lastIndexOf(this.cutoff) - 1;
    const youngest = equal.sort()[wanted - above - 1]!;
    let kept = 0;
    for (let i = 0; i < this.#size; i++) {
      if (this.#keys[i]! < this.cutoff || (this.#keys[i] === this.cutoff && this.#ids[i]! > youngest)) continue;
      this.#keys[kept] = this.#keys[i]!;
      this.#ids[kept++] = this.#ids[i]!;
    }
    this.#size = kept;
    for (let i = (kept >> 1) - 1; i >= 0; i--) this.#sink(i);
  }

  #before(a: number, b: number): boolean {
    const [keyA, keyB] = [this.#keys[a]!, this.#keys[b]!];
    return keyA > keyB || (keyA === keyB && this.#ids[a]! < this.#ids[b]!);
  }

  #swap(a: number, b: number): void {
    const [key, id] = [this.#keys[a]!, this.#ids[a]!];
    this.#keys[a] = this.#keys[b]!;
    this.#ids[a] = this.#ids[b]!;
    this.#keys[b] = key;
    this.#ids[b] = id;
  }

  #rise(start: number): void {
    for (let at = start; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#before(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #sink(start: number): void {
    for (let at = start; ; ) {
      const left = 2 * at + 1;
      if (left >= this.#size) return;
      const child = left + 1 < this.#size && this.#before(left + 1, left) ? left + 1 : left;
      if (!this.#before(child, at)) return;
      this.#swap(at, child);
      at = child;
    }
  }

  #grow(): void {
    const keys = new Float64Array(2 * this.#keys.length);
    const ids = new Int32Array(2 * this.#ids.length);
    keys.set(this.#keys);
    ids.set(this.#ids);
    this.#keys = keys;
    this.#ids = ids;
  }
}
