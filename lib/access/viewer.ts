/** What the token of a viewer lets see (docs/viewers.md "What a token opens"). Pure. */
import type { NamedItems } from '../core/actor.ts'

/** What is seen of an insight to judge it. */
interface Named {
  readonly id: number
  readonly tags: readonly string[]
}

interface NamedInsight extends Named {
  readonly short_id: string
  readonly tiles: readonly { readonly dashboard_id: number; readonly dashboard_tags: readonly string[] }[]
}

const names = (items: NamedItems, { id, tags }: Named): boolean =>
  items.ids.includes(id) || tags.some((tag) => items.tags.includes(tag))

interface Token {
  readonly insights: NamedItems
  readonly dashboards: NamedItems
}

export const seesDashboard = ({ dashboards }: Token, dashboard: Named): boolean => names(dashboards, dashboard)

/** Whether the token names the insight itself. */
export const namesInsight = ({ insights }: Token, insight: NamedInsight): boolean =>
  names(insights, insight) || insights.shortIds.includes(insight.short_id)

/** The dashboards through which a viewer may see an insight. */
export const dashboardsOf = ({ dashboards }: Token, { tiles }: NamedInsight): readonly number[] =>
  tiles
    .filter(({ dashboard_id: id, dashboard_tags: tags }) => names(dashboards, { id, tags }))
    .map(({ dashboard_id }) => dashboard_id)
