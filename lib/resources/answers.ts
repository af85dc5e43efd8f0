/**
 * The schema of every answer by its name, which routes give and the OpenAPI document shows as a component. The worker
 * uses the names alone (as a type): the document is made when it is built, and the tests check answers.
 */
import * as z from 'zod/mini'
import * as accounts from './accounts/answers.ts'
import * as actions from './actions/answers.ts'
import * as capture from './capture/answers.ts'
import * as clientConfig from './client-config/answers.ts'
import * as cohorts from './cohorts/answers.ts'
import * as dashboards from './dashboards/answers.ts'
import * as definitions from './definitions/answers.ts'
import * as events from './events/answers.ts'
import * as groups from './groups/answers.ts'
import * as health from './health/answers.ts'
import * as insightVariables from './insight-variables/answers.ts'
import * as insights from './insights/answers.ts'
import * as persons from './persons/answers.ts'
import * as queries from './queries/answers.ts'
import * as sharing from './sharing/answers.ts'
import * as viewers from './viewers/answers.ts'

/** The envelope of every error (docs/insights.md 2). */
const ApiError = z.strictObject({
  type: z.enum(['validation_error', 'invalid_request', 'authentication_error', 'throttled_error', 'server_error']),
  code: z
    .string()
    .check(z.meta({ examples: ['invalid_input', 'required', 'not_found', 'permission_denied', 'throttled'] })),
  detail: z.string(),
  attr: z.nullable(z.string()).check(
    z.meta({
      description: 'The field that is wrong; nested keys are joined by two underscores.',
    }),
  ),
})

const OpenApiDocument = z.looseObject({ openapi: z.literal('3.1.0'), paths: z.record(z.string(), z.unknown()) })

export const ANSWERS = {
  ...accounts,
  ...actions,
  ...capture,
  ...clientConfig,
  ...cohorts,
  ...dashboards,
  ...definitions,
  ...events,
  ...groups,
  ...health,
  ...insights,
  ...insightVariables,
  ...persons,
  ...queries,
  ...sharing,
  ...viewers,
  Error: ApiError,
  OpenApiDocument,
}

export type AnswerName = keyof typeof ANSWERS
