/** Calls that a query alone has: windows, and conditions on the elements of an event. */
import { column, property } from '../tree/build.ts'
import type { ActorCell, Expr, Order } from '../tree/expr.ts'
import { GROUP_OWNERS } from '../tree/types.ts'
import { bind, type Env, functionContext } from './bind.ts'
import { asCondition } from './bound-conditions.ts'
import { coerce } from './coerce.ts'
import type { Typed } from './rules.ts'
import type { OrderOf, PlainAst, PlainCall, WindowOf } from './syntax.ts'
import { encode, invoke } from './values.ts'

export function special(ast: PlainCall, env: Env): Typed | undefined {
  if (ast.over) return bindWindow(ast, ast.over, env)
  return ast.name === 'arrayExists' ? bindElements(ast, env) : undefined
}

function bindWindow(ast: PlainCall, window: WindowOf<PlainAst>, env: Env): Typed {
  const { scope } = env
  const [of] = ast.args
  const partitionBy = window.partitionBy.map((by) => bind(by, env).expr)
  const inOrder = () => ({ partitionBy, orderBy: window.orderBy.map((order) => bindOrder(order, env)) })
  if (ast.name === 'row_number' && !of && !window.frame)
    return { expr: { kind: 'window', fn: 'rowNumber', of: null, ...inOrder() }, type: 'float' }
  const fn = WINDOW_FUNCTIONS.find((name) => name === ast.name)
  if (!fn || !of || window.orderBy.length === 0)
    throw scope.error(`The window function '${ast.name}' cannot be computed yet.`, ast.at)
  const typed = bind(of, env)
  const value = fn === 'sum' ? coerce(typed, 'float', functionContext(scope, of.at)) : typed
  if (!window.frame) return { ...value, expr: { kind: 'window', fn, of: value.expr, ...inOrder() } }
  const [order, ...more] = window.orderBy
  const at = order && !order.descending && more.length === 0 ? microseconds(order.expr) : undefined
  const [partition, ...others] = partitionBy
  if (fn !== 'max' || !at || !partition || others.length > 0 || !isBeforeThisInstant(window))
    throw scope.error('The frame of the window cannot be computed yet.', ast.at)
  return {
    ...value,
    expr: { kind: 'latestBefore', of: value.expr, partitionBy: partition, orderBy: bind(at, env).expr },
  }
}

const WINDOW_FUNCTIONS = ['sum', 'min', 'max', 'lead', 'lag'] as const

/** Texts are ordered by their bytes; nulls come last unless they are first. */
export function bindOrder(order: OrderOf<PlainAst>, env: Env, known?: Typed): Order {
  const { expr: ast, descending, nulls } = order
  const typed = known ?? bind(ast, env)
  const { expr, type, idOf } = typed
  const context = functionContext(env.scope, ast.at)
  // the numbers of ids say nothing; insights order by them all the same
  const isTextId = type === 'id' && idOf !== 'person' && idOf !== 'event'
  const isText = type === 'text' || isTextId || (type === 'properties' && idOf === undefined)
  const isJson = typeof type === 'object' || type === 'texts' || type === 'numbers' || type === 'instants'
  const key = isJson
    ? invoke('jsonOrder', encode(typed, context).json)
    : isText
      ? coerce(typed, 'text', context).expr
      : expr
  const isFirst = nulls === 'first'
  return {
    expr: key,
    ...(descending ? { descending } : {}),
    ...(isText ? { byCodePoint: true } : {}),
    ...(isFirst ? (descending ? {} : { nullsFirst: true }) : { nullsLast: true }),
  }
}

/** `toUnixTimestamp64Micro(at)`: instants as whole numbers, so that the frame can end one before. */
const microseconds = (ast: PlainAst): PlainAst | undefined =>
  ast.kind === 'call' && ast.name === 'toUnixTimestamp64Micro' && ast.args.length === 1 ? ast.args[0] : undefined

function isBeforeThisInstant({ frame }: WindowOf<PlainAst>): boolean {
  if (frame?.unit !== 'range' || frame.from.kind !== 'preceding' || frame.to.kind !== 'preceding') return false
  return frame.from.rows === null && frame.to.rows === 1
}

/** `arrayExists(element -> element = 'Buy', elements_chain_texts)`: an element of the event passes. */
function bindElements(ast: PlainCall, env: Env): Typed | undefined {
  const [lambda, values] = ast.args
  const attribute = values && attributeOf(values)
  const events = env.scope.aliasOf('events')
  if (lambda?.kind !== 'lambda' || lambda.names.length !== 1 || !attribute || events === undefined) return undefined
  const inside = env.scope.inner()
  inside.addName(lambda.names[0] ?? '', () => ({ expr: column('element', 'value'), type: 'text' }))
  const { body } = lambda
  const test = coerce(bind(body, { ...env, scope: inside, place: 'row' }), 'boolean', functionContext(inside, body.at))
  const chain = property('event', '$elements_chain', 'text', events)
  return { expr: { kind: 'anyElement', attribute, chain, test: asCondition(test.expr) }, type: 'boolean' }
}

/** An event has one link, that of its innermost element. */
function attributeOf(ast: PlainAst): 'text' | 'href' | undefined {
  const isField = (of: PlainAst | undefined, name: string) => of?.kind === 'field' && of.chain.at(-1) === name
  if (isField(ast, 'elements_chain_texts')) return 'text'
  const isLink = ast.kind === 'list' && ast.items.length === 1 && isField(ast.items[0], 'elements_chain_href')
  return isLink ? 'href' : undefined
}

/** The columns that stand for a whole person or group in a listing. */
const WHOLE = {
  person: 'id, created_at, properties, is_identified',
  group: 'key, created_at, properties',
} as const

/** `(persons.id, persons.created_at, persons.properties, persons.is_identified)` */
export function bindWholeActor(ast: PlainAst, { scope }: Env): Typed | undefined {
  if (ast.kind !== 'list' || ast.brackets !== 'tuple') return undefined
  const fields = ast.items.map((item) => (item.kind === 'field' && item.chain.length === 2 ? item.chain : []))
  const [alias = ''] = fields[0] ?? []
  const names = fields.map(([own, name]) => (own === alias ? name : undefined)).join(', ')
  const group = GROUP_OWNERS.find((owner) => owner === alias)
  const of: ActorCell['of'] | undefined =
    names === WHOLE.group ? group : names === WHOLE.person && scope.aliasOf('persons') === alias ? 'person' : undefined
  if (!of) return undefined
  const expr: Expr = { kind: 'actorCell', table: alias, of }
  return { expr, type: 'text' }
}
