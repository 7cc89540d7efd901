/**
 * What torch.save writes: since PyTorch 1.6 a zip archive with the pickle in `data.pkl`, before that (and with `_use_new_zipfile_serialization=False`)
 * several pickles one after the other and then the numbers of all tensors. Only pickles are read: tensors stay where they are.
 */
import { InputError } from '../../errors.js';
import type { ByteSource } from '../byte-source.js';
import { isZip, zipContent, zipMembers } from '../zip.js';
import { type PickleOptions, readPickle } from './pickle.js';
import { PickledStorage } from './values.js';

/** The first pickle of the older format: protocol 2, the number 0x1950a86a20f9469cfc6c, the end. */
const MAGIC = Uint8Array.from([0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e]);
const LEGACY_VERSION = 1001;

/** Whether the bytes begin like a file of torch.save, in one of its two formats. */
export function isTorchFile(head: Uint8Array): boolean {
  return isZip(head) || MAGIC.every((byte, i) => head[i] === byte);
}

/** The object that was saved. @throws InputError where the file is damaged or not of torch.save */
export function readTorchFile(source: ByteSource, onEntries?: PickleOptions['onEntries']): unknown {
  const options = { persistent: storage, ...(onEntries === undefined ? {} : { onEntries }) };
  if (!isZip(source.bytes(0, Math.min(4, source.size)))) return readLegacy(source, options);
  const member = zipMembers(source).find(({ name }) => name.split('/').at(-1) === 'data.pkl');
  if (member === undefined) {
    throw new InputError(
      'the zip archive holds no data.pkl, so PyTorch has not written it; unpack it and give a file inside it',
      {
        file: source.file,
      },
    );
  }
  return readPickle(zipContent(source, member), options).value;
}

/** Magic number, version, a dict about the system, the object, the names of the storages; then the storages themselves. */
function readLegacy(source: ByteSource, options: PickleOptions): unknown {
  const { value: version, end } = readPickle(source, { start: MAGIC.length });
  if (version !== LEGACY_VERSION) {
    throw new InputError(`the file has PyTorch's format ${String(version)}; ${LEGACY_VERSION} is read`, {
      file: source.file,
    });
  }
  const system = readPickle(source, { start: end });
  return readPickle(source, { ...options, start: system.end }).value;
}

/** `('storage', class, name, device, size, ...)` */
function storage(id: unknown): PickledStorage {
  if (!Array.isArray(id) || id[0] !== 'storage' || typeof id[2] !== 'string') {
    throw new InputError('a reference to something that is no storage');
  }
  return new PickledStorage(id[2]);
}
