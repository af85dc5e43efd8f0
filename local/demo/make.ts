import { eq, sql } from 'drizzle-orm'
import { prepareCapture, requireCaptureProject, storeCapture } from '../../lib/ingest/capture.ts'
import { readCapture } from '../../lib/ingest/read/v0.ts'
import { authenticate, secureValue } from '../../lib/resources/authenticate.ts'
import { createDashboard } from '../../lib/resources/dashboards/save.ts'
import { createInsight } from '../../lib/resources/insights/save.ts'
import type { Services } from '../../lib/services.ts'
import { listInsights } from '../../lib/store/insights.ts'
import { insights } from '../../lib/store/schema.ts'
import { KEY, TOKEN } from '../credentials.ts'
import { analyze } from '../migrations.ts'
import { DEMO_DASHBOARD, DEMO_INSIGHTS } from './insights.ts'
import { demoEvents } from './world.ts'

const BATCH = 1_000
const BAR = 40

/** Fills the development project once: the insights are made last and tell that it is done. Of its events the last ones, as many as given. */
export async function makeDemo(
  services: Services,
  write: (text: string) => void,
  mostEvents = Number.POSITIVE_INFINITY,
): Promise<void> {
  const project = await requireCaptureProject(services, TOKEN)
  const first = { order: sql`${insights.id}`, limit: 1, offset: 0 }
  const { count } = await listInsights(services.db, eq(insights.project_id, project.id), first)
  if (count > 0) return
  const now = services.now()
  const events = demoEvents(now).slice(-mostEvents)
  const started = Date.now()
  for (let at = 0; at < events.length; at += BATCH) {
    const payload = { api_key: TOKEN, batch: events.slice(at, at + BATCH) }
    const batch = readCapture(payload, { now, path: '/batch', underscore: null })
    await storeCapture(services, prepareCapture(services, project, batch.events))
    const done = Math.min(1, (at + BATCH) / events.length)
    const filled = '#'.repeat(Math.round(done * BAR)).padEnd(BAR, '.')
    write(`\rDemo project [${filled}] ${Math.round(done * events.length).toLocaleString('en')} events`)
  }
  await analyze(services.engine)
  const credentials = { secureValue: await secureValue(KEY), mistake: '', from: 'Authorization header' } as const
  const { caller } = await authenticate(services, credentials, undefined)
  const ctx = { services, project, actor: caller }
  const dashboard = await createDashboard(ctx, { parameters: {}, body: { name: DEMO_DASHBOARD, pinned: true } })
  for (const insight of DEMO_INSIGHTS)
    await createInsight(ctx, { parameters: {}, body: { ...insight, saved: true, dashboards: [dashboard.id] } })
  write(`, ${DEMO_INSIGHTS.length} insights on a dashboard, ${((Date.now() - started) / 1000).toFixed(1)} s\n`)
}
