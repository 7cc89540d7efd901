/** The size of the generated images. */

/** Height and width in pixels. */
export const SIDE = 32;

/** Both coordinates of the middle, where (0, 0) is the centre of the first pixel. */
export const CENTRE = (SIDE - 1) / 2;
