/** What an import has done, in a file, so that the next run goes on where the last one ended. It holds no key. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

export type Collection = 'actions' | 'cohorts' | 'insight_variables' | 'dashboards' | 'insights'

/** Up to which event everything was taken. */
export interface Cursor {
  /** UTC, `2026-01-31 10:00:00.123456`. */
  readonly timestamp: string
  readonly uuid: string
}

interface Saved {
  readonly from: string
  readonly to: string
  /** Ids of the source to ids of the destination. */
  readonly ids: { readonly [C in Collection]: Record<string, number | string> }
  /** Dashboards whose texts and places were taken, by their ids in the source. */
  readonly laidOut: (number | string)[]
  /** Something is being made: whether it was is not known if the run ends here. */
  pending: { readonly collection: Collection; readonly id: string; readonly name: string } | null
  settingsTaken: boolean
  events: { cursor: Cursor | null; before: string | null; taken: number; done: boolean }
  /** Lines of each file of events that were taken. */
  readonly files: Record<string, number>
}

export class State {
  readonly saved: Saved
  readonly #file: string

  private constructor(file: string, saved: Saved) {
    this.#file = file
    this.saved = saved
  }

  /** The state in the file, or a new one. Throws an Error if the file is of another source or destination. */
  static async open(file: string, from: string, to: string): Promise<State> {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    })
    if (text === null) return new State(file, fresh(from, to))
    const saved = JSON.parse(text) as Saved
    if (saved.from !== from || saved.to !== to)
      throw new Error(`${file} is of an import from ${saved.from} to ${saved.to}: give another --state.`)
    return new State(file, saved)
  }

  /** The id in the destination of what has `id` in the source. */
  idOf = (collection: Collection, id: unknown): number | string | undefined => {
    const ids = this.saved.ids[collection]
    return Object.hasOwn(ids, String(id)) ? ids[String(id)] : undefined
  }

  /** Written as a whole or not at all. */
  async save(): Promise<void> {
    await mkdir(dirname(this.#file), { recursive: true })
    await writeFile(`${this.#file}.new`, JSON.stringify(this.saved, null, 1))
    await rename(`${this.#file}.new`, this.#file)
  }
}

const fresh = (from: string, to: string): Saved => ({
  from,
  to,
  ids: { actions: {}, cohorts: {}, insight_variables: {}, dashboards: {}, insights: {} },
  laidOut: [],
  pending: null,
  settingsTaken: false,
  events: { cursor: null, before: null, taken: 0, done: false },
  files: {},
})
