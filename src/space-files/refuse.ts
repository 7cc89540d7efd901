/** Refuses a file because of what stands at a path of it. @throws InputError with file, line and column */
export type Refuse = (message: string, path: readonly PropertyKey[]) => never;
