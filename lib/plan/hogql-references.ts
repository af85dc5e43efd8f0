/** What a SQL text names that must be loaded before it is planned. */
import { visitQuery } from '../hogql/rewrite.ts'
import type { Ast, QueryAst } from '../hogql/syntax.ts'
import { GROUP_OWNERS } from '../tree/types.ts'
import type { Reference } from './context.ts'

export interface NamesInText {
  readonly properties: readonly Reference[]
  /** By number or by name. */
  readonly cohorts: readonly (number | string)[]
  readonly actions: readonly (number | string)[]
  /** What `event` is compared with. */
  readonly events: readonly string[]
}

const OWNERS = ['event', 'person', ...GROUP_OWNERS] as const

/** Properties, cohorts and actions that a query names. Whose a property is shows when it is bound, so that it is of all. */
export function namesInText(query: QueryAst): NamesInText {
  const keys = new Set<string>()
  const cohorts = new Set<number | string>()
  const actions = new Set<number | string>()
  const events = new Set<string>()
  visitQuery(query, (ast) => {
    for (const key of propertyKeys(ast)) keys.add(key)
    if (ast.kind === 'inCohort') cohorts.add(ast.cohort)
    const action = actionName(ast)
    if (action !== undefined) actions.add(action)
    for (const event of eventsNamed(ast)) events.add(event)
  })
  return {
    properties: [...keys].flatMap((key) => OWNERS.map((of) => ({ of, key }))),
    cohorts: [...cohorts],
    actions: [...actions],
    events: [...events],
  }
}

/** `properties.plan`, `person.properties.plan.name`, `properties['plan']`, `JSONExtractString(properties, 'plan')` */
function propertyKeys(ast: Ast): readonly string[] {
  if (ast.kind === 'field') {
    const key = ast.chain[ast.chain.indexOf('properties') + 1]
    return ast.chain.includes('properties') && key !== undefined ? [key] : []
  }
  if (ast.kind !== 'call') return []
  const [object, key] = ast.args
  const isObject = object?.kind === 'field' && object.chain.at(-1) === 'properties'
  return isObject && key?.kind === 'literal' && typeof key.value === 'string' ? [key.value] : []
}

/** `event = 'signed up'`, `events.event in ('signed up', 'paid')` */
function eventsNamed(ast: Ast): readonly string[] {
  if (ast.kind !== 'call' || !(ast.name === 'equals' || ast.name === 'in')) return []
  const [field, other] = ast.args
  if (field?.kind !== 'field' || field.chain.at(-1) !== 'event' || field.chain.length > 2) return []
  const items = other?.kind === 'list' ? other.items : other ? [other] : []
  return items.flatMap((item) => (item.kind === 'literal' && typeof item.value === 'string' ? [item.value] : []))
}

/** `matchesAction('signed up')`, `matchesAction(3)` */
export function actionName(ast: Ast): number | string | undefined {
  if (ast.kind !== 'call' || ast.name !== 'matchesAction') return undefined
  const [name] = ast.args
  const isName = name?.kind === 'literal' && (typeof name.value === 'string' || typeof name.value === 'number')
  return isName && ast.args.length === 1 ? (name.value as number | string) : undefined
}
