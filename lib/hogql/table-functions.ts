/** Table functions: `numbers` of the language, and those of ours (docs/hogql-table-functions.md). */
import { sourceSchema } from '../catalog/schema.ts'
import { alwaysTrue, call, column, value } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import type { PropertyPairs, Walks } from '../tree/relation.ts'
import { bind, type Env, functionContext } from './bind.ts'
import { special } from './bind-special.ts'
import { asCondition } from './bound-conditions.ts'
import { coerce } from './coerce.ts'
import { tableFields, typedColumn } from './fields.ts'
import { NamedParts } from './named-parts.ts'
import type { Typed, ValueType } from './rules.ts'
import { Scope } from './scope.ts'
import type { PlainAst, PlainSource } from './syntax.ts'
import { presentFields } from './text-ids.ts'

type FunctionAst = Extract<PlainSource, { kind: 'tableFunction' }>
interface BoundFunction {
  readonly source: { readonly kind: 'indexes'; readonly count: number; readonly alias: string } | Walks | PropertyPairs
  readonly columns: Readonly<Record<string, Typed>>
}

export function bindTableFunction(
  ast: FunctionAst,
  alias: string,
  scope: Scope,
  query: NonNullable<Env['query']>,
): BoundFunction {
  switch (ast.name) {
    case 'numbers':
      return numbers(ast, alias, scope)
    case 'propertyPairs':
      return propertyPairs(ast, alias, scope)
    case 'funnelWalks':
      return funnelWalks(ast, alias, scope, query)
    default:
      throw scope.error(`Unknown table function '${ast.name}'.`, ast.at)
  }
}

const MAX_NUMBERS = 1_000_000

/** `numbers(count)` from 0, `numbers(from, count)` */
function numbers(ast: FunctionAst, alias: string, scope: Scope): BoundFunction {
  const whole = ast.args.map((arg) =>
    arg.kind === 'literal' && Number.isSafeInteger(arg.value) ? Number(arg.value) : -1,
  )
  const [count = -1, from = 0] = whole.toReversed()
  if (whole.length === 0) throw scope.error("Table function 'numbers' requires arguments", ast.at)
  if (whole.length > 2)
    throw scope.error(`Table function 'numbers' requires at most 2 arguments, found ${whole.length}`, ast.at)
  if (count < 0 || from < 0 || count > MAX_NUMBERS)
    throw scope.error(`numbers takes whole numbers, at most ${MAX_NUMBERS} at once.`, ast.at)
  const index = column(alias, 'index')
  const expr = from === 0 ? index : call('add', call('toFloat', index), value(from, 'float'))
  return {
    source: { kind: 'indexes', count, alias },
    columns: { number: { expr, type: 'float', number: 'UInt64' } },
  }
}

function propertyPairs(ast: FunctionAst, alias: string, scope: Scope): BoundFunction {
  const [of] = ast.args
  const field = of?.kind === 'field' ? scope.field(of.chain, of.at) : undefined
  if (ast.args.length !== 1 || field?.kind !== 'column' || field.typed.type !== 'properties')
    throw scope.error('propertyPairs takes the properties of a table: propertyPairs(events.properties).', ast.at)
  const source = { kind: 'propertyPairs', alias, of: field.typed.expr } as const
  return { source, columns: columnsOf(source) }
}

function funnelWalks(ast: FunctionAst, alias: string, scope: Scope, query: NonNullable<Env['query']>): BoundFunction {
  const events = new Scope(scope.context, scope)
  events.addRelation(
    'events',
    { fields: tableFields('events', 'events') ?? (() => undefined), names: [], table: 'events' },
    ast.at,
  )
  const env: Env = { scope: events, place: 'row', query, special }
  const parts = new NamedParts(ast, scope)
  const typed = (part: PlainAst, type: ValueType) =>
    coerce(bind(part, env), type, functionContext(events, part.at)).expr
  const condition = (part: PlainAst) => asCondition(typed(part, 'boolean'))
  const filter = parts.optional('filter')
  for (const { chain, at } of presentFields(filter ?? null)) {
    const field = events.field(chain, at)
    if (field?.kind === 'column') events.addPresent(field.typed.expr)
  }
  const actor = bind(parts.one('actor'), env)
  const starts = parts.optional('interval_starts')
  const entry = starts && parts.optional('entry_step')
  const walks: Walks = {
    kind: 'walks',
    alias,
    actor: actor.expr,
    from: instant(typed(parts.one('date_from'), 'instant'), parts, 'date_from'),
    to: instant(typed(parts.one('date_to'), 'instant'), parts, 'date_to'),
    filter: filter ? condition(filter) : alwaysTrue,
    steps: parts.following(['step', 'optional_step']).map(({ name, expr, more }) => {
      const test = condition(expr)
      const first = more.get('first_of')
      return {
        test,
        event: eventOf(test),
        isOptional: name === 'optional_step',
        first: first ? condition(first) : null,
      }
    }),
    exclusions: parts.following(['exclusion']).map(({ expr, more }) => {
      const test = condition(expr)
      const step = (name: string) => parts.wholeNumber(name, more.get(name)) - 1
      return { test, event: eventOf(test), from: step('after_step'), to: step('before_step') }
    }),
    order: parts.word('step_order', ['ordered', 'strict', 'unordered']),
    windowSeconds: parts.number('window_seconds'),
    breakdown: breakdown(parts, (part) => typed(part, 'text')),
    entries: starts
      ? {
          starts: instants(bind(starts, env).expr, parts),
          goal: parts.wholeNumber('goal_step', parts.one('goal_step')) - 1,
          entry: entry ? parts.wholeNumber('entry_step', entry) - 1 : null,
        }
      : null,
  }
  parts.end()
  if (walks.steps.length === 0) throw scope.error('funnelWalks needs a step.', ast.at)
  const columns = columnsOf(walks)
  if (!actor.isNeverEmpty) return { source: walks, columns }
  return { source: walks, columns: { ...columns, actor: { ...(columns.actor as Typed), isNeverEmpty: true } } }
}

/** The columns of a relation of ours, as its schema says. */
function columnsOf(source: BoundFunction['source']): BoundFunction['columns'] {
  const columns = [...sourceSchema(source)].map(
    ([name, type]) => [name, typedColumn(source.alias, name, type)] as const,
  )
  return Object.fromEntries(columns)
}

function breakdown(parts: NamedParts, textOf: (part: PlainAst) => Expr): Walks['breakdown'] {
  const texts = parts.many('breakdown').map(textOf)
  if (texts.length === 0) return null
  const attribution = parts.word('attribution', ['first_touch', 'last_touch', 'all_events', 'step'])
  const step = attribution === 'step' ? parts.wholeNumber('attribution_step', parts.one('attribution_step')) - 1 : 0
  return { parts: texts, attribution, step, skipsEmpty: parts.optional('skips_empty') !== undefined }
}

/** The one name that all events have for which the test holds. */
function eventOf(test: Expr): string | null {
  if (test.kind === 'and') return test.args.map(eventOf).find((name) => name !== null) ?? null
  if (test.kind !== 'compare' || test.op !== '=' || test.left.kind !== 'column' || test.left.name !== 'event')
    return null
  return test.right.kind === 'value' && typeof test.right.value === 'string' ? test.right.value : null
}

function instant(e: Expr, parts: NamedParts, name: string): string {
  if (e.kind === 'value' && typeof e.value === 'string') return e.value
  throw parts.error(`${name} is a constant date.`)
}

function instants(e: Expr, parts: NamedParts): string[] {
  if (e.kind === 'list' && e.type === 'instant') return e.values.map(String)
  throw parts.error('interval_starts is an array of constant dates.')
}
