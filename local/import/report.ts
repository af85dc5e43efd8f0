/** What an import took and what it could not, as text in Markdown. */

export interface Left {
  /** "insight", "cohort" … */
  readonly what: string
  readonly name: string
  readonly why: string
}

export class Report {
  readonly taken = new Map<string, number>()
  readonly left: Left[] = []
  readonly notes: string[] = []

  take(what: string, count = 1): void {
    this.taken.set(what, (this.taken.get(what) ?? 0) + count)
  }

  leave(what: string, name: string, why: string): void {
    this.left.push({ what, name, why })
  }

  text(from: string, to: string): string {
    const counts = [...this.taken].map(([what, count]) => `| ${what} | ${count} |`)
    const lines = [`# Import from ${from} to ${to}`, '', '| what | taken in all |', '| --- | --: |', ...counts, '']
    lines.push(this.left.length === 0 ? 'Nothing was left out.' : `## Not taken: ${this.left.length}`, '')
    for (const { what, name, why } of this.left) lines.push(`- ${what} ${JSON.stringify(name)}: ${oneLine(why)}`)
    if (this.notes.length > 0) lines.push('', '## To know', '', ...this.notes.map((note) => `- ${oneLine(note)}`))
    return `${lines.join('\n')}\n`
  }
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').slice(0, 500)
