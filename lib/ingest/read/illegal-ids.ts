const ANY_CASE = [
  'anonymous',
  'guest',
  'distinctid',
  'distinct_id',
  'id',
  'not_authenticated',
  'email',
  'undefined',
  'true',
  'false',
]
const EXACT = ['[object Object]', 'NaN', 'None', 'none', 'null', '0']
const V1_ANY_CASE = [
  ...ANY_CASE,
  ...EXACT,
  'anonymous-user',
  'backend',
  'system',
  'user',
  '00000000-0000-0000-0000-000000000000',
].map((id) => id.toLowerCase())

/** Whether an id is a placeholder that many people share, so that no merge may use it (docs/ingestion-and-entities.md (b)). */
export function isIllegalId(id: string): boolean {
  const bare = unquote(id)
  return bare.trim() === '' || ANY_CASE.includes(bare.toLowerCase()) || EXACT.includes(bare)
}

/** The same by the longer list of capture v1, where such an id gets no person processing at all. */
export function isIllegalIdV1(id: string): boolean {
  const bare = unquote(id)
  return bare.trim() === '' || V1_ANY_CASE.includes(bare.toLowerCase())
}

const unquote = (id: string) => id.match(/^(['"])(.*)\1$/s)?.[2] ?? id
