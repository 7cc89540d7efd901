/** NAS-Bench-Macro as published (xiusu/NAS-Bench-Macro): one JSON object, architecture -> measurements. */
import { InputError } from '../errors.js';
import { asNumber, asObject, isObject, type JsonObject, own } from './json-values.js';
import { placed } from './placed.js';
import { type Table, TableBuilder, type TableSource } from './table.js';

const COLUMNS = ['test1', 'test2', 'test3', 'test_mean', 'test_std', 'flops_m', 'params_m'];

/** Whether the JSON looks like this format. */
export function isNasBenchMacro(json: JsonObject): boolean {
  const first = Object.values(json)[0];
  return isObject(first) && Array.isArray(own(first, 'test_acc'));
}

/**
 * Columns test1 to test3 (accuracies of three trainings, percent), test_mean, test_std, flops_m and params_m (millions).
 * @throws InputError naming the architecture that is wrong
 */
export function readNasBenchMacro(json: JsonObject, source: TableSource): Table {
  const { file, space } = source;
  const builder = new TableBuilder(source, COLUMNS);
  for (const name of Object.keys(json).sort()) {
    const entry = asObject(json[name], `the entry ${JSON.stringify(name)}`, { file });
    const tests = own(entry, 'test_acc');
    if (!Array.isArray(tests) || tests.length !== 3) {
      throw new InputError(`the entry ${JSON.stringify(name)} needs "test_acc" with three accuracies`, { file });
    }
    const number = (value: unknown, key: string) =>
      asNumber(value, `"${key}" of the entry ${JSON.stringify(name)}`, { file });
    const architecture = placed({ file }, () => space.parse(name));
    builder.add(architecture, [
      ...tests.map((test) => number(test, 'test_acc')),
      number(own(entry, 'mean_acc'), 'mean_acc'),
      number(own(entry, 'std'), 'std'),
      number(own(entry, 'flops'), 'flops') / 1e6,
      number(own(entry, 'params'), 'params') / 1e6,
    ]);
  }
  return builder.finish();
}
