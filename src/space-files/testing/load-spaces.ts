/** A program for tests of what only a process of its own does: loads the spaces of the files that it is given, and prints one JSON line for each. */
import { InputError } from '../../errors.js';
import { loadSpace } from '../load.js';

for (const file of process.argv.slice(2)) {
  try {
    const { name, size, costs } = await loadSpace(file);
    console.log(JSON.stringify({ name, size: String(size), costs: [...costs.keys()] }));
  } catch (error) {
    console.log(JSON.stringify({ refused: error instanceof InputError, message: String((error as Error).message) }));
  }
}
