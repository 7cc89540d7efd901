/** The slow program, with a file of notes that no word of its command line names: files named there are hashed, and must not change. */
process.argv.splice(2, 0, 'asked');
await import('../../runs/testing/slow-program.mjs');
