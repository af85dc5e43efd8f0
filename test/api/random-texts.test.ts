/** Random calls of functions of texts, and random patterns, whose matches are those of regular expressions here. */
import { beforeAll, expect, test } from 'vitest'
import { TEXT_RULES } from '../../lib/hogql/functions/text.ts'
import { URL_RULES } from '../../lib/hogql/functions/urls.ts'
import { seeds } from '../support/seeds.ts'
import { testServer } from '../support/server.ts'
import { event, makeProject } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
beforeAll(() => project.send([event('a', 'u', '2020-01-01T10:00:00Z', { properties: { like: 'a\\', n: 5 } })]))

const ask = (query: string) => server.call('POST', `${project.path}query/`, { query: { kind: 'HogQLQuery', query } })

const HOSTILE = [
  `''`,
  `'a'`,
  `'a,b'`,
  `'%'`,
  `'é😀'`,
  `'https://a.b/c?d=e#f'`,
  `'{}'`,
  `'(a)(b)?'`,
  'null',
  '0',
  '-1',
  '2.5',
  '1e308',
  '0 / 0',
  '-1 / 0',
  `['a', null]`,
  '[]',
  `[1, 2]`,
  'properties.like',
  'properties.none',
  'properties.n',
  `toDate('2020-01-05')`,
  'true',
  `repeat('ab', 500000)`,
]

/** A 400 with a place, or one that the size of a number has caused in the database. */
const CODES = ['hogql_error', 'argument_out_of_bound']

/** A value or a 400: no mistake of ours. */
test.each(seeds(9_000, 20))('whatever functions are called with, seed %i', async (seed) => {
  let state = seed
  const random = (n: number) => {
    state = (state * 48_271) % 2_147_483_647
    return state % n
  }
  for (const [name, { min, max }] of Object.entries({ ...TEXT_RULES, ...URL_RULES })) {
    if (!/^\w+$/.test(name)) continue
    const args = Array.from({ length: min + random(Math.min(max, 4) - min + 1) }, () => HOSTILE[random(HOSTILE.length)])
    const text = `select toString(${name}(${args.join(', ')})) as x from events`
    const { status, body } = await ask(text)
    const isRefused = status === 400 && (CODES.includes(body.code) || /regular expression/.test(body.detail))
    expect([text, status === 200 || isRefused, status === 200 ? '' : body.detail]).toEqual([
      text,
      true,
      status === 200 ? '' : expect.any(String),
    ])
  }
})

/** The first alternative that fits is taken, and lazy repetitions are as short as can be: as in regular expressions here. */
test.each(seeds(8_000, 40))('matches of random patterns, seed %i', async (seed) => {
  let state = seed
  const random = (n: number) => {
    state = (state * 48_271) % 2_147_483_647
    return state % n
  }
  const one = <Item>(items: readonly Item[]) => items[random(items.length)] as Item
  const pattern = (depth: number): string => {
    const parts = Array.from({ length: 1 + random(4) }, () => {
      const isGroup = depth > 0 && random(3) === 0
      const atom = isGroup
        ? `${one(['(', '(', '(?:'])}${pattern(depth - 1)})`
        : one(['a', 'b', 'c', '.', '[ab]', '[^a]'])
      return atom + (random(5) < 2 ? one(['*', '+', '?', '*?', '+?', '{2}', '{1,2}', '{1,2}?', '{2,}']) : '')
    })
    const text = `${random(6) === 0 ? '^' : ''}${parts.join('')}${random(6) === 0 ? '$' : ''}`
    return depth > 0 && random(4) === 0 ? `${text}|${pattern(depth - 1)}` : text
  }
  const texts = Array.from({ length: 8 }, () => Array.from({ length: random(9) }, () => one([...'abcx'])).join(''))
  for (let n = 0; n < 12; n++) {
    const source = pattern(2)
    const groups = Math.min(new RegExp(`${source}|`).exec('')?.length ?? 1, 10) - 1
    const replacement = `<\\0${Array.from({ length: groups }, (_, i) => `,\\${i + 1}`).join('')}>`
    const columns = texts.map(
      (text) => `replaceRegexpAll('${text}', '${source}', '${replacement.replaceAll('\\', '\\\\')}')`,
    )
    const { status, body } = await ask(`select ${columns.join(', ')}`)
    if (status === 400 && /repe/.test(body.detail)) continue
    const wanted = texts.map((text) =>
      text.replaceAll(new RegExp(source, 'gs'), (...found) => {
        const matched = found.slice(0, groups + 1).map((part: string | undefined) => part ?? '')
        return `<${matched.join(',')}>`
      }),
    )
    expect([source, status, body.results?.[0]], JSON.stringify(body.detail)).toEqual([source, 200, wanted])
  }
})
