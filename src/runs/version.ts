/** The version of this program, written into everything it leaves behind; a test holds it equal to package.json. */
export const VERSION = '0.1.0';
