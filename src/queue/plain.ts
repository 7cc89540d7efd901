/** Text that others have put into the queue, for people to read. */

/** The text with a blank for every control character but line feeds, so that a terminal takes it for nothing but text. */
export function plain(text: string): string {
  return text.replace(/(?!\n)\p{Cc}/gu, ' ');
}
