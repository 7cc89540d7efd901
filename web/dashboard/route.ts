/** Which run is shown, by the address's fragment; the token that a fragment may bring is kept for this tab and taken out of the address. */

const TOKEN = 'lissnas-token';

/** The token to control runs by, where one was given. */
export function takeToken(): string | undefined {
  const given = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (given !== undefined) {
    sessionStorage.setItem(TOKEN, given);
    history.replaceState(null, '', '#');
  }
  return sessionStorage.getItem(TOKEN) ?? undefined;
}

/** The fragment that shows a run. */
export function fragmentOf(name: string): string {
  return `#/${encodeURIComponent(name)}`;
}

/** The run that the address shows, if any. */
export function shownRun(): string | undefined {
  const name = location.hash.startsWith('#/') ? location.hash.slice(2) : '';
  try {
    return name === '' ? undefined : decodeURIComponent(name);
  } catch {
    return undefined;
  }
}
