/**
 * Reading a pickle without running it. The format is a program for a stack machine (Python's pickletools.py describes every opcode); this
 * machine knows how to build data only. Names are taken from an allow-list and stand for code of this folder.
 */
import { InputError } from '../../errors.js';
import type { ByteSource } from '../byte-source.js';
import { Cursor } from './cursor.js';
import { MANY_USES, memoIndex, memoUses } from './memo-uses.js';
import { allowedName } from './names.js';
import { NumpyArray, NumpyDtype } from './numpy.js';
import { plainValue } from './plain-values.js';
import { described, isName, PickledRecord } from './values.js';

/** Values that may lie on the stack at once: picklers add entries to containers in batches of 1,000. */
const MOST_ON_STACK = 1_000_000;
/** Marks that may be open at once: one a level of nesting. */
const MOST_MARKS = 1_000;
/** Entries of one container; a Map holds 2^24. */
const MOST_ENTRIES = 10_000_000;

/** What a reader may add to the machine. */
export interface PickleOptions {
  /** where the pickle begins in the source */
  readonly start?: number;
  /** what a persistent id stands for; without this function persistent ids are refused */
  readonly persistent?: (id: unknown) => unknown;
  /** Called with a dict after several entries were added at once; it may replace them by less, so that a large file fits the memory. */
  readonly onEntries?: (dict: Map<unknown, unknown>) => void;
}

/** A pickle's value and where it ended. */
export interface Pickle {
  readonly value: unknown;
  /** position after the last byte */
  readonly end: number;
}

/** How a pickle of a dict, a list or an object begins in protocols 0 and 1; later ones begin with a byte of 0x80 and their number. */
const BEGINNING = /^(\([dl]p?\d*\n|[}\]][q(.]|c[\w.]+\n\w+\n[()pq])/;

/** Whether bytes begin like a pickle. */
export function isPickle(head: Uint8Array): boolean {
  if (head[0] === 0x80) return head[1]! >= 2 && head[1]! < 32;
  return BEGINNING.test(Buffer.from(head.subarray(0, 128)).toString('latin1'));
}

/**
 * Reads one pickle of protocol 0 to 5.
 * @throws InputError naming the byte where it is damaged, asks for more memory than it has bytes, or names anything that is not data
 */
export function readPickle(source: ByteSource, options: PickleOptions = {}): Pickle {
  const start = options.start ?? 0;
  const { counts, end } = memoUses(source, start);
  const value = new Machine(new Cursor(source, start), counts, end - start, options).run();
  return { value, end };
}

class Machine {
  readonly #cursor: Cursor;
  readonly #uses: Uint8Array;
  readonly #options: PickleOptions;
  readonly #memo = new Map<number, unknown>();
  readonly #stack: unknown[] = [];
  /** heights of the stack where marks lie */
  readonly #marks: number[] = [];
  #memoized = 0;
  /** entries that may still be copied */
  #budget: number;
  /** position of the opcode that is carried out */
  #at = 0;

  constructor(cursor: Cursor, uses: Uint8Array, length: number, options: PickleOptions) {
    this.#cursor = cursor;
    this.#uses = uses;
    this.#options = options;
    this.#budget = length;
  }

  run(): unknown {
    for (;;) {
      this.#at = this.#cursor.position;
      const opcode = this.#cursor.byte();
      if (opcode === 0x2e) return this.#pop(); // STOP
      const value = plainValue(opcode, this.#cursor);
      if (value === undefined) this.#change(opcode);
      else this.#stack.push(value);
      if (this.#stack.length > MOST_ON_STACK) this.refuse(`piles up more than ${MOST_ON_STACK} values`);
    }
  }

  refuse(reason: string): never {
    this.#cursor.refuse(reason, this.#at);
  }

  charge(entries: number): void {
    this.#budget -= entries;
    if (this.#budget < 0) this.refuse('copies more than it has bytes');
  }

  /** The opcodes that work on what lies on the stack. */
  #change(opcode: number): void {
    const cursor = this.#cursor;
    switch (opcode) {
      case 0x71: // BINPUT
        this.#keep(cursor.byte());
        break;
      case 0x72: // LONG_BINPUT
        this.#keep(cursor.uint32());
        break;
      case 0x70: // PUT
        this.#keep(memoIndex(cursor));
        break;
      case 0x94: // MEMOIZE
        this.#keep(this.#memoized);
        break;
      case 0x68: // BINGET
        this.#recall(cursor.byte());
        break;
      case 0x6a: // LONG_BINGET
        this.#recall(cursor.uint32());
        break;
      case 0x67: // GET
        this.#recall(memoIndex(cursor));
        break;
      case 0x28: // MARK
        if (this.#marks.length >= MOST_MARKS) this.refuse(`nests more than ${MOST_MARKS} levels`);
        this.#marks.push(this.#stack.length);
        break;
      case 0x75: // SETITEMS
        this.#setItems(this.#popToMark());
        break;
      case 0x73: // SETITEM
        this.#setItems(this.#popMany(2));
        break;
      case 0x65: // APPENDS
        this.#append(this.#popToMark());
        break;
      case 0x61: // APPEND
        this.#append(this.#popMany(1));
        break;
      case 0x90: // ADDITEMS
        this.#addItems(this.#popToMark());
        break;
      case 0x74: // TUPLE
      case 0x6c: // LIST
        this.#stack.push(this.#popToMark());
        break;
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        this.#stack.push(this.#popMany(opcode - 0x84));
        break;
      case 0x64: {
        const items = this.#popToMark(); // DICT
        this.#stack.push(new Map());
        this.#setItems(items);
        break;
      }
      case 0x91: // FROZENSET
        this.#stack.push(new Set(this.#popToMark()));
        break;
      case 0x63: // GLOBAL
        this.#stack.push(this.#named(cursor.line(), cursor.line()));
        break;
      case 0x93: {
        const [module, name] = this.#popMany(2); // STACK_GLOBAL
        this.#stack.push(this.#named(module, name));
        break;
      }
      case 0x52: // REDUCE
      case 0x81: {
        const [called, args] = this.#popMany(2); // NEWOBJ
        this.#call(called, args);
        break;
      }
      case 0x92: {
        const [called, args, named] = this.#popMany(3); // NEWOBJ_EX
        if (!(named instanceof Map) || named.size > 0) this.refuse('calls something with named arguments');
        this.#call(called, args);
        break;
      }
      case 0x69: {
        const called = this.#named(cursor.line(), cursor.line()); // INST
        this.#call(called, this.#popToMark());
        break;
      }
      case 0x6f: {
        const [called, ...args] = this.#popToMark(); // OBJ
        this.#call(called, args);
        break;
      }
      case 0x62: // BUILD
        this.#build(this.#pop());
        break;
      case 0x51: {
        const id = this.#pop(); // BINPERSID
        if (this.#options.persistent === undefined) this.refuse('refers to something outside itself');
        this.#stack.push(this.#placed(() => this.#options.persistent?.(id)));
        break;
      }
      case 0x30: // POP, also of a mark
        if (this.#marks.length > 0 && this.#marks.at(-1) === this.#stack.length) this.#marks.pop();
        else this.#pop();
        break;
      case 0x31: // POP_MARK
        this.#popToMark();
        break;
      case 0x32: // DUP
        this.#stack.push(this.#top());
        break;
      case 0x80: // PROTO, checked in the first pass
        cursor.byte();
        break;
      case 0x95: {
        const length = cursor.uint64(); // FRAME
        if (length > cursor.left) this.refuse(`has a frame of ${length} bytes where ${cursor.left} are left`);
        break;
      }
      case 0x98: // READONLY_BUFFER
        break;
      default: // EXT1-4, PERSID and NEXT_BUFFER: things outside the file
        this.refuse(`needs something outside itself (opcode 0x${opcode.toString(16)})`);
    }
  }

  #top(): unknown {
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0)) this.refuse('takes a value that is not there');
    return this.#stack[this.#stack.length - 1];
  }

  #pop(): unknown {
    this.#top();
    return this.#stack.pop();
  }

  #popMany(count: number): unknown[] {
    if (this.#stack.length - count < (this.#marks.at(-1) ?? 0)) this.refuse('takes a value that is not there');
    return this.#stack.splice(this.#stack.length - count);
  }

  #popToMark(): unknown[] {
    const mark = this.#marks.pop();
    if (mark === undefined) this.refuse('takes a mark that is not there');
    return this.#stack.splice(mark);
  }

  #keep(index: number): void {
    const value = this.#top();
    this.#memoized++;
    if (index < this.#uses.length && this.#uses[index]! > 0) this.#memo.set(index, value);
  }

  #recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) this.refuse(`asks for memo entry ${index}, which is not there`);
    this.#stack.push(value);
    if (this.#uses[index]! < MANY_USES && --this.#uses[index]! === 0) this.#memo.delete(index);
  }

  #setItems(items: readonly unknown[]): void {
    const dict = this.#top();
    if (!(dict instanceof Map)) this.refuse(`sets entries of ${described(dict)}`);
    if (items.length % 2 !== 0) this.refuse('sets a key without a value');
    this.#checkEntries(dict.size + items.length / 2);
    for (let i = 0; i < items.length; i += 2) dict.set(items[i], items[i + 1]);
    if (items.length > 2) this.#placed(() => this.#options.onEntries?.(dict));
  }

  #append(items: readonly unknown[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) this.refuse(`appends to ${described(list)}`);
    this.#checkEntries(list.length + items.length);
    for (const item of items) list.push(item);
  }

  #addItems(items: readonly unknown[]): void {
    const set = this.#top();
    if (!(set instanceof Set)) this.refuse(`adds to ${described(set)}`);
    this.#checkEntries(set.size + items.length);
    for (const item of items) set.add(item);
  }

  #checkEntries(entries: number): void {
    if (entries > MOST_ENTRIES) this.refuse(`has a container of more than ${MOST_ENTRIES} entries`);
  }

  #named(module: unknown, name: unknown): unknown {
    const found = typeof module === 'string' && typeof name === 'string' ? allowedName(module, name) : undefined;
    if (found !== undefined) return found;
    const said =
      typeof module === 'string' && typeof name === 'string' ? described(`${module}.${name}`) : 'what is no name';
    return this.refuse(`names ${said}, which is not among the data types that are read`);
  }

  #call(called: unknown, args: unknown): void {
    if (!isName(called)) this.refuse(`calls ${described(called)}`);
    const { call, name } = called;
    if (call === undefined) this.refuse(`calls ${name}, which may only be named`);
    if (!Array.isArray(args)) this.refuse(`calls ${name} without arguments`);
    this.#stack.push(this.#placed(() => call(args, this)));
  }

  /** Gives an object its state; containers keep none beside their entries. */
  #build(state: unknown): void {
    const object = this.#top();
    if (object instanceof NumpyArray) this.#placed(() => object.setState(state, this));
    else if (object instanceof NumpyDtype) this.#placed(() => object.setState(state));
    else if (object instanceof PickledRecord) {
      if (!(state instanceof Map)) this.refuse(`gives an object ${described(state)} for its attributes`);
      this.charge(state.size);
      for (const [name, value] of state) object.attributes.set(name, value);
    } else if (!(object instanceof Map || object instanceof Set || Array.isArray(object))) {
      this.refuse(`gives a state to ${described(object)}`);
    }
  }

  /** Runs code that does not know the position; its refusals get it. */
  #placed<T>(make: () => T): T {
    try {
      return make();
    } catch (cause) {
      if (!(cause instanceof InputError) || cause.place.file !== undefined) throw cause;
      return this.refuse(`has ${cause.message}`);
    }
  }
}
