/** For `like … escape '!'`: what was typed is no pattern. */
export function escaped(text: string): string {
  return text.replace(/[!%_]/g, (character) => `!${character}`)
}

/** The first text after all that begin with this one: a range, which an index serves where `like` has none. */
export function afterAll(beginning: string): string {
  return `${beginning}\u{ffff}`
}
