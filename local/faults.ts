/** Faults of calls to the local services, which tests plan. */
import type { IncomingMessage, ServerResponse } from 'node:http'

export type Fault =
  /** The fault answers in place of the service, which does nothing. */
  | { readonly status: number; readonly body?: object }
  /** The service does the call and answers after this delay. */
  | { readonly lateMs: number }
  /** The connection is cut before the service does anything. */
  | 'reset'
  /** The call is never answered, and the service does nothing. */
  | 'hang'
  /** The service does the call, and the connection is cut before the answer. */
  | 'answer lost'
  /** The service does the call, and half of the answer arrives. */
  | 'body cut'

interface Planned {
  calls: number
  times: number
  readonly fault: Fault
  readonly concerns: (body: string) => boolean
}

export class Faults {
  #planned: Planned[] = []

  /** The n-th call from now on fails (1 = the next), `times` in a row; only calls whose body `concerns` are counted. */
  plan(nth: number, fault: Fault, times = 1, concerns: (body: string) => boolean = () => true): void {
    this.#planned.push({ calls: nth, times, fault, concerns })
  }

  /** The number of planned calls that have not failed yet. */
  get pending(): number {
    return this.#planned.reduce((sum, { times }) => sum + times, 0)
  }

  clear(): void {
    this.#planned = []
  }

  /** The fault of a call that has just come in. */
  of(body: Buffer): Fault | undefined {
    let found: Fault | undefined
    for (const planned of this.#planned) {
      if (planned.times <= 0 || !planned.concerns(body.toString())) continue
      if (planned.calls > 1) planned.calls--
      else {
        planned.times--
        found ??= planned.fault
      }
    }
    return found
  }
}

/** Carries out a call that fails. */
export async function failCall(
  fault: Fault,
  request: IncomingMessage,
  response: ServerResponse,
  work: () => Promise<void> | void,
): Promise<void> {
  if (fault === 'hang') return
  if (fault === 'reset') return void request.socket.destroy()
  if (fault === 'answer lost') {
    response.writeHead = () => response
    response.end = () => {
      request.socket.destroy()
      return response
    }
    return work()
  }
  if (fault === 'body cut') {
    const write = response.write.bind(response)
    response.end = ((text: string) => {
      write(text.slice(0, text.length / 2), () => request.socket.destroy())
      return response
    }) as typeof response.end
    return work()
  }
  if ('lateMs' in fault) {
    const end = response.end.bind(response)
    response.end = ((text: string) => {
      setTimeout(() => end(text), fault.lateMs)
      return response
    }) as typeof response.end
    return work()
  }
  response.writeHead(fault.status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(fault.body ?? { error: 'planned', message: 'planned' }))
}
