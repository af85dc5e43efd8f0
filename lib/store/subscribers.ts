/**
 * Subscribers: webhooks that are called after refreshes. Every change writes its entry in the activity log in the same
 * transaction.
 */
import { and, desc, eq, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import type { ActorUser } from '../core/actor.ts'
import { belongingChange, logActivity } from './activity-detail.ts'
import { type InsightRow, moveInsights, queryInsights } from './insights.ts'
import type { InsightTarget } from './refresh-hooks.ts'
import { insightSubscribers, insights, users } from './schema.ts'
import { userJson } from './user-json.ts'

export const MAX_SUBSCRIBERS = 10

/** A subscriber without its secret. */
export interface SubscriberRow {
  readonly id: string
  readonly url: string
  readonly events: readonly string[]
  readonly created_at: string
  readonly created_by: ActorUser | null
}

const selectSubscribers = (db: NeonHttpDatabase) =>
  db
    .select({
      id: insightSubscribers.id,
      url: insightSubscribers.url,
      events: insightSubscribers.events,
      created_at: insightSubscribers.created_at,
      created_by: userJson(users).as('creator'),
    })
    .from(insightSubscribers)
    .leftJoin(users, eq(users.id, insightSubscribers.created_by))

const change = (action: 'created' | 'deleted') =>
  belongingChange(action, 'subscriber', sql`json_build_object('id', subscriber.id, 'url', subscriber.url)`)

/**
 * Stores a new subscriber. Returns undefined if the insight does not exist, is deleted, or has the maximum of
 * subscribers.
 */
export async function insertSubscriber(
  db: NeonHttpDatabase,
  { projectId, insightId, userId }: InsightTarget,
  values: { id: string; url: string; events: readonly string[]; signingSecret: string },
): Promise<{ subscriber: SubscriberRow; insight: InsightRow } | undefined> {
  const { id, url, events, signingSecret } = values
  const live = sql`project_id = ${projectId} and id = ${insightId} and not deleted`
  const [, , [subscriber], [insight]] = await db.batch([
    // locks the insight, so that concurrent inserts cannot both pass the count below
    moveInsights(db, projectId, sql`${insightId}`),
    db.execute(sql`
      with subscriber as (
        insert into insight_subscribers (id, project_id, insight_id, url, events, signing_secret, created_by)
        select ${id}, project_id, id, ${url}, ${sql.param([...events], insightSubscribers.events)}, ${signingSecret}, ${userId}
          from insights
         where ${live} and (select count(*) from insight_subscribers where insight_id = ${insightId}) < ${MAX_SUBSCRIBERS}
        returning *
      )
      ${logActivity('subscriber', { activity: 'subscriber added', userId, changes: change('created') })}`),
    selectSubscribers(db).where(eq(insightSubscribers.id, id)),
    queryInsights(db, projectId, sql`${insightId}`),
  ])
  return subscriber && insight && { subscriber, insight }
}

export const listSubscribers = (db: NeonHttpDatabase, projectId: number, insightId: number): Promise<SubscriberRow[]> =>
  selectSubscribers(db)
    .where(and(eq(insightSubscribers.project_id, projectId), eq(insightSubscribers.insight_id, insightId)))
    .orderBy(desc(insightSubscribers.created_at), insightSubscribers.id)

/** Deletes a subscriber and returns its insight; undefined if the insight has no such subscriber. */
export async function deleteSubscriber(
  db: NeonHttpDatabase,
  { projectId, insightId, userId }: InsightTarget,
  id: string,
): Promise<InsightRow | undefined> {
  const [, { rows }, [insight]] = await db.batch([
    moveInsights(db, projectId, sql`${insightId}`),
    db.execute(sql`
    with subscriber as (
      delete from insight_subscribers
       where project_id = ${projectId} and insight_id = ${insightId} and id = ${id} returning *
    )
    ${logActivity('subscriber', { activity: 'subscriber removed', userId, changes: change('deleted') })}`),
    queryInsights(db, projectId, sql`${insightId}`),
  ])
  return rows.length > 0 ? insight : undefined
}

/**
 * The subscribers of an insight to one type of event, with the short id and name of the insight; none if it is deleted.
 */
export const findSubscribers = (db: NeonHttpDatabase, projectId: number, insightId: number, event: string) =>
  db
    .select({
      id: insightSubscribers.id,
      url: insightSubscribers.url,
      signingSecret: insightSubscribers.signing_secret,
      shortId: insights.short_id,
      name: sql<string | null>`coalesce(${insights.name}, ${insights.derived_name})`,
    })
    .from(insightSubscribers)
    .innerJoin(insights, eq(insights.id, insightSubscribers.insight_id))
    .where(
      and(
        eq(insightSubscribers.project_id, projectId),
        eq(insightSubscribers.insight_id, insightId),
        eq(insights.deleted, false),
        sql`${event} = any(${insightSubscribers.events})`,
      ),
    )
    .orderBy(insightSubscribers.created_at, insightSubscribers.id)
