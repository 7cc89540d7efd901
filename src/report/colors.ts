/** Bold and colours for a terminal; plain text where standard output is a file or a pipe, in CI too, or NO_COLOR is set. */
import { isatty } from 'node:tty';
import pc from 'picocolors';

/** Functions that mark up a text, or leave it as it is. */
export const colors = pc.createColors(pc.isColorSupported && isatty(1));
