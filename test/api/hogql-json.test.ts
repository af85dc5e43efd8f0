/** JSON texts of HogQL, with the values that ClickHouse gives. */
import { expect, test } from 'vitest'
import { expectedValues } from '../support/expected-values.ts'
import { testServer } from '../support/server.ts'
import { event, makeProject } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
const ask = (query: string) => server.call('POST', `${project.path}query/`, { query: { kind: 'HogQLQuery', query } })

const expectValues = expectedValues(server, project.path)

const JSON_TEXT =
  '{"s":"text","n":12,"f":1.5,"neg":-3,"t":true,"b":false,"z":null,"e":"","ns":"42","o":{"k":"v","d":{"x":[1,2,{"y":"deep"}]}},"a":[1,"two",3.5,null,true],"as":["x","y"],"ao":[{"id":1},{"id":2}],"ea":[],"eo":{},"big":5000000000}'
const FROM = `from (select '${JSON_TEXT}' as j, '[10, 20, [30, 40]]' as l, 'not json' as w, '' as m, '"str"' as p, '{ "b" : [1, 2.0, 1e3], "a" : "x yé" }' as q)`

const VALUES: readonly (readonly [text: string, value: unknown])[] = [
  ["JSONExtractString(j,'s')", 'text'],
  ["JSONExtractString(j,'o')", '{"k":"v","d":{"x":[1,2,{"y":"deep"}]}}'],
  ["JSONExtractString(j,'a')", '[1,"two",3.5,null,true]'],
  ["JSONExtractString(j,'t')", 'true'],
  ["JSONExtractString(j,'z')", ''],
  ["JSONExtractString(j,'f')", '1.5'],
  ['JSONExtractString(p)', 'str'],
  ['JSONExtractString(w)', ''],
  ["JSONExtractRaw(j,'s')", '"text"'],
  ["JSONExtractRaw(j,'z')", 'null'],
  ["JSONExtractRaw(j,'missing')", ''],
  ['JSONExtractRaw(q)', '{"b":[1,2,1000],"a":"x yé"}'],
  ['JSONExtractRaw(l, 3)', '[30,40]'],
  ["JSONExtractInt(j,'t')", 0],
  ["JSONExtractInt(j,'f')", 1],
  ["JSONExtractInt(j,'neg')", -3],
  ["JSONExtractUInt(j,'neg')", 0],
  ["JSONExtractInt(j,'o','d','x',-2)", 2],
  ["JSONExtractString(j,'o','d','x',3,'y')", 'deep'],
  ['JSONExtractString(j,1)', 'text'],
  ['JSONExtractKey(j,1)', 's'],
  ['JSONExtractKey(j,-1)', 'big'],
  ["JSONExtractBool(j,'n')", 1],
  ["JSONExtractBool(j,'f')", 0],
  ["JSONHas(j,'z')", 1],
  ["JSONHas(j,'o','k')", 1],
  ["JSONHas(j,'o','q')", 0],
  ['JSONHas(l,3,2)', 1],
  ['JSONHas(l,0)', 0],
  ["JSONHas(l,'1')", 0],
  ["JSONHas(w,'a')", 0],
  ["JSONType(j,'n')", 'Int64'],
  ["JSONType(j,'f')", 'Double'],
  ["JSONType(j,'missing')", 'Null'],
  ['JSONType(l)', 'Array'],
  ['JSONLength(p)', 0],
  ['JSONArrayLength(j)', null],
  ['JSONArrayLength(l)', 3],
  ['JSONExtractKeys(q)', ['b', 'a']],
  ["JSONExtractArrayRaw(j,'a')", ['1', '"two"', '3.5', 'null', 'true']],
  ["JSONExtractArrayRaw(j,'ao')", ['{"id":1}', '{"id":2}']],
  ["JSONExtract(j,'a','Array(Int64)')", [1, 0, 3, 0, 1]],
  ["JSONExtract(j,'a','Array(String)')", ['1', 'two', '3.5', '', 'true']],
  ["JSONExtract(j,'a','Array(Nullable(String))')", ['1', 'two', '3.5', null, 'true']],
  ["JSONExtract(j,'a','Tuple(Int64, String, Float64)')", [1, 'two', 3.5]],
  [`JSONExtract('{"a":1,"b":"x"}','Tuple(b String, a Int64)')`, ['x', 1]],
  [`JSONExtract('{"a":1,"b":2}','Map(String, Int64)')`, { a: 1, b: 2 }],
  [`JSONExtract('{"a":1,"b":2}','Map(String, Int64)')['b']`, 2],
  ["JSONExtract(j,'t','Bool')", true],
  ["JSONExtract(j,'n','Int8')", 12],
  ["JSONExtract(j,'big','Int32')", 0],
  ["JSONExtract(j,'big','Nullable(Int32)')", null],
  ["JSONExtract(j,'ao','Array(Map(String, Int64))')", [{ id: 1 }, { id: 2 }]],
  ["JSONExtract(w,'Array(Int64)')", []],
  ["arraySum(JSONExtract(l, 3, 'Array(Int64)'))", 70],
  [
    "JSONExtractKeysAndValuesRaw(j,'o')",
    [
      ['k', '"v"'],
      ['d', '{"x":[1,2,{"y":"deep"}]}'],
    ],
  ],
  [
    `JSONExtractKeysAndValues('{"a":1,"b":"q","c":"3"}','Int64')`,
    [
      ['a', 1],
      ['c', 3],
    ],
  ],
  ['isValidJSON(p)', 1],
  ['isValidJSON(m)', 0],
  ["JSON_VALUE(j,'$.o.k')", 'v'],
  ["JSON_VALUE(j,'$.o.d.x[0]')", '1'],
  ["JSON_VALUE(j,'$.o')", ''],
  ["JSON_VALUE(j,'$.z')", ''],
  ["JSON_EXISTS(j,'$.z')", 1],
  ["JSONExtractString(null,'a')", null],
  ["JSONExtractInt(toString(null),'a')", null],
  [`JSONExtractString('{"a":"\\\\u0000"}','a')`, ''],
  [`JSONExtractString('{"a":"x\\\\ny"}','a')`, 'x\ny'],
  [`JSONExtractFloat('{"a":1e400}','a')`, 0],
  [`JSONExtractInt('{"a":"1.9"}','a')`, 1],
  [`JSONExtractInt(concat('{"a":', toString(5), '}'), 'a')`, 5],
  ["arrayMap(x -> JSONExtractString(x,'id'), JSONExtractArrayRaw(j,'ao'))", ['1', '2']],
  ["JSONExtractString(j, concat('','s'))", 'text'],
  ["toInt(JSONExtractString(j,'ns')) + 1", 43],
  ['arrayFilter(k -> length(k) > 1, JSONExtractKeys(j))', ['neg', 'ns', 'as', 'ao', 'ea', 'eo', 'big']],
  ['arrayFirst(k -> length(k) = 2, JSONExtractKeys(j))', 'ns'],
  ["arrayFirstOrNull(k -> k = 'q', JSONExtractKeys(j))", null],
  ['arraySort(JSONExtractKeys(q))', ['a', 'b']],
  ["arraySplit(k -> k = 'a', JSONExtractKeys(q))", [['b'], ['a']]],
  ["arrayFold((all, k) -> concat(all, k), JSONExtractKeys(q), '')", 'ba'],
  [
    'arrayMap(k -> (k, length(k)), JSONExtractKeys(q))',
    [
      ['b', 1],
      ['a', 1],
    ],
  ],
  ['arrayMap((k, i) -> concat(k, toString(i)), JSONExtractKeys(q), [1, 2])', ['b1', 'a2']],
  ["arrayExists(k -> has([k], 'b'), JSONExtractKeys(q))", 1],
  ["arrayMap(k -> arrayCount(x -> x = k, JSONExtractKeys(q)), ['a', 'c'])", [1, 0]],
  ["arrayFilter(x -> x > 15, JSONExtract(l, 'Array(Float64)'))", [20]],
  ["arraySum(x -> x + 1, JSONExtract(l, 'Array(Float64)'))", 33],
  ["arrayReduce('max', JSONExtractKeys(q))", 'b'],
  ["arrayReduce('sum', JSONExtract(l, 'Array(Float64)'))", 30],
]

test.each([0, 1])('functions of JSON texts: part %i', async (part) => {
  const size = Math.ceil(VALUES.length / 2)
  await expectValues(VALUES.slice(part * size, (part + 1) * size), FROM)
})

test('functions of JSON over whole properties', async () => {
  await project.send([
    event('seen', 'a', '2020-01-01T10:00:00Z', {
      properties: { text: 'x', n: 2.5, none: null, list: ['a', { b: 1 }], of: { k: { d: [1, 2] } }, json: '{"a":[1]}' },
    }),
  ])
  await expectValues(
    [
      ["JSONExtractString(properties, 'text')", 'x'],
      ["JSONExtractString(properties, 'of')", '{"k":{"d":[1,2]}}'],
      ["JSONExtractString(properties, 'of', 'k', 'd', 2)", '2'],
      ["JSONExtractRaw(properties, 'text')", '"x"'],
      ["JSONExtractInt(properties, 'n')", 2],
      ["JSONExtractFloat(properties, 'n')", 2.5],
      ["JSONHas(properties, 'none')", 1],
      ["JSONHas(properties, 'nope')", 0],
      ["JSONLength(properties, 'list')", 2],
      ["JSONType(properties, 'list')", 'Array'],
      ["JSONExtractArrayRaw(properties, 'list')", ['"a"', '{"b":1}']],
      ["JSONExtract(properties, 'of', 'k', 'd', 'Array(Int64)')", [1, 2]],
      ["has(JSONExtractKeys(properties), 'list')", 1],
      ["arrayExists(x -> x = 'list', JSONExtractKeys(properties))", 1],
      ["JSONExtractArrayRaw(properties.json, 'a')", ['1']],
      ["JSONExtractInt(properties.of, 'k', 'd', 1)", 1],
      ["JSONExtractInt(properties.nope, 'k')", null],
      ['JSONExtractArrayRaw(properties.nope)', []],
    ],
    'from events',
  )
})

test.each(["JSONExtract('{}', 'a', 'Nope')", "JSON_VALUE('{}', 'a.b')", "JSONExtract('{}', 'Array')"])(
  '%s is a 400',
  async (text) => {
    const { status, body } = await ask(`select ${text}`)
    expect([status, body.code]).toEqual([400, 'hogql_error'])
  },
)

test('lambdas over the rows of documents', async () => {
  await expectValues([
    [`arrayFilter(x -> x != 'a', JSONExtractKeys('{"b":1,"a":2,"c":3}'))`, ['b', 'c']],
    [`arrayMap(x -> concat(x, '!'), JSONExtractKeys('{"b":1,"a":2}'))`, ['b!', 'a!']],
    [`arrayFirst(x -> x > 'a', JSONExtractKeys('{"b":1,"a":2,"c":3}'))`, 'b'],
    [`arrayLast(x -> x > 'a', JSONExtractKeys('{"b":1,"a":2,"c":3}'))`, 'c'],
    [`arrayFirstIndex(x -> x = 'c', JSONExtractKeys('{"b":1,"a":2,"c":3}'))`, 3],
    [`arraySum(x -> x, JSONExtract('[1,2,"3"]', 'Array(Float64)'))`, 6],
    ["arraySum(JSONExtract('[1,2,true]', 'Array(Float64)'))", 4],
    [`arraySort(JSONExtract('["b","a"]', 'Array(String)'))`, ['a', 'b']],
    [`arrayMap(x -> repeat(x, 2), JSONExtract('["b","a"]', 'Array(String)'))`, ['bb', 'aa']],
    [`arrayMap((x, y) -> concat(x, y), JSONExtract('["b","a"]', 'Array(String)'), ['1','2'])`, ['b1', 'a2']],
    [`arrayMap(x -> x.1, JSONExtractKeysAndValuesRaw('{"b":1,"a":2}'))`, ['b', 'a']],
    [
      `arrayMap(x -> arrayMap(y -> concat(x, y), JSONExtractKeys('{"b":1}')), JSONExtractArrayRaw('[1,2]'))`,
      [['1b'], ['2b']],
    ],
    [`arrayFold((acc, x) -> concat(acc, x), JSONExtractKeys('{"b":1,"a":2}'), '')`, 'ba'],
    ["arrayExists(x -> x = 'b', JSONExtractKeys('not'))", 0],
    [`arraySplit(x -> x = 'a', JSONExtractKeys('{"b":1,"a":2}'))`, [['b'], ['a']]],
  ])
})

test('keys and items are rows, which are grouped and joined', async () => {
  const rows = async (text: string) => {
    const { status, body } = await ask(text)
    expect(status, JSON.stringify(body)).toBe(200)
    return body.results
  }
  const from = `from (select '{"b":[1,2],"a":["x","x"]}' as j)`
  expect(await rows(`select arrayJoin(JSONExtractKeys(j)) as k, length(k), [k] ${from} order by k`)).toEqual([
    ['a', 1, ['a']],
    ['b', 1, ['b']],
  ])
  expect(
    await rows(`select arrayJoin(JSONExtractArrayRaw(j, 'a')) as item, count() ${from} group by item order by item`),
  ).toEqual([['"x"', 2]])
  expect(await rows(`select sum(n) ${from} array join JSONExtract(j, 'b', 'Array(Float64)') as n`)).toEqual([[3]])
  expect(await rows(`select k ${from} array join JSONExtractKeys(j) as k`)).toEqual([['b'], ['a']])
  expect(await rows(`select k from (select '{}' as j) left array join JSONExtractKeys(j) as k`)).toEqual([['']])
  expect(await rows(`select k, v ${from} array join JSONExtractKeys(j) as k, ['y', null] as v`)).toEqual([
    ['b', 'y'],
    ['a', null],
  ])
})
