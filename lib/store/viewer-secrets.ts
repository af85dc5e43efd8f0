/** What a customer's own server signs the tokens of its viewers with (docs/viewers.md). */
import { and, desc, eq, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import type { ActorUser } from '../core/actor.ts'
import { users, viewerSecrets } from './schema.ts'
import { userJson } from './user-json.ts'

/** A secret as it is shown: without its text. */
export interface ViewerSecretRow {
  readonly id: string
  readonly label: string
  readonly created_at: string
  readonly created_by: ActorUser | null
}

/** A secret that tokens are checked with. */
export interface ViewerSecret {
  readonly id: string
  readonly secret: string
}

/** The secrets of a project after a change, and the number of the change, which rises: the time in milliseconds. */
export interface ChangedSecrets {
  readonly row: ViewerSecretRow | undefined
  readonly secrets: readonly ViewerSecret[]
  readonly version: number
}

/** One is in use and one takes its place. */
export const MAX_SECRETS = 2

const select = (db: NeonHttpDatabase) =>
  db
    .select({
      id: viewerSecrets.id,
      label: viewerSecrets.label,
      created_at: viewerSecrets.created_at,
      created_by: userJson(users).as('creator'),
    })
    .from(viewerSecrets)
    .leftJoin(users, eq(users.id, viewerSecrets.created_by))

const isRow = (projectId: number, id: string) => and(eq(viewerSecrets.project_id, projectId), eq(viewerSecrets.id, id))

/** The secrets of a project, newest first. */
export const listViewerSecrets = (db: NeonHttpDatabase, projectId: number): Promise<ViewerSecretRow[]> =>
  select(db).where(eq(viewerSecrets.project_id, projectId)).orderBy(desc(viewerSecrets.created_at), viewerSecrets.id)

/** One secret of a project; undefined if there is none. */
export async function findViewerSecret(
  db: NeonHttpDatabase,
  projectId: number,
  id: string,
): Promise<ViewerSecretRow | undefined> {
  return (await select(db).where(isRow(projectId, id)))[0]
}

/** The secrets that tokens of a project are checked with. */
export const findSigningSecrets = (db: NeonHttpDatabase, projectId: number): Promise<ViewerSecret[]> =>
  querySigning(db, projectId)

const querySigning = (db: NeonHttpDatabase, projectId: number) =>
  db
    .select({ id: viewerSecrets.id, secret: viewerSecrets.secret })
    .from(viewerSecrets)
    .where(eq(viewerSecrets.project_id, projectId))
    .orderBy(viewerSecrets.id)

/** Stores a new secret; there is no row if the project has `MAX_SECRETS` of them. */
export const insertViewerSecret = (
  db: NeonHttpDatabase,
  { projectId, userId }: { readonly projectId: number; readonly userId: number },
  { id, label, secret }: ViewerSecret & { readonly label: string },
): Promise<ChangedSecrets> =>
  change(
    db,
    projectId,
    id,
    sql`insert into viewer_secrets (id, project_id, label, secret, created_by)
        select ${id}, p.id, ${label}, ${secret}, ${userId} from projects p
         where p.id = ${projectId}
           and (select count(*) from viewer_secrets where project_id = ${projectId}) < ${MAX_SECRETS}`,
  )

/** Gives a secret another text; there is no row if the project has no such secret. */
export const rollViewerSecret = (
  db: NeonHttpDatabase,
  projectId: number,
  { id, secret }: ViewerSecret,
): Promise<ChangedSecrets> =>
  change(
    db,
    projectId,
    id,
    sql`update viewer_secrets set secret = ${secret} where project_id = ${projectId} and id = ${id}`,
  )

/** Deletes a secret, if the project has it. */
export const deleteViewerSecret = (db: NeonHttpDatabase, projectId: number, id: string): Promise<ChangedSecrets> =>
  change(db, projectId, id, sql`delete from viewer_secrets where project_id = ${projectId} and id = ${id}`)

/** Returns the secret with its new label; undefined if the project has no such secret. */
export async function labelViewerSecret(
  db: NeonHttpDatabase,
  projectId: number,
  id: string,
  label: string,
): Promise<ViewerSecretRow | undefined> {
  const [, [row]] = await db.batch([
    db.update(viewerSecrets).set({ label }).where(isRow(projectId, id)),
    select(db).where(isRow(projectId, id)),
  ])
  return row
}

async function change(
  db: NeonHttpDatabase,
  projectId: number,
  id: string,
  statement: ReturnType<typeof sql>,
): Promise<ChangedSecrets> {
  const [, , [row], secrets, { rows }] = await db.batch([
    // changes of one project have an order, and none passes a count that another one makes untrue
    db.execute(sql`select pg_advisory_xact_lock(hashtext('edgehog viewer secrets'), ${projectId}::int4)`),
    db.execute(statement),
    select(db).where(isRow(projectId, id)),
    querySigning(db, projectId),
    db.execute(sql`select (extract(epoch from clock_timestamp()) * 1000)::int8::text as version`),
  ])
  return { row, secrets, version: Number((rows[0] as { version: string }).version) }
}
