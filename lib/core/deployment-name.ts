/** Neon's pooled host leads to the same database. */
const POOLED = /-pooler(?=\.|$)/

/**
 * The name of a deployment unless `EDGEHOG_PREFIX` gives one: a hash of host, port and name of its database, so that it
 * is known without a call and another database has another one. Empty for a text that is no connection string.
 */
export function deploymentName(databaseUrl: string): string {
  if (!URL.canParse(databaseUrl)) return ''
  const { host, pathname } = new URL(databaseUrl)
  return hash(`${host.toLowerCase().replace(POOLED, '')}${pathname}`)
}

/** FNV-1a of 64 bits, in base 36. */
function hash(text: string): string {
  let state = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(text)) state = BigInt.asUintN(64, (state ^ BigInt(byte)) * 0x100000001b3n)
  return state.toString(36)
}
