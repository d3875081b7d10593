/** `at` and a span in milliseconds give the later moment, ISO 8601 UTC with milliseconds. */
export function later(at: string, spanMs: number): string {
  return new Date(Date.parse(at) + spanMs).toISOString()
}

/** Milliseconds from one moment to another; negative when `to` is earlier. */
export function between(from: string, to: string): number {
  return Date.parse(to) - Date.parse(from)
}
