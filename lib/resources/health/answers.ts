/** Answers about the state of a deployment. */
import * as z from 'zod/mini'

const state = z.enum(['ok', 'warning', 'failed'])

export const Health = z.strictObject({
  status: state,
  checks: z.array(
    z.strictObject({
      name: z.enum(['settings', 'postgres', 'tables', 'redis', 'qstash', 'clock']),
      status: state,
      detail: z.string(),
      advice: z.nullable(z.string()).check(z.meta({ description: 'What to do; null if all is well.' })),
      latency_ms: z.nullable(z.int()).check(z.meta({ description: 'How long the service took to answer.' })),
    }),
  ),
})
