/**
 * `<edgehog-insight src token>`: the picture of an insight in any page (docs/embedding.md "In a page of your own"). It is
 * bundled into /embed.js, and has no part that runs in the worker.
 */

/** Widths that pictures are asked for, so that sizes in between share one. */
const STEP = 80
const [LEAST, MOST] = [320, 1_600]
const LEAST_INTERVAL = 5
/** A token is renewed so many seconds before it ends. */
const EARLY = 30
const STYLE = /<style>([^<]*)<\/style>/
const NAMESPACE = 'http://www.w3.org/2000/svg'

/** What a picture may consist of: nothing that runs, loads or leads away. */
const ELEMENTS = /^(svg|g|path|rect|circle|line|text|tspan|title|clipPath|defs)$/
const ATTRIBUTES =
  /^(viewBox|width|height|x|y|x1|x2|y1|y2|r|rx|ry|cx|cy|d|class|id|transform|fill|stroke|stroke-width|opacity|font-size|font-family|text-anchor|clip-path|role|aria-label|visibility|dominant-baseline)$/

/** Variables of the page, and the rules of the picture that they take the place of. */
const VARIABLES: readonly (readonly [name: string, rule: (value: string) => string])[] = [
  ['text', (value) => `.t{fill:${value}}`],
  ['muted', (value) => `.m{fill:${value}}`],
  ['grid', (value) => `.g{stroke:${value}}.track{fill:${value}}`],
  ['paper', (value) => `.paper{fill:${value}}.halo{stroke:${value}}`],
  ['font', (value) => `.chart text{font-family:${value}}`],
  ...Array.from(
    { length: 12 },
    (_, index) =>
      [`color-${index + 1}`, (value: string) => `.f${index}{fill:${value}}.l${index}{stroke:${value}}`] as const,
  ),
]

const FRAME = `:host{display:block;min-height:2em}:host([hidden]){display:none}svg{display:block;width:100%;height:auto}
p{margin:0;padding:1em;font:14px/1.4 system-ui,sans-serif;color:var(--edgehog-muted,#64748b)}.old{opacity:.5}`

class EdgehogInsight extends HTMLElement {
  static readonly observedAttributes = ['src', 'token', 'theme', 'interval']

  /**
   * Gives a token, of whoever looks at the page: at first, before one ends and when one is refused. The page may have set it
   * before the component was there.
   */
  declare getToken?: () => Promise<string> | string

  readonly #root = this.attachShadow({ mode: 'open' })
  readonly #style = new CSSStyleSheet()
  readonly #holder = document.createElement('div')
  #observers: { disconnect(): void }[] = []
  #given: string | undefined
  #text = ''
  #width = 0
  #isSeen = false
  #isDue = false
  #timer: ReturnType<typeof setTimeout> | undefined
  #asked: AbortController | undefined

  connectedCallback(): void {
    const frame = new CSSStyleSheet()
    frame.replaceSync(FRAME)
    this.#root.adoptedStyleSheets = [this.#style, frame]
    this.#root.append(this.#holder)
    const seen = new IntersectionObserver(([entry]) => {
      this.#isSeen = entry?.isIntersecting ?? false
      this.#lookAgain()
    })
    const sized = new ResizeObserver(() => {
      const width = this.#wanted()
      if (width === this.#width) return
      this.#width = width
      this.refresh()
    })
    seen.observe(this)
    sized.observe(this)
    document.addEventListener('visibilitychange', this.#lookAgain)
    this.#observers = [seen, sized]
  }

  disconnectedCallback(): void {
    for (const observer of this.#observers) observer.disconnect()
    document.removeEventListener('visibilitychange', this.#lookAgain)
    clearTimeout(this.#timer)
    this.#asked?.abort()
    this.#width = 0
  }

  attributeChangedCallback(name: string): void {
    if (name === 'token') this.#given = undefined
    if (this.isConnected && this.#width > 0) this.refresh()
  }

  /** Asks again, as soon as it is seen. */
  refresh(): void {
    this.#isDue = true
    this.#lookAgain()
  }

  readonly #lookAgain = (): void => {
    if (!this.#isDue || !this.#isSeen || document.hidden || this.#width === 0) return
    this.#isDue = false
    void this.#load()
  }

  #wanted(): number {
    const width = Math.ceil(this.clientWidth / STEP) * STEP
    return width === 0 ? 0 : Math.min(MOST, Math.max(LEAST, width))
  }

  #address(): URL | undefined {
    const src = this.getAttribute('src')
    if (!src) return undefined
    const url = new URL(src, document.baseURI)
    if (!/^https?:$/.test(url.protocol)) return undefined
    url.pathname = `${url.pathname.replace(/\/+$|\.svg$/g, '')}.svg`
    const { searchParams: asked } = url
    const theme = this.getAttribute('theme')
    if (theme === 'light' || theme === 'dark') asked.set('theme', theme)
    if (!asked.has('width')) asked.set('width', String(this.#width))
    return url
  }

  /** The token of the attribute or of the page, a new one if it ends soon or was refused. */
  async #token(isRefused: boolean): Promise<string | undefined> {
    const known = this.#given ?? this.getAttribute('token') ?? undefined
    if (!this.getToken || (known && !isRefused && !endsSoon(known))) return known
    this.#given = await this.getToken()
    return this.#given
  }

  async #load(isRefused = false): Promise<void> {
    this.#asked?.abort()
    const asked = new AbortController()
    this.#asked = asked
    clearTimeout(this.#timer)
    let again = Number(this.getAttribute('interval')) || 0
    try {
      const url = this.#address()
      if (!url) throw new Error('There is no src.')
      const token = await this.#token(isRefused)
      const response = await fetch(url, {
        headers: token ? { Authorization: `Bearer ${token}` } : {},
        // the browser asks with the ETag of what it has
        cache: 'no-cache',
        credentials: 'omit',
        signal: asked.signal,
      })
      const text = await response.text()
      if (asked.signal.aborted) return
      if (response.status === 401 && this.getToken && !isRefused) return await this.#load(true)
      if (response.status === 429 || response.status >= 500) again = Number(response.headers.get('retry-after')) || 30
      if (!response.ok) throw new Error(messageOf(response.status, text))
      const pending = this.#show(text)
      if (pending > 0) again = pending
      this.dispatchEvent(new CustomEvent('edgehog-load', { bubbles: true }))
    } catch (error) {
      if (asked.signal.aborted) return
      this.#fail(error instanceof TypeError ? 'The server cannot be reached.' : (error as Error).message)
      if (error instanceof TypeError) again ||= 30
    }
    if (again > 0) this.#timer = setTimeout(() => this.refresh(), Math.max(LEAST_INTERVAL, again) * 1_000)
  }

  /** Returns in how many seconds to ask again for a result that is being computed; 0 if it is there. */
  #show(text: string): number {
    const [, style = ''] = STYLE.exec(text) ?? []
    // a style that is parsed is one that the policy of the page may refuse
    const root = new DOMParser().parseFromString(text.replace(STYLE, ''), 'image/svg+xml').documentElement
    if (root.nodeName !== 'svg') throw new Error('The answer is no picture.')
    const own = getComputedStyle(this)
    const rules = VARIABLES.flatMap(([name, rule]) => {
      const value = own.getPropertyValue(`--edgehog-${name}`).trim()
      return value && !/[{}<]/.test(value) ? rule(value) : ''
    }).join('')
    this.#style.replaceSync((/url\(|@import|\\/i.test(style) ? '' : style) + rules)
    if (text !== this.#text || this.#holder.className) this.#holder.replaceChildren(copyOf(root))
    this.#text = text
    this.#holder.className = ''
    return Number(root.getAttribute('data-again')) || 0
  }

  /** An old picture stays, and looks old. */
  #fail(message: string): void {
    this.dispatchEvent(new CustomEvent('edgehog-error', { bubbles: true, detail: message }))
    const line = document.createElement('p')
    line.role = 'status'
    line.textContent = message
    const old = this.#holder.querySelector('svg')
    this.#holder.replaceChildren(...(old ? [old, line] : [line]))
    this.#holder.className = old ? 'old' : 'none'
  }
}

/** Only what a picture may consist of. */
function copyOf(element: Element): Element {
  const copy = document.createElementNS(NAMESPACE, element.nodeName)
  for (const { name, value } of element.attributes)
    if (ATTRIBUTES.test(name) && !/url\((?!#)/i.test(value)) copy.setAttribute(name, value)
  for (const child of element.childNodes)
    if (child.nodeType === 3) copy.append(child.nodeValue ?? '')
    else if (child instanceof Element && ELEMENTS.test(child.nodeName)) copy.append(copyOf(child))
  return copy
}

function endsSoon(token: string): boolean {
  try {
    const { exp } = JSON.parse(atob((token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/')))
    return exp * 1_000 - Date.now() < EARLY * 1_000
  } catch {
    // no token that says when it ends
    return false
  }
}

function messageOf(status: number, text: string): string {
  if (status === 404) return 'There is nothing here any more.'
  if (status >= 500) return 'This cannot be shown right now.'
  try {
    return JSON.parse(text).detail
  } catch {
    return /<title>[^:]*: (.*?)<\/title>/.exec(text)?.[1] ?? 'This cannot be shown.'
  }
}

if (!customElements.get('edgehog-insight')) customElements.define('edgehog-insight', EdgehogInsight)
