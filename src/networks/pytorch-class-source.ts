/** The source of one class: a constructor that makes the modules, and the way forward through them. */
import { type BlockClass, columnStarts, leafTexts, structureOf } from './pytorch-classes.js';
import { attributeNames } from './pytorch-names.js';
import { leafCode } from './pytorch-operations.js';
import type { Block, Child } from './pytorch-tree.js';
import { assignVariables, type Variables } from './pytorch-variables.js';

/** The names by which classes refer to each other, and what they need. */
export type NamedClasses = ReadonlyMap<string, BlockClass & { readonly name: string }>;

/** A class in Python. */
export interface ClassSource {
  readonly lines: readonly string[];
  /** path of each child's module from an instance of the class, e.g. 'b0.expand'; by the child's place */
  readonly attributes: ReadonlyMap<number, string>;
}

/** Writes the class of blocks with this structure. */
export function classSource(structure: string, classes: NamedClasses): ClassSource {
  const { name, instances, parameters } = classes.get(structure)!;
  const [block] = instances;
  const variables = assignVariables(block);
  const body = new ClassBody(structure, classes, variables);
  const signature = ['self', ...parameters.map((each) => each.name + (each.byDefault ? `=${each.byDefault}` : ''))];
  const kept = [...body.kept].map((parameter) => `self.${parameter} = ${parameter}`);
  return {
    attributes: body.attributes,
    lines: [
      `class ${name}(nn.Module):`,
      ...indented([
        `def __init__(${signature.join(', ')}):`,
        ...indented(['super().__init__()', ...kept, ...body.modules]),
      ]),
      '',
      ...indented([`def forward(${['self', ...variables.parameters].join(', ')}):`, ...indented(body.steps)]),
    ],
  };
}

class ClassBody {
  /** lines of the constructor */
  readonly modules: string[] = [];
  /** lines of `forward` */
  readonly steps: string[] = [];
  /** parameters that `forward` needs */
  readonly kept = new Set<string>();
  readonly attributes = new Map<number, string>();
  private readonly texts: readonly string[];
  private readonly parameterNames: ReadonlySet<string>;
  private readonly starts: readonly number[];
  private readonly namespaces = new Map<string, { path: string; name: (wanted: string) => string }>();

  constructor(
    structure: string,
    private readonly classes: NamedClasses,
    variables: Variables,
  ) {
    const { instances, parameters, texts } = classes.get(structure)!;
    const [block] = instances;
    this.texts = texts;
    this.parameterNames = new Set(parameters.map(({ name }) => name));
    this.starts = columnStarts(block);
    this.namespaces.set('', { path: 'self', name: attributeNames(this.parameterNames) });
    block.children.forEach((child, i) => {
      this.makeModule(child, i);
    });
    this.walk(block, variables);
  }

  private makeModule(child: Child, index: number): void {
    const made = child.kind === 'block' ? this.instantiation(child, index) : this.leafModule(child, index);
    if (made === undefined) return;
    const around = this.namespace(child.path.slice(0, -1));
    const attribute = `${around.path}.${around.name(child.path.at(-1)!)}`;
    this.modules.push(`${attribute} = ${made}`);
    this.attributes.set(index, attribute.slice('self.'.length));
  }

  private leafModule(leaf: Child & { kind: 'leaf' }, index: number): string | undefined {
    return leafCode(leaf).module?.(leafTexts(leaf, this.texts, this.starts[index]!));
  }

  private instantiation(block: Block, index: number): string {
    const { name, parameters } = this.classes.get(structureOf(block))!;
    const given = parameters.flatMap((parameter) => {
      const text = this.texts[this.starts[index]! + parameter.columns[0]!]!;
      if (text === parameter.byDefault) return [];
      return [parameter.isOwn ? text : `${parameter.name}=${text}`];
    });
    return `${name}(${given.join(', ')})`;
  }

  /** An empty module that holds others, so that the parameters keep their names. */
  private namespace(path: readonly string[]): { path: string; name: (wanted: string) => string } {
    const key = path.map((segment) => `${segment}.`).join('');
    const known = this.namespaces.get(key);
    if (known !== undefined) return known;
    const around = this.namespace(path.slice(0, -1));
    const made = { path: `${around.path}.${around.name(path.at(-1)!)}`, name: attributeNames() };
    this.modules.push(`${made.path} = nn.Module()`);
    this.namespaces.set(key, made);
    return made;
  }

  private walk(block: Block, { steps }: Variables): void {
    block.children.forEach((child, i) => {
      const step = steps[i];
      if (step === undefined) return;
      const value = this.valueOf(child, step.inputs, i);
      this.steps.push(step.target === undefined ? `return ${value}` : `${step.target} = ${value}`);
    });
  }

  private valueOf(child: Child, inputs: readonly string[], index: number): string {
    const own = `self.${this.attributes.get(index)}`;
    if (child.kind === 'block') return `${own}(${inputs.join(', ')})`;
    const code = leafCode(child);
    if (code.module !== undefined) return code.call(inputs, {}, own);
    const texts = Object.entries(leafTexts(child, this.texts, this.starts[index]!)).map(([name, text]) => {
      if (!this.parameterNames.has(text)) return [name, text];
      this.kept.add(text);
      return [name, `self.${text}`];
    });
    return code.call(inputs, Object.fromEntries(texts), own);
  }
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `    ${line}`));
}
