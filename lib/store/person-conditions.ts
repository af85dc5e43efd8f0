import { type SQL, sql } from 'drizzle-orm'
import { contains, textList } from './patterns.ts'

/** A condition on a property of a person, compared as text. */
export interface PersonCondition {
  readonly key: string
  readonly operator: PersonOperator
  /** The condition is true if any value matches; a negated one if no value matches. */
  readonly values: readonly string[]
}

type Test = (text: SQL, values: readonly string[]) => SQL

const containsAny: Test = (text, values) => sql`${text} ilike any (array${textList(values.map(contains))})`

/** SQL of each operator. Negated operators are true for persons without the property. */
const TESTS = {
  exact: (text, values) => sql`${text} in ${textList(values)}`,
  is_not: (text, values) => sql`coalesce(${text} not in ${textList(values)}, true)`,
  icontains: containsAny,
  not_icontains: (text, values) => sql`not coalesce(${containsAny(text, values)}, false)`,
  is_set: (text) => sql`${text} is not null`,
  is_not_set: (text) => sql`${text} is null`,
} satisfies Record<string, Test>

type PersonOperator = keyof typeof TESTS
export const PERSON_OPERATORS = Object.keys(TESTS) as PersonOperator[]

/** SQL of the condition, for a query with the table `persons` as `p`. */
export const personCondition = ({ key, operator, values }: PersonCondition): SQL =>
  TESTS[operator](sql`(p.properties ->> ${key})`, values)
