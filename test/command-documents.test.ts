/** The documents know every command and every option, and no others. */
import { describe, expect, it } from 'vitest';
import { createProgram } from '../src/cli/program.js';
import { filesUnder, readText } from './sources.js';

const commands = new Map(createProgram().commands.map((command) => [command.name(), command]));
const reference = readText('docs/cli.md');
const documents = ['README.md', ...filesUnder('docs').filter((path) => path.endsWith('.md'))];

/** The section under a heading, up to the next one. */
function section(heading: string): string {
  const start = reference.indexOf(`\n## ${heading}`);
  expect(start, `docs/cli.md has a section "${heading}"`).toBeGreaterThan(0);
  const end = reference.indexOf('\n## ', start + 1);
  return reference.slice(start, end === -1 ? undefined : end);
}

/** The options in the first column of a section's table, and of the tables that it refers to. */
function documentedOptions(text: string): string[] {
  const own = [...text.matchAll(/^\| `(-[^`]+)` \|/gm)].map(([, flags]) => flags as string);
  const shared = ['Measuring', 'Limits'].filter((name) => text.includes(`(#${name.toLowerCase()})`));
  return [...own, ...shared.flatMap((name) => documentedOptions(section(name)))].sort();
}

it('docs/cli.md describes exactly the commands there are', () => {
  const described = [...reference.matchAll(/^## `lissnas (\S+)/gm)].map(([, name]) => name as string);
  expect(described.map((name) => name.replace('`', '')).sort()).toEqual([...commands.keys()].sort());
});

describe.each([...commands])('lissnas %s', (name, command) => {
  it('has in docs/cli.md exactly its options', () => {
    const text = section(`\`lissnas ${name}`);
    expect(documentedOptions(text)).toEqual(command.options.map(({ flags }) => flags).sort());
  });
});

/** The lines of a document's code blocks that call this program. */
function commandLines(path: string): string[] {
  const blocks = [...readText(path).matchAll(/^```\w*\n([\s\S]*?)^```/gm)].map(([, text]) => text as string);
  return blocks.flatMap((text) =>
    text
      .replace(/\\\n\s*/g, '')
      .split('\n')
      .map((line) => line.replace(/\s#.*|>.*/, '').trim())
      .map((line) => line.replace(/^command: \[(.*)\]$/, (_, words: string) => words.replace(/,|"/g, '')))
      .map((line) => line.replace(/^(ExecStart=\/usr\/bin\/env|srun) /, ''))
      .filter((line) => /^(npx )?lissnas /.test(line)),
  );
}

const shown = documents.flatMap((path) => commandLines(path).map((line) => [path, line] as const));

it('the README shows commands', () => {
  expect(shown.filter(([path]) => path === 'README.md').length).toBeGreaterThan(5);
});

it('the page of many machines shows workers by hand, as a unit, as an array, and as a deployment', () => {
  const workers = shown.filter(([path, line]) => path === 'docs/cluster.md' && line.startsWith('lissnas worker '));
  expect(workers.map(([, line]) => line.includes('--queue'))).toEqual([true, false, false, false]);
});

it.each(shown)('%s: %s', (_, line) => {
  const [name, ...words] = line.replace(/^(npx )?lissnas /, '').split(/\s+/);
  const command = commands.get(name as string);
  expect(command).toBeDefined();
  const known = command!.options.flatMap(({ short, long }) => [short, long]);
  const own = words.includes('--') ? words.slice(0, words.indexOf('--')) : words;
  const used = own.filter((word) => word.startsWith('-'));
  expect(known).toEqual(expect.arrayContaining(used));
  const needed = command!.options.filter(({ mandatory }) => mandatory).map(({ long }) => long);
  expect(used).toEqual(expect.arrayContaining(needed));
});
