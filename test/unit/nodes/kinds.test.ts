import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { isKind, parseQuery, validateQuery } from '../../../lib/nodes/index.ts'
import { STORED_KINDS } from '../../../lib/nodes/stored-kinds.ts'
import { ROOT, readModules } from '../../../scripts/modules.ts'

/** Text from outside is looked up in tables of kinds. */
test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', ''])('%j is no kind', (kind) => {
  expect(isKind(kind)).toBe(false)
  expect(() => validateQuery({ kind })).toThrow(expect.objectContaining({ status: 400, code: 'parse_error' }))
  expect(() => parseQuery({ kind })).toThrow(expect.objectContaining({ status: 400, code: 'parse_error' }))
})

test('a kind that is stored and not computed says so, inside a wrapper too', () => {
  const refused = expect.objectContaining({ status: 400, code: 'not_supported' })
  const stored = { kind: 'LogsQuery' }
  expect(() => parseQuery(stored)).toThrow(refused)
  expect(() => parseQuery({ kind: 'DataTableNode', source: stored })).toThrow(refused)
})

test('a kind is computed or only stored', () => {
  for (const kind of STORED_KINDS.keys()) expect(isKind(kind), kind).toBe(false)
})

test('the document names every table that a kind is in', () => {
  const tables = readModules('lib').flatMap(({ file, text }) =>
    [...text.matchAll(/const (\w+): \{ readonly \[K in (?:Insight)?Kind\]/g)].map(([, name]) => [name ?? '', file]),
  )
  expect(tables.length).toBeGreaterThan(10)
  const document = readFileSync(resolve(ROOT, 'docs/adding-a-kind.md'), 'utf8')
  for (const [name, file] of tables) expect(document, `${name} of ${file}`).toContain(`\`${name}\``)
})
