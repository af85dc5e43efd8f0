/** Answers about links, and what such a link opens. */
import * as z from 'zod/mini'
import { instant, object } from '../answer-parts.ts'
import { Dashboard } from '../dashboards/answers.ts'
import { Insight } from '../insights/answers.ts'

export const Sharing = z.strictObject({
  created_at: instant,
  enabled: z.boolean(),
  access_token: z.string(),
  show_query: z.boolean().check(z.meta({ description: 'Whether viewers see what an insight is made of.' })),
  expires_at: z.nullable(instant),
  allowed_ancestors: z
    .nullable(z.array(z.string()))
    .check(z.meta({ description: 'Origins of the pages that may frame it; null: any.' })),
  filters: z
    .array(object)
    .check(z.meta({ description: 'Laid under every query of a viewer, and never shown to one.' })),
  problem: z.nullable(z.string()).check(z.meta({ description: 'Why viewers see nothing; null if they do.' })),
})

const link = { type: z.enum(['scene', 'embed']), accessToken: z.string() }
export const Shared = z.union([
  z.strictObject({ ...link, insight: Insight }),
  z.strictObject({ ...link, dashboard: Dashboard }),
])
