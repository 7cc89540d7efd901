/** Python names for what strangers have named: nothing but letters, digits and underscores ever becomes code. */
import type { Block } from './pytorch-tree.js';
import { uniqueNames } from './unique-names.js';

const KEYWORDS =
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield match case type print';
/** What `torch.nn.Module` uses itself, in version 1.13 or 2.x. */
const MODULE_ATTRIBUTES =
  'T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict modules mtia named_buffers named_children named_modules named_parameters parameters register_backward_hook register_buffer register_forward_hook register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict to to_empty train training type xpu zero_grad';

/** Names that the exported program gives a meaning. */
const PROGRAM_NAMES = 'BATCH_NORM F Network RENAMED json load nn self shuffle struct super torch'.split(' ');

const keywords = KEYWORDS.split(' ');
const reserved = [...keywords, ...PROGRAM_NAMES];
const moduleAttributes = [...keywords, ...MODULE_ATTRIBUTES.split(' ')];

/** A namer of local variables and parameters of one function. */
export function variableNames(taken: Iterable<string> = []): (wanted: string) => string {
  const unique = uniqueNames([...reserved, ...taken]);
  return (wanted) => unique(identifier(wanted));
}

/** A namer of attributes of one module; `taken` are those that its class sets besides. */
export function attributeNames(taken: Iterable<string> = []): (wanted: string) => string {
  const unique = uniqueNames([...moduleAttributes, ...taken]);
  return (wanted) => unique(identifier(wanted));
}

/** Names for classes, given the blocks of each: what the blocks' own names share, else what they are made of. */
export function classNames(classes: readonly (readonly [Block, ...Block[]])[]): string[] {
  const unique = uniqueNames(reserved);
  const names = classes.map(plainClassName);
  const isAmbiguous = (name: string) => names.filter((other) => other === name).length > 1;
  return names.map((name, i) => unique(isAmbiguous(name) && isResidual(classes[i]![0]) ? `${name}Residual` : name));
}

function plainClassName(instances: readonly [Block, ...Block[]]): string {
  const [{ children }] = instances;
  const isSmall = children.length <= 4 && children.every(({ kind }) => kind === 'leaf');
  const shared = sharedName(instances.map(({ path }) => path.at(-1)!));
  const modules = isResidual(instances[0]) ? children.slice(0, -1) : children;
  const contents = modules.length <= 5 ? modules.map(({ path }) => path[0]!) : ['block'];
  const words = squeezeExciteName(children) ?? (isSmall || shared === undefined ? contents : [shared]);
  return words.map(camelCase).join('');
}

/** Whether the block adds something that it is given to its result. */
function isResidual({ children, inputs }: Block): boolean {
  const last = children.at(-1)!;
  return last.kind === 'leaf' && last.operation.kind === 'add' && last.inputs.some((name) => inputs.includes(name));
}

function squeezeExciteName(children: Block['children']): readonly string[] | undefined {
  const kinds = children.map((child) => (child.kind === 'leaf' ? child.operation.kind : 'block'));
  const isOne = kinds.join() === 'global-pool,convolution,activation,convolution,activation,multiply';
  return isOne ? ['squeeze', 'excite'] : undefined;
}

/** The words at the beginning that all names share, numbers aside if need be; undefined where these say little. */
function sharedName(names: readonly string[]): string | undefined {
  for (const simplify of [(word: string) => word, (word: string) => word.replace(/\d+$/, '')]) {
    const [first, ...others] = names.map((name) => name.split('_').map(simplify));
    const differs = first!.findIndex((word, i) => others.some((other) => other[i] !== word));
    const shared = (differs < 0 ? first! : first!.slice(0, differs)).join('_');
    if (/[A-Za-z]{3}/.test(shared)) return shared;
  }
  return undefined;
}

function camelCase(text: string): string {
  const words = identifier(text).split('_');
  return words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('');
}

/** Letters, digits and underscores, a letter first. */
function identifier(text: string): string {
  const plain = text.replace(/[^A-Za-z0-9_]/g, '_').replace(/^_+/, '');
  return /^[A-Za-z]/.test(plain) ? plain : `n${plain}`;
}

/** Text for a docstring: printable ASCII without quotes and backslashes. */
export function plainText(text: string): string {
  return text.replace(/[^ !#-&(-[\]-~]/g, '_');
}

/** A Python string in pure ASCII. */
export function stringLiteral(text: string): string {
  return JSON.stringify(text).replace(/[^ -~]/gu, (character) => {
    const code = character.codePointAt(0)!;
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
