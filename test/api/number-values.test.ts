/** What functions of numbers, casts and choices give where ClickHouse and Postgres differ (docs/hogql-values.md 1, 2, 4). */
import { expect, test } from 'vitest'
import { valuesOf } from '../support/hogql-values.ts'
import { testServer } from '../support/server.ts'
import { makeProject } from '../support/world.ts'

const server = await testServer()
const { answer, check, refused } = valuesOf(server, await makeProject(server))

test('numbers', () =>
  check([
    ['toString(1 / 0)', 'inf'],
    ['toString(0 / 0)', 'nan'],
    ['1 / 0', null],
    ['isNull(0 / 0)', 0],
    ['0 / 0 != 0 / 0', 1],
    ['sqrt(-1) > 5', 0],
    ['-7 % 3', -1],
    ['positiveModulo(-7, 3)', 2],
    ['intDiv(-7, 2)', -3],
    ['intDiv(7.9, 2)', 3],
    ['intDivOrZero(null, 0)', null],
    ['moduloOrZero(5, 0)', 0],
    ["intDiv(5, toInt(concat('0', '')))", null],
    ['gcd(12, 18)', 6],
    ['lcm(4, 6)', 12],
    ['round(25, -1)', 30],
    ['round(toFloat(25), -1)', 20],
    ['round(2.5)', 2],
    ['round(-3.5)', -4],
    ['roundBankers(25, -1)', 20],
    ['floor(-2.789, 2)', -2.79],
    ['exp(1000)', null],
    ['log(0) < -1000', 1],
    ['log2(536870912)', 29],
    ['log10(1000)', 3],
    ['pow(0, -1) > 1', 1],
    ['isNaN(pow(-8, 1 / 3))', 1],
    ['cbrt(-27)', -3],
    ['isNaN(asin(2))', 1],
    ['hypot(3, 4)', 5],
    ['degrees(pi())', 180],
    ['factorial(5)', 120],
    ['width_bucket(10.15, -8.6, 23, 10)', 6],
    ['width_bucket(50, 0, 10, 5)', 6],
    ['bitAnd(12, 10)', 8],
    ['bitXor(12, 10)', 6],
    ['bitNot(5)', 250],
    ['bitShiftLeft(1, 4)', 16],
    ['bitCount(255)', 8],
    ['max2(1, 2)', 2],
    ['max2(1, null)', null],
    ['greatest(1, null, 3)', 3],
    ['ifNotFinite(1 / 0, 7)', 7],
    ['300 * 300 * 300', 27000000],
    ['sign(-0.5)', -1],
    ['trunc(-1.99, 1)', -1.9],
    ['e() > 2.718', 1],
    ['exp2(10)', 1024],
    ['rand() >= 0', 1],
  ]))

test('types of numbers', async () => {
  const types: readonly (readonly [string, string])[] = [
    ['1', 'UInt8'],
    ['-1', 'Int8'],
    ['300', 'UInt16'],
    ['1 + 1', 'UInt16'],
    ['1 - 1', 'Int16'],
    ['1 / 2', 'Float64'],
    ['1.5', 'Float64'],
    [`toInt('5')`, 'Nullable(Int64)'],
    [`toFloat('5')`, 'Nullable(Float64)'],
    [`toInt('5') + 1`, 'Nullable(Int64)'],
    ['sqrt(4)', 'Float64'],
    ['if(1, 1, 300)', 'UInt16'],
    ['if(1, 1, -1)', 'Int16'],
    ['coalesce(null, 5)', 'UInt8'],
    ['nullIf(1, 2)', 'Nullable(UInt8)'],
    ['toYear(now())', 'UInt16'],
    [`dateDiff('day', now(), now())`, 'Int64'],
    ['interval 1 day', 'IntervalDay'],
    ['today()', 'Date'],
    ['toStartOfHour(now())', "DateTime('UTC')"],
    ['now()', "DateTime64(6, 'UTC')"],
    ['toBool(1)', 'Bool'],
    ['1 = 1', 'UInt8'],
    ['isNaN(null)', 'Nullable(UInt8)'],
  ]
  const body = await answer(types.map(([expression]) => expression))
  expect(body.types.map(([, type]: [string, string], index: number) => [types[index]?.[0], type])).toEqual(types)
  await check([
    ['toTypeName(1)', 'UInt8'],
    [`toTypeName('a')`, 'String'],
  ])
})

test('casts', () =>
  check([
    [`toInt('+5')`, 5],
    [`toInt('007')`, 7],
    [`toInt(' 5')`, null],
    [`toInt('9223372036854775808')`, null],
    ['toInt(3.7)', null],
    ['toInt(3.0)', 3],
    [`toInt(toDateTime('1970-01-02 00:00:00'))`, 86400],
    [`toInt(toDate('1970-01-02'))`, 1],
    [`toFloat('.5')`, 0.5],
    [`toFloat('5.')`, 5],
    [`toFloat('1e3')`, 1000],
    [`toFloat(' 1')`, null],
    [`toFloat('nan') = toFloat('nan')`, 0],
    [`toFloat('inf') > 1e300`, 1],
    [`toFloat('1e400') > 1e300`, 1],
    [`toIntOrZero('1.5')`, 0],
    [`toIntOrZero(nullIf('a', 'a'))`, null],
    [`toFloatOrDefault('x', 2.5)`, 2.5],
    [`toDecimal('1.239', 2)`, 1.23],
    [`toDecimal('x', 2)`, null],
    [`toUUID('not')`, null],
    [`toUUID('0180A2B4-1111-2222-3333-444455556666')`, '0180a2b4-1111-2222-3333-444455556666'],
    [`toBool('YES')`, true],
    [`toBool(concat('may', 'be'))`, null],
    ['toBool(0)', false],
    ['toString([1, 2.5])', '[1,2.5]'],
    [`toString(['a', 'it''s'])`, `['a','it\\'s']`],
    [`toString((1, 'a', [toDate('2020-01-01')]))`, `(1,'a',['2020-01-01'])`],
    [`toString([1, null])`, '[1,NULL]'],
    ['toString([])', '[]'],
    ['toString(1e20)', '100000000000000000000'],
    ['toString(1e21)', '1e21'],
    ['toString(0.0000001)', '1e-7'],
    ['toString(1 = 1)', '1'],
    ['toString(toBool(1))', 'true'],
    [`toString(toDateTime('2020-01-01 10:00:00.5'))`, '2020-01-01 10:00:00.500000'],
    [`toString(toDateTime('2020-01-01 10:00:00'), 'Asia/Tokyo')`, '2020-01-01 19:00:00'],
  ]))

test('conditionals', () =>
  check([
    ['xor(1, null)', null],
    ['xor(1, 0, 1)', 0],
    ['if(null, 1, 2)', 2],
    ['if(0.5, 1, 2)', 1],
    [`transform('b', ['a', 'b'], [1, 2], 0)`, 2],
    ['transform(5, [1, 2], [10, 20])', 5],
    [`transform(1, [1, 2], ['one', 'two'], 'more')`, 'one'],
    [`transform(3, [1, 2], ['one', 'two'])`, '3'],
    ['isZeroOrNull(null)', 1],
    ['isZeroOrNull(0)', 1],
    ['empty([])', 1],
    ['notEmpty([1])', 1],
    [`empty(nullIf('', ''))`, null],
    ['if(1, [1], [])', [1]],
    ['coalesce(null, [1, 2])', [1, 2]],
    [`if(1, toDate('2020-01-01'), null)`, '2020-01-01'],
    ['not 5', 0],
  ]))

test.each([
  ['5 % 0', 'Division by zero.'],
  ['intDiv(5, 0)', 'Division by zero.'],
  [`toBool('maybe')`, `Cannot parse 'maybe' as Bool.`],
  [`transform('a', ['a'], ['b', 'c'], 'd')`, 'The arrays have not the same size.'],
])('refused: %s', async (expression, detail) => {
  expect(await refused(expression)).toContain(detail)
})
