/** Functions of texts, regular expressions and addresses, as ClickHouse has them. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { event, makeProject } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
beforeAll(() =>
  project.send([event('a', 'u', '2020-01-01T10:00:00Z', { properties: { like: 'a\\', part: 'b%', n: 5, url: 'x' } })]),
)

const ask = (query: string) => server.call('POST', `${project.path}query/`, { query: { kind: 'HogQLQuery', query } })
async function values(expressions: readonly string[], from = ''): Promise<unknown[]> {
  const query = `select ${expressions.map((text, i) => `${text} as v${i}`).join(', ')}${from}`
  const { status, body } = await ask(query)
  expect(status, JSON.stringify(body)).toBe(200)
  return body.results[0]
}

type Values = readonly (readonly [string, unknown])[]
const THEMES: Readonly<Record<string, Values>> = {
  'letters of another case': [
    [`lower('ÄB')`, 'Äb'],
    [`upper('äb')`, 'äB'],
    [`LOWER('A')`, 'a'],
    [`upperUTF8('привет é')`, 'ПРИВЕТ É'],
    [`initcap('o''neil 3rd x_y')`, `O'Neil 3rd X_Y`],
    [`'Straße' ilike 'STRA%'`, 1],
    [`'ÄB' ilike 'äb'`, 1],
    [`'ÄB' like 'äb'`, 0],
  ],
  'parts of a text': [
    [`substring('abcdef', 2, -1)`, 'bcde'],
    [`substring('abcdef', -3, 2)`, 'de'],
    [`substring('abcdef', -10, 5)`, 'a'],
    [`left('hello', 2)`, 'he'],
    [`left('hello', -2)`, 'hel'],
    [`left('hello', 0)`, ''],
    [`right('hello', 2)`, 'lo'],
    [`right('hello', -2)`, 'llo'],
    [`right('héé', 2)`, 'éé'],
    [`reverse('aé')`, 'éa'],
    [`split_part('a,b,c', ',', -1)`, 'c'],
    [`split_part('a--b', '--', 2)`, 'b'],
    [`lengthUTF8('日本')`, 2],
    [`ascii('A')`, 65],
    [`ascii('')`, 0],
  ],
  'places of a text': [
    [`position('hello', '', 3)`, 3],
    [`position('hello', 'l', 9)`, 0],
    [`position('hello', 'l', 0)`, 3],
    [`positionCaseInsensitive('Hello', 'L', 4)`, 4],
    [`locate('lo', 'hello')`, 4],
    [`countSubstrings('com.foo.com.bar.com', 'com', 5)`, 2],
    [`countSubstrings('a', '')`, 0],
    [`hasSubsequence('garbage', 'arg')`, 1],
    [`hasSubsequence('garbage', 'gg%')`, 0],
    [`hasSubsequenceCaseInsensitive('Garbage', 'GG')`, 1],
    [`multiSearchFirstPosition('hello', ['lo', 'el'])`, 2],
    [`multiSearchAnyCaseInsensitive('HELLO', ['x', 'Ell'])`, 1],
    [`multiSearchAllPositionsCaseInsensitiveUTF8('ÄB', ['ä', 'b'])`, [1, 2]],
    [`multiSearchAny('abc', [])`, 0],
    [`hasToken('a_b', 'a')`, 1],
    [`hasTokenOrNull('a', '-')`, null],
    [`startsWith('', '')`, 1],
    [`position(null, 'a')`, null],
  ],
  'what is put in or taken out': [
    [`trim('xyaxy', 'yx')`, 'a'],
    [`trimLeft('\\ta')`, '\ta'],
    [`ltrim('aab', 'a')`, 'b'],
    [`replaceAll('aaa', '', 'b')`, 'aaa'],
    [`replaceOne('a.b.c', '.', '')`, 'ab.c'],
    [`leftPad('abc', 7, '*')`, '****abc'],
    [`leftPad('abc', 5, '')`, '  abc'],
    [`rightPad('abc', -1)`, ''],
    [`lpad('7', 3, '0')`, '007'],
    [`rpad('日', 3, 'é')`, '日éé'],
    [`repeat('ab', -1)`, ''],
    [`repeat('ab', 1e9)`, null],
    [`translate('abcd', 'abc', 'xy')`, 'xyd'],
    [`appendTrailingCharIfAbsent('', '/')`, ''],
    [`concat('a', 1, null, toDate('2020-01-05'))`, 'a12020-01-05'],
    [`'a' || 1.5`, 'a1.5'],
    [`concatWithSeparator('-', 'a', 1)`, 'a-1'],
    [`concatWithSeparator('-', 'a', null)`, null],
    [`format('{0}{{}}{1}{0}', 'a', 2)`, 'a{}2a'],
    [`format('{}', null)`, null],
  ],
  'parts between separators': [
    [`splitByChar(',', '')`, ['']],
    [`splitByChar(',', ',a,')`, ['', 'a', '']],
    [`splitByChar(',', 'a,b,c', 2)`, ['a', 'b']],
    [`splitByString(', ', '1, 2 3, 4,5')`, ['1', '2 3', '4,5']],
    [`splitByString('', 'aé')`, ['a', 'é']],
    [`splitByWhitespace('')`, []],
    [`splitByNonAlpha(' 1! a, b_c.')`, ['1', 'a', 'b', 'c']],
    [`tokens('test1,;\\\\ test2')`, ['test1', 'test2']],
    [`ngrams('abcd', 3)`, ['abc', 'bcd']],
    [`arrayStringConcat(['a', null, 'b'])`, 'ab'],
    [`arrayStringConcat([1, 2.5], '; ')`, '1; 2.5'],
    [`arrayStringConcat([])`, ''],
  ],
  'other spellings of a text': [
    [`base64Encode('héllo')`, 'aMOpbGxv'],
    [`base64Decode('aMOpbGxv')`, 'héllo'],
    [`tryBase64Decode('?')`, ''],
    [`hex('abc')`, '616263'],
    [`hex(1)`, '01'],
    [`hex(4095)`, '0FFF'],
    [`unhex('C3A9')`, 'é'],
    [`unhex('FF')`, null],
    [`lower(hex(MD5('a')))`, '0cc175b9c0f1b6a831c399e269772661'],
    [`toJSONString('a/"b')`, '"a\\/\\"b"'],
    [`toJSONString(['a', 'b: c'])`, '["a","b: c"]'],
    [`toJSONString(null)`, 'null'],
    [`toJSONString(toDate('2020-01-05'))`, '"2020-01-05"'],
    [`encodeXMLComponent('a & "b" ''c''')`, 'a &amp; &quot;b&quot; &apos;c&apos;'],
    [`decodeXMLComponent('&lt;&#65;&#x42;&nbsp;')`, '<AB&nbsp;'],
    [`regexpQuoteMeta('a.b*c')`, 'a\\.b\\*c'],
    [`sortableSemVer('v1.2.10-rc')`, [1, 2, 10]],
    [`sortableSemVer('v1')`, [0]],
    [`sortableSemVer('1.10.0') > sortableSemVer('1.9.9')`, 1],
  ],
  'regular expressions': [
    [`match('ab', 'A' || 'b')`, 0],
    [`match('aXb', '(?i)(?s)x')`, 1],
    [`match('a1', '^[[:alpha:]]\\\\d$')`, 1],
    [`match('é', '^[\\\\s\\\\S]$')`, 1],
    [`match('ÄB', '(?i)äb')`, 1],
    [`match(null, 'a')`, null],
    [`match('a', null)`, null],
    [`null =~ 'a'`, 0],
    [`'a' =~ null`, 0],
    [`null =~ null`, 1],
    [`null !~ 'a'`, 1],
    [`null !~* null`, 0],
    [`extract('https://a.b/c?utm_source=x&y=1', 'utm_source=(.*?)(&|$)')`, 'x'],
    [`extract('abcd', '(?:abc|ab)(cd)?')`, ''],
    [`extract('ab', 'a?(ab)?')`, ''],
    [`extract('a-b-c', '(.*)-(.*?)')`, 'a-b'],
    [`extract('x=1', '(?P<name>\\\\w)=')`, 'x'],
    [`extract(null, 'a')`, null],
    [`extractAll('aab', '^a')`, ['a', 'a']],
    [`extractAll('ab', 'x*')`, []],
    [`extractGroups('a=1', '(\\\\w)=(\\\\d)')`, ['a', '1']],
    [
      `extractAllGroupsHorizontal('a=1, b=2', '(\\\\w)=(\\\\d)')`,
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [`regexpExtract('100-200', '(\\\\d+)-(\\\\d+)')`, '100'],
    [`regexpExtract('abc', '(\\\\d)', 1)`, ''],
    [`countMatches('foobarfoo', 'foo')`, 2],
    [`countMatchesCaseInsensitive('aA', 'a')`, 2],
    [`countMatches('abc', 'x*')`, 0],
    [`replaceRegexpOne('Hello, World!', '.*', '\\\\0\\\\0')`, 'Hello, World!Hello, World!'],
    [`replaceRegexpAll('Hello', '.', '\\\\0\\\\0')`, 'HHeelllloo'],
    [`replaceRegexpAll('Hello', '^', 'here: ')`, 'here: Hello'],
    [`replaceRegexpAll('baac', 'a*', '-')`, '-b--c-'],
    [`replaceRegexpAll('ab', '(a)(x)?b', '[\\\\2]')`, '[]'],
    [`replaceRegexpAll('a', 'a', '&\\\\\\\\')`, '&\\'],
    [`splitByRegexp('\\\\d+', 'a12bc3d')`, ['a', 'bc', 'd']],
    [`splitByRegexp('', 'abc')`, ['a', 'b', 'c']],
    [`splitByRegexp(',', '')`, ['']],
    [`multiMatchAnyIndex('abc', ['x', 'c$'])`, 2],
    [`'a\\\\b' like 'a\\\\\\\\b'`, 1],
    [`like(null, 'a')`, 0],
  ],
  addresses: [
    [`domain('http://localhost:8000/a')`, ''],
    [`domain('svn+ssh://some.svn-hosting.com:80/repo')`, 'some.svn-hosting.com'],
    [`domain('yandex.com/a')`, 'yandex.com'],
    [`domain('not a url.')`, ''],
    [`domainWithoutWWW('https://www.a.com')`, 'a.com'],
    [`topLevelDomain('https://a.co.uk/x')`, 'uk'],
    [`topLevelDomain('http://127.0.0.1/')`, ''],
    [`protocol('mailto:a@b.c')`, 'mailto'],
    [`protocol('/a')`, ''],
    [`firstSignificantSubdomain('https://www.news.com.tr/')`, 'news'],
    [`cutToFirstSignificantSubdomain('https://a.b.co.uk/')`, 'b.co.uk'],
    [`port('e.com:80', 7)`, 80],
    [`port('e.com', 7)`, 7],
    [`path('e.com')`, ''],
    [`path('https://e.com/a?b=/c')`, '/a'],
    [`pathFull('/a?b#c')`, '/a?b#c'],
    [`queryString('?a#b')`, 'a'],
    [`fragment('a')`, ''],
    [`queryStringAndFragment('e/?a#b')`, 'a#b'],
    [`cutWWW('//www.a.b/')`, '//a.b/'],
    [`cutURLParameter('e?a=1&b=2&c=3', ['a', 'c'])`, 'e?b=2'],
    [`cutURLParameter('e?ba=1', 'a')`, 'e?ba=1'],
    [`extractURLParameter('e#a=1', 'a')`, '1'],
    [`extractURLParameters('e?a&b=1')`, ['a', 'b=1']],
    [`extractURLParameterNames('e?a=1&b=2#c')`, ['a', 'b']],
    [`URLHierarchy('https://e.com/a/b')`, ['https://e.com/', 'https://e.com/a/', 'https://e.com/a/b']],
    [`URLPathHierarchy('https://e.com/a/b')`, ['/a/', '/a/b']],
    [`decodeURLComponent('%D0%B4+%')`, 'д+%'],
    [`decodeURLComponent('%FF')`, null],
    [`encodeURLComponent('д ~')`, '%D0%B4%20~'],
    [`domain(null)`, null],
  ],
}

describe('values', () => {
  test.each(Object.entries(THEMES))('%s', async (_, theme) => {
    const found = await values(theme.map(([expression]) => expression))
    expect(theme.map(([expression], i) => [expression, found[i]])).toEqual(theme)
  })
})

test('a pattern may be data where all engines read it alike', async () => {
  const expressions = [`match('xay', event)`, `'XAY' =~* event`, `'b' !~ event`, `event =~ properties.none`]
  expect(await values([...expressions, `properties.none !~ properties.none`], ' from events')).toEqual([1, 1, 1, 0, 0])
  expect((await ask(`select match('a', properties.like) from events`)).status).toBe(400)
})

test('patterns of LIKE may be data, whose lone backslashes stand for themselves', async () => {
  expect(
    await values(
      [`'a\\\\' like properties.like`, `'bcd' like properties.part`, `'x' ilike upper(properties.url)`],
      ' from events',
    ),
  ).toEqual([1, 1, 1])
})

test.each([
  [`substring('abc', 1)`, `Function 'substring' expects 3 arguments, found 2`],
  [`concat('a')`, `Function 'concat' expects between 2 and`],
  ['lower(5)', 'This is no text'],
  ["lower(toDate('2020-01-05'))", 'This is no text'],
  [`extract('a', event)`, 'constant'],
  [`arrayStringConcat([toDate('2020-01-05')])`, 'should be texts'],
  [`match('a', 'a(?=b)')`, 'this kind of group is not supported at position 2'],
  [`extract('a', '(a*b?)*c')`, 'what is repeated can be empty'],
  [`extractAllGroupsVertical('a', 'a')`, 'has no groups'],
  [`regexpExtract('a', '(a)', 2)`, 'from 0 to 1'],
  [`replaceRegexpAll('a', 'a', '\\\\1')`, 'no group 1'],
  [`splitByChar('--', 'a')`, 'one character'],
  [`splitByRegexp('x*', 'a')`, 'matches the empty text'],
  [`'a' like 'b\\\\'`, 'ends with a backslash'],
  [`format('{', 'a')`, 'not closed'],
  [`format('{}{}', 'a')`, 'more places'],
  [`hasToken('a', 'b c')`, 'letters and digits'],
  [`base64Decode('?')`, 'no Base64'],
  [`multiMatchAny('a', [event])`, 'constant'],
])('refused with its place: %s', async (expression, detail) => {
  const { status, body } = await ask(`select ${expression} from events`)
  expect([status, body.detail]).toEqual([400, expect.stringContaining(detail)])
  expect(body.detail).toContain('(at character ')
})
