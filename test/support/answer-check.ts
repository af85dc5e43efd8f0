/** Every JSON answer of the worker under test is checked against the schema of its route: a key too many fails, too. */
import type * as z from 'zod/mini'
import { canonicalPath } from '../../functions/app.ts'
import { answersOf } from '../../functions/openapi.ts'
import type { Route } from '../../functions/route.ts'
import { routes } from '../../functions/routes/index.ts'
import { ANSWERS, type AnswerName } from '../../lib/resources/answers.ts'

export interface AnswerCheck {
  readonly answered: ReadonlySet<Route>
  readonly drifts: readonly string[]
  /** What is wrong with an answer, with the whole of it; undefined for one that is as its route says. */
  check(method: string, url: string, answer: Response, bytes: Uint8Array): string | undefined
}

const PATTERNS = routes.map((route) => ({
  route,
  method: route.method.toUpperCase(),
  pattern: new RegExp(`^${route.path.replace(/[.]/g, '\\.').replace(/:\w+/g, '[^/]+')}$`),
  answers: answersOf(route),
}))

export function answerCheck(): AnswerCheck {
  const answered = new Set<Route>()
  const drifts: string[] = []
  return {
    answered,
    drifts,
    check(method, url, answer, bytes) {
      const path = canonicalPath(new URL(url, 'http://worker').pathname)
      const found = PATTERNS.find((item) => item.method === method && item.pattern.test(path))
      const problem = found && problemOf(found.route, found.answers, answer, bytes)
      if (found && !problem && answer.status < 400) answered.add(found.route)
      if (!problem) return undefined
      const drift = `${method} ${url} -> ${answer.status}: ${problem}\n${new TextDecoder().decode(bytes)}`
      drifts.push(drift)
      return drift
    },
  }
}

type Answers = ReturnType<typeof answersOf>

function problemOf({ errors }: Route, answers: Answers, answer: Response, bytes: Uint8Array) {
  const type = answer.headers.get('content-type')?.split(';')[0] ?? ''
  if (answer.status >= 400 && !answers.has(answer.status)) {
    if (type !== 'application/json') return undefined
    return mismatch(['Error', ...(errors ? [errors] : [])], bytes)
  }
  const content = answers.get(answer.status)
  if (!content) return 'the route has no answer of this status'
  // every list and item can be asked for as a table
  if (type === 'text/csv') return undefined
  if (bytes.length === 0) return content['application/json'] === null ? undefined : 'there is no body'
  const name = content[type]
  if (name === undefined) return `the route has no answer of the type ${type}`
  return name === null ? undefined : mismatch([name], bytes)
}

function mismatch(names: readonly AnswerName[], bytes: Uint8Array): string | undefined {
  const value: unknown = JSON.parse(new TextDecoder().decode(bytes))
  const results = names.map((name) => (ANSWERS[name] as z.ZodMiniType).safeParse(value))
  if (results.some(({ success }) => success)) return undefined
  return results
    .flatMap(({ error }, index) => (error?.issues ?? []).flatMap((issue) => explain(issue, [names[index] ?? ''])))
    .slice(0, 20)
    .join('\n')
}

/** One line for each thing that is wrong; of a union, for each of its parts. */
function explain(issue: z.core.$ZodIssue, before: readonly PropertyKey[]): string[] {
  const path = [...before, ...issue.path]
  if (issue.code === 'invalid_union' && issue.errors.length > 0)
    return issue.errors.flatMap((issues, part) => issues.flatMap((inner) => explain(inner, [...path, `(${part})`])))
  return [`${path.map(String).join('.')}: ${issue.message}`]
}
