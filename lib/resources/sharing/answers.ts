/** Answers about links to insights, and what such a link opens. */
import * as z from 'zod/mini'
import { instant } from '../answer-parts.ts'
import { Insight } from '../insights/answers.ts'

export const Sharing = z.strictObject({ created_at: instant, enabled: z.boolean(), access_token: z.string() })

export const SharedInsight = z.strictObject({
  type: z.enum(['scene', 'embed']),
  accessToken: z.string(),
  insight: Insight,
})
