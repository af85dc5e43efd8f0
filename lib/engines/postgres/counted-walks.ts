/**
 * A query that counts the actors of walks who reached each step, and asks nothing else of those who did the first step alone:
 * they may be one row of the walks, whose column `people` says how many they are.
 */
import { alwaysTrue, column } from '../../tree/build.ts'
import type { Walks } from '../../tree/relation.ts'
import { type Expr, type Select, some } from './physical.ts'

/** The query with its counts as sums of `people`; undefined: it asks for more of the walks, or these are not of everybody alike. */
export function countingPeople(select: Select, walks: Walks, name: string): Select | undefined {
  const { with: tables, columns, from, kind, ...clauses } = select
  const isPlain =
    from.kind === 'common' && from.name === name && Object.values(clauses).every((clause) => clause === undefined)
  const isOfAll = walks.conversionsOnly === true && walks.breakdown === null && walks.filter === alwaysTrue
  if (!isPlain || !isOfAll) return undefined
  const people = column(from.alias, 'people')
  const counting = columns.map(({ expr, as }) => {
    const counted = sumOf(expr, people) ?? (isOfConversions(expr, from.alias) ? expr : undefined)
    return counted && { expr: counted, as }
  })
  const all = counting.filter((one) => one !== undefined)
  return all.length === columns.length ? { ...select, columns: all } : undefined
}

const isNumber = (e: Expr, number: number) => e.kind === 'value' && e.value === number

/** `coalesce(sum(if(condition, 1, 0)), 0)` -> the sum of `people`. */
function sumOf(e: Expr, people: Expr): Expr | undefined {
  if (e.kind !== 'call' || e.fn !== 'coalesce') return undefined
  const [sum, otherwise] = e.args
  const one = sum?.kind === 'call' && sum.fn === 'sum' ? sum.args[0] : undefined
  if (sum?.kind !== 'call' || one?.kind !== 'if' || !otherwise) return undefined
  if (!isNumber(otherwise, 0) || !isNumber(one.whenTrue, 1) || !isNumber(one.whenFalse, 0)) return undefined
  return { ...e, args: [{ ...sum, args: [{ ...one, whenTrue: people }] }, otherwise] }
}

/** Averages and quantiles of times, which leave out rows without them. */
const isOfConversions = (e: Expr, alias: string): boolean =>
  e.kind === 'call' &&
  (e.fn === 'avg' || e.fn === 'quantile') &&
  !some(e, (part) => part.kind === 'column' && !(part.table === alias && part.name === 'times'))
