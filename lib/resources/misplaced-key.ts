/** What a request without a valid key has done wrong, so that whoever sent it can set it right. */

/** Where a key belongs. */
const BEARER = '"Authorization: Bearer phx_…"'
const KEY_HEADERS = ['X-API-Key', 'X-Api-Token', 'Api-Key']

/** A sentence about a key that is where none is looked for; empty if the request has none. */
export function misplacedKey(header: (name: string) => string | undefined, hasUnreadBody: boolean): string {
  if (header('authorization')?.trim()) return `The header must be ${BEARER}.`
  const other = KEY_HEADERS.find((name) => header(name))
  if (other) return `A key in ${other} is not read; send the header ${BEARER}.`
  return hasUnreadBody ? `The body of a GET is not read; send the header ${BEARER}.` : ''
}

/** A sentence about a text in place of a personal API key; empty unless it is known what it is. */
export const mistakenKey = (text: string): string =>
  text.startsWith('phc_')
    ? 'This is a project token (phc_…), which only captures events; use a personal API key (phx_…).'
    : ''
