/** Arrays, lambdas, tuples and maps of HogQL, with the values that ClickHouse gives: one table of them, which is why it is one file. */
import { expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { makeProject } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
const ask = (query: string) => server.call('POST', `${project.path}query/`, { query: { kind: 'HogQLQuery', query } })

/** Many expressions in one query; each that has another value is named. */
async function expectValues(cases: readonly (readonly [text: string, value: unknown])[], from = '') {
  const { status, body } = await ask(`select ${cases.map(([text], i) => `${text} as v${i}`).join(', ')} ${from}`)
  expect(status, JSON.stringify(body)).toBe(200)
  const values = cases.map(([text], i) => [text, body.results[0][i]])
  expect(values).toEqual(cases.map(([text, value]) => [text, value]))
}

const VALUES: readonly (readonly [text: string, value: unknown])[] = [
  ['[1,2,3][2]', 2],
  ['[1,2,3][-1]', 3],
  ['[1,2,3][9]', 0],
  ["['a'][5]", ''],
  ['[null,1][7]', null],
  ['[[1],[2]][5]', []],
  ["[(1,'a')][4]", [0, '']],
  ['has([1,null], null)', 1],
  ['has([1,2], null)', 0],
  ["has(['a','b'], 'a')", 1],
  ['has([[1],[2]], [2])', 1],
  ['hasAll([1,2,3],[3,1])', 1],
  ['hasAll([1],[])', 1],
  ['hasAny([1,2],[5,2])', 1],
  ["hasAny(['a'],['b'])", 0],
  ['hasSubstr([1,2,3],[2,3])', 1],
  ['hasSubstr([1,2],[])', 1],
  ['hasSubstr([],[1])', 0],
  ['indexOf([1,2,null],null)', 3],
  ["indexOf(['a'],'b')", 0],
  ['countEqual([1,2,1,null],1)', 2],
  ['countEqual([1,null,null],null)', 2],
  ['arraySlice([1,2,3,4],-5,3)', [1, 2]],
  ['arraySlice([1,2,3,4],2,-1)', [2, 3]],
  ["arraySlice(['a','b','c'],-2,-1)", ['b']],
  ['arrayResize([1,2,3],-2)', [2, 3]],
  ['arrayResize([1,2,3],-5)', [0, 0, 1, 2, 3]],
  ['arrayResize([1,2],0)', []],
  ['arrayRotateLeft([1,2,3,4],3)', [4, 1, 2, 3]],
  ['arrayRotateLeft([1,2,3],-1)', [3, 1, 2]],
  ['arrayRotateRight([1,2,3],1)', [3, 1, 2]],
  ['arrayShiftLeft([1,2,3],2)', [3, 0, 0]],
  ['arrayShiftRight([1,2,3],1,9)', [9, 1, 2]],
  ['arrayDistinct([1,1,null,null,2])', [1, 2]],
  ['arrayUniq([1,1,null])', 2],
  ['arrayUniq([1,1],[2,3])', 2],
  ['arrayIntersect([1,2,2],[2,3])', [2]],
  ["arrayIntersect(['a','b'],['b','c'],['b'])", ['b']],
  ["arrayZip([1,2],['a','b'])[2].2", 'b'],
  [
    'arrayFlatten([[(1,2)],[(3,4)]])',
    [
      [1, 2],
      [3, 4],
    ],
  ],
  ['arrayFlatten([1,2])', [1, 2]],
  ['arrayCompact([1,1,null,null,2])', [1, null, 2]],
  ['arrayEnumerateUniq([10,20,10])', [1, 1, 2]],
  ['arrayEnumerateDense([10,20,10])', [1, 2, 1]],
  ['range(5,0,-2)', [5, 3, 1]],
  ['range(3,1)', []],
  ['arrayCumSum([1,-2,3])', [1, -1, 2]],
  ['arrayCumSumNonNegative([1,1,-4,1])', [1, 2, 0, 1]],
  ['arrayDifference([1,2,3,10])', [0, 1, 1, 7]],
  ['arrayCumSum(x -> x*2,[1,2])', [2, 6]],
  ['arrayProduct([])', 0],
  ['arrayAvg([])', 0],
  ['arraySum([])', 0],
  ['arrayMin([])', null],
  ["arrayMax(['a','é','z'])", 'é'],
  ['arrayMax([[1],[2,1],[2]])', [2, 1]],
  ['arraySum(x -> x > 1, [1,2,3])', 2],
  ['arraySort(x -> (x % 2, x), [4,3,2,1])', [2, 4, 1, 3]],
  ['arrayReverseSort([3,1,2])', [3, 2, 1]],
  ['arrayReverseSort(x -> -x, [3,1,2])', [1, 2, 3]],
  ['arraySort([3,null,1])', [1, 3, null]],
  ['arrayReverseSort([3,null,1])', [3, 1, null]],
  ["arraySort(['b','é','a','Z'])", ['Z', 'a', 'b', 'é']],
  ['arraySort([true,false])', [0, 1]],
  ['arrayFill(x -> not isNull(x), [1,null,3,null])', [1, 1, 3, 3]],
  ['arrayReverseFill(x -> not isNull(x), [1,null,3,null])', [1, 3, 3, null]],
  [
    'arraySplit((x,y) -> y, [1,2,3,4,5],[1,0,0,1,0])',
    [
      [1, 2, 3],
      [4, 5],
    ],
  ],
  ['arrayReverseSplit((x,y) -> y, [1,2,3,4,5],[1,0,0,1,0])', [[1], [2, 3, 4], [5]]],
  ['arrayFold((acc,x) -> acc + x*2, [1,2,3], 3)', 15],
  ['arrayFold((acc,x) -> arrayPushFront(acc,x), [1,2,3], arraySlice([1],2))', [3, 2, 1]],
  ['arrayFold((acc,x,y) -> acc + x*y, [1,2],[3,4], 0)', 11],
  ["arrayFold((acc,x) -> concat(acc, x), ['a','b'], '')", 'ab'],
  ['arrayFold((acc,x) -> acc, [], 7)', 7],
  ['arrayExists(x -> x > 2, [1,2])', 0],
  ['arrayAll(x -> x > 0, [1,2])', 1],
  ['arrayAll(x -> x > 0, [])', 1],
  ['arrayAll([1,0])', 0],
  ['arrayExists([0,0])', 0],
  ['arrayFirst(x -> x > 1, [1,2,3])', 2],
  ['arrayLast(x -> x > 1, [1,2,3])', 3],
  ["arrayFirst(x -> x = 'z', ['a'])", ''],
  ['arrayFirstOrNull(x -> x > 5, [1])', null],
  ['arrayLastIndex(x -> x > 1, [1,2,3])', 3],
  ['arrayFirstIndex(x -> x > 9, [1,2,3])', 0],
  [
    'arrayMap(x -> arrayMap(y -> x + y, [1,2]), [10,20])',
    [
      [11, 12],
      [21, 22],
    ],
  ],
  ["arrayMap((x,y) -> concat(x,toString(y)), [('a',1),('b',2)])", ['a1', 'b2']],
  ['arrayMap(x -> x.1, arrayZip([1,2],[3,4]))', [1, 2]],
  ['arrayMap(x -> null, [1,2])', [null, null]],
  ['arrayMap(x -> x = 1, [1,2])', [1, 0]],
  ['arrayMap(x -> toBool(x), [1,0])', [true, false]],
  ['arrayMap(x -> 1/x, [1,0])', [1, null]],
  ["length(arrayMap(x -> toDate('2020-01-01'), [1]))", 1],
  ["arrayMap(x -> toDate('2020-01-01'), [1])", ['2020-01-01']],
  ["tuple(1,'a').2", 'a'],
  ['tupleElement((1,2),2)', 2],
  ['tuplePlus((1,2),(3,4))', [4, 6]],
  ['tupleHammingDistance((1,2,3),(3,2,1))', 2],
  ['dotProduct((1,2),(2,3))', 8],
  ['dotProduct([1,2],[2,3])', 8],
  ["map('b',1,'a',2)", { b: 1, a: 2 }],
  ["mapKeys(map('b',1,'a',2))", ['b', 'a']],
  ["map(1,'x')[1]", 'x'],
  ["map(1,'x')[2]", ''],
  ["mapFromArrays(['a','b'],[1,2])['b']", 2],
  ["mapAdd(map('a',1),map('a',2,'b',3))", { a: 3, b: 3 }],
  ["mapFilter((k,v) -> v > 1, map('a',1,'b',2))", { b: 2 }],
  ["mapApply((k,v) -> (k, v*10), map('a',1,'b',2))", { a: 10, b: 20 }],
  ["mapContains(map('a',1),'z')", 0],
  ["length(map('a',1,'b',2))", 2],
  ['empty(map())', 1],
  ['reverse([1,2])', [2, 1]],
  ['if(1 > 2, [1], [2,3])', [2, 3]],
  ['if(1 > 2, [(1,2)], [(3,4)])', [[3, 4]]],
  ['coalesce(null, [1])', [1]],
  ['[1,2] || [3]', [1, 2, 3]],
  ['concat([1],[2])', [1, 2]],
  ['(1,2) in ((1,2),(3,4))', 1],
  ['[1] in ([1],[2])', 1],
  ['(1,null) = (1,null)', 1],
  ['[1,2] > [1]', 1],
  ["(1,'a') < (1,'B')", 0],
  ["arrayWithConstant(2,'x')", ['x', 'x']],
  ['arrayWithConstant(2,[1])', [[1], [1]]],
  ['arrayAUC([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])', 0.75],
  ["arrayMap(x -> upper(x), ['a'])", ['A']],
  ["arrayMap(d -> toString(d), [toDate('2020-01-01')])", ['2020-01-01']],
  ["arrayMap(d -> d + 1, [toDate('2020-01-01')])", ['2020-01-02']],
  ['[1,2,3][arrayFirstIndex(x -> x = 2, [1,2,3])]', 2],
  ['arraySlice([1,2,NULL,4,5], 2, 3)', [2, null, 4]],
  ['arraySort((x,y)->-y,[0,1,2],[1,2,3])', [2, 1, 0]],
  ['arrayEnumerateUniq([1,1,1,2,2,2],[1,1,2,1,1,2])', [1, 2, 1, 1, 2, 1]],
  ['hasAll([],[])', 1],
  ['hasAll([1,null],[null])', 1],
  ['hasAny([],[])', 0],
  ['hasAll([[1,2],[3,4]],[[1,2],[3,5]])', 0],
  ['hasSubstr([1,2,null,3,4],[2,null,3])', 1],
  ['arrayMin(x -> -x, [1,2,4])', -4],
  ['arrayMax(x -> (-x), [1,2,4])', -1],
  ['arrayAvg(x -> x*x, [2,4])', 10],
  ['arrayResize([1],3,null)', [1, null, null]],
  ['1 in [1,2]', 1],
  ["'a' in ['b']", 0],
  ['null in [1,null]', 1],
  ['[1 = 1, 2 = 1]', [1, 0]],
  ['[true,false]', [1, 0]],
  ["arrayMax([toDate('2020-01-01'), toDate('2020-03-01')])", '2020-03-01'],
  ["arraySort([toDate('2020-03-01'), toDate('2020-01-01')])", ['2020-01-01', '2020-03-01']],
  ["arrayMap(x -> toStartOfMonth(x), [toDate('2020-03-05')])", ['2020-03-01']],
  ["arrayFirst(x -> x.1 > 5, [(1,'a')])", [0, '']],
  ["map('a',[1])['b']", []],
  ['arrayCount(x -> x > 1, [null,2])', 1],
  ['arrayFilter(x -> x is not null, [1,null,3])', [1, 3]],
  ['toString([1,2])', '[1,2]'],
  ["toString(['a','it''s'])", "['a','it\\'s']"],
  ["toString((1,'a'))", "(1,'a')"],
  ["toString(map('a',1))", "{'a':1}"],
  ['toString([[1],[]])', '[[1],[]]'],
  ['toString([null,1])', '[NULL,1]'],
  ["toString([toDate('2020-01-01')])", "['2020-01-01']"],
  ['toString([1.5, 2])', '[1.5,2]'],
  ['toJSONString([1,2])', '[1,2]'],
  ["toJSONString(map('a',1))", '{"a":1}'],
  ["toJSONString((1,'a'))", '[1,"a"]'],
  ["toJSONString(['a'])", '["a"]'],
  ["arrayStringConcat(arrayMap(x -> toString(x), [1,2]), ',')", '1,2'],
  ["arrayStringConcat(['a',null,'b'])", 'ab'],
  ['arrayMap(x -> (x, x+1).2, [1,2])', [2, 3]],
  ["arrayFilter((x, i) -> i % 2 = 1, ['a','b','c'], arrayEnumerate(['a','b','c']))", ['a', 'c']],
  ["arrayReduce('sum', arrayMap(x -> x*x, range(4)))", 14],
  ["arrayMap(s -> splitByChar('=', s)[2], ['a=1','b=2'])", ['1', '2']],
  [
    "arrayZip(['a','b'], arrayEnumerate(['a','b']))",
    [
      ['a', 1],
      ['b', 2],
    ],
  ],
  ["arrayConcat(['a'], arrayMap(x -> lower(x), ['B']))", ['a', 'b']],
  ['arrayUniq([])', 0],
  ['arrayWithConstant(0, 1)', []],
  ["arrayDistinct(['b','a','b'])", ['b', 'a']],
  ["arrayReverse(['a','b'])", ['b', 'a']],
  ["arrayExists(x -> x = 'b', ['a','b'])", 1],
  ["not arrayExists(x -> x = 'c', ['a','b'])", 1],
  ["if(has([1,2],1), 'y','n')", 'y'],
  ['arraySum(arrayMap(x -> if(x > 1, x, 0), [1,2,3]))', 5],
  ['arrayAll(x -> x > 0 and x < 5, [1,2])', 1],
  [
    'arrayMap(x -> [x, x * 2], [1,2])',
    [
      [1, 2],
      [2, 4],
    ],
  ],
  ['arrayFlatten(arrayMap(x -> [x, x * 2], [1,2]))', [1, 2, 2, 4]],
  ['arrayMap(x -> length(x), [[1],[1,2]])', [1, 2]],
  ['arrayMap(x -> arraySum(x), [[1],[1,2]])', [1, 3]],
  ["arrayFirstIndex(x -> x = 'b', ['a','b'])", 2],
  ["tupleElement(('a', 2), 1)", 'a'],
  ['(1, (2, 3)).2.1', 2],
  ['[(1, [2,3])][1].2[2]', 3],
  ['length(range(100000))', 100000],
  ["length('')", 0],
  ['empty([])', 1],
  ["notEmpty([''])", 1],
  ["empty('')", 1],
  ['arraySort(x -> -x, [1,2,3])[1]', 3],
  ["arrayMax(['b','a'])", 'b'],
  ['arrayDifference([5])', [0]],
  ['arrayCumSum([])', []],
  ["arrayCompact(['a','a','b'])", ['a', 'b']],
  ['arrayPopFront([])', []],
  ["arraySlice(['a','b','c'], 2)", ['b', 'c']],
  ["arrayMap((a,b) -> a || b, ['x','y'], ['1','2'])", ['x1', 'y2']],
  ["mapKeys(map('x',1))", ['x']],
  ["mapFromArrays([1,2],['a','b'])[2]", 'b'],
  ["indexOf(['a','b'],'b')", 2],
  ["arrayElement(['a','b'], 1)", 'a'],
  ["countEqual(['a','b','a'],'a')", 2],
  ["reverse('abc')", 'cba'],
  ["reverse(['a','b'])", ['b', 'a']],
  ['(1,2) = (1,2)', 1],
  ['(1,2) != (1,3)', 1],
  ['(1,2) > (1,1)', 1],
  ['[1,2] in ([1,2],[3])', 1],
  ['tuple()', []],
  ["tuple('a')", ['a']],
  ['[1,2,3][2+1]', 3],
  ["[1,2,3][toInt('2')]", 2],
  ["arrayReduce('sum',[1,2,3])", 6],
  ["arrayReduce('max',[1,5,3])", 5],
  ["arrayReduce('uniq',[1,1,3])", 2],
  ["arrayReduce('avg',[1,2])", 1.5],
  ["arrayReduce('count',[1,2])", 2],
  ["arrayReduce('max',['a','b'])", 'b'],
  ["arrayReduce('quantile(0.5)',[1,2,3])", 2],
  ["arrayReduce('median',[1,2,3])", 2],
  ["arrayMap(x -> arrayReduce('sum', x), [[1,2],[3]])", [3, 3]],
  ["has([toDate('2020-01-01')], toDate('2020-01-01'))", 1],
  ['[1,2] = [1,2]', 1],
  ['[] = []', 1],
  ['arrayConcat([], [1])', [1]],
  ['[[],[1]]', [[], [1]]],
]

test.each([0, 1, 2, 3])('functions of arrays, lambdas, tuples and maps: part %i', async (part) => {
  const size = Math.ceil(VALUES.length / 4)
  await expectValues(VALUES.slice(part * size, (part + 1) * size))
})

test.each([
  ['select arrayMap(x -> x + n, [1]) from (select 5 as n)', [6]],
  [
    'select number, arraySum(range(number)) from numbers(3)',
    [
      [0, 0],
      [1, 0],
      [2, 1],
    ],
  ],
  [
    "select arrayMap(x -> (x, n), ['a','b']) from (select number as n from numbers(2))",
    [
      [
        [
          ['a', 0],
          ['b', 0],
        ],
      ],
      [
        [
          ['a', 1],
          ['b', 1],
        ],
      ],
    ],
  ],
  ["select t.1 from (select (1,'a') as t)", 1],
  ["select t.2 from (select (1,'a') as t)", 'a'],
  ["select a[1].2 from (select [(1,'a')] as a)", 'a'],
  ["select m['a'] from (select map('a',1) as m)", 1],
  ['select arraySort(a)[-1] from (select [3,1] as a)', 3],
  ["select arrayMap(x -> x.1, a) from (select [(1,'a'),(2,'b')] as a)", [1, 2]],
  ["select a, length(a) as n from (select splitByChar(',','x,y') as a)", [['x', 'y'], 2]],
  ['with [1,2,3] as a select arraySum(a)', 6],
  ['select arrayJoin(arrayMap(x -> x * 2, [1,2])) as y order by y', [[2], [4]]],
  ['select arrayFilter(x -> x > 1, [1,2,3]) as f, arraySum(f)', [[2, 3], 5]],
  ['select x from (select [1] as x union all select arrayFilter(x -> x > 5, [1]) as x)', [[[1]], [[]]]],
  ["select x from (select ['a'] as x union all select ['b', null] as x)", [[['a']], [['b', null]]]],
  ["select x from (select [(1,'a')] as x union all select [(2,'b')] as x)", [[[[1, 'a']]], [[[2, 'b']]]]],
  ['select x from (select [] as x union all select [1] as x)', [[[]], [[1]]]],
  ['select x from (select (1,2) as x union all select null as x)', [[[1, 2]], [null]]],
])('%s', async (text, value) => {
  const { status, body } = await ask(text)
  expect(status, JSON.stringify(body)).toBe(200)
  const [row] = body.results
  expect(body.results.length > 1 ? body.results : row.length > 1 ? row : row[0]).toEqual(value)
})

test.each([
  '[1,2][0]',
  "arrayConcat([1],['a'])",
  'arrayMap((x,y) -> x, [1])',
  'arrayMap([1])',
  'select length(range(100001))',
  'with x -> x * 2 as f select arrayMap(f, [1])',
  '(1,2) in ((1,2))',
  "arrayReduce('nope',[1,2,3])",
  'arrayMap(x -> range(1000), range(100000))',
  "arrayMap(x -> repeat('x', 1000000), range(1000))",
  "[1, 'a']",
])('%s is a 400', async (text) => {
  const { status, body } = await ask(text.startsWith('select') || text.startsWith('with') ? text : `select ${text}`)
  expect([status, body.type]).toEqual([400, 'validation_error'])
})

test('a lambda may read nothing of its element, a key of the groups and aggregates', async () => {
  const rows = async (text: string) => {
    const { status, body } = await ask(text)
    expect(status, JSON.stringify(body)).toBe(200)
    return body.results
  }
  expect(
    await rows(
      'select arrayMap(x -> n, [1, 2]) as a, arraySum(x -> n, [1, 2]) as b, arrayMax(x -> n, [1]) as c, arraySort(x -> n, [2, 1]) as d, ' +
        'arrayMap(x -> arrayMap(y -> x, [1, 2]), [3]) as e from (select number as n from numbers(2)) order by n',
    ),
  ).toEqual([
    [[0, 0], 0, 0, [2, 1], [[3, 3]]],
    [[1, 1], 2, 1, [2, 1], [[3, 3]]],
  ])
  expect(
    await rows(
      "select concat('a', toString(number % 2)) as k, arrayMap(x -> concat(x, k), ['x']) as a, arrayMap(x -> x + count(), [1]) as b " +
        'from numbers(5) group by k order by k',
    ),
  ).toEqual([
    ['a0', ['xa0'], [4]],
    ['a1', ['xa1'], [3]],
  ])
  expect(await rows('select arrayFilter(x -> x > avg(number), groupArray(number)) as a from numbers(5)')).toEqual([
    [[3, 4]],
  ])
})
