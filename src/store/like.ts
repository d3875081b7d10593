/** For `like … escape '!'`: what was typed is no pattern. */
export function escaped(text: string): string {
  return text.replace(/[!%_]/g, (character) => `!${character}`)
}
