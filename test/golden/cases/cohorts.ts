/** Conditions of cohorts whose statements are golden, and their queries. */
import { buildCohort } from '../../../lib/logical/cohort.ts'
import { parseCohortFilters } from '../../../lib/nodes/cohort.ts'
import { planCohort } from '../../../lib/plan/cohort.ts'
import type { Select } from '../../../lib/tree/relation.ts'
import { PROJECT } from '../world.ts'

const NOW = new Date('2024-04-02T12:00:00Z')
/** What the conditions are planned with. */
export const COHORT_CONTEXT = {
  propertyTypes: new Map([['person:age', 'Numeric' as const]]),
  actions: new Map([[5, { name: 'bought', steps: [{ event: 'paid', url: '/cart' }] }]]),
  cohorts: new Map([[3, { name: 'Payers', isCalculated: true, error: null }]]),
  variables: new Map(),
  earliest: null,
}

const did = (value: string, more: object = {}) => ({
  type: 'behavioral',
  key: 'paid',
  event_type: 'events',
  value,
  time_value: 30,
  time_interval: 'day',
  ...more,
})
const recent = { seq_time_value: 1, seq_time_interval: 'week' }

export const COHORTS: Readonly<Record<string, object>> = {
  'person-properties': { type: 'person', key: 'age', operator: 'gt', value: 18 },
  'not-a-property': { type: 'person', key: 'plan', operator: 'exact', value: ['a', `'; --`], negation: true },
  'nested-cohort': { type: 'cohort', key: 'id', value: 3, negation: true },
  performed: did('performed_event', { event_filters: [{ key: 'amount', operator: 'gt', value: 5, type: 'event' }] }),
  'performed-action': did('performed_event_multiple', {
    key: 5,
    event_type: 'actions',
    operator: 'lte',
    operator_value: 3,
  }),
  'first-time': did('performed_event_first_time'),
  sequence: did('performed_event_sequence', { seq_event: 'refund', seq_event_type: 'events', ...recent }),
  regularly: did('performed_event_regularly', { time_value: 1, total_periods: 4, min_periods: 3 }),
  stopped: did('stopped_performing_event', recent),
  restarted: did('restarted_performing_event', recent),
}

/** The members of a cohort whose only condition is the leaf. */
export function cohortQuery(leaf: object): Select {
  const filters = parseCohortFilters({ properties: { type: 'OR', values: [{ type: 'AND', values: [leaf] }] } })
  return buildCohort(planCohort(filters, { project: PROJECT, context: COHORT_CONTEXT, now: NOW }))
}
