/** The rules of docs/paths.md, over HTTP and a real database. */
import { beforeAll, expect, test } from 'vitest'
import { at, type Edge, pages, pathsOf, RANGE } from '../support/paths.ts'
import { testServer } from '../support/server.ts'
import { event, makeProject, type TestProject } from '../support/world.ts'

const server = await testServer()
const { ask, edges, people, projectOf } = pathsOf(server)

let project: TestProject
beforeAll(async () => {
  project = await makeProject(server, { timezone: 'UTC' })
})

test('one slash at the end of an address is dropped, and what is left is the same page', async () => {
  const own = await projectOf(pages('p', '00:00 /a', '01:00 /a/', '02:00 /', '03:00 /b//', '04:00 /b/', '05:00'))
  expect(await edges(own)).toEqual(['1_/a 2_/ 1 60', '2_/ 3_/b/ 1 60', '3_/b/ 4_/b 1 60', '4_/b 5_ 1 60'])
})

test('of repeats the last one gives the time; half an hour ends a way', async () => {
  const own = await projectOf(pages('p', '00:00 /a', '10:00 /a', '11:00 /b', '40:59 /c', '40:59 /c'))
  await own.send(pages('q', '00:00 /a', '30:00 /b', '31:00 /c'))
  expect(await edges(own)).toEqual(['1_/a 2_/b 1 60', '1_/b 2_/c 1 60', '2_/b 3_/c 1 1799'])
})

test('events at the same instant come in the order of their items', async () => {
  const own = await projectOf(pages('p', '00:00 /c', '00:00 /a', '00:00 /b', '00:00 /a', '01:00 /B', '01:00 /Ä'))
  expect(await edges(own)).toEqual(['1_/a 2_/b 1 0', '2_/b 3_/c 1 0', '3_/c 4_/B 1 60', '4_/B 5_/Ä 1 0'])
})

test('a name and an address with the same text are one item; only addresses lose a slash', async () => {
  const own = await projectOf([
    ...pages('p', '00:00 x/', '02:00 y', '04:00 y/'),
    event('x', 'p', at('12:01:00')),
    event('y/', 'p', at('12:03:00')),
    event('$screen', 'p', at('12:05:00'), { properties: { $screen_name: 'y' } }),
    event('$autocapture', 'p', at('12:06:00')),
  ])
  const types = (...includeEventTypes: string[]) => edges(own, { includeEventTypes })
  expect(await types('$pageview', 'custom_event')).toEqual(['1_x 2_y 1 60', '2_y 3_y/ 1 60', '3_y/ 4_y 1 60'])
  expect(await types('$screen', '$pageview')).toEqual(['1_x 2_y 1 300'])
  expect(await types()).toEqual(['1_x 2_y 1 60', '2_y 3_y/ 1 60', '3_y/ 4_y 1 120', '4_y 5_$autocapture 1 60'])
  expect(await edges(own, { includeEventTypes: null, excludeEvents: ['y'] })).toHaveLength(4)
})

test('addresses that have no number, because they are long, are read as texts', async () => {
  const long = `/long/${'x'.repeat(300)}`
  const own = await projectOf(pages('p', '00:00 /a', `01:00 ${long}/`, `02:00 ${long}`, '03:00 /a/'))
  expect(await edges(own)).toEqual([`1_/a 2_${long} 1 120`, `2_${long} 3_/a 1 60`])
  expect(await edges(own, { startPoint: `${long}/` })).toEqual([`1_${long} 2_/a 1 60`])
})

test('project rules come before those of the query, if they are switched on; they are part of the key', async () => {
  const own = await projectOf(pages('p', '00:00 /user/1', '01:00 /user/2', '02:00 /home?utm=1'))
  const patch = (path_cleaning_filters: unknown) => server.call('PATCH', own.path, { path_cleaning_filters })
  const cached = async (pathsFilter: object = {}) => {
    const query = {
      kind: 'PathsQuery',
      pathsFilter: { includeEventTypes: ['$pageview'], ...pathsFilter },
      dateRange: RANGE,
    }
    const { body } = await server.call('POST', `${own.path}query/`, { query })
    return body.results.map(({ source, target }: Edge) => `${source} ${target}`)
  }
  expect(await cached()).toEqual(['1_/user/1 2_/user/2', '2_/user/2 3_/home?utm=1'])
  const rules = [{ alias: '/user/<id>', regex: '\\/user\\/\\d+' }]
  const changed = await patch(rules)
  expect(changed.body.path_cleaning_filters).toEqual(rules)
  expect((await server.call('GET', own.path)).body.path_cleaning_filters).toEqual(rules)
  expect(await cached({ pathReplacements: true })).toEqual(['1_/user/<id> 2_/home?utm=1'])
  const local = [{ regex: '<id>', alias: 'me' }, { regex: '\\?.*' }]
  expect(await cached({ pathReplacements: true, localPathCleaningFilters: local })).toEqual(['1_/user/me 2_/home'])
  expect(await cached()).toHaveLength(2)
  expect(await cached({ pathReplacements: false })).toHaveLength(2)
})

test.each([
  ['(?<=a)b', 'this kind of group'],
  ['a*', 'empty text'],
  ['(a*b?)*c', 'what is repeated can be empty'],
])('the pattern %s is refused where it is saved and where it is asked for', async (regex, reason) => {
  const saved = await server.call('PATCH', project.path, {
    path_cleaning_filters: [{ regex: 'a' }, { regex, alias: '' }],
  })
  expect(saved.status).toBe(400)
  expect(saved.body.attr).toBe('path_cleaning_filters__1__regex')
  expect(saved.body.detail).toContain(reason)
  const asked = await ask(project, { localPathCleaningFilters: [{ regex, alias: '' }] })
  expect(asked.status).toBe(400)
  expect(asked.body.attr).toBe('query__pathsFilter__localPathCleaningFilters__0__regex')
})

test('an alias that names a part of the match is refused; one with a backslash of its own is not', async () => {
  const refused = await ask(project, { localPathCleaningFilters: [{ regex: 'a', alias: 'x\\1' }] })
  expect(refused.status).toBe(400)
  const own = await projectOf(pages('p', '00:00 /aa', '01:00 /b'))
  expect(await edges(own, { localPathCleaningFilters: [{ regex: 'a', alias: '\\\\&' }] })).toEqual([
    '1_/\\&\\& 2_/b 1 60',
  ])
})

test('only stars of a grouping are special, the last that matches names the item, and it is excluded after', async () => {
  const own = await projectOf(pages('p', '00:00 /a.b/1', '01:00 /axb/2', '02:00 /[x]?', '03:00 /end'))
  expect(await edges(own, { pathGroupings: ['/a.b/*', '/*/2', '[x]?'] })).toEqual([
    '1_/a.b/* 2_/*/2 1 60',
    '2_/*/2 3_[x]? 1 60',
    '3_[x]? 4_/end 1 60',
  ])
  expect(await edges(own, { pathGroupings: ['/a*b', '/axb*'], excludeEvents: ['/axb*', '/a.b/1'] })).toEqual([
    '1_/a*b 2_/[x]? 1 120',
    '2_/[x]? 3_/end 1 60',
  ])
})

test('points cut ways: the first start, the first end after it, half from each side', async () => {
  const own = await projectOf(
    pages(
      'p',
      '00:00 /e',
      '01:00 /s',
      '02:00 /1',
      '03:00 /2',
      '04:00 /3',
      '05:00 /4',
      '06:00 /s',
      '07:00 /e',
      '08:00 /z',
      '09:00 /e',
    ),
  )
  expect(await edges(own, { startPoint: '/s/', stepLimit: 3 })).toEqual(['1_/s 2_/1 1 60', '2_/1 3_/2 1 60'])
  expect(await edges(own, { endPoint: '/e' })).toEqual([])
  expect(await edges(own, { endPoint: '/3', stepLimit: 3 })).toEqual(['1_/1 2_/2 1 60', '2_/2 3_/3 1 60'])
  expect(await edges(own, { startPoint: '/s', endPoint: '/e' })).toEqual([
    '1_/s 2_/1 1 60',
    '2_/1 3_... 1 60',
    '3_... 4_/s 1 180',
    '4_/s 5_/e 1 60',
  ])
  expect(await edges(own, { startPoint: '/s', endPoint: '/s' })).toEqual([])
  expect(await edges(own, { startPoint: '/e', endPoint: '/s', stepLimit: 1 })).toEqual([])
  expect(await edges(own, { startPoint: '/none', endPoint: '/e' })).toEqual([])
})

test('edges are bounded by weight and number, then those that nothing leads to vanish', async () => {
  const own = await projectOf([
    ...pages('p', '00:00 /a', '01:00 /b', '02:00 /c'),
    ...pages('q', '00:00 /x', '01:00 /b', '02:00 /c'),
    ...pages('r', '00:00 /a', '01:00 /b'),
  ])
  expect(await edges(own)).toEqual(['1_/a 2_/b 2 60', '2_/b 3_/c 2 60', '1_/x 2_/b 1 60'])
  expect(await edges(own, { edgeLimit: 2 })).toEqual(['1_/a 2_/b 2 60', '2_/b 3_/c 2 60'])
  expect(await edges(own, { maxEdgeWeight: 1 })).toEqual(['1_/x 2_/b 1 60'])
  await own.send(pages('s', '00:00 /x', '01:00 /y', '02:00 /b', '03:00 /z'))
  expect(await edges(own, { minEdgeWeight: 1, startPoint: '/b' })).toEqual(['1_/b 2_/c 2 60', '1_/b 2_/z 1 60'])
})

test('positions of two digits are ordered as texts', async () => {
  const visits = Array.from({ length: 21 }, (_, index) => `${String(index).padStart(2, '0')}:00 /${index}`)
  const own = await projectOf(pages('p', ...visits))
  const all = await edges(own, { stepLimit: 20 })
  expect(all).toHaveLength(19)
  expect(all.slice(0, 3)).toEqual(['10_/9 11_/10 1 60', '11_/10 12_/11 1 60', '12_/11 13_/12 1 60'])
  for (const limits of [{ stepLimit: 51 }, { edgeLimit: 5_001 }, { stepLimit: -1 }])
    expect((await ask(own, limits)).status).toBe(400)
})

test('the people of an edge are those who travelled it, at an item those who arrived there, went on and dropped off', async () => {
  const own = await projectOf([
    ...pages('ab', '00:00 /a', '01:00 /b'),
    ...pages('abc', '00:00 /a', '01:00 /b', '02:00 /c'),
    ...pages('xb', '00:00 /x', '01:00 /b'),
    ...pages('a', '00:00 /a'),
  ])
  expect(await people(own, { pathStartKey: '1_/a', pathEndKey: '2_/b' })).toEqual(['ab', 'abc'])
  expect(await people(own, { pathEndKey: '2_/b' })).toEqual(['ab', 'abc', 'xb'])
  expect(await people(own, { pathStartKey: '2_/b' })).toEqual(['abc'])
  expect(await people(own, { pathDropoffKey: '2_/b' })).toEqual(['ab', 'xb'])
  expect(await people(own, { pathDropoffKey: '2_/b', stepLimit: 2 })).toEqual(['ab', 'abc', 'xb'])
  expect(await people(own, { pathEndKey: '1_/a' })).toEqual(['a', 'ab', 'abc'])
  expect(await people(own, { pathDropoffKey: '1_/b', startPoint: '/b' })).toEqual(['ab', 'xb'])
  expect(await people(own, { pathDropoffKey: '2_/b', endPoint: '/b' })).toEqual(['ab', 'abc', 'xb'])
  expect(await people(own, {})).toEqual(['a', 'ab', 'abc', 'xb'])
  const refused = await server.call('POST', `${own.path}query/`, {
    query: {
      kind: 'ActorsQuery',
      source: { kind: 'InsightActorsQuery', source: { kind: 'PathsQuery', pathsFilter: { pathEndKey: '/b' } } },
    },
  })
  expect(refused.status).toBe(400)
  expect(refused.body.attr).toBe('query__source__source__pathsFilter__pathEndKey')
})

test('an unknown key is refused by its path', async () => {
  const { status, body } = await ask(project, { pathLimit: 3 })
  expect(status).toBe(400)
  expect(body.detail).toContain('query.pathsFilter.pathLimit')
})
