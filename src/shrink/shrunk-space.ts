/** The shrunk space: what a shrink leaves behind, to keep in a file, to ask, to sample from and to search in. */
import type { SearchSpace } from '../spaces/space.js';
import type { ShrinkResult } from './result.js';
import { dataOfResult, type Provenance, type ShrunkSpaceDetails } from './shrunk-space-data.js';
import { parseShrunkSpace, readShrunkSpaceFile } from './shrunk-space-read.js';
import { ShrunkSpaceView } from './shrunk-space-view.js';
import { shrunkSpacePieces } from './shrunk-space-write.js';

/** A shrunk space with its way to a file and back. */
export class ShrunkSpace extends ShrunkSpaceView {
  /** The space that a shrink has just returned. @throws InputError when `details` are about another space */
  static fromResult(result: ShrinkResult, provenance: Provenance, details?: ShrunkSpaceDetails): ShrunkSpace {
    return new ShrunkSpace(dataOfResult(result, provenance, details));
  }

  /**
   * The space that a file holds.
   * @param space the search space, needed only where a program made it with rules of its own
   * @throws InputError naming the file, for everything that can be wrong with it
   */
  static async fromFile(file: string, space?: SearchSpace): Promise<ShrunkSpace> {
    return new ShrunkSpace(await readShrunkSpaceFile(file, space));
  }

  /** As `fromFile`, for the text of a file. */
  static fromText(text: string, file: string, space?: SearchSpace): ShrunkSpace {
    return new ShrunkSpace(parseShrunkSpace(text, file, space));
  }

  /** The file's text in pieces. The same space gives the same text. @throws LissnasError when it is too large for JSON */
  pieces(): Generator<string> {
    return shrunkSpacePieces(this.data);
  }
}
