/** Errors that a user can meet. Each has a stable `code` and a message of one sentence: what, which value, what was allowed. */
export class LissnasError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** Where in the user's input the fault is; every part is optional. */
export interface InputPlace {
  readonly file?: string;
  /** 1-based, the header row counts as row 1 */
  readonly row?: number;
  readonly column?: string;
}

/** The user's input is wrong; the command line exits with code 2. */
export class InputError extends LissnasError {
  readonly place: InputPlace;

  constructor(message: string, place: InputPlace = {}, options?: ErrorOptions) {
    const where = [
      place.file,
      place.row === undefined ? undefined : `row ${place.row}`,
      place.column === undefined ? undefined : `column "${place.column}"`,
    ].filter((part) => part !== undefined);
    super('input', where.length > 0 ? `${where.join(', ')}: ${message}` : message, options);
    this.place = place;
  }
}
