/** Calls that a query alone has: windows, and conditions on the elements of an event. */
import { column, property } from '../tree/build.ts'
import type { ActorCell, Expr } from '../tree/expr.ts'
import { GROUP_OWNERS } from '../tree/types.ts'
import { isAggregate } from './aggregates/names.ts'
import { bind, type Env, functionContext } from './bind.ts'
import { bindAggregate } from './bind-aggregate.ts'
import { bindWindow } from './bind-window.ts'
import { asCondition } from './bound-conditions.ts'
import { coerce } from './coerce.ts'
import type { Typed } from './rules.ts'
import type { PlainAst, PlainCall } from './syntax.ts'

export function special(ast: PlainCall, env: Env): Typed | undefined {
  if (ast.over) return bindWindow(ast, ast.over, env)
  if (isAggregate(ast.name)) return bindAggregate(ast, env)
  return ast.name === 'arrayExists' ? bindElements(ast, env) : undefined
}

/** `arrayExists(element -> element = 'Buy', elements_chain_texts)`: an element of the event passes. */
function bindElements(ast: PlainCall, env: Env): Typed | undefined {
  const [lambda, values] = ast.args
  const attribute = values && attributeOf(values)
  const events = env.scope.aliasOf('events')
  if (lambda?.kind !== 'lambda' || lambda.names.length !== 1 || !attribute || events === undefined) return undefined
  // the tree calls elements so
  if (env.scope.hasRelation('element')) return undefined
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
