/** `npx vitest run --project unit test/unit/hogql-functions.test.ts -u` writes the document anew. */
import { expect, test } from 'vitest'
import { AGGREGATE_NAMES } from '../../lib/hogql/aggregates/names.ts'
import { ARRAY_RULES } from '../../lib/hogql/functions/arrays.ts'
import { CAST_RULES } from '../../lib/hogql/functions/casts.ts'
import { CONDITIONAL_RULES } from '../../lib/hogql/functions/conditionals.ts'
import { DATE_RULES } from '../../lib/hogql/functions/dates.ts'
import { JSON_RULES } from '../../lib/hogql/functions/json.ts'
import { NUMBER_RULES } from '../../lib/hogql/functions/numbers.ts'
import { TEXT_RULES } from '../../lib/hogql/functions/text.ts'
import { URL_RULES } from '../../lib/hogql/functions/urls.ts'
import { FUNCTIONS } from '../../lib/hogql/functions.ts'
import { WINDOW_FUNCTIONS } from '../../lib/tree/language.ts'

const THEMES: Readonly<Record<string, object>> = {
  Texts: TEXT_RULES,
  Addresses: URL_RULES,
  Numbers: NUMBER_RULES,
  Casts: CAST_RULES,
  Conditionals: CONDITIONAL_RULES,
  Dates: DATE_RULES,
  'Arrays, tuples and maps': ARRAY_RULES,
  JSON: JSON_RULES,
}

const listed = (title: string, names: readonly string[]) => {
  const sorted = [...new Set(names)].filter((name) => /^\w+$/.test(name)).sort((a, b) => (a < b ? -1 : 1))
  return `## ${title}\n\n${sorted.map((name) => `\`${name}\``).join(' ')}\n`
}

test('the document lists every function', async () => {
  const themed = new Set(Object.values(THEMES).flatMap((rules) => Object.keys(rules)))
  const others = Object.keys(FUNCTIONS).filter((name) => !themed.has(name))
  const document = [
    '# Functions of HogQL\n\nWhat each gives is in [hogql-values.md](hogql-values.md). Any other name is a 400 that says which one was probably meant.\n',
    ...Object.entries(THEMES).map(([title, rules]) => listed(title, Object.keys(rules))),
    listed('Operators by name', [...others, 'in', 'notIn', 'multiIf', 'arrayElement', 'arrayJoin', 'matchesAction']),
    `${listed('Aggregates', AGGREGATE_NAMES)}\nEach also with \`-If\`, \`-OrNull\`, \`-OrDefault\`, \`-Distinct\`, \`-Array\`, \`-ForEach\`, \`-Map\`, \`-ArgMin\`, \`-ArgMax\`, \`-State\` and \`-Merge\`.\n`,
    `${listed('Windows', Object.keys(WINDOW_FUNCTIONS))}\nBeside these every aggregate, with OVER.\n`,
  ].join('\n')
  await expect(document).toMatchFileSnapshot('../../docs/hogql-functions.md')
})
