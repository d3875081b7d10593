/** How somebody wants pages to look (operations.md §8.4, trust-and-ux A32, A33). The first of each is what one gets unasked. */
export const LOOKS = {
  size: ['small', 'medium', 'large'],
  colours: ['plain', 'black', 'blue'],
  furigana: ['off', 'on'],
} as const

export type Look = { readonly [name in keyof typeof LOOKS]: (typeof LOOKS)[name][number] }

/** The choices that are among those offered; the first of its kind in place of any other. */
export function lookFrom(given: { readonly [name: string]: string | undefined }): Look {
  const choose = <T extends string>(offered: readonly T[], wish: string | undefined): T =>
    offered.find((one) => one === wish) ?? (offered[0] as T)
  return {
    size: choose(LOOKS.size, given.size),
    colours: choose(LOOKS.colours, given.colours),
    furigana: choose(LOOKS.furigana, given.furigana),
  }
}
