import type { Scope } from './scope.ts'
import type { PlainAst, PlainSource } from './syntax.ts'

interface Part {
  readonly name: string
  readonly expr: PlainAst
}

/** The arguments of a table function, each named with `as`. Throws a 400 for one that is missing or is there too often. */
export class NamedParts {
  readonly #call: Extract<PlainSource, { kind: 'tableFunction' }>
  readonly #scope: Scope
  readonly #parts: readonly Part[]
  readonly #read = new Set<string>()

  constructor(call: Extract<PlainSource, { kind: 'tableFunction' }>, scope: Scope) {
    this.#call = call
    this.#scope = scope
    this.#parts = call.args.map((arg) => {
      if (arg.kind !== 'alias') throw scope.error(`The arguments of ${call.name} are named with AS.`, arg.at)
      return { name: arg.name, expr: arg.expr }
    })
  }

  error(detail: string) {
    return this.#scope.error(`${this.#call.name}: ${detail}`, this.#call.at)
  }

  many(name: string): PlainAst[] {
    this.#read.add(name)
    return this.#parts.flatMap((part) => (part.name === name ? [part.expr] : []))
  }

  optional(name: string): PlainAst | undefined {
    const [first, ...more] = this.many(name)
    if (more.length > 0) throw this.error(`${name} is there twice.`)
    return first
  }

  one(name: string): PlainAst {
    const found = this.optional(name)
    if (!found) throw this.error(`${name} is missing.`)
    return found
  }

  /** The parts of these names in their order, each with the parts of other names that stand behind it. */
  following(names: readonly string[]): { name: string; expr: PlainAst; more: ReadonlyMap<string, PlainAst> }[] {
    return this.#parts.flatMap(({ name, expr }, index) => {
      if (!names.includes(name)) return []
      this.#read.add(name)
      const rest = this.#parts.slice(index + 1)
      const next = rest.findIndex((part) => !BEHIND.includes(part.name))
      const more = new Map(rest.slice(0, next < 0 ? rest.length : next).map((part) => [part.name, part.expr]))
      return [{ name, expr, more }]
    })
  }

  word<const W extends string>(name: string, words: readonly W[]): W {
    const ast = this.one(name)
    const found = words.find((each) => ast.kind === 'literal' && ast.value === each)
    if (!found) throw this.error(`${name} is one of ${words.join(', ')}.`)
    return found
  }

  number(name: string): number {
    const ast = this.one(name)
    if (ast.kind !== 'literal' || typeof ast.value !== 'number') throw this.error(`${name} is a number.`)
    return ast.value
  }

  /** From 1. */
  wholeNumber(name: string, ast: PlainAst | undefined): number {
    if (ast?.kind === 'literal' && typeof ast.value === 'number' && Number.isInteger(ast.value) && ast.value > 0)
      return ast.value
    throw this.error(`${name} is a whole number from 1.`)
  }

  /** Throws a 400 for a part that nobody read. */
  end(): void {
    const unknown = this.#parts.find(({ name }) => !this.#read.has(name) && !BEHIND.includes(name))
    if (unknown) throw this.#scope.error(`${this.#call.name} has no argument ${unknown.name}.`, unknown.expr.at)
  }
}

/** Parts that belong to the part before them. */
const BEHIND: readonly string[] = ['first_of', 'after_step', 'before_step']
