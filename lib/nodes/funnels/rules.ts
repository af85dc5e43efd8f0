/** The rules of funnels (docs/funnels.md 11), with the error texts of PostHog. */
import { invalid } from '../../core/errors.ts'
import type { NodeGroup, NodeTest } from '../filter.ts'
import type { NodeEntity } from '../insight.ts'
import type { FunnelBreakdown, NodeExclusion, NodeStep } from './node.ts'

interface Funnel {
  readonly steps: readonly NodeStep[]
  readonly exclusions: readonly NodeExclusion[]
  readonly view: string
  readonly order: string
  readonly fromStep: number
  readonly toStep: number
  readonly breakdown: FunnelBreakdown | null
}

const refuse = (detail: string) => invalid(null, detail)

/** Checks the rules of funnels. Throws 400 `invalid_input` for the first rule that is broken. */
export function checkFunnel(funnel: Funnel): void {
  const { steps, exclusions, order, view, breakdown } = funnel
  if (steps.length < 2) throw refuse('Funnels require at least two steps.')
  checkRange(funnel)
  for (const exclusion of exclusions) checkExclusion(exclusion, funnel)
  if (steps.some(({ isOptional }) => isOptional)) checkOptional(steps, view, order)
  if (order !== 'unordered') return
  if (exclusions.some(({ from, to }) => from !== 0 || to !== steps.length - 1))
    throw refuse('Partial Exclusions not allowed in unordered funnels')
  if (breakdown?.attribution === 'step' && breakdown.step !== 0)
    throw refuse('Only the first step can be used for breakdown attribution in unordered funnels')
}

function checkRange({ steps, fromStep, toStep, breakdown }: Funnel): void {
  const last = steps.length - 1
  if (breakdown?.attribution === 'step' && (breakdown.step < 0 || breakdown.step > last))
    throw refuse('The breakdown attribution value must be a valid funnel step index.')
  if (fromStep < 0 || fromStep > last - 1)
    throw refuse('"From step" is out of bounds, it must be between the first step and the step before the last.')
  if (toStep < 1 || toStep > last)
    throw refuse('"To step" is out of bounds, it must be one of the steps after the first.')
  if (toStep <= fromStep) throw refuse('Funnel step range is invalid. "To step" should be greater than "from step".')
}

function checkExclusion(exclusion: NodeExclusion, { steps }: Funnel): void {
  const { from, to } = exclusion
  if (to <= from) throw refuse('Exclusion event range is invalid. End of range should be greater than start.')
  if (from < 0 || from >= steps.length - 1)
    throw refuse('Exclusion event range is invalid. Start of range is greater than number of steps.')
  if (to > steps.length - 1)
    throw refuse('Exclusion event range is invalid. End of range is greater than number of steps.')
  if (steps.slice(from, to + 1).some((step) => isPartOf(exclusion, step)))
    throw refuse("Exclusion steps cannot contain an event that's part of funnel steps.")
}

/** Is the exclusion the same event or action as the step, with all of the step's properties? */
function isPartOf(inner: NodeEntity, outer: NodeEntity): boolean {
  if (inner.event !== outer.event || inner.actionId !== outer.actionId) return false
  const own = new Set(testsOf(inner.filter).map(textOf))
  return testsOf(outer.filter).every((test) => own.has(textOf(test)))
}

function testsOf(group: NodeGroup): NodeTest[] {
  return group.values.flatMap((item) => ('operator' in item ? [item] : testsOf(item)))
}
const textOf = ({ key, of, operator, values }: NodeTest) => JSON.stringify([key, of, operator, values])

function checkOptional(steps: readonly NodeStep[], view: string, order: string): void {
  if (view !== 'steps') throw refuse('Optional steps are only supported in funnels with step visualization.')
  if (order === 'unordered') throw refuse('Optional steps are not supported in unordered funnels.')
  if (steps[0]?.isOptional) throw refuse('The first step cannot be optional.')
  const twin = steps.some((step, index) => {
    const next = steps[index + 1]
    return step.isOptional && next && !next.isOptional && isPartOf(step, next) && isPartOf(next, step)
  })
  if (twin) throw refuse('An optional step cannot be the same as the following required step.')
}
