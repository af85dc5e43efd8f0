import { and, asc, eq, getTableColumns } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import type { ActorUser } from '../core/actor.ts'
import { moveConfig } from './projects.ts'
import { actions, users } from './schema.ts'
import { userJson } from './user-json.ts'

type Columns = typeof actions.$inferSelect
export type ActionRow = Omit<Columns, 'created_by'> & { readonly created_by: ActorUser | null }
export type ActionChanges = Partial<
  Pick<
    Columns,
    'name' | 'description' | 'tags' | 'steps' | 'refs' | 'post_to_slack' | 'slack_message_format' | 'deleted'
  >
>

const COLUMNS = {
  ...getTableColumns(actions),
  created_by: userJson(users).as('creator'),
}

const select = (db: NeonHttpDatabase) =>
  db.select(COLUMNS).from(actions).leftJoin(users, eq(users.id, actions.created_by))

/** All actions of a project by name, deleted ones left out. */
export const listActions = (db: NeonHttpDatabase, projectId: number): Promise<ActionRow[]> =>
  select(db)
    .where(and(eq(actions.project_id, projectId), eq(actions.deleted, false)))
    .orderBy(asc(actions.name), asc(actions.id))

/** One action of a project, also a deleted one; undefined if there is none. */
export async function findAction(db: NeonHttpDatabase, projectId: number, id: number): Promise<ActionRow | undefined> {
  const [row] = await select(db).where(and(eq(actions.project_id, projectId), eq(actions.id, id)))
  return row
}

/** Stores a new action. Returns its id and the new `config_version` of the project. */
export async function insertAction(
  db: NeonHttpDatabase,
  projectId: number,
  userId: number,
  values: ActionChanges & { name: string },
): Promise<{ id: number; version: number }> {
  const [rows, versions] = await db.batch([
    db
      .insert(actions)
      .values({ ...values, project_id: projectId, created_by: userId })
      .returning({ id: actions.id }),
    moveConfig(db, projectId),
  ])
  return { id: rows[0]?.id ?? 0, version: Number(versions[0]?.version) }
}

/** Changes an action. Returns the new `config_version` of the project. */
export async function updateAction(db: NeonHttpDatabase, projectId: number, id: number, changes: ActionChanges) {
  const [, versions] = await db.batch([
    db
      .update(actions)
      .set(changes)
      .where(and(eq(actions.project_id, projectId), eq(actions.id, id))),
    moveConfig(db, projectId),
  ])
  return Number(versions[0]?.version)
}
